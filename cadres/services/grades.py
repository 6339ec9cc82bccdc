"""Grades of past years in the person's file (年度考核等次), as the sealed results say them; never written by hand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from cadres.models import YearGrade
from orgs.models import User
from orgs.querysets import delete_rows, write_history
from youthleague.audit.services import record

_FIELDS = ("grade", "group", "basis", "source_version", "version")


@dataclass(frozen=True, slots=True)
class GradeFact:
    """What the results say of one person: key of the person, grade (None: 不定等次), name of the 考评组."""

    cadre_id: int
    grade: int | None
    group: str


@dataclass(frozen=True, slots=True)
class GradeSource:
    """Where grades come from: the version of the sealed results, counted from 1, and the document that they rest on."""

    version: int
    basis: str


@transaction.atomic
def record_year_grade(
    *, year: int, facts: Iterable[GradeFact], source: GradeSource, by: User | None, at: datetime
) -> int:
    """Put the grades of a year into the files of everybody who has one; gives how many files changed.

    A later version of the results corrects the row that stands, and takes away that of somebody who is no longer in
    them; the history keeps both. The same version again changes nothing.
    """
    wanted = {one.cadre_id: one for one in facts}
    standing = {row.cadre_id: row for row in YearGrade.objects.select_for_update().filter(year=year)}
    fresh = [
        _filled(YearGrade(cadre_id=key, year=year), wanted[key], source) for key in sorted(wanted - standing.keys())
    ]
    corrected = [row for key, row in sorted(standing.items()) if key in wanted and _differs(row, wanted[key], source)]
    gone = [row for key, row in sorted(standing.items()) if key not in wanted]
    for row in corrected:
        _filled(row, wanted[row.cadre_id], source).version += 1
    YearGrade.objects.bulk_create(fresh, batch_size=500)
    YearGrade.objects.bulk_update(corrected, _FIELDS, batch_size=500)
    reason = f"{source.basis}，第 {source.version} 版"[:100]
    _write_history(fresh, "+", by, reason, at)
    _write_history(corrected, "~", by, reason, at)
    _write_history(gone, "-", by, reason, at)
    for row in gone:
        delete_rows(YearGrade, [row.pk], version=row.version)
    changed = len(fresh) + len(corrected) + len(gone)
    if changed:
        record(action="cadre.grade", by=by, at=at, facts={"year": year, "people": changed})
    return changed


def _filled(row: YearGrade, fact: GradeFact, source: GradeSource) -> YearGrade:
    row.grade, row.group = fact.grade, fact.group
    row.basis, row.source_version = source.basis, source.version
    return row


def _differs(row: YearGrade, fact: GradeFact, source: GradeSource) -> bool:
    stands = (row.grade, row.group, row.basis, row.source_version)
    return stands != (fact.grade, fact.group, source.basis, source.version)


def _write_history(rows: Sequence[YearGrade], kind: str, by: User | None, reason: str, at: datetime) -> None:
    keys = [row.pk for row in rows]
    write_history(YearGrade, keys, kind, by_id=by.pk if by else None, reason=reason, at=at)
