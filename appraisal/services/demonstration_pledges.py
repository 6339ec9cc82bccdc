"""Pledges of the demonstration district: made up, past the services, as far as the state of their year lets them be."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from django.db import transaction
from django.utils import timezone

from appraisal.choices import CycleState, GoalCategory, PledgeAct, PledgeState
from appraisal.models import (
    AppraisalCycle,
    Participant,
    PledgeChange,
    PledgeGoal,
    PledgeStep,
    ResponsibilityPledge,
)
from appraisal.reports.pledges import figure_values, goal_lines, total_of
from appraisal.rules.goals import scale_of
from appraisal.services.pledge_goals import scorable_figures
from appraisal.services.pledges import REWARDS
from cadres.choices import LeaguePost
from orgs.access import is_same_person
from orgs.choices import Level
from orgs.models import User

_Goal = tuple[GoalCategory, str, str, int, str, int, tuple[int, int], str, str]
_TASKS = "linkage.tasks_closed"
# category, what, how much, target, unit, weight, deadline, evidence, figure
_TOWNSHIP: tuple[_Goal, ...] = (
    (
        GoalCategory.TEAM,
        "健全村（社区）团支部班子",
        "按期换届，书记由“两委”兼任",
        100,
        "%",
        15,
        (9, 30),
        "换届批复",
        "",
    ),
    (GoalCategory.TEAM, "在两新组织新建团组织", "应建尽建，当年新建", 3, "个", 15, (11, 30), "成立批复", ""),
    (GoalCategory.MECHANISM, "办结三级联动任务", "期内到期的按要求办结", 95, "%", 20, (11, 30), "系统取数", _TASKS),
    (GoalCategory.YOUTH, "办好青年夜校", "每期不少于 8 课时", 4, "期", 15, (10, 31), "课表和签到", ""),
    (GoalCategory.YOUTH, "走访联系服务青年", "记下诉求，件件有回音", 120, "人次", 15, (12, 10), "走访记录", ""),
    (GoalCategory.SUPPORT, "“5+1”爱心互助", "每户有人包、每月有人看", 6, "户", 10, (12, 10), "帮扶台账", ""),
    (GoalCategory.OTHER, "落实党建带团建", "街乡党（工）委专题研究团的工作", 2, "次", 10, (12, 10), "会议记录", ""),
)
_DISTRICT: tuple[_Goal, ...] = (
    (GoalCategory.TEAM, "抓好团干部队伍建设", "全区轮训覆盖", 100, "%", 20, (10, 31), "培训名单", ""),
    (GoalCategory.MECHANISM, "推进三级联动", "牵头的任务按期办结", 95, "%", 30, (11, 30), "系统取数", _TASKS),
    (GoalCategory.YOUTH, "联系服务青年", "到联系点现场办公", 12, "次", 20, (12, 10), "走访记录", ""),
    (GoalCategory.SUPPORT, "建好青年之家", "达到区级示范标准", 2, "个", 15, (11, 30), "验收单", ""),
    (GoalCategory.OTHER, "总结推广经验做法", "形成可复制的案例", 3, "篇", 15, (12, 10), "刊发件", ""),
)
_UNIT: tuple[_Goal, ...] = (
    (GoalCategory.TEAM, "规范团支部组织生活", "每月一次主题团日", 12, "次", 25, (12, 10), "活动记录", ""),
    (GoalCategory.TEAM, "做好团员发展和教育", "入团前培训不少于 8 学时", 8, "学时", 20, (10, 31), "培训签到", ""),
    (GoalCategory.YOUTH, "联系服务青年学生和职工", "谈心谈话有记录", 40, "人次", 20, (12, 10), "谈话记录", ""),
    (GoalCategory.SUPPORT, "组织志愿服务", "到社区结对服务", 6, "次", 20, (11, 30), "服务记录", ""),
    (GoalCategory.MECHANISM, "办结联动任务", "交办的按期办结", 95, "%", 15, (11, 30), "系统取数", _TASKS),
)
_USUAL = {Level.DISTRICT: _DISTRICT, Level.TOWNSHIP: _TOWNSHIP}
_SUPPORT = {Level.DISTRICT: "各街乡团（工）委", Level.TOWNSHIP: "所属团支部"}
_ANY_DUTIES = (
    "主持团支部（团委）日常工作，向本单位党组织和上级团组织负责\n抓好团员发展、教育和组织生活\n组织青年志愿服务",
)
_DUTIES = {
    Level.DISTRICT: (
        "协助书记抓好团的组织建设，分管基层团组织换届和团干部培训\n联系两个街乡，指导村（社区）团支部建设",
        "分管青年发展和志愿服务，牵头青年夜校和青年之家\n负责与区级部门的横向联动",
        "分管宣传和网络工作，牵头青年典型选树\n负责机关日常运转和年度考核的组织",
    ),
    Level.TOWNSHIP: (
        "主持街乡团（工）委全面工作，向同级党（工）委和团区委负责\n抓好所属团支部班子和两新团建\n组织落实三级联动任务",
    ),
}
_PROMISES = ("走村入户，不坐等上报；数字实打实，不搞留痕代替实绩。", "联系服务青年件件有回音，不增加基层负担。")
_CHANGED = ("上级新增任务，经会商调高目标。", "年中并入两个社区，目标相应调整。")
_PATH = {
    PledgeState.DRAFT: (PledgeAct.DRAFT,),
    PledgeState.OFFERED: (PledgeAct.DRAFT, PledgeAct.OFFER),
    PledgeState.CONFIRMED: (PledgeAct.DRAFT, PledgeAct.OFFER, PledgeAct.CONFIRM),
    PledgeState.REVIEWED: (PledgeAct.DRAFT, PledgeAct.OFFER, PledgeAct.CONFIRM, PledgeAct.REVIEW),
}
_SIGNED = (*_PATH[PledgeState.REVIEWED], PledgeAct.SIGN)
_ON_PAPER = "凭书面签字登记"
_LATE = {PledgeAct.SETTLE: lambda year: date(year, 12, 20), PledgeAct.ARCHIVE: lambda year: date(year, 12, 28)}


@dataclass(frozen=True)
class _Desk:
    """The year, who acts for the office, who the people are, the chance, and until when anything is written."""

    cycle: AppraisalCycle
    rng: Random
    staff: Sequence[User]
    leader: User
    accounts: dict[str, User]
    at: datetime

    def moment(self, number: int) -> datetime:
        """Give when the step with a number was taken: in the first weeks of the year, nine days apart."""
        return self.at_day(date(self.cycle.year, 1, 12) + timedelta(days=9 * number), 10 + number % 6)

    def at_day(self, day: date, hour: int) -> datetime:
        """Give an hour of a day, or now."""
        return min(timezone.make_aware(datetime.combine(day, time(hour))), self.at)

    def writer_for(self, person: Participant) -> User:
        """Give who draws up somebody's pledge: nobody their own."""
        return next((one for one in self.staff if not is_same_person(one, person.cadre)), self.staff[0])

    def reviewer_for(self, person: Participant) -> User:
        """Give who reviews it: somebody else, as far as there is anybody."""
        others = [one for one in self.staff if not is_same_person(one, person.cadre)]
        return others[-1] if others else self.staff[-1]


@transaction.atomic
def fill_pledges(cycle: AppraisalCycle, *, rng: Random, staff: Sequence[User], leader: User, at: datetime) -> int:
    """Give everybody who is appraised in a year a pledge, the leader who signs left out; gives how many.

    In a year under way most are in force and some on their way; from 汇总 on they are settled, after 归档 put away.
    """
    rows = cycle.participants.appraised().select_related("cadre", "organisation", "group").order_by("pk")
    people = [one for one in rows if not is_same_person(leader, one.cadre)]  # nobody signs their own
    keys = [one.cadre.person_key for one in people]
    accounts = {one.person_key: one for one in User.objects.filter(person_key__in=keys, is_active=True)}
    desk = _Desk(cycle, rng, staff, leader, accounts, at)
    pledges = ResponsibilityPledge.objects.bulk_create([_pledge(one, desk) for one in people], batch_size=500)
    goals = PledgeGoal.objects.bulk_create([goal for one in pledges for goal in _goals(one, desk)], batch_size=500)
    PledgeStep.objects.bulk_create([step for one in pledges for step in _steps(one, desk)], batch_size=500)
    _adjust([one for one in pledges if one.state == PledgeState.SIGNED], desk)
    _settle(pledges, goals, desk)
    return len(pledges)


# ---- drawn up and signed -------------------------------------------------------------
def _pledge(person: Participant, desk: _Desk) -> ResponsibilityPledge:
    pledge = ResponsibilityPledge(
        participant=person,
        state=_state(desk, person),
        duties=desk.rng.choice(_DUTIES.get(Level(person.organisation.level), _ANY_DUTIES)),
        promises=desk.rng.choice(_PROMISES),
        rewards=REWARDS,
    )
    if pledge.state in _PATH:
        return pledge
    pledge.signed_on = timezone.localdate(desk.moment(4))
    if pledge.is_countersigned and pledge.state != PledgeState.COUNTERSIGNING:
        pledge.countersigned_on = timezone.localdate(desk.moment(5))
    return pledge


def _state(desk: _Desk, person: Participant) -> PledgeState:
    if desk.cycle.state == CycleState.ARCHIVED:
        return PledgeState.ARCHIVED
    if desk.cycle.state not in {CycleState.PREPARATION, CycleState.DAILY, CycleState.MATERIALS, CycleState.EVALUATION}:
        return PledgeState.SETTLED
    is_township = person.organisation.level == Level.TOWNSHIP and person.league_post == LeaguePost.SECRETARY
    last = PledgeState.COUNTERSIGNING if is_township else PledgeState.REVIEWED
    rest = (last, PledgeState.OFFERED, PledgeState.CONFIRMED, PledgeState.REVIEWED, PledgeState.DRAFT)
    return desk.rng.choice((*[PledgeState.SIGNED] * 12, *rest))


def _goals(pledge: ResponsibilityPledge, desk: _Desk) -> Iterator[PledgeGoal]:
    level = Level(pledge.participant.organisation.level)
    usual = _USUAL.get(level, _UNIT)
    figures = scorable_figures()
    for position, (category, content, measure, target, unit, weight, due, evidence, code) in enumerate(usual, start=1):
        figure = figures.get(code)
        yield PledgeGoal(
            pledge=pledge,
            position=position,
            category=category,
            content=content,
            measure=measure,
            target=target * 1000,
            unit=scale_of(figure.unit)[0] if figure else unit,
            weight=weight,
            due_on=date(desk.cycle.year, *due),
            lead=pledge.participant.cadre.name,
            support=_SUPPORT.get(level, ""),
            evidence=evidence,
            evaluator="团区委考核小组",
            figure=code if figure else "",
        )


def _steps(pledge: ResponsibilityPledge, desk: _Desk) -> Iterator[PledgeStep]:
    acts = _acts(pledge)
    writer = desk.writer_for(pledge.participant)
    hands = {
        PledgeAct.CONFIRM: desk.accounts.get(pledge.participant.cadre.person_key, writer),
        PledgeAct.REVIEW: desk.reviewer_for(pledge.participant),
        PledgeAct.SIGN: desk.leader,
        PledgeAct.ARCHIVE: desk.leader,
    }
    for number, act in enumerate(acts):
        moment = desk.at_day(_LATE[act](desk.cycle.year), 16) if act in _LATE else desk.moment(number)
        by = hands.get(act, writer)
        reason = _ON_PAPER if act in {PledgeAct.CONFIRM, PledgeAct.COUNTERSIGN} and by is writer else ""
        yield PledgeStep(pledge=pledge, act=act, by=by, at=moment, reason=reason)


def _acts(pledge: ResponsibilityPledge) -> tuple[PledgeAct, ...]:
    state = PledgeState(pledge.state)
    if state in _PATH:
        return _PATH[state]
    # The 同级党（工）委 of the demonstration signs on paper: it is entered for it.
    signed = (*_SIGNED, PledgeAct.COUNTERSIGN) if pledge.countersigned_on else _SIGNED
    if state == PledgeState.SETTLED:
        return (*signed, PledgeAct.SETTLE)
    return (*signed, PledgeAct.SETTLE, PledgeAct.ARCHIVE) if state == PledgeState.ARCHIVED else signed


# ---- adjusted and settled ------------------------------------------------------------
def _adjust(signed: Sequence[ResponsibilityPledge], desk: _Desk) -> None:
    """Let every sixth pledge in force have been adjusted in the summer, where that is over."""
    moment = timezone.make_aware(datetime.combine(date(desk.cycle.year, 7, 15), time(15)))
    if moment > desk.at:
        return
    for pledge in signed[::6]:
        goal = pledge.goals.filter(figure="").exclude(unit="%").order_by("position").first()
        if goal is not None:
            _raise(pledge, goal, moment, desk)


def _raise(pledge: ResponsibilityPledge, goal: PledgeGoal, moment: datetime, desk: _Desk) -> None:
    """Let a goal have been raised by one, confirmed and signed."""
    writer = desk.writer_for(pledge.participant)
    person = desk.accounts.get(pledge.participant.cadre.person_key, writer)
    hands = ((PledgeAct.ADJUST, writer), (PledgeAct.CONFIRM, person), (PledgeAct.SIGN, desk.leader))
    reasons = {PledgeAct.ADJUST: desk.rng.choice(_CHANGED)}
    if person is writer:
        reasons[PledgeAct.CONFIRM] = _ON_PAPER
    steps = []
    for number, (act, by) in enumerate(hands):
        at = min(moment + timedelta(days=3 * number), desk.at)
        steps.append(PledgeStep.objects.create(pledge=pledge, act=act, by=by, at=at, reason=reasons.get(act, "")))
    before, after = goal.target // 1000, goal.target // 1000 + 1
    goal.target = after * 1000
    goal.save(update_fields=["target"])
    PledgeChange.objects.create(
        pledge=pledge, step=steps[0], number=goal.position, what="目标值", before=f"{before}", after=f"{after}"
    )


def _settle(pledges: Sequence[ResponsibilityPledge], goals: Sequence[PledgeGoal], desk: _Desk) -> None:
    """Write down what was reached of those that are settled: most of it, now and then more or little."""
    settled = {one.pk: one for one in pledges if one.state in {PledgeState.SETTLED, PledgeState.ARCHIVED}}
    theirs = [goal for goal in goals if goal.pledge_id in settled]
    pairs = [(goal, goal.pledge.participant) for goal in theirs]
    computed = figure_values(pairs, timezone.localdate(desk.at)) if pairs else {}
    for goal in theirs:
        reached = goal.target * desk.rng.choice((60, 80, 90, 100, 100, 100, 110)) // 100
        goal.actual = computed.get(goal.pk) if goal.figure else reached // 1000 * 1000
    PledgeGoal.objects.bulk_update(theirs, ["actual"], batch_size=200)
    for key, pledge in settled.items():
        pledge.score = total_of(goal_lines([goal for goal in theirs if goal.pledge_id == key], {}))
    ResponsibilityPledge.objects.bulk_update(settled.values(), ["score"], batch_size=200)
