"""One group of a scheme: whom it takes, its components with weights, pools and rounds, its cap and its bottom."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django import forms

from appraisal.choices import BallotClass, BottomMode, Component, RoundKind
from appraisal.forms.numbers import PERMILLE, ScaledField, count_field
from appraisal.forms.scheme import SeenYearForm, add_finding, choice_input, text_input
from appraisal.rules.scheme import (
    MOST_POOLS,
    AppraisalScheme,
    ComponentScheme,
    GroupScheme,
    PoolScheme,
    RoundScheme,
    SelectionScheme,
    scheme_findings,
)
from cadres.choices import LeaguePost
from orgs.choices import Level, Sector, TownshipKind
from youthleague.kernel.findings import Finding

SELECTION_ROWS = 6
WITH_POOLS = (Component.PARTY_GOVERNMENT, Component.DEBRIEF, Component.YOUTH_OPINION)
WITH_TRIMMING = (Component.LEADER_REVIEW, Component.STAFF_SCORE, Component.DEBRIEF)
PERIODS = (("4", "按季度，一年 4 期"), ("12", "按月，一年 12 期"))
_SUFFIX_OF = {
    "scheme.weights": "weight",
    "scheme.parts": "weight",
    "scheme.trimming": "trim",
    "scheme.maxima": "weight",
}
_GROUP_FIELD_OF = {
    "scheme.weights": "c1_weight",
    "scheme.empty": "level0",
    "scheme.numbers": "excellent",
    "scheme.shared_cap": "shares",
    "scheme.twice": "name",
}


@dataclass(frozen=True)
class ComponentRow:
    """The fields of one component as they stand in the table."""

    title: str
    weight: forms.BoundField
    least: forms.BoundField | None
    trim: forms.BoundField | None
    pools: list[tuple[forms.BoundField, forms.BoundField]]
    rounds: list[tuple[str, forms.BoundField, forms.BoundField]]


class GroupForm(SeenYearForm):
    """A group as it stands in the scheme, or a new one."""

    name = text_input("名称", 30, required=True)
    excellent = ScaledField("“好”的比例（%）", scale=PERMILLE)
    minimum_months = count_field("最少任职月数", most=12)
    periods = choice_input("日常考核的期数", PERIODS, required=True)
    bottom_mode = choice_input("靠后的算法", BottomMode.choices, required=True)
    bottom_value = count_field("靠后的数", most=100)

    def __init__(self, data: Any = None, *, scheme: AppraisalScheme, at: int | None, version: int) -> None:
        self._scheme, self._at = scheme, at
        group = scheme.groups[at] if at is not None else _blank(scheme)
        self._lines = range(max(SELECTION_ROWS, len(group.selections) + 2))
        super().__init__(data, initial={"version": version, **_initial_of(group)})
        self.fields["shares"] = choice_input(
            "合并计算名额的组", [("", "单独计算"), *((one, one) for one in self._others)]
        )
        self._add_selections()
        for component in Component:
            self._add_component(component)

    @property
    def _others(self) -> list[str]:
        return [one.name for number, one in enumerate(self._scheme.groups) if number != self._at]

    def _add_selections(self) -> None:
        for row in self._lines:
            self.fields[f"level{row}"] = choice_input("层级", [("", "不用"), *Level.choices])
            self.fields[f"kind{row}"] = choice_input("街乡类别", [("", "不限"), *TownshipKind.choices])
            self.fields[f"sector{row}"] = choice_input("行业类别", [("", "不限"), *Sector.choices])
            self.fields[f"post{row}"] = choice_input("团内职务", [("", "不限"), *LeaguePost.choices])

    def _add_component(self, component: Component) -> None:
        key, title = f"c{component.value}", component.label
        self.fields[f"{key}_weight"] = ScaledField(f"{title}的权重", sum_of="weight", required=False)
        if component == Component.CONTEST:
            for kind in RoundKind:
                self.fields[f"{key}_{kind}_most"] = count_field(f"{kind.label}的满分", most=1_000, required=False)
                self.fields[f"{key}_{kind}"] = ScaledField(f"{kind.label}的权重", sum_of="share", required=False)
            return
        self.fields[f"{key}_least"] = count_field(f"{title}的最少份数", least=1, required=False)
        if component in WITH_TRIMMING:
            self.fields[f"{key}_trim"] = count_field(f"{title}去掉最高最低的份数", most=100, required=False)
        for number in range(MOST_POOLS if component in WITH_POOLS else 0):
            self.fields[f"{key}_pool{number}"] = choice_input("票别", [("", "不用"), *BallotClass.choices])
            self.fields[f"{key}_share{number}"] = ScaledField("票别的权重", sum_of="share", required=False)

    # ---- what was read -------------------------------------------------------------
    def clean(self) -> dict[str, Any]:
        """Say everything that keeps the scheme from being used, each at its field."""
        if not self.errors:
            for finding in scheme_findings(self.scheme):
                add_finding(self, self._field_of(finding), finding)
        return self.cleaned_data

    def _field_of(self, finding: Finding) -> str | None:
        """Find the field that a finding is about by the name in it: that of the group, or of a component."""
        name = dict(finding.params).get("name")
        if name == self.cleaned_data["name"]:
            return _GROUP_FIELD_OF.get(finding.code)
        component = next((one for one in Component if one.label == name), None)
        if component is None:
            return None
        wanted = f"c{component.value}_{_SUFFIX_OF.get(finding.code, 'least')}"
        return wanted if wanted in self.fields else f"c{component.value}_weight"

    @property
    def scheme(self) -> AppraisalScheme:
        """Give the scheme as it would be; groups that share the cap of a renamed one go on doing so."""
        group, old = self.group, self._scheme.groups
        if self._at is None:
            return replace(self._scheme, groups=(*old, group))
        was = old[self._at].name
        rest = [replace(one, shares_cap_with=group.name) if one.shares_cap_with == was else one for one in old]
        return replace(self._scheme, groups=(*rest[: self._at], group, *rest[self._at + 1 :]))

    @property
    def group(self) -> GroupScheme:
        """Give the group as it would be."""
        read = self.cleaned_data
        return GroupScheme(
            name=read["name"],
            selections=tuple(self._selections()),
            components=tuple(self._component(one) for one in Component if read[f"c{one.value}_weight"]),
            excellent_permille=read["excellent"],
            shares_cap_with=read["shares"],
            minimum_months=read["minimum_months"],
            periods=int(read["periods"]),
            bottom_mode=read["bottom_mode"],
            bottom_value=read["bottom_value"],
        )

    def _selections(self) -> Iterator[SelectionScheme]:
        read = self.cleaned_data
        for row in self._lines:
            if read[f"level{row}"]:
                sector = int(read[f"sector{row}"]) if read[f"sector{row}"] else None
                yield SelectionScheme(read[f"level{row}"], read[f"kind{row}"], sector, read[f"post{row}"])

    def _component(self, component: Component) -> ComponentScheme:
        read, key = self.cleaned_data, f"c{component.value}"
        pools = [(read.get(f"{key}_pool{one}"), read.get(f"{key}_share{one}") or 0) for one in range(MOST_POOLS)]
        rounds = [(one.value, read.get(f"{key}_{one}_most"), read.get(f"{key}_{one}") or 0) for one in RoundKind]
        return ComponentScheme(
            component=component.value,
            weight=read[f"{key}_weight"],
            minimum_size=read.get(f"{key}_least") or 1,
            trim_from=read.get(f"{key}_trim") or 0,
            pools=tuple(PoolScheme(ballot_class, weight) for ballot_class, weight in pools if ballot_class),
            rounds=tuple(RoundScheme(kind, most, weight) for kind, most, weight in rounds if most),
        )

    # ---- how it is shown -----------------------------------------------------------
    @property
    def told(self) -> list[forms.BoundField]:
        """List the fields about the group as a whole."""
        names = ("name", "excellent", "shares", "minimum_months", "periods", "bottom_mode", "bottom_value")
        return [self[name] for name in names]

    @property
    def rows(self) -> list[ComponentRow]:
        """List the components."""
        return [self._row(one) for one in Component]

    def _row(self, component: Component) -> ComponentRow:
        key = f"c{component.value}"
        pools = [(f"{key}_pool{number}", f"{key}_share{number}") for number in range(MOST_POOLS)]
        is_contest = component == Component.CONTEST
        return ComponentRow(
            str(component.label),
            self[f"{key}_weight"],
            None if is_contest else self[f"{key}_least"],
            self[f"{key}_trim"] if component in WITH_TRIMMING else None,
            [(self[one], self[share]) for one, share in pools] if component in WITH_POOLS else [],
            [(str(one.label), self[f"{key}_{one}_most"], self[f"{key}_{one}"]) for one in RoundKind]
            if is_contest
            else [],
        )

    @property
    def selections(self) -> list[list[forms.BoundField]]:
        """List the fields of each selection."""
        names = ("level", "kind", "sector", "post")
        return [[self[f"{name}{row}"] for name in names] for row in self._lines]


def _blank(scheme: AppraisalScheme) -> GroupScheme:
    """Give what a new group begins with: the components of the first one."""
    first = scheme.groups[0]
    return replace(first, name="", selections=(), shares_cap_with="")


def _initial_of(group: GroupScheme) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": group.name,
        "excellent": group.excellent_permille,
        "shares": group.shares_cap_with,
        "minimum_months": group.minimum_months,
        "periods": f"{group.periods}",
        "bottom_mode": group.bottom_mode,
        "bottom_value": group.bottom_value,
    }
    for row, one in enumerate(group.selections):
        values = (one.level, one.township_kind, one.sector or "", one.league_post)
        found |= {
            f"{name}{row}": value for name, value in zip(("level", "kind", "sector", "post"), values, strict=True)
        }
    for part in group.components:
        found |= _initial_of_component(part)
    return found


def _initial_of_component(part: ComponentScheme) -> dict[str, Any]:
    key = f"c{part.component}"
    found: dict[str, Any] = {
        f"{key}_weight": part.weight,
        f"{key}_least": part.minimum_size,
        f"{key}_trim": part.trim_from,
    }
    for number, pool in enumerate(part.pools):
        found |= {f"{key}_pool{number}": pool.ballot_class, f"{key}_share{number}": pool.weight}
    for one in part.rounds:
        found |= {f"{key}_{one.kind}_most": one.maximum, f"{key}_{one.kind}": one.weight}
    return found
