"""Daily marks and ledger entries of the demonstration district: made up, past the services, said to have been then."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import product
from random import Random

from django.db import transaction
from django.utils import timezone

from appraisal.choices import Component, Dimension, EntryKind
from appraisal.models import AppraisalCycle, GroupComponent, LedgerEntry, Participant, PeriodMark
from appraisal.rules.low_rank import SMALL_GROUP
from appraisal.rules.marking import period_end, period_start
from orgs.access import is_same_person
from orgs.models import User

_HALF = 500  # people mark in halves of a point
_GAP = 14  # points by which one person of a group is behind in every year
_LIKED = {
    Dimension.CONDUCT: (
        "季度任务都按时办结，有两项办得好",
        "联系服务青年有实效，夜校办得受欢迎",
        "下村走访多，情况报得准",
        "活动组织得细，青年参与面广",
        "团员发展和团费收缴都规范",
    ),
    Dimension.WORKING_STYLE: (
        "遇事不推，反应快",
        "作风扎实，数字都对得上",
        "能听意见，改得快",
        "团结基层干部，肯搭把手",
        "会前有准备，说话实在",
    ),
}
_WANTING = {
    Dimension.CONDUCT: ("任务办得偏慢，两次催办", "活动有声势，跟进少", "村（社区）走访还不够"),
    Dimension.WORKING_STYLE: ("材料偏虚，要多写做了什么", "沟通不够主动", "答应的事有拖延"),
}
_GOOD = (
    "牵头的志愿服务被市级媒体报道",
    "连夜组织青年突击队参加防汛",
    "困境青少年帮扶台账清楚，被区里推荐交流",
    "青年夜校新开两个班，报名踊跃",
    "调解一起骑手与商户的纠纷，双方满意",
)
_BAD = (
    "报送的团员人数前后不一致，退回重报",
    "暑期看护班临时停课，没有提前告知家长",
    "交办事项超期一周才答复",
    "座谈会到会青年少，准备不足",
)


@dataclass(frozen=True)
class _Desk:
    """The year, the chance, and when all of it is written."""

    cycle: AppraisalCycle
    rng: Random
    at: datetime

    def after(self, group_periods: int, period: int) -> datetime:
        """Give a moment in the days after a period, or just before now."""
        ended = period_end(self.cycle.year, period, group_periods) + timedelta(days=1 + self.rng.randrange(10))
        moment = datetime.combine(ended, time(9 + self.rng.randrange(8), 20))
        return min(timezone.make_aware(moment), self.at)


@transaction.atomic
def fill_marks(
    cycle: AppraisalCycle,
    *,
    rng: Random,
    raters_leader: Sequence[User],
    raters_staff: Sequence[User],
    periods: Sequence[int],
    at: datetime,
) -> int:
    """Write the marks of some periods of everybody appraised in a year, and ledger entries; gives how many marks.

    Everybody is marked by every rater in the components that the group has, never by an account of their own; a period
    that a group does not have, or that has not begun at ``at``, is left out. The same ``rng`` writes the same rows.
    """
    desk = _Desk(cycle, rng, at)
    rows = Participant.objects.appraised().filter(cycle=cycle).select_related("cadre", "group")
    people = list(rows.order_by("group__position", "lineage", "pk"))
    asked = _components(cycle)
    raters = {Component.LEADER_REVIEW.value: raters_leader, Component.STAFF_SCORE.value: raters_staff}
    marks: list[PeriodMark] = []
    entries: list[LedgerEntry] = []
    behind = steadily_behind(people)
    for person in people:
        strength = rng.gauss(88, 5) - (_GAP if person.pk in behind else 0)
        given = [one for one in raters if (person.group_id, one) in asked]
        for component, period in product(given, periods):
            others = [one for one in raters[component] if not is_same_person(one, person.cadre)]
            marks += _marks(desk, person, component, period, others, strength)
        entries += _entries(desk, person, raters_staff, strength)
    PeriodMark.objects.bulk_create(marks, batch_size=500)
    LedgerEntry.objects.bulk_create(entries, batch_size=500)
    return len(marks)


def steadily_behind(people: Sequence[Participant]) -> frozenset[int]:
    """Choose one person of each group of some size, the same ones in every year, so that somebody is low on end."""
    groups: dict[int, list[Participant]] = defaultdict(list)
    for person in people:
        groups[person.group_id].append(person)
    large = (one for one in groups.values() if len(one) >= SMALL_GROUP)
    return frozenset(sorted(one, key=lambda person: person.cadre_id)[1].pk for one in large)


def _components(cycle: AppraisalCycle) -> set[tuple[int, int]]:
    return set(GroupComponent.objects.filter(group__cycle=cycle).values_list("group_id", "component"))


def _marks(
    desk: _Desk, person: Participant, component: int, period: int, raters: Sequence[User], strength: float
) -> Iterator[PeriodMark]:
    periods = person.group.periods
    if not 1 <= period <= periods or period_start(desk.cycle.year, period, periods) > timezone.localdate(desk.at):
        return
    for rater, dimension in product(raters, Dimension):
        mark = _mark(desk.rng, strength)
        words = _LIKED if mark >= 85_000 else _WANTING
        yield PeriodMark(
            participant=person,
            component=component,
            period=period,
            dimension=dimension,
            rater=rater,
            mark=mark,
            reason=desk.rng.choice(words[dimension]),
            marked_at=desk.after(periods, period),
        )


def _mark(rng: Random, strength: float) -> int:
    """Give a mark near somebody's strength, in halves of a point between 60 and 99."""
    points = min(max(rng.gauss(strength, 2.5), 60), 99)
    return round(points * 1000 / _HALF) * _HALF


def _entries(desk: _Desk, person: Participant, writers: Sequence[User], strength: float) -> Iterator[LedgerEntry]:
    """Give up to three entries; who is strong has more of the good ones."""
    others = [one for one in writers if not is_same_person(one, person.cadre)]
    first, last = date(desk.cycle.year, 1, 1), min(timezone.localdate(desk.at), date(desk.cycle.year, 12, 31))
    if not others or last < first:
        return
    for _ in range(desk.rng.choice((0, 1, 1, 2, 3))):
        is_good = desk.rng.gauss(strength, 6) >= 83
        day = first + timedelta(days=desk.rng.randrange((last - first).days + 1))
        noted = timezone.make_aware(datetime.combine(day, time(16, desk.rng.randrange(60))))
        yield LedgerEntry(
            participant=person,
            day=day,
            kind=EntryKind.POSITIVE if is_good else EntryKind.NEGATIVE,
            text=desk.rng.choice(_GOOD if is_good else _BAD),
            entered_by=desk.rng.choice(others),
            entered_at=min(noted, desk.at),
        )
