"""The scheme of a year (考评体系): all that counts, as one frozen value with a digest.

Weights are hundredths of a percent point (100.00 is 10000), marks and floors thousandths of a point.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from math import lcm

from appraisal.choices import (
    BALLOT_COMPONENTS,
    DAILY_COMPONENTS,
    TRIMMED_COMPONENTS,
    YEAR_END_COMPONENTS,
    BallotClass,
    BottomMode,
    ChecklistKind,
    Component,
    Grade,
)
from youthleague.kernel.findings import Finding

WHOLE = 10_000
FULL_MARK = 100_000
MOST_POOLS = 3
MOST_VOTES = 1_500  # of one pool: the product of three pools stays within 64 bits
MOST_MULTIPLE = 1_000_000_000  # of the maxima of the rounds, for the same reason
_WITH_POOLS = frozenset({*BALLOT_COMPONENTS, Component.DEBRIEF})


@dataclass(frozen=True)
class PoolScheme:
    """Who votes or marks together, and with what weight."""

    ballot_class: str
    weight: int


@dataclass(frozen=True)
class RoundScheme:
    """A round of the contest: its maximum in points, its weight."""

    kind: str
    maximum: int
    weight: int


@dataclass(frozen=True)
class ComponentScheme:
    """A component of a group: its weight, how many marks count at least, from how many on the extremes are dropped.

    ``trim_from`` 0 drops nothing. Ballots and panels have pools, the contest has rounds, the daily ones neither.
    """

    component: int
    weight: int
    minimum_size: int = 1
    trim_from: int = 0
    pools: tuple[PoolScheme, ...] = ()
    rounds: tuple[RoundScheme, ...] = ()


@dataclass(frozen=True)
class SelectionScheme:
    """Which posts belong to a group; what is empty takes all."""

    level: str
    township_kind: str = ""
    sector: int | None = None
    league_post: str = ""


@dataclass(frozen=True)
class GroupScheme:
    """A group that is ranked within itself: whom it takes, the cap of 好, the least months, who is at the bottom."""

    name: str
    selections: tuple[SelectionScheme, ...]
    components: tuple[ComponentScheme, ...]
    excellent_permille: int = 300
    shares_cap_with: str = ""
    minimum_months: int = 3
    periods: int = 4
    bottom_mode: str = BottomMode.PERCENT.value
    bottom_value: int = 20


@dataclass(frozen=True)
class AppraisalScheme:
    """Everything that counts in a year."""

    groups: tuple[GroupScheme, ...]
    options: tuple[tuple[int, int], ...]
    bands: tuple[tuple[int, int], ...]
    vetoes: tuple[tuple[str, int], ...]
    adjustment_cap: int = 5_000
    ladder: tuple[str, ...] = field(default=("谈话提醒", "批评教育", "调整转岗"))
    appeal_days: int = 7


_COMPONENTS = (
    ComponentScheme(Component.LEADER_REVIEW.value, 4_200),
    ComponentScheme(Component.STAFF_SCORE.value, 2_800),
    ComponentScheme(
        Component.PARTY_GOVERNMENT.value,
        1_000,
        minimum_size=3,
        pools=(PoolScheme(BallotClass.A.value, 6_000), PoolScheme(BallotClass.B.value, 4_000)),
    ),
    ComponentScheme(
        Component.DEBRIEF.value,
        1_000,
        minimum_size=3,
        trim_from=5,
        pools=(PoolScheme(BallotClass.JUDGES.value, 8_000), PoolScheme(BallotClass.JURY.value, 2_000)),
    ),
    ComponentScheme(
        Component.CONTEST.value,
        500,
        rounds=(RoundScheme("written", 100, 4_000), RoundScheme("talk", 50, 3_000), RoundScheme("defence", 50, 3_000)),
    ),
    ComponentScheme(
        Component.YOUTH_OPINION.value, 500, minimum_size=10, pools=(PoolScheme(BallotClass.YOUTH.value, WHOLE),)
    ),
)
_SCHOOLS = range(3, 8)  # orgs.choices.Sector
DEFAULT_SCHEME = AppraisalScheme(
    groups=(
        GroupScheme("街道", (SelectionScheme("township", "subdistrict", None, "secretary"),), _COMPONENTS),
        GroupScheme(
            "乡镇",
            (
                SelectionScheme("township", "town", None, "secretary"),
                SelectionScheme("township", "township", None, "secretary"),
            ),
            _COMPONENTS,
        ),
        GroupScheme(
            "机关",
            (SelectionScheme("district", "", None, "deputy_secretary"), SelectionScheme("district", "", None, "staff")),
            _COMPONENTS,
        ),
        GroupScheme(
            "学校",
            tuple(SelectionScheme("unit", "", sector, "secretary") for sector in _SCHOOLS),
            _COMPONENTS,
            shares_cap_with="机关",
        ),
    ),
    options=((1, FULL_MARK), (2, 80_000), (3, 60_000), (4, 0)),
    bands=(
        (Grade.EXCELLENT.value, 90_000),
        (Grade.GOOD.value, 80_000),
        (Grade.FAIR.value, 60_000),
        (Grade.POOR.value, 0),
    ),
    vetoes=(
        ("被通报批评", Grade.GOOD.value),
        ("重大情况不报告造成严重后果", Grade.POOR.value),
        ("发生侵害青少年权益的重大事件", Grade.POOR.value),
    ),
)


def canonical_form(scheme: AppraisalScheme) -> str:
    """Write a scheme in the one way that its digest is taken of."""
    return json.dumps(asdict(scheme), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def scheme_digest(scheme: AppraisalScheme) -> str:
    """Give the SHA-256 of a scheme."""
    return hashlib.sha256(canonical_form(scheme).encode()).hexdigest()


def scheme_label(scheme: AppraisalScheme) -> str:
    """Derive the label “2+3+4”: halves of the appraisal, lists, evaluations at the year's end, as far as they count."""
    used = {one.component for group in scheme.groups for one in group.components}
    halves = sum(bool(used.intersection(half)) for half in (DAILY_COMPONENTS, YEAR_END_COMPONENTS))
    return f"{halves}+{len(ChecklistKind)}+{len(used.intersection(YEAR_END_COMPONENTS))}"


def without_group(scheme: AppraisalScheme, place: int) -> AppraisalScheme:
    """Give a scheme without the group at a place, counted from nought."""
    return replace(scheme, groups=(*scheme.groups[:place], *scheme.groups[place + 1 :]))


def rounds_multiple(rounds: Iterable[RoundScheme]) -> int:
    """Give the least common multiple of the maxima."""
    return lcm(*(one.maximum for one in rounds))


_WEIGHTS = Finding("scheme.weights", "“%(name)s”的权重合计应为 100，现在是 %(sum)s。")
_EMPTY = Finding("scheme.empty", "“%(name)s”还没有考评项目或人员范围。")
_TWICE = Finding("scheme.twice", "“%(name)s”重复了。")
_SHARED = Finding("scheme.shared_cap", "“%(name)s”合并计算名额的组应是另一个不再合并的组。")
_PARTS = Finding("scheme.parts", "“%(name)s”的票别或环节不对：%(part)s。")
_TRIMMING = Finding("scheme.trimming", "“%(name)s”不能这样去掉最高分和最低分：逐份打分的项目，至少三个分数才能去掉。")
_BANDS = Finding("scheme.bands", "四个等次的分数线应从高到低，最低的从 0 起。")
_OPTIONS = Finding("scheme.options", "好、较好、一般、差四个选项都要有 0 至 100 的分值。")
_NUMBERS = Finding("scheme.numbers", "“%(name)s”的数字超出范围。")
_MULTIPLE = Finding("scheme.maxima", "“%(name)s”各环节的满分相差太多，请改用相近的满分。")


def scheme_findings(scheme: AppraisalScheme) -> list[Finding]:
    """Say everything that keeps a scheme from being used."""
    found = [one for group in scheme.groups for one in _group_findings(group, scheme)]
    names = Counter(group.name for group in scheme.groups)
    found += [_TWICE.about(name=name) for name, count in names.items() if count > 1]
    floors = [floor for _grade, floor in scheme.bands]
    if [grade for grade, _floor in scheme.bands] != list(Grade) or floors != sorted(set(floors))[::-1] or floors[-1]:
        found.append(_BANDS)
    if [option for option, _value in scheme.options] != list(Grade) or not _within(
        FULL_MARK, *dict(scheme.options).values()
    ):
        found.append(_OPTIONS)
    if not scheme.groups:
        found.append(_EMPTY.about(name="方案"))
    return found


def _group_findings(group: GroupScheme, scheme: AppraisalScheme) -> Iterator[Finding]:
    if not group.components or not group.selections:
        yield _EMPTY.about(name=group.name)
    weights = sum(one.weight for one in group.components)
    if weights != WHOLE or any(one.weight <= 0 for one in group.components):
        yield _WEIGHTS.about(name=group.name, sum=weights / 100)
    if len({one.component for one in group.components}) < len(group.components):
        yield _TWICE.about(name=group.name)
    if not _within(1_000, group.excellent_permille) or group.periods not in {4, 12} or group.minimum_months > 12:
        yield _NUMBERS.about(name=group.name)
    if group.shares_cap_with:
        hosts = {one.name for one in scheme.groups if not one.shares_cap_with}
        if group.shares_cap_with not in hosts:
            yield _SHARED.about(name=group.name)
    for component in group.components:
        yield from _component_findings(component, group)


def _component_findings(one: ComponentScheme, group: GroupScheme) -> Iterator[Finding]:
    title = Component(one.component).label
    if one.trim_from and (one.trim_from < 3 or one.component not in TRIMMED_COMPONENTS):
        yield _TRIMMING.about(name=title)
    if one.minimum_size < 1:
        yield _NUMBERS.about(name=title)
    wants_rounds, wants_pools = one.component == Component.CONTEST, one.component in _WITH_POOLS
    if bool(one.rounds) != wants_rounds or bool(one.pools) != wants_pools or len(one.pools) > MOST_POOLS:
        yield _PARTS.about(name=title, part=group.name)
    yield from _part_findings(title, [(part.ballot_class, part.weight) for part in one.pools])
    yield from _part_findings(title, [(part.kind, part.weight) for part in one.rounds])
    if any(part.maximum < 1 for part in one.rounds):
        yield _NUMBERS.about(name=title)
    elif one.rounds and rounds_multiple(one.rounds) > MOST_MULTIPLE:
        yield _MULTIPLE.about(name=title)


def _part_findings(title: str, parts: list[tuple[str, int]]) -> Iterator[Finding]:
    """Say that pools or rounds do not make up a whole, or that one stands there twice."""
    weights = [weight for _key, weight in parts]
    if parts and (sum(weights) != WHOLE or min(weights) <= 0):
        yield _WEIGHTS.about(name=title, sum=sum(weights) / 100)
    if len(dict(parts)) < len(parts):
        yield _TWICE.about(name=title)


def _within(most: int, *values: int) -> bool:
    return all(0 <= value <= most for value in values)
