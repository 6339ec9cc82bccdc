"""The django-import-export resource of a kind of spreadsheet: one field a column, made from the columns themselves.

The stamp (核对码) is no field: it stands behind the columns of each row, whoever exports it, the back office as well.
"""

from collections.abc import Iterable, Iterator
from itertools import compress
from typing import Any

from import_export.fields import Field
from import_export.resources import Resource
from import_export.widgets import Widget

from youthleague.kernel.cells import tidy_text
from youthleague.kernel.columns import Column, OrganisationColumn, SerialColumn
from youthleague.kernel.sheet_kinds import Recorded, SheetKind
from youthleague.sheets.services.organisations import OrganisationIndex
from youthleague.sheets.services.stamps import stamp_text


class ColumnWidget(Widget):  # type: ignore[misc]  # import-export has no types
    """Writes a value as its column does, whole or masked; an organisation by its path."""

    def __init__(self, column: Column) -> None:
        super().__init__()
        self.column = column

    def render(self, value: Any, obj: Any = None, *, units: OrganisationIndex, whole: bool) -> str:  # noqa: ARG002
        """Write a value; None is blank."""
        if value is None:
            return ""
        if isinstance(self.column, OrganisationColumn) and isinstance(value, int):
            return units.path(value)
        return self.column.write(value) if whole else self.column.mask(value)


class SheetResource(Resource):  # type: ignore[misc]
    """Exports the records of a kind; it stores nothing: its fields are for reading."""

    sheet_kind: SheetKind

    def export_resource(self, instance: Any, selected_fields: Any = None, **how: Any) -> list[str]:  # noqa: ARG002
        """Write one row; the stock method looks every field up among all others, and takes three times as long."""
        return [field.export(instance, **how) for field in self.fields.values()]

    def texts(self, records: Iterable[Recorded], *, units: OrganisationIndex, whole: bool) -> Iterator[list[str]]:
        """Write records, each with its number where the kind has a column for it, and its stamp at the end."""
        serials = [name for name, field in self.fields.items() if isinstance(field.widget.column, SerialColumn)]
        stamped = [name not in serials for name in self.fields]
        names = [name for name in self.fields if name not in serials]
        for number, record in enumerate(records, start=1):
            row = {**record.values, **dict.fromkeys(serials, number)}
            cells = self.export_resource(row, units=units, whole=whole)
            written = dict(zip(names, map(tidy_text, compress(cells, stamped)), strict=True))
            yield [*cells, stamp_text(self.sheet_kind, record, written)]


def resource_for(kind: SheetKind) -> type[SheetResource]:
    """Declare a field for every column of a kind."""
    fields = {column.name: _field(column) for column in kind.columns}
    return type(f"{kind.code.title()}Resource", (SheetResource,), {"sheet_kind": kind, **fields})


def _field(column: Column) -> Field:
    return Field(attribute=column.name, column_name=column.title, widget=ColumnWidget(column), readonly=True)
