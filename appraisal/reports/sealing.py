"""What is locked of a year, read from its rows: the canonical content of each scorecard and of the year itself."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Model, QuerySet

from appraisal.choices import Standing
from appraisal.models import AppraisalCycle, Participant, RollUp, Scorecard
from appraisal.models.locking import BY_LABEL, OF_PERSON, OF_YEAR, PERSON, YEAR, Locked
from appraisal.reports.scorecards import end_of, names_as_of
from appraisal.rules.sealing import Rows, plain

CHUNK = 200
# What a column raises when somebody has stored in it what its type does not hold.
UNREADABLE = (ArithmeticError, AttributeError, TypeError, ValueError)
SPOILT: Mapping[str, str] = {"unreadable": ""}  # stands for such a value: nothing that was locked is equal to it


@dataclass(frozen=True)
class Final:
    """Who gets a sealed card: the person, the card of the last version, and the final grade."""

    person: Participant
    card: Scorecard
    grade: int | None


def finals(cycle: AppraisalCycle) -> list[Final]:
    """Give everybody who is appraised and has a card, group by group, by rank."""
    last = RollUp.objects.filter(group__cycle=cycle).latest_versions()
    cards = Scorecard.objects.filter(roll_up__in=last).exclude(participant__standing=Standing.WITHDRAWN)
    about = ("participant__cadre", "participant__organisation", "participant__group", "participant__appointment")
    rows = (
        cards.with_final_grade()
        .select_related(*about)
        .order_by("group__position", F("rank").asc(nulls_last=True), "participant")
    )
    return [Final(one.participant, one, one.final_grade) for one in rows]


def papers(people: Sequence[Participant], cycle: AppraisalCycle, day: date) -> dict[int, dict[str, object]]:
    """Give by key of a person what else the head of the printed card says."""
    names: dict[int, str] = {}
    if people:
        year = Participant(cycle=cycle)
        names = names_as_of({one.organisation_id for one in people}, end_of(year, day))
    return {one.pk: _paper(one, names) for one in people}


def rows_of_year(cycle: AppraisalCycle) -> dict[str, list[dict[str, object]]]:
    """Give the rows of the scheme, the versions of results and the decisions about ties."""
    return {_label(one): read_rows(one, _of(one, [cycle.pk])) for one in (YEAR, *OF_YEAR)}


def rows_of_people(keys: Collection[int]) -> dict[int, dict[str, list[dict[str, object]]]]:
    """Give by person all rows that somebody's result is made of; one query a table and chunk."""
    found: dict[int, dict[str, list[dict[str, object]]]] = {
        key: {_label(one): [] for one in (PERSON, *OF_PERSON)} for key in keys
    }
    ordered = sorted(keys)
    for start in range(0, len(ordered), CHUNK):
        chunk = ordered[start : start + CHUNK]
        for row in read_rows(PERSON, PERSON.model._base_manager.filter(pk__in=chunk)):  # noqa: SLF001 - documented
            found[_whole(row["id"])][_label(PERSON)].append(row)
        for one in OF_PERSON:
            for row in read_rows(one, one.model._base_manager.filter(participant__in=chunk)):  # noqa: SLF001 - documented
                found[_whole(row["participant_id"])][_label(one)].append(row)
    return found


def rows_of_others(cycle: AppraisalCycle, carded: Iterable[int]) -> dict[str, list[dict[str, object]]]:
    """Give the rows of those of a year who have no sealed card, joined by table."""
    rest = Participant.objects.filter(cycle=cycle).exclude(pk__in=list(carded)).values_list("pk", flat=True)
    found = rows_of_people(list(rest)).values()
    return {label: [row for tables in found for row in tables[label]] for label in map(_label, (PERSON, *OF_PERSON))}


def narrowed(rows: Rows, like: Rows) -> Rows:
    """Leave out of rows the tables that a content does not name: it was locked before they were kept."""
    return {label: rows.get(label, ()) for label in like}


def words_of(label: str, column: str) -> str:
    """Name a table, or a column of it, as people read them."""
    locked = BY_LABEL.get(label)
    if locked is None:
        return f"{label} {column}".strip()
    meta = locked.model._meta  # noqa: SLF001 - Django's documented meta API
    return str(
        next((one.verbose_name for one in meta.concrete_fields if one.attname == column), column or meta.verbose_name)
    )


# ---- reading ----------------------------------------------------------------------------
def _paper(one: Participant, names: Mapping[int, str]) -> dict[str, object]:
    post = one.appointment
    begun = post.partial("appointed_on") if post else None
    return {
        "name": one.cadre.name,
        "unit": names.get(one.organisation_id, one.organisation.name),
        "post": one.get_league_post_display(),
        "group": one.group.name,
        "employment": post.get_employment_mode_display() if post else "",
        "since": begun.dotted() if begun else "",
    }


def _label(locked: Locked) -> str:
    return locked.model._meta.label  # noqa: SLF001 - Django's documented meta API


def _of(locked: Locked, years: Collection[int]) -> QuerySet[Model]:
    rows: QuerySet[Model] = locked.model._base_manager.filter(**{f"{locked.path}__in": years})  # noqa: SLF001
    return rows


def read_rows(locked: Locked, rows: QuerySet[Any], order: str = "pk") -> list[dict[str, Any]]:
    """Read rows in order as plain values; one that no longer converts spoils its own column only."""
    columns, ordered = locked.columns, rows.order_by(order)
    try:
        return [_row(columns, values) for values in ordered.values_list(*columns)]
    except UNREADABLE:
        keys = list(ordered.values_list("pk", flat=True))
        return [dict(_single(locked, key)) for key in keys]


def _row(columns: Sequence[str], values: Iterable[object]) -> dict[str, object]:
    return {name: plain(value) for name, value in zip(columns, values, strict=True)}


def _single(locked: Locked, key: object) -> Iterator[tuple[str, object]]:
    row = locked.model._base_manager.filter(pk=key)  # noqa: SLF001 - Django's documented meta API
    for name in locked.columns:
        try:
            yield name, plain(row.values_list(name, flat=True).get())
        except UNREADABLE:
            yield name, SPOILT


def _whole(key: object) -> int:
    return int(str(key))
