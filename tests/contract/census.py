"""The rows of the database before and after a request: what changed, and what came in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import ForeignKey, Model

from tests.contract.records import Record, our_models

Table = dict[int, tuple[object, ...]]
NEVER_COUNTED = {"protection.TokenBucket"}


@dataclass(frozen=True)
class Census:
    """Every row of every table by model label and key."""

    tables: Mapping[str, Table] = field(default_factory=dict)

    def again(self, tables: Iterable[str]) -> "Census":
        """Read some tables, by their names in the database, anew; keep the others."""
        models = [_BY_LABEL[label] for label in self.tables]
        read = {one._meta.label: _rows(one) for one in models if one._meta.db_table in set(tables)}
        return Census({**self.tables, **read})

    def changed(self, before: "Census", records: Iterable[Record]) -> list[str]:
        """Name the rows that are not as they were."""
        read = self._read_since(before)
        return [
            f"{one.label}:{one.pk}"
            for one in records
            if one.label in read and self.tables[one.label].get(one.pk) != before.tables[one.label].get(one.pk)
        ]

    def all_changed(self, before: "Census") -> list[tuple[str, int]]:
        """List every row that came, went or changed."""
        return [
            (label, key)
            for label in self._read_since(before)
            for key in self.tables[label].keys() | before.tables[label].keys()
            if self.tables[label].get(key) != before.tables[label].get(key)
        ]

    def born(self, before: "Census") -> list[tuple[str, int]]:
        """List the rows that were not there before."""
        read = self._read_since(before)
        return [(label, key) for label in read for key in self.tables[label].keys() - before.tables[label].keys()]

    def _read_since(self, before: "Census") -> list[str]:
        return [label for label, table in self.tables.items() if table is not before.tables[label]]

    def references(self, label: str, key: int) -> list[tuple[str, int]]:
        """List the rows to which a row refers."""
        model = _BY_LABEL[label]
        columns = [one.column for one in model._meta.concrete_fields]
        row = dict(zip(columns, self.tables[label][key], strict=True))
        relations = [one for one in model._meta.concrete_fields if isinstance(one, ForeignKey)]
        targets = [(one.related_model._meta.label, row[one.column]) for one in relations]
        return [(target, int(str(pk))) for target, pk in targets if pk is not None]


_BY_LABEL: dict[str, type[Model]] = {}


def take_census() -> Census:
    """Read every row as the database stores it."""
    _BY_LABEL.update({model._meta.label: model for model in our_models()})
    counted = [model for label, model in _BY_LABEL.items() if label not in NEVER_COUNTED]
    return Census({model._meta.label: _rows(model) for model in counted})


def _rows(model: type[Model]) -> Table:
    fields = model._meta.concrete_fields
    place = [one.primary_key for one in fields].index(True)
    columns = ", ".join(connection.ops.quote_name(one.column) for one in fields)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608
        return {row[place]: tuple(map(_plain, row)) for row in cursor.fetchall()}


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value
