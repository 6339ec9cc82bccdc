"""The roll-up (汇总): a version of results for each family of groups, when what goes in has changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from appraisal.access import DECIDE, ROLL_UP
from appraisal.models import AppraisalCycle, AppraisalGroup, CapDecision, Participant, RollUp
from appraisal.reports.progress import FamilyProgress, family_progress, lease_name
from appraisal.reports.rolling import (
    Race,
    decisions_of,
    family_digest,
    insert,
    read_edge,
    read_race,
    read_sums,
    session_tables,
)
from appraisal.reports.schemes import Family, families_of
from appraisal.rules.cycle import FACT_STATES, ROLL_UP_STATES
from appraisal.rules.grading import GradeLines, Tie, TieDecision, choice_finding, grade_lines, places_of
from appraisal.rules.marking import cause_finding
from appraisal.services.keeping import (
    error,
    lock_cycle,
    record_about,
    refuse,
    refuse_foreign,
    refuse_state,
    refuse_stranger,
    scope_for,
    self_finding,
)
from orgs.models import User
from orgs.querysets import commit_lazily
from youthleague.kernel.findings import Finding
from youthleague.protection.leases import lease

_RUNNING = Finding("roll_up.running", "这一年度正在汇总，请等它完成。")
_NO_GROUP = Finding("roll_up.group", "这一年度没有这个组。")
_NO_TIE = Finding("tie.none", "这一组名额处没有等待决定的并列，请先汇总。")


@dataclass(frozen=True)
class FamilyResult:
    """What became of one family of groups: the version that stands now, and whether this run made it."""

    standing: FamilyProgress
    is_new: bool


def roll_up(
    *, cycle: AppraisalCycle, by: User | None, at: datetime, group: AppraisalGroup | None = None
) -> list[FamilyResult]:
    """Calculate the results of a year, or of one group and those that share its places of 好; None is the system.

    One transaction: a run that is killed leaves the last complete versions. Where nothing has changed, nothing is
    written. Raises ``appraisal.scope``, ``cycle.state``, ``roll_up.group``,
    ``roll_up.running``.
    """
    if by is not None:
        refuse_stranger(by, ROLL_UP, at)
    families = families_of(cycle)
    if group is not None:
        families = [one for one in families if group in one.groups]
        refuse(None if families else _NO_GROUP)
    with lease(lease_name(cycle)) as is_held:
        refuse(None if is_held else _RUNNING)
        return _roll_up_families(cycle, families, by, at)


@transaction.atomic
def request_roll_up(*, cycle: AppraisalCycle, by: User, at: datetime) -> AppraisalCycle:
    """Write down that a worker is asked for a roll-up; raises ``appraisal.scope``, ``cycle.state``."""
    refuse_stranger(by, ROLL_UP, at)
    cycle = lock_cycle(cycle)
    refuse_state(cycle, ROLL_UP_STATES)
    cycle.roll_up_asked_at = at
    cycle.save(update_fields=["roll_up_asked_at"])
    record_about("cycle.request-roll-up", cycle, by, at)
    return cycle


@transaction.atomic
def decide_tie(*, group: AppraisalGroup, chosen: Iterable[int], reason: str, by: User, at: datetime) -> CapDecision:
    """Say who of those with one total around the last place gets 好; the next roll-up cuts by it.

    ``group`` is the one whose share of 好 holds. Raises ``cycle.state``, ``tie.none``, ``appraisal.scope``,
    ``appraisal.self`` for whoever is in the tie, ``tie.choice``, ``fact.reason``.
    """
    refuse_state(lock_cycle(group.cycle), FACT_STATES)
    latest = RollUp.objects.filter(group=group).order_by("-version").first()
    tie = _tie_of(latest)
    people = list(Participant.objects.filter(pk__in=tie.members).select_related("cadre"))
    refuse_foreign(people, scope_for(by, DECIDE, at))
    for one in people:
        refuse(self_finding(by, one))
    keys = sorted(set(chosen))
    refuse(choice_finding(tie, keys) or cause_finding(reason))
    row = CapDecision(
        group=group,
        total=tie.total,
        places=tie.places,
        members=list(tie.members),
        chosen=keys,
        reason=reason.strip(),
        decided_by=by,
        decided_at=at,
    )
    row.clean_fields(exclude={"group", "decided_by"})
    row.save()
    record_about("appraisal.tie", group.cycle, by, at, people=len(tie.members))
    return row


# ---- the run ----------------------------------------------------------------------------
@transaction.atomic
def _roll_up_families(
    cycle: AppraisalCycle, families: Sequence[Family], by: User | None, at: datetime
) -> list[FamilyResult]:
    """Calculate some families at once; the year is locked, so that no mark comes in between two steps."""
    commit_lazily()
    cycle = lock_cycle(cycle)
    refuse_state(cycle, ROLL_UP_STATES)
    groups = [group for family in families for group in family.groups]
    with session_tables(groups, cap=cycle.adjustment_cap):
        sums = read_sums()
        results = [_settled(cycle, family, sums, by, at) for family in families]
    new = [one.standing for one in results if one.is_new]
    cycle.rolled_up_at, cycle.rolled_up_new = at, len(new)
    cycle.save(update_fields=["rolled_up_at", "rolled_up_new"])
    if new:
        people, ranked = sum(one.people for one in new), sum(one.ranked for one in new)
        record_about("appraisal.roll-up", cycle, by, at, groups=len(new), people=people, rows=ranked)
    return results


def _settled(
    cycle: AppraisalCycle, family: Family, sums: Mapping[int, list[int]], by: User | None, at: datetime
) -> FamilyResult:
    """Write another version of one family where what goes in has changed; without people there is none."""
    last = RollUp.objects.filter(group=family.host).order_by("-version").first()
    race, decisions = read_race(family.groups), decisions_of(family.host)
    digest = family_digest(cycle, family, sums, decisions)
    if not race.people or (last is not None and last.digest == digest):
        return FamilyResult(family_progress(family, last), is_new=False)
    lines = _lines(cycle, family, race, decisions)
    row = RollUp(
        group=family.host,
        version=last.version + 1 if last else 1,
        digest=digest,
        people=race.people,
        ranked=race.ranked,
        incomplete=race.incomplete,
        tie=_tie_facts(lines),
        calculated_at=at,
        calculated_by=by,
    )
    _write(row, family, lines)
    return FamilyResult(family_progress(family, row), is_new=True)


def _lines(cycle: AppraisalCycle, family: Family, race: Race, decisions: Sequence[TieDecision]) -> GradeLines:
    bands = list(cycle.bands.order_by("grade").values_list("grade", "floor"))
    places = places_of(family.host.excellent_permille, race.ranked)
    edge = read_edge(family.groups, bands[0][1], places)
    return grade_lines(
        bands, places=places, first_out=edge.first_out, tied=edge.tied, above=edge.above, decisions=decisions
    )


def _write(row: RollUp, family: Family, lines: GradeLines) -> None:
    row.save()
    with connection.cursor() as cursor:
        cursor.execute(insert(row.pk, family.groups, lines))


# ---- ties -----------------------------------------------------------------------------
def _tie_facts(lines: GradeLines) -> dict[str, object] | None:
    if lines.tie is None:
        return None
    chosen = None if lines.chosen is None else sorted(lines.chosen)
    return {"total": lines.tie.total, "places": lines.tie.places, "members": list(lines.tie.members), "chosen": chosen}


def _tie_of(latest: RollUp | None) -> Tie:
    facts = latest.tie if latest else None
    if facts is None:
        raise error(_NO_TIE)
    return Tie(facts["total"], facts["places"], tuple(facts["members"]))
