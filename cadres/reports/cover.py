"""How well the posts of secretary are filled, unit by unit（A2、A3：书记进党政班子、由“两委”兼任）."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from cadres.choices import LeaguePost
from orgs.models import Organisation
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


def cover(units: QuerySet[Organisation], posts: QuerySet[Any], condition: Q) -> Cover:
    """Count the units in which a secretary among ``posts`` meets a condition, in one query."""
    fitting = posts.filter(condition, organisation=OuterRef("pk"), league_post=LeaguePost.SECRETARY).order_by()
    rows = units.annotate(is_covered=Exists(fitting)).order_by("lineage")
    found = list(rows.values_list("short_name", "name", "is_covered"))
    missing = tuple(short or name for short, name, is_covered in found if not is_covered)
    return Cover(len(found) - len(missing), missing)


def vacant_units(units: QuerySet[Organisation], posts: QuerySet[Any]) -> Sequence[Organisation]:
    """List the units without a secretary among ``posts``, in tree order."""
    secretaries = posts.filter(organisation=OuterRef("pk"), league_post=LeaguePost.SECRETARY).order_by()
    return list(units.filter(~Exists(secretaries)).order_by("lineage").only("name", "short_name"))
