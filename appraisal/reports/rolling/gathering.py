"""Marks and counts of everybody in some groups, added up by component and pool into a table of the session."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from appraisal.choices import Component
from appraisal.models import AppraisalGroup, GroupComponent
from appraisal.reports.schemes import component_scheme
from appraisal.rules.scheme import rounds_multiple

GATHERED = "appraisal_gathered"
# Tells one multiset of marks from another, together with their number and sum.
_CHECK = "CAST(SUM(m.mark % 9973) AS BIGINT)"


def gather(groups: Sequence[AppraisalGroup], first: int, last: int) -> str:
    """Give the statement that adds up what the people of some groups of a year, from key to key, were given.

    A row has ``n`` marks or counted votes, their ``total``, the extremes, the ``weight`` of its pool and a checksum.
    """
    people = _People(people_of(groups), first, last)
    parts = (_daily(people), _panel(people), _ballots(people, groups[0].cycle_id), _rounds(people, groups))
    return f"CREATE TEMPORARY TABLE {GATHERED} AS {' UNION ALL '.join(parts)}"


def people_of(groups: Iterable[AppraisalGroup]) -> str:
    """Give the query for the people of some groups who are appraised: their keys and groups."""
    return f"SELECT id, group_id FROM appraisal_participant WHERE {within(groups)} AND standing <> 'withdrawn'"  # noqa: S608


def within(groups: Iterable[AppraisalGroup]) -> str:
    """Give the condition “one of these groups”."""
    return f"group_id IN ({', '.join(str(group.pk) for group in groups)})"


@dataclass(frozen=True)
class _People:
    """Whose marks are added up: a query for their keys and groups, and the range of the keys.

    The keys of a year lie close together: the range finds its marks, and who is exactly meant is asked of the sums.
    """

    query: str
    first: int
    last: int

    def sums(self, table: str, key: str, value: str, extra: str = "") -> str:
        """Give the query that adds up a table of marks by person and ``key``, with the group of each person."""
        return f"""
            SELECT sums.*, people.group_id FROM (
                SELECT m.participant_id, {key}, {value} FROM {table} m {extra}
                 WHERE m.participant_id BETWEEN {self.first} AND {self.last} GROUP BY m.participant_id, {key}) sums
              JOIN ({self.query}) people ON people.id = sums.participant_id"""  # noqa: S608


_OF_MARKS = (
    "COUNT(*) AS n, CAST(SUM(m.mark) AS BIGINT) AS total, MAX(m.mark) AS highest, MIN(m.mark) AS lowest, "
    f"{_CHECK} AS checksum"
)
_OF_POOLS = """
          JOIN appraisal_componentpool p ON p.id = s.pool_id
          JOIN appraisal_groupcomponent c ON c.id = p.component_id"""


def _daily(people: _People) -> str:
    sums = people.sums("appraisal_periodmark", "m.component", _OF_MARKS)
    return f"""
        SELECT group_id, participant_id, component, 1 AS pool, 1 AS weight, n, total, highest, lowest, checksum
          FROM ({sums}) s"""  # noqa: S608


def _panel(people: _People) -> str:
    sums = people.sums("appraisal_panelmark", "m.pool_id", _OF_MARKS)
    return f"""
        SELECT s.group_id, s.participant_id, c.component, p.number, p.weight,
               s.n, s.total, s.highest, s.lowest, s.checksum
          FROM ({sums}) s {_OF_POOLS}"""  # noqa: S608


def _ballots(people: _People, cycle: int) -> str:
    """Votes that no option value is given for (弃权、无效) are left out."""
    values = f"JOIN appraisal_optionvalue v ON v.option = m.option AND v.cycle_id = {cycle}"
    votes = "CAST(SUM(m.count) AS BIGINT) AS n, CAST(SUM(m.count * v.value) AS BIGINT) AS total"
    sums = people.sums("appraisal_ballottally", "m.pool_id", votes, values)
    return f"""
        SELECT s.group_id, s.participant_id, c.component, p.number, p.weight, s.n, s.total, 0, 0, s.total
          FROM ({sums}) s {_OF_POOLS}"""  # noqa: S608


def _rounds(people: _People, groups: Sequence[AppraisalGroup]) -> str:
    """Marks of rounds are brought to the least common multiple of their maxima; ``round_divisor`` undoes it."""
    rows = [row for one in contests(groups) for row in _factors(one)] or [(0, 0)]
    factors = " UNION ALL ".join(
        f"SELECT {key} AS round_id, {Component.CONTEST.value} AS component, CAST({factor} AS BIGINT) AS factor"
        for key, factor in rows
    )
    marks = f"COUNT(*) AS n, CAST(SUM(m.mark * k.factor) AS BIGINT) AS total, {_CHECK} AS checksum"
    joined = f"JOIN ({factors}) k ON k.round_id = m.round_id"
    sums = people.sums("appraisal_roundmark", "k.component", marks, joined)
    return f"""
        SELECT group_id, participant_id, component, 1, 1, n, total, 0, 0, checksum FROM ({sums}) s"""  # noqa: S608


def contests(groups: Iterable[AppraisalGroup]) -> list[GroupComponent]:
    """Give the contests of some groups."""
    found = (one for group in groups for one in group.components.all())
    return [one for one in found if one.component == Component.CONTEST]


def round_divisor(component: GroupComponent) -> int:
    """Give what the sum of a contest's marks is divided by to be thousandths of a hundred; 0 for other components."""
    rounds = component_scheme(component).rounds
    return 100 * rounds_multiple(rounds) if rounds else 0


def _factors(component: GroupComponent) -> list[tuple[int, int]]:
    multiple = rounds_multiple(component_scheme(component).rounds)
    return [(row.pk, row.weight * (multiple // row.maximum)) for row in component.rounds.all()]
