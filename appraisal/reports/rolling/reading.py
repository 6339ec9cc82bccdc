"""What is read back of a roll-up before it is written: who stands around the last place of 好, and the digest."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from appraisal.choices import Grade, Standing
from appraisal.models import AppraisalGroup
from appraisal.reports.rolling.gathering import GATHERED, within
from appraisal.reports.rolling.totalling import TOTALS
from appraisal.rules.grading import TieDecision

_METHOD = 1  # of calculating; another one makes another digest


@dataclass(frozen=True)
class Race:
    """How many people there are, how many of them are ranked, how many lack something."""

    people: int
    ranked: int
    incomplete: int


@dataclass(frozen=True)
class Edge:
    """Around the last place: the total of the first candidate without one (None when all have one), and the tie."""

    first_out: int | None = None
    tied: tuple[int, ...] = ()
    above: int = 0


def read_race(groups: Sequence[AppraisalGroup]) -> Race:
    """Count who is in the totals of some groups."""
    lacking = f"COALESCE(SUM(CASE WHEN standing = '{Standing.INCOMPLETE}' THEN 1 ELSE 0 END), 0)"
    [counts] = _rows(f"SELECT COUNT(*), COUNT(rank), {lacking} FROM {TOTALS} WHERE {within(groups)}")  # noqa: S608
    return Race(*map(int, counts))


def read_edge(groups: Sequence[AppraisalGroup], floor: int, places: int) -> Edge:
    """Look around the last of some places among the candidates: ranked, at the floor of 好, no veto against it."""
    is_free = f"COALESCE(veto, 1) = {Grade.EXCELLENT.value}"
    candidates = f"FROM {TOTALS} WHERE {within(groups)} AND rank IS NOT NULL AND {is_free} AND total >= {floor}"
    found = _rows(f"SELECT total {candidates} ORDER BY total DESC LIMIT 1 OFFSET {places}")
    if not found:
        return Edge()
    [(first_out,)] = found
    [(above,)] = _rows(f"SELECT COUNT(*) {candidates} AND total > {first_out}")
    tied = _rows(f"SELECT participant_id {candidates} AND total = {first_out} ORDER BY participant_id")
    return Edge(int(first_out), tuple(int(key) for (key,) in tied), int(above))


def read_sums() -> dict[int, list[int]]:
    """Give sums and checksums of marks and of all else that goes in, by group."""
    marks = _rows(f"""
        SELECT group_id, COUNT(*), SUM(n), SUM(total), SUM(checksum),
               SUM(((participant_id % 100003) * 31 + component * 7 + pool) % 100003 * (total % 99991)),
               SUM((participant_id % 100003) * ((checksum + n) % 99991))
          FROM {GATHERED} GROUP BY group_id""")  # noqa: S608
    states = " ".join(f"WHEN '{one.value}' THEN {number}" for number, one in enumerate(Standing, start=1))
    people = _rows(f"""
        SELECT group_id, COUNT(*), SUM((participant_id % 100003) * (exempted + 1)),
               SUM((participant_id % 100003) * (adjustment + 200000)),
               SUM((participant_id % 100003) * (COALESCE(veto, 0) * 7 + CASE standing {states} END))
          FROM {TOTALS} GROUP BY group_id""")  # noqa: S608
    found: dict[int, list[int]] = defaultdict(list)
    for group, *sums in (*people, *marks):
        found[group] += map(int, sums)
    return found


def digest_of(scheme_digest: str, sums: Sequence[Sequence[int]], decisions: Sequence[TieDecision]) -> str:
    """Give the SHA-256 of all that goes in: the scheme, the sums of each group, decisions about ties."""
    made = [(one.tie.total, one.tie.places, list(one.tie.members), sorted(one.chosen)) for one in decisions]
    return hashlib.sha256(json.dumps([_METHOD, scheme_digest, sums, made]).encode()).hexdigest()


def _rows(statement: str) -> list[tuple[int, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())
