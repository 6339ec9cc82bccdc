"""Whether what was locked is still what stands there: every byte of the chain, and every row that it was made of.

Rows are read as plain values, so that one that no longer converts is named and stops nothing.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from appraisal.choices import SealState
from appraisal.models import AppraisalCycle, Participant, Seal, SealedCard
from appraisal.models.locking import Locked
from appraisal.reports.sealing import (
    UNREADABLE,
    narrowed,
    papers,
    read_rows,
    rows_of_others,
    rows_of_people,
    rows_of_year,
    words_of,
)
from appraisal.rules.sealing import (
    COLUMNS_OF_CARD,
    COLUMNS_OF_SEAL,
    Link,
    Rows,
    differing_columns,
    differing_rows,
    fault,
    link_faults,
    reopening_text,
    signed_text,
)
from youthleague.audit.models import AuditEvent
from youthleague.audit.reports import rank_of
from youthleague.audit.rules import Keys, canonical
from youthleague.kernel.findings import Finding
from youthleague.protection.seal import verify

SEAL_PURPOSE = "appraisal.seal"
LOCKED_ACT = "seal.lock"
CHUNK = 200
Row = Mapping[str, Any]
_SEAL, _CARD = Locked(Seal, "cycle"), Locked(SealedCard, "seal__cycle")


@dataclass(frozen=True)
class SealReport:
    """A lock by key and name, with the number of its cards, and all that does not agree."""

    key: int
    title: str
    cards: int
    faults: tuple[Finding, ...]

    @property
    def is_sound(self) -> bool:
        """Tell whether everything agrees (与系统一致)."""
        return not self.faults


def seal_reports(year: int | None = None) -> list[SealReport]:
    """Check every lock, or those of one year, each with the one before it."""
    found: list[SealReport] = []
    former = ""
    for seal in _locks():
        if year is None or seal.cycle.year == year:
            cards = read_rows(_CARD, SealedCard.objects.filter(seal=seal.key), order="number")
            first = cards[0]["previous_mark"] if cards else None
            faults = [*_seal_faults(seal, former, first), *_cards_faults(seal, cards), *_ends(seal, cards)]
            found.append(SealReport(seal.key, seal.title, len(cards), tuple(faults)))
        former = seal.row["head_mark"]
    return found


def unlogged(year: int | None = None) -> list[Finding]:
    """Compare the locks with what the log says of them: one that was taken away whole leaves its event."""
    years = dict(AppraisalCycle.objects.values_list("pk", "year"))
    heads = {(one.cycle.pk, one.row["version"]): one.row["head_mark"] for one in _locks()}
    events = AuditEvent.objects.filter(action=LOCKED_ACT).order_by("seq").values_list("subject", "facts")
    told = [(int(subject.partition(":")[2]), facts) for subject, facts in events]
    return [
        fault("seal.unlogged", _title(years.get(cycle, 0), facts["version"]))
        for cycle, facts in told
        if (year is None or years.get(cycle) == year) and heads.get((cycle, facts["version"])) != facts["mark"]
    ]


def card_faults(card: SealedCard) -> list[Finding]:
    """Check one card with its neighbours in the chain, its lock, and the rows that both were made of."""
    [seal] = [one for one in _locks() if one.key == card.seal_id]
    before = Seal.objects.filter(pk__lt=seal.key).order_by("-pk").values_list("head_mark", flat=True).first()
    rows = SealedCard.objects.filter(seal=seal.key)
    near = read_rows(_CARD, rows.filter(number__range=(card.number - 1, card.number + 1)), order="number")
    first = rows.order_by("number").values_list("previous_mark", flat=True).first()
    return [*_seal_faults(seal, before or "", first), *_cards_faults(seal, near, only=card.number)]


# ---- a lock -----------------------------------------------------------------------------
@dataclass(frozen=True)
class _Lock:
    """A stored lock, its year, and what its content says (None when it is none any more)."""

    row: Row
    cycle: AppraisalCycle
    content: Row | None

    @property
    def key(self) -> int:
        return int(self.row["id"])

    @property
    def title(self) -> str:
        """Name the lock as it was locked, or, when its content is spoilt, as it stands now."""
        if self.content is None:
            return _title(self.cycle.year, self.row["version"])
        return _title(self.content["rows"][AppraisalCycle._meta.label][0]["year"], self.content["version"])  # noqa: SLF001

    @property
    def stands(self) -> bool:
        return bool(self.row["state"] == SealState.LOCKED)


def _locks() -> list[_Lock]:
    years = dict(AppraisalCycle.objects.values_list("pk", "year"))
    rows = read_rows(_SEAL, Seal.objects.all())
    return [
        _Lock(row, AppraisalCycle(pk=row["cycle_id"], year=years.get(row["cycle_id"], 0)), _parsed(row["content"]))
        for row in rows
    ]


def _seal_faults(seal: _Lock, former: str, echo: str | None) -> Iterator[Finding]:
    row, where = seal.row, seal.title
    carded = SealedCard.objects.filter(seal=seal.key).values_list("participant_id", flat=True)
    live = {"rows": rows_of_year(seal.cycle), "others": rows_of_others(seal.cycle, carded)}
    rebuilt = [canonical({**{name: row[name] for name in COLUMNS_OF_SEAL}, **live})]
    link = Link(where, row["previous_mark"], row["content"], row["mark"], former, echo)
    yield from link_faults(link, keys=KEYS, rebuilt=rebuilt)
    yield from _reopening_faults(seal)
    if seal.content is None or not _is_genuine(row):
        return
    for name in differing_columns(seal.content, row, COLUMNS_OF_SEAL):
        yield fault("seal.column", where, what=_words(Seal, name))
    if seal.stands:
        yield from _row_faults(where, seal.content["rows"], live["rows"])
        yield from _row_faults(where, seal.content["others"], live["others"])


def _reopening_faults(seal: _Lock) -> Iterator[Finding]:
    row = seal.row
    if seal.stands and row["asked_by_id"] is None and not row["reopening_mark"]:
        return
    text = signed_text(row["head_mark"], reopening_text(row))
    if not verify(text, row["reopening_mark"], purpose=SEAL_PURPOSE, use="audit"):
        yield fault("seal.reopening", seal.title)


def _ends(seal: _Lock, cards: Sequence[Row]) -> Iterator[Finding]:
    """Check that a lock ends with its last card, and that none is missing or beyond."""
    people = (seal.content or seal.row)["people"]
    numbers = {one["number"] for one in cards}
    for number in sorted({*range(1, people + 1)} - numbers):
        yield fault("seal.missing", f"{seal.title}第{number}张")
    for number in sorted(numbers - {*range(1, people + 1)}):
        yield fault("seal.beyond", f"{seal.title}第{number}张")
    last = cards[-1] if cards else seal.row
    if last["mark"] != seal.row["head_mark"] and _is_genuine(last):
        yield fault("seal.column", seal.title, what=_words(Seal, "head_mark"))


# ---- cards ------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Place:
    """A card between the link before and the mark that the next link says it has."""

    card: Row
    before: Row | None
    echo: str
    content: Row | None


def _cards_faults(seal: _Lock, cards: Sequence[Row], only: int | None = None) -> Iterator[Finding]:
    by_number = {one["number"]: one for one in cards}
    by_number[0] = seal.row
    places = [
        _Place(one, by_number.get(one["number"] - 1), _echo(seal, by_number, one), _parsed(one["content"]))
        for one in cards
        if only is None or one["number"] == only
    ]
    for start in range(0, len(places), CHUNK):
        chunk = places[start : start + CHUNK]
        live = _live_people(seal, chunk)
        for place in chunk:
            yield from _card_faults(seal, place, live)


def _echo(seal: _Lock, by_number: Mapping[int, Row], card: Row) -> str:
    after = by_number.get(card["number"] + 1)
    return str(after["previous_mark"] if after else seal.row["head_mark"])


@dataclass(frozen=True)
class _Live:
    """What the rows of now say of some people."""

    rows: Mapping[int, Rows]
    papers: Mapping[int, Row]


def _live_people(seal: _Lock, places: Iterable[_Place]) -> _Live:
    keys = {key for one in places for key in (one.card["participant_id"], (one.content or {}).get("participant_id"))}
    known = {key for key in keys if isinstance(key, int)}
    about = ("cadre", "organisation", "group", "appointment")
    try:
        people = list(Participant.objects.filter(pk__in=known).select_related(*about))
        heads = papers(people, seal.cycle, _day_of(seal))
    except UNREADABLE:
        heads = {}
    return _Live(rows_of_people(known), heads)


def _card_faults(seal: _Lock, place: _Place, live: _Live) -> Iterator[Finding]:
    card, content = place.card, place.content
    where = f"{seal.title}第{card['number']}张{_name(place, live)}"
    former = place.before["mark"] if place.before and _is_genuine(place.before) else None
    link = Link(where, card["previous_mark"], card["content"], card["mark"], former, place.echo)
    yield from link_faults(link, keys=KEYS, rebuilt=_rebuilt(place, live))
    if content is None or not _is_genuine(card):
        return
    for name in differing_columns(content, card, COLUMNS_OF_CARD):
        yield fault("seal.column", where, what=_words(SealedCard, name))
    if seal.stands:
        yield from _row_faults(where, content["rows"], live.rows.get(content["participant_id"], {}))


def _rebuilt(place: _Place, live: _Live) -> Iterator[str]:
    """Write the content anew from the rows of now, with the head as it was locked or as it would be now."""
    key = place.card["participant_id"]
    said = {name: place.card[name] for name in COLUMNS_OF_CARD}
    for head in ((place.content or {}).get("paper"), live.papers.get(key)):
        if head is not None and key in live.rows:
            yield canonical({**said, "paper": head, "rows": live.rows[key]})


# ---- parts ------------------------------------------------------------------------------
def _genuine(text: str, mark: str) -> bool:
    return verify(text, mark, purpose=SEAL_PURPOSE, use="audit")


KEYS = Keys(_genuine, rank_of)


def _is_genuine(row: Row) -> bool:
    return _genuine(signed_text(row["previous_mark"], row["content"]), row["mark"])


def _row_faults(where: str, stored: Rows, current: Rows) -> Iterator[Finding]:
    for one in differing_rows(stored, narrowed(current, stored)):
        told = {"table": words_of(one.label, ""), "key": one.key}
        if one.column:
            yield fault("seal.row", where, what=words_of(one.label, one.column), **told)
        else:
            yield fault("seal.row_gone", where, **told)


def _parsed(content: object) -> Row | None:
    """Read a content; None when it is none any more."""
    try:
        found = json.loads(str(content))
    except ValueError:
        return None
    return found if isinstance(found, dict) and isinstance(found.get("rows"), dict) else None


def _title(year: int, version: object) -> str:
    return f"{year}年度第{version}版"


def _words(model: type[Seal] | type[SealedCard], column: str) -> str:
    fields = model._meta.concrete_fields  # noqa: SLF001 - Django's documented meta API
    return next(str(one.verbose_name) for one in fields if one.attname == column)


def _name(place: _Place, live: _Live) -> str:
    """Name whose card it is, by what was locked or as the person is called now."""
    head = (place.content or {}).get("paper") or live.papers.get(place.card["participant_id"]) or {}
    return f"（{head['name']}）" if head.get("name") else ""


def _day_of(seal: _Lock) -> date:
    try:
        return timezone.localdate(datetime.fromisoformat(str(seal.row["sealed_at"])))
    except ValueError:
        return date(seal.cycle.year, 12, 31)
