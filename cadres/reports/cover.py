"""How well the posts of secretary are filled, unit by unit（A2、A3：书记进党政班子、由“两委”兼任）."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from cadres.choices import LeaguePost
from orgs.choices import Level
from orgs.models import Organisation, OrganisationPlacement
from youthleague.kernel.rates import Rate


@dataclass(frozen=True, slots=True)
class Cover:
    """Of the units counted those that meet a condition, and the names of the others in tree order."""

    covered: int
    missing: tuple[str, ...]

    @property
    def rate(self) -> Rate:
        """Give the covered ones as a part of all."""
        return Rate(self.covered, self.covered + len(self.missing))

    @property
    def total(self) -> int:
        """Give the number of units counted."""
        return self.covered + len(self.missing)

    def missing_text(self, shown: int = 2) -> str:
        """Name the first units that are missing: 缺：石井村团支部等 3 个."""
        if not self.missing:
            return "已全部覆盖"
        names = "、".join(self.missing[:shown])
        return f"缺：{names}等 {len(self.missing)} 个" if len(self.missing) > shown else f"缺：{names}"


@dataclass(frozen=True, slots=True)
class CoverLine:
    """A unit as it was called on a day, its secretaries of the day, and whether one of them holds the second post."""

    placement: OrganisationPlacement
    secretaries: tuple[Any, ...]
    is_covered: bool


@dataclass(frozen=True, slots=True)
class SecretaryCover:
    """Of all villages those whose secretary is a “两委” member, of all 街乡 those whose secretary is a 党政 leader."""

    villages: Cover
    townships: Cover

    def facts(self) -> list[dict[str, str]]:
        """Give the two covers as facts; one without units is left out."""
        rows = (("村（社区）书记由“两委”兼任", self.villages), ("街乡书记进党政班子", self.townships))
        return [
            {"title": title, "value": one.rate.fraction, "note": one.missing_text(1) if one.missing else ""}
            for title, one in rows
            if one.total
        ]


def fitting_posts(posts: QuerySet[Any]) -> QuerySet[Any]:
    """Keep the secretaries who are what the reform asks for at the level of their unit."""
    besides = Q(organisation__level=Level.VILLAGE, is_two_committee_member=True)
    besides |= Q(organisation__level=Level.TOWNSHIP, is_party_gov_leader=True)
    return posts.filter(besides, league_post=LeaguePost.SECRETARY)


def fits(level: str, league_post: str, *, is_two_committee: bool | None, is_leader: bool | None) -> bool:
    """Tell of one post what ``fitting_posts`` says of many."""
    if league_post != LeaguePost.SECRETARY:
        return False
    return bool(is_two_committee if level == Level.VILLAGE else is_leader if level == Level.TOWNSHIP else False)


def secretary_cover(units: QuerySet[Organisation], posts: QuerySet[Any]) -> SecretaryCover:
    """Tell in which units a secretary among ``posts`` is what the reform asks for, in one query.

    A unit without a secretary counts, too, and is missing.
    """
    fitting = fitting_posts(posts).filter(organisation=OuterRef("pk")).order_by()
    rows = units.annotate(is_covered=Exists(fitting)).order_by("lineage")
    found = list(rows.values_list("level", "short_name", "name", "is_covered"))
    return SecretaryCover(_cover_of(Level.VILLAGE, found), _cover_of(Level.TOWNSHIP, found))


def _cover_of(level: str, rows: Sequence[tuple[str, str, str, bool]]) -> Cover:
    missing = tuple(short or name for held, short, name, is_covered in rows if held == level and not is_covered)
    return Cover(sum(held == level and is_covered for held, _, _, is_covered in rows), missing)


def cover_lines(placements: Sequence[Any], posts: QuerySet[Any]) -> list[CoverLine]:
    """Give the lines of units that carry ``is_covered``, with their secretaries among ``posts``, in one query."""
    held = posts.filter(organisation__in=[one.organisation_id for one in placements], league_post=LeaguePost.SECRETARY)
    by_unit = defaultdict(list)
    for post in held.select_related("cadre").order_by("-is_main", "pk"):
        by_unit[post.organisation_id].append(post)
    return [CoverLine(one, tuple(by_unit[one.organisation_id]), one.is_covered) for one in placements]


def vacant_units(units: QuerySet[Organisation], posts: QuerySet[Any]) -> Sequence[Organisation]:
    """List the units without a secretary among ``posts``, in tree order."""
    secretaries = posts.filter(organisation=OuterRef("pk"), league_post=LeaguePost.SECRETARY).order_by()
    return list(units.filter(~Exists(secretaries)).order_by("lineage").only("name", "short_name"))
