"""还差什么: what a year still lacks, condition by condition, each with who and what is missing.

A condition belongs to the state in which it is settled. Those that block keep a year from its next step and are held
against it by ``services.cycles`` under the lock; the others are told and leave the decision to people.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from appraisal.choices import OPEN_APPEALS, CycleState, DecisionState, Standing
from appraisal.models import Adjustment, Appeal, AppraisalCycle, Participant, RollUp, Scorecard, Veto
from appraisal.reports.letters import letters_missing
from appraisal.reports.marking import marking_gaps
from appraisal.reports.materials import MaterialGap, material_gaps
from appraisal.reports.meetings import running_meetings
from appraisal.reports.pledges import NO_PLEDGE, pledge_gaps
from appraisal.reports.progress import family_progress
from appraisal.reports.results import result_gaps
from appraisal.reports.review import published, stale_calibrations, unchanged_corrections
from appraisal.reports.rolling import outdated_families
from appraisal.reports.schemes import families_of
from appraisal.reports.seals import is_sealed
from appraisal.rules.marking import period_title

_ALL = tuple(CycleState)
_MARKED = (CycleState.DAILY, CycleState.MATERIALS, CycleState.EVALUATION)
_SIGNED = (CycleState.DAILY, CycleState.MATERIALS)
_REVIEWED = (CycleState.REVIEW,)
_LATER = _ALL[_ALL.index(CycleState.DAILY) : _ALL.index(CycleState.REVIEW)]


@dataclass(frozen=True)
class Lack:
    """Something that is missing: of whom (None: of nobody in particular), where, and what."""

    name: str
    where: str
    what: str
    participant_id: int | None = None
    group_id: int | None = None


@dataclass(frozen=True)
class Condition:
    """A condition: its code and title, in which states it is asked, what it keeps from happening, what is missing.

    ``page`` names the page on which what is missing is made good.
    """

    code: str
    title: str
    states: Sequence[CycleState]
    find: Callable[[AppraisalCycle, date], Iterable[Lack]]
    blocks: bool = False
    page: str = ""


@dataclass(frozen=True)
class Gap:
    """A condition with what is missing of it."""

    condition: Condition
    lacks: tuple[Lack, ...]


def gaps_of(cycle: AppraisalCycle, day: date) -> list[Gap]:
    """Look at every condition that is asked in the state of a year."""
    asked = (one for one in CONDITIONS if cycle.state in one.states)
    return [Gap(one, tuple(one.find(cycle, day))) for one in asked]


def blocking_gaps(cycle: AppraisalCycle, day: date) -> list[Gap]:
    """Give what keeps a year from its next step: blocking conditions of its state of which something is missing."""
    return [one for one in gaps_of(cycle, day) if one.condition.blocks and one.lacks]


def gap_of(cycle: AppraisalCycle, code: str, day: date) -> Gap | None:
    """Look at one condition, whatever the state; None for what is no condition."""
    condition = next((one for one in CONDITIONS if one.code == code), None)
    return Gap(condition, tuple(condition.find(cycle, day))) if condition else None


# ---- what is missing -----------------------------------------------------------------
def _nobody_drawn(cycle: AppraisalCycle, _day: date) -> Iterable[Lack]:
    if not cycle.participants.appraised().exists():
        yield Lack("", "", "还没有确定参评人员")


def _marks(cycle: AppraisalCycle, day: date) -> Iterable[Lack]:
    for one in marking_gaps(cycle, day=day):
        what = f"{period_title(one.period, one.periods)}：还有 {len(one.missing)} 人没有评"
        yield Lack(str(one.rater), str(one.component.label), what)


def _pledges(cycle: AppraisalCycle, _day: date) -> Iterable[Lack]:
    found = pledge_gaps(cycle)
    yield from (_pledge(person, NO_PLEDGE) for person in found.missing)
    yield from (_pledge(one.participant, str(one.get_state_display())) for one in found.unsigned)


def _pledge(person: Participant, state: str) -> Lack:
    unit = person.organisation.short_name or person.organisation.name
    return Lack(person.cadre.name, unit, f"责任书：{state}", person.pk)


def _materials(cycle: AppraisalCycle, _day: date) -> Iterable[Lack]:
    found = material_gaps(cycle)
    for title, rows in (("三张清单", found.lists), ("述职报告", found.reports)):
        yield from (_material(one, title) for one in rows)


def _material(one: MaterialGap, title: str) -> Lack:
    return Lack(one.name, f"{one.group}，{one.unit}", f"{title}：{one.state}", one.participant_id)


def _results(cycle: AppraisalCycle, _day: date) -> Iterable[Lack]:
    for one in result_gaps(cycle):
        person, title = one.person, one.component.get_component_display()
        many = f"{one.found}/{one.needed} 份" if one.needed > 1 else "没有登记"
        where = f"{person.group.name}，{person.organisation.short_name or person.organisation.name}"
        yield Lack(person.cadre.name, where, f"{title}（{one.part}）：{many}", person.pk, person.group_id)


def _meetings(cycle: AppraisalCycle, _day: date) -> Iterable[Lack]:
    for meeting, missing in running_meetings(cycle):
        what = f"还没有结束，还差 {missing} 个分数" if missing else "分数已经打完，还没有结束"
        yield Lack("", meeting.title, what)


def _waiting(cycle: AppraisalCycle, _day: date) -> Iterable[Lack]:
    for model in (Adjustment, Veto):
        rows = model.objects.filter(participant__cycle=cycle, state=DecisionState.ENTERED)
        for row in rows.select_related("participant__cadre", "participant__group", "entered_by").order_by("pk"):
            who = row.participant
            what = f"{model._meta.verbose_name}，{row.entered_by} 登记：{row.reason}"  # noqa: SLF001 - Django's meta API
            yield Lack(who.cadre.name, who.group.name, what, who.pk, who.group_id)


def _ties(cycle: AppraisalCycle, _day: date) -> Iterable[Lack]:
    last = {row.group_id: row for row in RollUp.objects.filter(group__cycle=cycle).latest_versions()}
    for family in families_of(cycle):
        row = last.get(family.host.pk)
        tie = row.tie if row is not None and family_progress(family, row).has_open_tie else None
        if tie is not None:
            many = f"{len(tie['members'])} 人并列，余 {tie['places']} 个名额"
            yield Lack("", "、".join(group.name for group in family.groups), many, None, family.host.pk)


def _incomplete(cycle: AppraisalCycle, _day: date) -> Iterable[Lack]:
    last = RollUp.objects.filter(group__cycle=cycle).latest_versions()
    cards = Scorecard.objects.filter(roll_up__in=last.values("pk"), standing=Standing.INCOMPLETE)
    for card in cards.select_related("participant__cadre", "group").order_by("group__position", "pk"):
        yield Lack(
            card.participant.cadre.name, card.group.name, "数据不全，没有总分", card.participant_id, card.group_id
        )


def _not_rolled_up(cycle: AppraisalCycle, _day: date) -> Iterable[Lack]:
    done = set(RollUp.objects.filter(group__cycle=cycle).values_list("group", flat=True))
    for family in outdated_families(cycle):
        what = "汇总以后又有登记或改动，请重新汇总" if family.host.pk in done else "还没有汇总"
        yield Lack("", "、".join(group.name for group in family.groups), what, None, family.host.pk)


def _stale_calibrations(cycle: AppraisalCycle, _day: date) -> Iterable[Lack]:
    for one in stale_calibrations(cycle):
        what = f"校准（{one.get_before_display()}→{one.get_after_display()}）因重新汇总不再适用，请重新校准或者撤回"
        yield _of_person(one.participant, what)


def _unchanged_corrections(cycle: AppraisalCycle, _day: date) -> Iterable[Lack]:
    for one in unchanged_corrections(cycle):
        yield _of_person(one.participant, "决定更正，结果还没有改动")


def _unpublished(cycle: AppraisalCycle, _day: date) -> Iterable[Lack]:
    if published(cycle) is None:
        again = cycle.publications.exists()
        yield Lack("", "", "公布以后又有变动，请重新公布" if again else "还没有公布")


def _appeal_days(cycle: AppraisalCycle, day: date) -> Iterable[Lack]:
    shown = published(cycle)
    if shown is not None and day <= shown.last_day:
        yield Lack("", "", f"期限到 {shown.last_day:%Y-%m-%d} 为止")


def _open_appeals(cycle: AppraisalCycle, _day: date) -> Iterable[Lack]:
    rows = Appeal.objects.filter(participant__cycle=cycle, state__in=OPEN_APPEALS).order_by("pk")
    for one in rows.select_related("participant__cadre", "participant__group"):
        yield _of_person(one.participant, f"异议{one.get_state_display()}")


def _unsealed(cycle: AppraisalCycle, _day: date) -> Iterable[Lack]:
    if not is_sealed(cycle):
        yield Lack("", "", "还没有填写会议纪要号审定、锁定")


def _letters(cycle: AppraisalCycle, _day: date) -> Iterable[Lack]:
    yield from (Lack(one.addressee, "", f"反馈函：{one.state}") for one in letters_missing(cycle))


def _of_person(person: Participant, what: str) -> Lack:
    return Lack(person.cadre.name, person.group.name, what, person.pk, person.group_id)


CONDITIONS: tuple[Condition, ...] = (
    Condition(
        "people", "参评人员已经确定", (CycleState.PREPARATION,), _nobody_drawn, blocks=True, page="appraisal-draw"
    ),
    Condition("pledges", "责任书已经签订", _SIGNED, _pledges, page="appraisal-pledges"),
    Condition("marks", "已经开始的各期都评过分", _MARKED, _marks, page="appraisal-marks"),
    Condition("materials", "三张清单和述职报告已经交齐", (CycleState.MATERIALS,), _materials, blocks=True),
    Condition(
        "results",
        "测评结果已经登记，或者免评",
        (CycleState.EVALUATION,),
        _results,
        blocks=True,
        page="appraisal-results",
    ),
    Condition(
        "meetings", "述职会已经结束", (CycleState.EVALUATION,), _meetings, blocks=True, page="appraisal-meetings"
    ),
    Condition("items", "加减分和一票否决已经审批", _LATER, _waiting, page="appraisal-items"),
    Condition(
        "roll-up",
        "每一组都已经汇总，汇总以后没有改动",
        (CycleState.TOTALLING,),
        _not_rolled_up,
        blocks=True,
        page="appraisal-roll-up",
    ),
    Condition(
        "ties", "名额处没有等待决定的并列", (CycleState.TOTALLING,), _ties, blocks=True, page="appraisal-roll-up"
    ),
    Condition(
        "incomplete", "没有数据不全的人", (CycleState.TOTALLING,), _incomplete, blocks=True, page="appraisal-roll-up"
    ),
    Condition(
        "calibrations", "没有不再适用的校准", _REVIEWED, _stale_calibrations, blocks=True, page="appraisal-calibration"
    ),
    Condition(
        "corrections",
        "决定更正的异议已经更正",
        _REVIEWED,
        _unchanged_corrections,
        blocks=True,
        page="appraisal-appeals",
    ),
    Condition("published", "结果已经公布给本人", _REVIEWED, _unpublished, blocks=True, page="appraisal-calibration"),
    Condition("appeal-days", "异议期限已经届满", _REVIEWED, _appeal_days, blocks=True),
    Condition("seal", "审定以后已经锁定", (CycleState.DECISION,), _unsealed, blocks=True, page="appraisal-approval"),
    Condition("letters", "反馈函已经送达", (CycleState.FEEDBACK,), _letters, blocks=True, page="appraisal-letters"),
    Condition("appeals", "没有未办结的异议", _REVIEWED, _open_appeals, blocks=True, page="appraisal-appeals"),
)
