"""The seats of committees（委员会应配、实配）: how many there should be, and how many are filled."""

from collections import Counter
from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Count, QuerySet

from cadres.choices import NO_SEATS
from orgs.choices import OrganisationKind
from orgs.models import Organisation
from orgs.policies import SeatPolicy
from orgs.rules import SeatRange, required_seats
from youthleague.kernel.findings import Finding

VACANT = Finding("seats.vacant", "委员会缺配 %(count)s 人。")
OVER_FILLED = Finding("seats.over", "委员会超配 %(count)s 人。")


@dataclass(frozen=True, slots=True)
class CommitteeSeat:
    """The seats of one committee: required by rule or approval (None: unknown), and filled, counted as posts."""

    required: SeatRange | None
    filled: int
    is_uncounted: bool = False  # the members of the branch, on which the rule depends

    @property
    def vacant(self) -> int:
        """Give how many seats are empty at least（缺配）."""
        return max(0, self.required.least - self.filled) if self.required else 0

    @property
    def over_filled(self) -> int:
        """Give how many seats there are too many（超配）."""
        return max(0, self.filled - self.required.most) if self.required else 0

    @property
    def status(self) -> str:
        """Give the code of how the committee is filled, vacant, over, ok or unknown."""
        if self.required is None:
            return "unknown"
        return "vacant" if self.vacant else "over" if self.over_filled else "ok"

    @property
    def tone(self) -> str:
        """Give the colour of its light."""
        return {"vacant": "warn", "over": "warn", "ok": "ok", "unknown": "idle"}[self.status]

    @property
    def word(self) -> str:
        """Give the word beside the light."""
        if self.status == "unknown":
            return "未填团员数" if self.is_uncounted else "未核定职数"
        if self.vacant:
            return f"缺 {self.vacant} 人"
        return f"超 {self.over_filled} 人" if self.over_filled else "已配齐"

    @property
    def finding(self) -> Finding | None:
        """Give what is to be objected, None when the committee is filled or nobody knows how large it should be."""
        if self.vacant:
            return VACANT.about(count=self.vacant)
        return OVER_FILLED.about(count=self.over_filled) if self.over_filled else None


def committee_seats(
    units: Collection[Organisation], posts: QuerySet[Any], policy: SeatPolicy
) -> dict[int, CommitteeSeat]:
    """Tell by key how the committees of units are filled among ``posts``, in one query.

    Posts are counted, not people: who is 书记 and 组织委员 fills two seats.
    """
    seated = posts.filter(organisation__in=[unit.pk for unit in units]).exclude(league_post__in=NO_SEATS)
    filled = Counter(dict(seated.order_by().values_list("organisation").annotate(Count("pk"))))
    values = asdict(policy)
    return {unit.pk: _seat(required_seats(unit, values), filled[unit.pk], unit) for unit in units}


def _seat(required: SeatRange | None, filled: int, unit: Organisation) -> CommitteeSeat:
    is_uncounted = unit.kind == OrganisationKind.BRANCH and unit.member_count is None
    return CommitteeSeat(required, filled, is_uncounted=is_uncounted)
