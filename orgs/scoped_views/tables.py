"""Tables whose rows are written in one go: a template that asks cell by cell costs more than all queries of a list."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache, cached_property
from html import escape
from inspect import signature
from typing import Any, ClassVar

import django_tables2 as tables
from django.db.models import Model
from django.utils.formats import localize
from django.utils.html import format_html
from django.utils.safestring import SafeString

from orgs.scoped_views.exports import ListColumn

LONG = 20  # characters of an exported column beyond which the page cuts it
_ROW, _ROW_END = '<tr role="row">', "</tr>\n"


class PlainTable(tables.Table):  # type: ignore[misc]  # untyped package
    """A table of plain columns: ``components/table.html`` shows its head, ``body`` gives its rows.

    A ``render_…`` may ask for value, record, table, column and bound_column; a td attribute is a text, or a function
    of the value. Links, footers and attributes of rows are left to the pages that need them.
    """

    @cached_property
    def body(self) -> SafeString:
        """Give the rows of the page as they stand inside ``tbody``."""
        cells = [_Cells(self, bound) for bound in self.columns]
        rows = (_ROW + "".join([one.of(row) for one in cells]) + _ROW_END for row in self.records)
        return SafeString("".join(rows))

    @property
    def records(self) -> Iterator[Any]:
        """Give what the rows of the page are about."""
        return (row.record for row in self.paginated_rows)


class ScopedTable(PlainTable):
    """A table that is ordered in the database and shows the rows of one page.

    ``optional`` names, by group, the columns that a person may choose（列选择）, ``usual`` those shown until then.
    """

    optional: ClassVar[Mapping[str, Sequence[str]]] = {}
    usual: ClassVar[frozenset[str]] = frozenset()
    shown: Sequence[Any] = ()

    @classmethod
    def offered(cls) -> tuple[str, ...]:
        """Give the names of the columns that may be chosen."""
        return tuple(name for names in cls.optional.values() for name in names)

    @classmethod
    def choices(cls, chosen: Collection[str]) -> list[dict[str, Any]]:
        """Give the groups of columns to choose from, each column with name, title and whether it is chosen."""
        return [
            {
                "title": group,
                "columns": [{"name": one, "title": cls._title(one), "is_chosen": one in chosen} for one in names],
            }
            for group, names in cls.optional.items()
        ]

    @classmethod
    def _title(cls, name: str) -> str:
        column = cls.base_columns[name]
        return str(column.attrs.get("label", column.verbose_name))

    @property
    def records(self) -> Iterator[Any]:
        return iter(self.shown)


class TextColumn(tables.Column):  # type: ignore[misc]  # untyped package
    """A column that the page writes as the export does; on a phone a line with its title."""

    def __init__(self, column: ListColumn, accessor: str) -> None:
        told: dict[str, Any] = {"class": "m-line nw"}
        if column.width > LONG:
            told = {"class": "m-line cutc", "title": lambda value: f"{value}"}
        attrs = {"td": {**told, "data-k": column.title}}
        super().__init__(column.title, accessor, orderable=False, default="—", attrs=attrs)
        self.text = column.text

    def render(self, value: Any) -> str:
        """Write the text of the export; where there is none, a dash."""
        return self.text(value) or "—"


class _Cells:
    """The cells of one column: what is the same for all of them is worked out once."""

    def __init__(self, table: PlainTable, bound: Any) -> None:
        column, fixed = bound.column, {"table": table, "column": bound.column, "bound_column": bound}
        wanted = tuple(signature(bound.render).parameters)
        self._steps = str(bound.accessor).split("__")
        self._empty, self._default, self._render = column.empty_values, bound.default, bound.render
        self._fixed = {name: fixed[name] for name in wanted if name not in {"value", "record"}}
        self._takes_value, self._takes_record = "value" in wanted, "record" in wanted
        self._told = [(name, of) for name, of in column.attrs.get("td", {}).items() if callable(of)]
        self._open = str(format_html('<td role="cell" {}', bound.attrs["td"].as_html()))

    def of(self, record: Any) -> str:
        """Give the cell of a row, every text in it escaped."""
        content = self._content(record)
        told = "".join([f' {name}="{_escaped(of(value=content))}"' for name, of in self._told])
        return f"{self._open}{told}>{_escaped(content)}</td>"

    def _content(self, record: Any) -> Any:
        # A column that neither asks for its value nor is ever empty need not be found on the row.
        value = self._value(record) if self._takes_value or self._empty else None
        if value in self._empty:
            return self._default
        given = dict(self._fixed)
        if self._takes_value:
            given["value"] = value
        if self._takes_record:
            given["record"] = record
        return self._render(**given)

    def _value(self, record: Any) -> Any:
        value = record
        for step in self._steps:
            value = None if value is None else value_of(value, step)
        return value


def _escaped(content: Any) -> str:
    """Write a value for a page: what is marked safe as it stands, the rest escaped."""
    if isinstance(content, SafeString):
        return content
    return escape(content if isinstance(content, str) else str(localize(content)))


def value_of(owner: Any, name: str) -> Any:
    """Give an entry or an attribute, called if it can be; of a field with choices the word, as ``get_…_display``."""
    field, words = _words(type(owner), name)  # type: ignore[arg-type]  # a class can be hashed
    if words:
        found = getattr(owner, field)
        return words.get(found, found)
    found = owner[name] if isinstance(owner, dict) else getattr(owner, name)
    return found() if callable(found) else found


@cache
def _words(owner: type, name: str) -> tuple[str, Mapping[Any, str]]:
    """Give the words of a model's field, or ``get_…_display``; Django would gather them anew for every cell."""
    field = name.removeprefix("get_").removesuffix("_display") if name.endswith("_display") else name
    if not issubclass(owner, Model):
        return name, {}
    fields = {one.name: one.flatchoices for one in owner._meta.concrete_fields}  # noqa: SLF001 - Django's meta API
    return field, {key: str(word) for key, word in fields.get(field, ())}
