"""Years of appraisal: prepare one, change its scheme, open it, take it on step by step."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from appraisal.access import KEEP
from appraisal.choices import AppealState, BoxState, CycleState, MeetingState
from appraisal.models import (
    Appeal,
    AppraisalCycle,
    AppraisalGroup,
    ComponentPool,
    ContestRound,
    GradeBand,
    GroupComponent,
    GroupSelection,
    OptionValue,
    VetoKind,
)
from appraisal.reports.gaps import blocking_gaps
from appraisal.reports.materials import material_gaps
from appraisal.reports.results import result_gaps
from appraisal.reports.schemes import scheme_of
from appraisal.rules.cycle import CYCLE, SCHEME_STATES, step_finding
from appraisal.rules.scheme import (
    DEFAULT_SCHEME,
    AppraisalScheme,
    ComponentScheme,
    GroupScheme,
    scheme_digest,
    scheme_findings,
)
from appraisal.services.keeping import lock_cycle, record_about, refuse, refuse_locked, refuse_state, refuse_stranger
from appraisal.services.publishing import close_publication
from appraisal.services.raters import put_raters, rater_rows
from orgs.models import User
from youthleague.kernel.findings import Finding

_TAKEN = Finding("cycle.twice", "%(year)d年度已经建立。")
_NOBODY = Finding("cycle.nobody", "还没有确定参评人员，请先确定人员再启动。")
_MATERIALS = Finding(
    "cycle.materials",
    "还有 %(people)d 人的年终材料没有交齐（三张清单 %(lists)d 人，述职报告 %(reports)d 人），不能转入测评。",
)
_RESULTS = Finding("cycle.results", "还有 %(people)d 人的测评结果没有登记齐；登记好，或者写明理由免评，再转入汇总。")
_VOTING = Finding("cycle.voting", "还有票箱在投票，请先结束投票或作废，再转入汇总。")
_APPEALS = Finding("cycle.appeals", "还有 %(count)d 件异议没有决定，请先维持或者决定更正，再退回汇总。")
_LACKING_CONDITIONS = Finding("cycle.lacking", "还不能进入下一步：%(what)s。“还差什么”里列出了每一项。")
_MEETING = Finding("cycle.meeting", "还有述职会没有结束，请先结束或作废，再转入汇总。")
_OPEN = Finding("cycle.open", "启动日常考核请用“启动”，方案会在那时固定下来。")


@transaction.atomic
def prepare_cycle(*, year: int, by: User, at: datetime, copy_of: AppraisalCycle | None = None) -> AppraisalCycle:
    """Set a year up in 筹备, with the usual scheme or with that of an earlier year.

    Raises ``appraisal.scope``, ``cycle.twice``.
    """
    refuse_stranger(by, KEEP, at)
    refuse(_TAKEN.about(year=year) if AppraisalCycle.objects.filter(year=year).exists() else None)
    scheme = scheme_of(copy_of) if copy_of else DEFAULT_SCHEME
    cycle = AppraisalCycle.objects.create(
        year=year, adjustment_cap=scheme.adjustment_cap, appeal_days=scheme.appeal_days
    )
    _write_scheme(cycle, scheme)
    if copy_of:
        put_raters(cycle, rater_rows(copy_of), at=at)
    record_about("cycle.prepare", cycle, by, at, year=year)
    return cycle


@transaction.atomic
def change_scheme(
    *, cycle: AppraisalCycle, version: int, scheme: AppraisalScheme, by: User, at: datetime
) -> AppraisalCycle:
    """Put another scheme in the place of that of a year in 筹备; who was drawn before is drawn anew.

    Raises ``cycle.state`` later, ``row.stale``, ``appraisal.scope``, and the first of what ``scheme_findings`` says.
    """
    refuse_stranger(by, KEEP, at)
    cycle = lock_cycle(cycle, version)
    refuse_state(cycle, SCHEME_STATES)
    refuse(next(iter(scheme_findings(scheme)), None))
    raters = rater_rows(cycle)
    cycle.groups.all().delete()
    for rows in (cycle.options, cycle.bands, cycle.veto_kinds):
        rows.all().delete()
    cycle.drawn_on = None
    cycle.version += 1
    _write_scheme(cycle, scheme)
    put_raters(cycle, raters, at=at)
    record_about("cycle.scheme", cycle, by, at, scheme_digest=scheme_digest(scheme))
    return cycle


@transaction.atomic
def open_cycle(*, cycle: AppraisalCycle, version: int, by: User, at: datetime) -> AppraisalCycle:
    """Begin a year (启动日常考核): from here on its scheme stands, under the digest that is written down now.

    Raises ``cycle.state``, ``cycle.locked``, ``row.stale``, ``appraisal.scope``, ``cycle.nobody``, and what
    ``scheme_findings`` says.
    """
    refuse_stranger(by, KEEP, at)
    cycle = lock_cycle(cycle, version)
    _refuse_step(cycle, "open")
    scheme = scheme_of(cycle)
    refuse(next(iter(scheme_findings(scheme)), None))
    refuse(None if cycle.participants.appraised().exists() else _NOBODY)
    cycle.scheme_digest = scheme_digest(scheme)
    _step(cycle, "open")
    record_about("cycle.open", cycle, by, at, scheme_digest=cycle.scheme_digest)
    return cycle


@transaction.atomic
def advance_cycle(*, cycle: AppraisalCycle, version: int, action: str, by: User, at: datetime) -> AppraisalCycle:
    """Take a year that was opened to its next state, back from 汇总 to 测评, or from 复核 to 汇总.

    Raises ``cycle.state``, ``cycle.locked``, ``cycle.open``, ``row.stale``, ``appraisal.scope``,
    ``cycle.materials`` into 测评 while lists or reports of those who are ranked are missing, and
    into 汇总 ``cycle.voting`` while a box still takes votes, ``cycle.meeting`` while a 述职会 runs, ``cycle.results``
    while results of theirs are neither entered nor exempt; later ``cycle.lacking`` while a condition of
    ``reports.gaps`` blocks, and back from 复核 ``cycle.appeals`` while an objection waits for its decision.
    """
    refuse_stranger(by, KEEP, at)
    cycle = lock_cycle(cycle, version)
    refuse(_OPEN if action == "open" else None)
    _refuse_step(cycle, action)
    refuse(_LACKING[action](cycle) if action in _LACKING else None)
    refuse(_lacks(cycle, timezone.localdate(at)) if action in _CONDITIONED else None)
    _step(cycle, action)
    if action == "recalculate":
        close_publication(cycle, at)
    record_about("cycle.advance", cycle, by, at, step=CycleState(cycle.state).value)
    return cycle


# ---- parts ---------------------------------------------------------------------------
def _refuse_step(cycle: AppraisalCycle, action: str) -> None:
    """Raise ``cycle.locked`` for a step that would lead a locked year anywhere but on."""
    found = step_finding(cycle.state, action, year=cycle.year)
    if found is not None:
        refuse_locked(cycle)
    refuse(found)


def _lacks_materials(cycle: AppraisalCycle) -> Finding | None:
    gaps = material_gaps(cycle)
    if not gaps.people:
        return None
    return _MATERIALS.about(people=gaps.people, lists=len(gaps.lists), reports=len(gaps.reports))


def _lacks_results(cycle: AppraisalCycle) -> Finding | None:
    if cycle.boxes.filter(state=BoxState.OPEN).exists():
        return _VOTING
    if cycle.meetings.filter(state=MeetingState.RUNNING).exists():
        return _MEETING
    people = len({one.person.pk for one in result_gaps(cycle)})
    return _RESULTS.about(people=people) if people else None


def _has_waiting_appeals(cycle: AppraisalCycle) -> Finding | None:
    waiting = Appeal.objects.filter(participant__cycle=cycle, state__in=[AppealState.FILED, AppealState.ACCEPTED])
    count = waiting.count()
    return _APPEALS.about(count=count) if count else None


def _lacks(cycle: AppraisalCycle, day: date) -> Finding | None:
    """Say which conditions of the state keep a year from its next step."""
    found = [f"{one.condition.title}（还差 {len(one.lacks)} 项）" for one in blocking_gaps(cycle, day)]
    return _LACKING_CONDITIONS.about(what="；".join(found)) if found else None


_CONDITIONED = frozenset({"review", "decide", "feed-back", "archive"})
_LACKING: Mapping[str, Callable[[AppraisalCycle], Finding | None]] = {
    "evaluate": _lacks_materials,
    "total": _lacks_results,
    "recalculate": _has_waiting_appeals,
}


def _step(cycle: AppraisalCycle, action: str) -> None:
    cycle.state = CYCLE.target(cycle.state, action)
    cycle.version += 1
    cycle.save()


def _write_scheme(cycle: AppraisalCycle, scheme: AppraisalScheme) -> None:
    cycle.adjustment_cap, cycle.appeal_days = scheme.adjustment_cap, scheme.appeal_days
    cycle.ladder = list(scheme.ladder)
    cycle.save()
    OptionValue.objects.bulk_create(OptionValue(cycle=cycle, option=one, value=value) for one, value in scheme.options)
    GradeBand.objects.bulk_create(GradeBand(cycle=cycle, grade=grade, floor=floor) for grade, floor in scheme.bands)
    VetoKind.objects.bulk_create(VetoKind(cycle=cycle, title=one, best_grade=best) for one, best in scheme.vetoes)
    groups = {one.name: _write_group(cycle, number, one) for number, one in enumerate(scheme.groups, start=1)}
    _share_caps(scheme, groups)


def _write_group(cycle: AppraisalCycle, position: int, scheme: GroupScheme) -> AppraisalGroup:
    group = AppraisalGroup.objects.create(
        cycle=cycle,
        position=position,
        name=scheme.name,
        excellent_permille=scheme.excellent_permille,
        minimum_months=scheme.minimum_months,
        periods=scheme.periods,
        bottom_mode=scheme.bottom_mode,
        bottom_value=scheme.bottom_value,
    )
    GroupSelection.objects.bulk_create(
        GroupSelection(
            group=group,
            level=one.level,
            township_kind=one.township_kind,
            sector=one.sector,
            league_post=one.league_post,
        )
        for one in scheme.selections
    )
    for component in scheme.components:
        _write_component(group, component)
    return group


def _write_component(group: AppraisalGroup, scheme: ComponentScheme) -> None:
    row = GroupComponent.objects.create(
        group=group,
        component=scheme.component,
        weight=scheme.weight,
        minimum_size=scheme.minimum_size,
        trim_from=scheme.trim_from,
    )
    ComponentPool.objects.bulk_create(
        ComponentPool(component=row, number=number, ballot_class=one.ballot_class, weight=one.weight)
        for number, one in enumerate(scheme.pools, start=1)
    )
    ContestRound.objects.bulk_create(
        ContestRound(component=row, kind=one.kind, maximum=one.maximum, weight=one.weight) for one in scheme.rounds
    )


def _share_caps(scheme: AppraisalScheme, groups: Mapping[str, AppraisalGroup]) -> None:
    for one in scheme.groups:
        if one.shares_cap_with:
            groups[one.name].shares_cap_with = groups[one.shares_cap_with]
            groups[one.name].save()
