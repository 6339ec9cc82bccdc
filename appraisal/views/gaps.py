"""还差什么: the conditions of a year, each with how much is missing, and who and what."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from appraisal.access import VIEW
from appraisal.models import Participant
from appraisal.reports.gaps import Gap, Lack, gap_of, gaps_of
from appraisal.reports.results import closed_groups
from appraisal.services.keeping import holds_district
from appraisal.views.year import YearMixin

SHOWN = 300


class GapsMixin(YearMixin):
    """A page about what is missing, as far as the visitor sees the people and the groups."""

    http_method_names = ["get", "head"]
    tab = "appraisal-gaps"

    @cached_property
    def _people(self) -> frozenset[int]:
        seen = Participant.objects.visible_to(self.scope.holding(VIEW)).filter(cycle=self.cycle)
        return frozenset(seen.values_list("pk", flat=True))

    @cached_property
    def _closed(self) -> frozenset[int]:
        return closed_groups(self.cycle, self.user, self.scope)

    def seen(self, lacks: Iterable[Lack]) -> list[Lack]:
        """Keep what is about people in the scope, and not about the group in which one is appraised."""
        return [one for one in lacks if one.group_id not in self._closed and self._is_seen(one)]

    def _is_seen(self, one: Lack) -> bool:
        """What is of nobody in particular is for those who see the whole district."""
        return self._is_whole if one.participant_id is None else one.participant_id in self._people

    @cached_property
    def _is_whole(self) -> bool:
        return holds_district(self.scope.holding(VIEW))

    def line(self, gap: Gap) -> dict[str, Any]:
        """Write a condition with how much is missing."""
        lacks = self.seen(gap.lacks)
        people = len({one.participant_id for one in lacks if one.participant_id})
        many = f"{len(lacks)} 项，{people} 人" if people and people != len(lacks) else f"{len(lacks)} 项"
        must = "不补齐不能进入下一步" if gap.condition.blocks else "提醒，不拦下一步"
        return {
            "title": gap.condition.title,
            "count": many if lacks else "已齐",
            "tone": "ok" if not lacks else "bad" if gap.condition.blocks else "warn",
            "word": "已齐" if not lacks else "还差",
            "note": must if lacks else "",
            "url": self.address("appraisal-gap", gap.condition.code) if lacks else "",
        }


class GapsView(GapsMixin):
    """The conditions that are asked in the state of the year."""

    template_name = "appraisal/gaps.html"
    title = "还差什么"

    def get(self, request: HttpRequest, year: int) -> HttpResponse:  # noqa: ARG002
        """Show the page."""
        return self.render(lines=[self.line(one) for one in gaps_of(self.cycle, self.scope.day)])


class GapView(GapsMixin):
    """One condition: who and what is missing."""

    template_name = "appraisal/gap.html"

    def get(self, request: HttpRequest, year: int, code: str) -> HttpResponse:  # noqa: ARG002
        """Show the page."""
        gap = gap_of(self.cycle, code, self.scope.day)
        if gap is None:
            raise Http404
        lacks = self.seen(gap.lacks)
        title = gap.condition.title
        crumbs = [
            {"title": str(self.cycle), "url": self.address("appraisal-year")},
            {"title": "还差什么", "url": self.address("appraisal-gaps")},
            {"title": title},
        ]
        return self.render(
            title=title,
            crumbs=crumbs,
            facts=[str(self.cycle), f"还差 {len(lacks)} 项" if lacks else "已齐"],
            lacks=lacks[:SHOWN],
            rest=max(0, len(lacks) - SHOWN),
            page_url=self.address(gap.condition.page) if gap.condition.page else "",
        )
