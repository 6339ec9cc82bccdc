"""Canaries: a text of its own in every text column of every row, so that a leak names what leaked."""

import io
import itertools
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import ahocorasick
from django.contrib.messages import get_messages
from django.db.models import CharField, Field, Model, TextField

from orgs.models import PolicyValue
from tests.contract.records import Record, our_models
from tests.contract.visitors import Visitor
from youthleague.kernel.findings import Finding
from youthleague.kernel.sheet_kinds import CellFinding, Change, Difference, SheetRow
from youthleague.protection.fields import EncryptedTextField
from youthleague.sheets.models import ImportBatch, ImportRow
from youthleague.sheets.services.kinds import all_kinds
from youthleague.sheets.services.rows import seal_before, seal_payload

PREFIX = "CANARY"
SHORT_PREFIX = "鸢"  # where a column has no room for the word
LENGTH = len(f"{PREFIX}00000Z")

# Columns that the code itself reads: they keep their value.
READ_BY_CODE = {
    "lineage",
    "held_lineage",
    "kind",
    "codes",
    "message_code",
    "history_type",
    "confirmed",
}
# Columns whose value nobody may ever read: it is looked for as it is.
KEPT_AS_SECRET = {
    "password",
    "person_key",
    "mark",  # the signature of a voting code
    "code_mark",  # of the link of a judge
    "pass_mark",  # of her phone
    "session_stamp",
    "id_number_index",
    "stored_name",
    "kept_as",
    "seed",
}
KEPT_AS_IT_IS = {"id_number", "phone", "digest"}
NOT_PLANTED = {"audit", "protection"}  # the log refuses updates; its canaries are written with ``record``


@dataclass(frozen=True)
class Canary:
    """A text, the row and column in which it stands."""

    text: str
    record: Record
    column: str

    @property
    def name(self) -> str:
        """Name it as a finding does."""
        return f"CANARY_{self.record.label}_{self.column}_{self.record.pk}"

    def may_be_seen_by(self, visitor: Visitor) -> bool:
        """Tell whether a visitor may read it."""
        return self.column not in KEPT_AS_SECRET and self.record.is_seen_by(visitor, self.column)


class Aviary:
    """All canaries by text."""

    def __init__(self) -> None:
        self.by_text: dict[str, Canary] = {}
        self._numbers = itertools.count(1)
        self._searched: ahocorasick.Automaton | None = None

    def add(self, record: Record, column: str, text: str = "", *, room: int | None = None) -> str:
        """Keep a text for a column; without one, make one up that fits into ``room`` characters, 7 at least."""
        prefix = SHORT_PREFIX if room is not None and room < LENGTH else PREFIX
        chosen = text or f"{prefix}{next(self._numbers):05d}Z"
        self.by_text[chosen] = Canary(chosen, record, column)
        self._searched = None
        return chosen

    def seen_in(self, text: str) -> set[Canary]:
        """Find the canaries in a text, all in one reading of it: most pages would be searched longer than made."""
        if self._searched is None:
            self._searched = ahocorasick.Automaton()
            for one in self.by_text.items():
                self._searched.add_word(*one)
            self._searched.make_automaton()
        return {canary for _end, canary in self._searched.iter(text)}

    def leaked_in(self, text: str, visitor: Visitor, *, told: frozenset[str] = frozenset()) -> list[str]:
        """Name the canaries in a text that a visitor may not see, but for the columns that the page tells."""
        seen = [one for one in self.seen_in(text) if f"{one.record.label}.{one.column}" not in told]
        return sorted(one.name for one in seen if not one.may_be_seen_by(visitor))


def plant(records: Mapping[tuple[str, int], Record]) -> Aviary:
    """Put a canary in every text column of every row."""
    aviary = Aviary()
    for model in our_models():
        if model._meta.app_label not in NOT_PLANTED:
            for row in model._base_manager.all():
                record = records[model._meta.label, row.pk]
                if record.kind != "machinery":
                    _plant_row(aviary, model, row, record)
    for row in ImportRow.objects.all():
        _plant_import_row(aviary, row, records["sheets.ImportRow", row.pk])
    return aviary


def text_columns(model: type[Model]) -> Iterator["Field[Any, Any]"]:
    """List the columns that hold free text; a key that is text stays what it is."""
    for field in model._meta.concrete_fields:
        is_kept = field.name in READ_BY_CODE or (field.primary_key and field.name not in KEPT_AS_SECRET)
        if isinstance(field, CharField | TextField) and not field.choices and not is_kept:
            yield field


def _plant_row(aviary: Aviary, model: type[Model], row: Any, record: Record) -> None:
    planted: dict[str, Any] = {}
    for field in text_columns(model):
        value = getattr(row, field.attname)
        if field.name in KEPT_AS_SECRET | KEPT_AS_IT_IS or isinstance(field, EncryptedTextField):
            if value:
                aviary.add(record, field.name, value)
        else:
            planted[field.name] = _shaped(field.name, aviary.add(record, field.name, room=field.max_length))
    if isinstance(row, ImportBatch):
        planted["layout"] = {**row.layout, "notes": [aviary.add(record, "layout")]}
    if isinstance(row, PolicyValue):
        planted["value"] = int(aviary.add(record, "value", str(730_000_000 + row.pk)))
    if planted:
        model._base_manager.filter(pk=row.pk).update(**planted)


def _shaped(column: str, token: str) -> str:
    """Give a canary the form that its column asks for; what is searched begins with the word that tests search for."""
    shapes = {
        "search_keys": f"{PREFIX.lower()} {token}",
        "email": f"{token}@example.org",
        "file": f"documents/{token}.pdf",
    }
    return shapes.get(column, token)


def _plant_import_row(aviary: Aviary, row: ImportRow, record: Record) -> None:
    kind = all_kinds()[row.batch.kind]
    name, old, new, said, before = (
        aviary.add(record, column) for column in ("values", "old", "new", "findings", "before")
    )
    said_of_cell = CellFinding("name", Finding("name.format", "姓名有误：%(text)s。", {"text": said}))
    content = SheetRow(
        number=row.number,
        values={"name": name},
        cell_findings=[said_of_cell] if row.change == Change.ERROR else [],
        change=Change(row.change),
        differences=[Difference("name", old, new)],
        target={"cadre": None, "index": "x"},
    )
    row.payload = seal_payload(content, kind.by_name)
    row.before = seal_before({"cadres.Cadre:1": {"name": before}})
    row.save()


def text_of(response: Any) -> str:
    """Give everything that an answer tells: headers, body, files inside a workbook, messages for the next page."""
    headers = "\n".join(f"{name}: {value}" for name, value in response.items())
    content = b"".join(response.streaming_content) if response.streaming else response.content
    told = [str(one) for one in _messages(response)]
    return "\n".join([headers, *_unpacked(content), *told])


def _unpacked(content: bytes) -> Iterable[str]:
    if not content.startswith(b"PK\x03\x04"):
        return [content.decode("utf-8", "replace")]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]


def _messages(response: Any) -> list[Any]:
    """List what was said to be shown on the next page; it travels in a packed cookie."""
    storage = get_messages(getattr(response, "wsgi_request", None))
    return list(getattr(storage, "_queued_messages", []))
