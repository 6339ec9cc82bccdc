"""Rules about organisations and roles that need only values."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from typing import Protocol

from orgs.choices import DutyKind, HollowKind, Level, OrganisationKind
from youthleague.kernel.dates import add_months
from youthleague.kernel.findings import Finding
from youthleague.kernel.terms import last_moved_to, term_ends_on
from youthleague.kernel.transitions import Transition, TransitionTable


class HeldRole(Protocol):
    """A role held from a day to before another."""

    role: str
    started_on: date
    ended_on: date | None


_ORDER = {Level.DISTRICT: 0, Level.TOWNSHIP: 1, Level.VILLAGE: 2, Level.UNIT: 2}


class TermUnit(Protocol):
    """An organisation, as far as its term is concerned."""

    @property
    def kind(self) -> int:
        """Give the kind of the organisation."""

    @property
    def is_student(self) -> bool:
        """Tell whether its members are students."""

    @property
    def is_temporary(self) -> bool:
        """Tell whether it is there for one piece of work."""


BRANCHES = frozenset({OrganisationKind.BRANCH, OrganisationKind.GENERAL_BRANCH})
NO_TERM = Finding("org.term", "团工委是派出机构，不经选举产生，不能填写选举日期。")
NO_TERM_TEMPORARY = Finding("org.term", "临时团组织的负责人由上级指定，不经选举产生，不能填写选举日期。")
ELECTED_LATER = Finding("election.future", "选举日期不能晚于今天。")
ELECTED_TOO_EARLY = Finding("election.order", "选举日期应晚于上一次换届（%(before)s）。")
ELECTED_TOO_LATE = Finding("election.order", "选举日期应早于下一次换届（%(after)s）。")
BEFORE_TERM = Finding("election.order", "补选日期不能早于第一次登记的换届（%(begun)s）。")
YEARS_FIXED = Finding("election.years", "只有基层团委可以选择任期长短，这一格请留空。")
YEARS_RANGE = Finding("election.years", "基层团委任期应是 %(least)s 至 %(most)s 年。")
EXTENDED_TOO_FAR = Finding("extension.limit", "最长只能延到 %(limit)s（届满后 %(months)s 个月）。")
EXTENDED_TOO_SHORT = Finding("extension.date", "延期后的日期应晚于届满日期（%(ends_on)s）。")

EXTENSIONS = TransitionTable(
    (
        Transition("approve", ("filed",), "approved", "批准"),
        Transition("withdraw", ("filed", "approved"), "withdrawn", "撤销"),
        Transition("end", ("filed", "approved"), "ended", "换届"),
    )
)


def has_term(kind: int, *, is_temporary: bool = False) -> bool:
    """Tell whether an organisation is elected and so has a term（《团章》）.

    A 团工委 is appointed, the leaders of a temporary organisation too: they have none.
    """
    return not is_temporary and kind != OrganisationKind.WORK_COMMITTEE


def no_term_finding(unit: TermUnit) -> Finding | None:
    """Say why an organisation has no elections; None when it has."""
    if has_term(unit.kind, is_temporary=unit.is_temporary):
        return None
    return NO_TERM if unit.kind == OrganisationKind.WORK_COMMITTEE else NO_TERM_TEMPORARY


def is_branch(kind: int) -> bool:
    """Tell whether an organisation is a 团支部 or 团总支, whose terms and delays are the shorter ones."""
    return kind in BRANCHES


def term_years(kind: int, *, is_student: bool, values: dict[str, int]) -> int | None:
    """Give the length of a term in years by kind; ``values`` are policy numbers by key; None for a 团工委."""
    if not has_term(kind):
        return None
    if is_branch(kind):
        return values["student_branch" if is_student else "branch"]
    return values["leading_body"] if kind == OrganisationKind.LEADING_BODY else values["committee"]


def end_of_term(unit: TermUnit, elected_on: date, values: dict[str, int], *, years: int | None = None) -> date | None:
    """Give the last day of the term that an election began; ``values`` are the policy of that day, ``years`` chosen."""
    if not has_term(unit.kind, is_temporary=unit.is_temporary):
        return None
    length = years or term_years(unit.kind, is_student=unit.is_student, values=values)
    return None if length is None else term_ends_on(elected_on, years=length)


def may_choose_term(kind: int) -> bool:
    """Tell whether the length of a term may be chosen within bounds: that of a 基层团委 is 3 to 5 years（《团章》）."""
    return kind == OrganisationKind.COMMITTEE


def years_findings(kind: int, years: int | None, *, least: int, most: int) -> list[Finding]:
    """Find what is wrong with a chosen length of a term; none chosen is right."""
    if years is None:
        return []
    if not may_choose_term(kind):
        return [YEARS_FIXED]
    return [] if least <= years <= most else [YEARS_RANGE.about(least=least, most=most)]


def renewal_findings(held_on: date, day: date, *, before: date | None, after: date | None = None) -> list[Finding]:
    """Find what is wrong with the day of a 换届, given the elections before and after it."""
    if held_on > day:
        return [ELECTED_LATER]
    if before is not None and held_on <= before:
        return [ELECTED_TOO_EARLY.about(before=before)]
    return [ELECTED_TOO_LATE.about(after=after)] if after is not None and held_on >= after else []


def by_election_findings(held_on: date, day: date, *, begun: date | None) -> list[Finding]:
    """Find what is wrong with the day of a 补选: the first term on file began on a day."""
    if held_on > day:
        return [ELECTED_LATER]
    return [BEFORE_TERM.about(begun=begun)] if begun is not None and held_on < begun else []


def grace_months(kind: int, values: dict[str, int]) -> int:
    """Give the months that an election may be put off: 支部、总支 6, others 12 by default（选举规则）."""
    return values["branch_grace" if is_branch(kind) else "committee_grace"]


@dataclass(frozen=True, slots=True)
class TermLimits:
    """What the ends of terms are compared with on a day, so that a table can be asked how they stand.

    A term ends soon up to ``soon_until``; one that ended at ``branches_until`` or ``others_until`` is overdue.
    """

    day: date
    soon_until: date
    branches_until: date
    others_until: date


def term_limits(day: date, values: dict[str, int]) -> TermLimits:
    """Give the limits of a day; ``values`` are the policy numbers of that day."""
    before = day - timedelta(days=1)
    return TermLimits(
        day,
        last_moved_to(day, -values["soon"]),
        last_moved_to(before, values["branch_grace"]),
        last_moved_to(before, values["committee_grace"]),
    )


def extension_findings(extended_to: date, ends_on: date, *, months: int) -> list[Finding]:
    """Find what is wrong with the day to which a term is extended; the limit counts from the end of the term."""
    if extended_to <= ends_on:
        return [EXTENDED_TOO_SHORT.about(ends_on=ends_on)]
    limit = add_months(ends_on, months)
    return [EXTENDED_TOO_FAR.about(limit=limit, months=months)] if extended_to > limit else []


class SeatUnit(Protocol):
    """An organisation, as far as the size of its committee is concerned."""

    @property
    def kind(self) -> int:
        """Give the kind of the organisation."""

    @property
    def level(self) -> str:
        """Give its level."""

    @property
    def member_count(self) -> int | None:
        """Give the number of its members, None where nobody has said."""

    @property
    def approved_seats(self) -> int | None:
        """Give the number of seats approved for it, None where the rule holds."""


@dataclass(frozen=True, slots=True)
class SeatRange:
    """How many seats a committee has, at least and at most."""

    least: int
    most: int

    @property
    def text(self) -> str:
        """Write it: 3—7 人, 9 人."""
        return f"{self.least} 人" if self.least == self.most else f"{self.least}—{self.most} 人"


def required_seats(unit: SeatUnit, values: Mapping[str, int]) -> SeatRange | None:
    """Give the seats of a committee（应配）: the approved number, else by kind and members（《基层组织选举规则》）.

    ``values`` are the policy numbers by key. None where no rule says: a 团工委 and the district without an approved
    number, a branch whose members nobody has counted.
    """
    if unit.approved_seats is not None:
        return SeatRange(unit.approved_seats, unit.approved_seats)
    if unit.kind == OrganisationKind.BRANCH:
        return _branch_seats(unit.member_count, values)
    if unit.kind == OrganisationKind.GENERAL_BRANCH:
        return SeatRange(values["general_branch_least"], values["general_branch_most"])
    if unit.kind != OrganisationKind.COMMITTEE:
        return None
    name = "township" if unit.level == Level.TOWNSHIP else "committee"
    return SeatRange(values[f"{name}_least"], values[f"{name}_most"])


def _branch_seats(members: int | None, values: Mapping[str, int]) -> SeatRange | None:
    """Give the seats of a 团支部: with few members a 书记, and a 副书记 if needed."""
    if members is None:
        return None
    if members < values["committee_from"]:
        return SeatRange(1, values["small_branch_most"])
    return SeatRange(values["branch_least"], values["branch_most"])


DUTY_LINE = Finding("duty.line", "第 %(line)s 行请写成“编号 事项名称”，中间空一格。")
DUTY_LONG = Finding("duty.long", "第 %(line)s 行太长：编号最多 20 个字，事项名称最多 200 个字。")
DUTY_TWICE = Finding("duty.twice", "第 %(line)s 行的编号 %(code)s 在上面已经写过。")
DUTY_CODE_LENGTH, DUTY_TITLE_LENGTH = 20, 200


def duty_lines(text: str) -> tuple[dict[str, str], list[Finding]]:
    """Read “编号 事项名称”, one a line, blank lines passed over: titles by code, and what is wrong with which line."""
    titles: dict[str, str] = {}
    findings = []
    for number, line in enumerate(text.splitlines(), 1):
        code, *rest = line.split(maxsplit=1) or [""]
        title = " ".join(rest).strip()
        finding = _duty_line_finding(code, title, known=titles) if code else None
        if finding is not None:
            findings.append(finding.about(line=number, code=code))
        elif code:
            titles[code] = title
    return titles, findings


def _duty_line_finding(code: str, title: str, *, known: Collection[str]) -> Finding | None:
    if not title:
        return DUTY_LINE
    if len(code) > DUTY_CODE_LENGTH or len(title) > DUTY_TITLE_LENGTH:
        return DUTY_LONG
    return DUTY_TWICE if code in known else None


def may_be_put_on_townships(kind: str) -> bool:
    """Tell whether work of a kind of duty may be put on a 街乡（《履行职责事项清单》）: what was taken back may not."""
    return kind != DutyKind.WITHDRAWN


def may_have_children(kind: int) -> bool:
    """Tell whether units may stand under an organisation; a 团支部 is the last."""
    return kind != OrganisationKind.BRANCH


def hollow_kind(kind: int, *, has_units: bool, members: int | None) -> HollowKind | None:
    """Tell in which way an organisation is hollow: a committee without units below, a 团支部 known to have no members.

    An unknown number of members says nothing; whether anybody is in office is for the roster to say.
    """
    if kind == OrganisationKind.BRANCH:
        return HollowKind.EMPTY_BRANCH if members == 0 else None
    return None if has_units or kind == OrganisationKind.LEADING_BODY else HollowKind.EMPTY_COMMITTEE


def may_stand_under(level: str, parent_level: str) -> bool:
    """Tell whether a level may stand under another: never under a lower one, a district under nothing."""
    if level == Level.DISTRICT:
        return False
    return _ORDER[Level(parent_level)] <= _ORDER[Level(level)]


def is_inside(lineage: str, top: str) -> bool:
    """Tell whether a lineage lies in the subtree of another, itself included."""
    return lineage.startswith(top)


def is_separation_broken(held: Iterable[HeldRole], separated: Collection[str]) -> bool:
    """Tell whether two different ones of the ``separated`` roles are held on one and the same day, past or to come."""
    rows = [one for one in held if one.role in separated]
    return any(one.role != other.role and _overlap(one, other) for one, other in combinations(rows, 2))


def _overlap(one: HeldRole, other: HeldRole) -> bool:
    ends = min(one.ended_on or date.max, other.ended_on or date.max)
    return max(one.started_on, other.started_on) < ends
