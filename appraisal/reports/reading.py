"""A scheme as people read it: every number in words, group by group."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from appraisal.choices import BallotClass, BallotOption, BottomMode, Component, Grade, RoundKind
from appraisal.rules.low_rank import SMALL_GROUP
from appraisal.rules.scheme import AppraisalScheme, ComponentScheme, GroupScheme, SelectionScheme
from cadres.choices import LeaguePost
from orgs.choices import Level, Sector, TownshipKind


@dataclass(frozen=True)
class ReadComponent:
    """A component in words: its weight in percent, who votes or marks, how many are needed, what is dropped."""

    title: str
    weight: str
    parts: Sequence[str]
    rules: Sequence[str]


@dataclass(frozen=True)
class ReadGroup:
    """A group in words."""

    name: str
    people: Sequence[str]
    components: Sequence[ReadComponent]
    cap: str
    months: str
    periods: str
    bottom: str


def read_group(group: GroupScheme) -> ReadGroup:
    """Put a group into words."""
    shared = f"，名额与{group.shares_cap_with}合并计算" if group.shares_cap_with else ""
    unit = "%" if group.bottom_mode == BottomMode.PERCENT else " 人"
    return ReadGroup(
        name=group.name,
        people=[_selection(one) for one in group.selections],
        components=[_component(one) for one in group.components],
        cap=f"“好”不超过 {percent(group.excellent_permille * 10)}{shared}",
        months=f"任职不足 {group.minimum_months} 个月的不定等次",
        periods="按季度评分" if group.periods == 4 else "按月评分",
        bottom=f"组内最后 {group.bottom_value}{unit}；不足 {SMALL_GROUP} 人的组不自动提出",
    )


def read_options(scheme: AppraisalScheme) -> list[tuple[str, str]]:
    """Give the options of the ballots with their points; what is not counted says so."""
    counted = [(str(BallotOption(option).label), f"{points(value)} 分") for option, value in scheme.options]
    return [*counted, ("弃权、无效", "列出，不计入")]


def read_bands(scheme: AppraisalScheme) -> list[tuple[str, str]]:
    """Give the grades with the total that each begins at."""
    return [(str(Grade(grade).label), f"{points(floor)} 分起") for grade, floor in scheme.bands]


def read_vetoes(scheme: AppraisalScheme) -> list[tuple[str, str]]:
    """Give what caps a grade, with the best grade that it leaves."""
    return [(title, f"等次最高“{Grade(best).label}”，总分不变") for title, best in scheme.vetoes]


def percent(weight: int) -> str:
    """Write hundredths of a percent point."""
    return f"{_plain(Decimal(weight) / 100)}%"


def points(mark: int) -> str:
    """Write thousandths of a point."""
    return _plain(Decimal(mark) / 1000)


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _selection(one: SelectionScheme) -> str:
    where = [
        str(TownshipKind(one.township_kind).label) if one.township_kind else str(Level(one.level).label),
        str(Sector(one.sector).label) if one.sector else "",
    ]
    post = str(LeaguePost(one.league_post).label) if one.league_post else "各职务"
    return f"{'·'.join(word for word in where if word)} {post}"


def _component(one: ComponentScheme) -> ReadComponent:
    parts = [f"{BallotClass(pool.ballot_class).label} {percent(pool.weight)}" for pool in one.pools]
    parts += [f"{RoundKind(part.kind).label} {percent(part.weight)}（满分 {part.maximum}）" for part in one.rounds]
    least = f"每种不少于 {one.minimum_size} 份" if one.pools and one.minimum_size > 1 else ""
    trimmed = f"满 {one.trim_from} 份去掉最高分和最低分" if one.trim_from else ""
    title = str(Component(one.component).label)
    return ReadComponent(title, percent(one.weight), parts, [rule for rule in (least, trimmed) if rule])
