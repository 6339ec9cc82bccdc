"""Naming who marks a group in the daily appraisal; a group without names is marked by all who hold the right."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from appraisal.access import KEEP
from appraisal.models import AppraisalCycle, GroupComponent, GroupRater
from appraisal.reports.raters import holders_of
from appraisal.rules.cycle import POPULATION_STATES
from appraisal.services.keeping import lock_cycle, record_about, refuse, refuse_state, refuse_stranger
from orgs.models import User
from youthleague.kernel.findings import Finding

Place = tuple[int, int]  # group and component

_PLACE = Finding("rater.place", "这一年度没有这个考评组，或这一组不设这一项。")
_RIGHT = Finding("rater.right", "指定的同志中有人现在没有这一项的评分权限，没有保存；请刷新后重选。")


@transaction.atomic
def name_raters(
    *, cycle: AppraisalCycle, version: int, named: Mapping[Place, Collection[int]], by: User, at: datetime
) -> int:
    """Put other raters in the place of those of a year: accounts by group and component; gives how many.

    Marks that somebody has given already stay and count. Raises ``cycle.state`` from 测评 on, ``row.stale``,
    ``appraisal.scope``, ``rater.place``, ``rater.right``.
    """
    refuse_stranger(by, KEEP, at)
    cycle = lock_cycle(cycle, version)
    refuse_state(cycle, POPULATION_STATES)
    offered = set(GroupComponent.objects.filter(group__cycle=cycle).values_list("group_id", "component"))
    able = _able(at)
    refuse(None if named.keys() <= {place for place in offered if place[1] in able} else _PLACE)
    refuse(None if all(set(users) <= able[place[1]] for place, users in named.items()) else _RIGHT)
    GroupRater.objects.filter(group__cycle=cycle).delete()
    rows = [
        GroupRater(group_id=group, component=component, rater_id=user)
        for (group, component), users in named.items()
        for user in sorted(set(users))
    ]
    GroupRater.objects.bulk_create(rows)
    cycle.version += 1
    cycle.save()
    record_about("cycle.raters", cycle, by, at, rows=len(rows))
    return len(rows)


def rater_rows(cycle: AppraisalCycle) -> list[tuple[str, int, int]]:
    """Give who was named in a year: name of the group, component, account."""
    return list(GroupRater.objects.filter(group__cycle=cycle).values_list("group__name", "component", "rater_id"))


def put_raters(cycle: AppraisalCycle, rows: Iterable[tuple[str, int, int]], *, at: datetime) -> None:
    """Name people for the groups of the same names, as far as there are such groups and they still hold the right."""
    able = _able(at)
    components = GroupComponent.objects.filter(group__cycle=cycle).values_list("group__name", "component", "group_id")
    places = {(name, component): group for name, component, group in components}
    GroupRater.objects.bulk_create(
        GroupRater(group_id=places[name, component], component=component, rater_id=user)
        for name, component, user in rows
        if (name, component) in places and user in able[component]
    )


def _able(at: datetime) -> dict[int, set[int]]:
    """Give the accounts that may mark, by component."""
    holders = holders_of(timezone.localdate(at))
    return {component.value: {one.user.pk for one in found} for component, found in holders.items()}
