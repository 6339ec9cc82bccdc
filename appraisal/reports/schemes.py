"""The scheme of a year, read back from its rows; groups that share places of 好."""

from dataclasses import dataclass

from appraisal.models import AppraisalCycle, AppraisalGroup, GroupComponent
from appraisal.rules.scheme import (
    AppraisalScheme,
    ComponentScheme,
    GroupScheme,
    PoolScheme,
    RoundScheme,
    SelectionScheme,
)


@dataclass(frozen=True)
class Family:
    """Groups whose places of 好 are counted together: the first is the one whose share holds."""

    host: AppraisalGroup
    groups: tuple[AppraisalGroup, ...]


def scheme_of(cycle: AppraisalCycle) -> AppraisalScheme:
    """Give all that counts in a year."""
    return AppraisalScheme(
        groups=tuple(map(_group, _groups(cycle))),
        options=tuple((one.option, one.value) for one in cycle.options.order_by("option")),
        bands=tuple((one.grade, one.floor) for one in cycle.bands.order_by("grade")),
        vetoes=tuple((one.title, one.best_grade) for one in cycle.veto_kinds.order_by("pk")),
        adjustment_cap=cycle.adjustment_cap,
        ladder=tuple(cycle.ladder),
        appeal_days=cycle.appeal_days,
    )


def families_of(cycle: AppraisalCycle) -> list[Family]:
    """Give the groups of a year by whom they share their places with."""
    groups = _groups(cycle)
    sharing = [one for one in groups if one.shares_cap_with_id is not None]
    hosts = [one for one in groups if one.shares_cap_with_id is None]
    return [Family(host, (host, *(one for one in sharing if one.shares_cap_with_id == host.pk))) for host in hosts]


def _groups(cycle: AppraisalCycle) -> list[AppraisalGroup]:
    parts = ("selections", "components__pools", "components__rounds")
    return list(cycle.groups.select_related("shares_cap_with").prefetch_related(*parts).order_by("position"))


def _group(group: AppraisalGroup) -> GroupScheme:
    return GroupScheme(
        name=group.name,
        selections=tuple(
            SelectionScheme(one.level, one.township_kind, one.sector, one.league_post) for one in group.selections.all()
        ),
        components=tuple(map(component_scheme, group.components.all())),
        excellent_permille=group.excellent_permille,
        shares_cap_with=group.shares_cap_with.name if group.shares_cap_with else "",
        minimum_months=group.minimum_months,
        periods=group.periods,
        bottom_mode=group.bottom_mode,
        bottom_value=group.bottom_value,
    )


def component_scheme(row: GroupComponent) -> ComponentScheme:
    """Give a component of a group with its pools and rounds."""
    return ComponentScheme(
        component=row.component,
        weight=row.weight,
        minimum_size=row.minimum_size,
        trim_from=row.trim_from,
        pools=tuple(PoolScheme(one.ballot_class, one.weight) for one in row.pools.all()),
        rounds=tuple(RoundScheme(one.kind, one.maximum, one.weight) for one in row.rounds.all()),
    )
