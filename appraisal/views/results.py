"""登记测评结果: how far they are, and a grid for the people of a group."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from appraisal.access import KEEP, VIEW
from appraisal.choices import BALLOT_COMPONENTS, YEAR_END_COMPONENTS, Component
from appraisal.forms.results import UNREAD, Column, ResultGrid, ballot_columns, panel_columns, round_columns
from appraisal.models import ComponentPool, GroupComponent, Participant
from appraisal.reports.results import (
    ComponentProgress,
    closed_groups,
    component_of,
    result_lines,
    results_progress,
)
from appraisal.rules.cycle import RESULT_STATES
from appraisal.services.keeping import holds_district
from appraisal.services.results import enter_results
from appraisal.views.year import YearMixin
from orgs.scoped_views.refusals import codes_of, note_forbidden

CELLS_A_PAGE = 800  # inputs: a page sends no more fields than Django takes
PEOPLE_A_PAGE = 50
FEWEST_SHEETS, MOST_SHEETS = 7, 60
SLUGS = {one.name.lower().replace("_", "-"): one for one in YEAR_END_COMPONENTS}
_RACE = "在您填写期间，有人先保存了其中的一行，这次没有保存；请核对现在的内容后再填。"


class ResultsView(YearMixin):
    """How far the results of each group are entered."""

    http_method_names = ["get", "head"]
    template_name = "appraisal/results.html"
    title = "测评结果"
    tab = "appraisal-results"

    def get(self, request: HttpRequest, year: int) -> HttpResponse:  # noqa: ARG002
        """Show the page."""
        closed = closed_groups(self.cycle, self.user, self.scope)
        found = results_progress(self.cycle, self.scope)
        groups = {one.group.pk: one.group for one in found}
        has_contest = any(one.component.component == Component.CONTEST for one in found)
        contest = {"title": "团内赛的安排和名次", "url": self.address("appraisal-contest")}
        return self.render(
            actions=[contest] if has_contest and holds_district(self.scope.holding(VIEW)) else [],
            is_open=self.cycle.state in RESULT_STATES,
            groups=[
                {
                    "name": group.name,
                    "is_closed": pk in closed,
                    "lines": [self._line(one) for one in found if one.group.pk == pk],
                }
                for pk, group in groups.items()
            ],
        )

    def _line(self, one: ComponentProgress) -> dict[str, Any]:
        component = Component(one.component.component)
        slug = component.name.lower().replace("_", "-")
        return {
            "title": component.label,
            "url": self.address("appraisal-results-part", one.group.position, slug),
            "done": one.done,
            "asked": one.asked,
            "percent": 100 * one.done // one.asked if one.asked else 0,
            "tone": "ok" if one.asked and one.done == one.asked else "soft",
        }


class ResultsPartView(YearMixin):
    """The grid of one component of a group, a pool at a time."""

    http_method_names = ["get", "head"]
    template_name = "appraisal/results_part.html"
    tab = "appraisal-results"
    component: GroupComponent

    def prepare(self) -> None:
        """Find the component; what an account must not read of its own group is refused."""
        super().prepare()
        kind = SLUGS.get(self.kwargs["component"])
        found = component_of(self.cycle, self.kwargs["position"], kind) if kind else None
        if found is None:
            raise Http404
        self.component = found
        if found.group_id in closed_groups(self.cycle, self.user, self.scope):
            raise PermissionDenied

    # ---- what is asked for -----------------------------------------------------------
    @cached_property
    def pool(self) -> ComponentPool | None:
        """Give the pool that is asked for, the first one else; None of a contest."""
        pools = list(self.component.pools.all())
        asked = self.request.GET.get("pool", "1")
        if not pools:
            return None
        if asked not in {str(one.number) for one in pools}:
            raise Http404
        return next(one for one in pools if str(one.number) == asked)

    @property
    def kind(self) -> str:
        """Name the kind of entry."""
        if self.pool is None:
            return "round"
        return "tally" if self.component.component in BALLOT_COMPONENTS else "panel"

    def columns(self, most: int) -> list[Column]:
        """Give the columns; of a panel as many sheets as are asked for, or as there are."""
        if self.pool is None:
            return round_columns(self.component.rounds.all())
        if self.kind == "tally":
            return ballot_columns(self.pool)
        text = self.request.GET.get("sheets", "")
        asked = int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else FEWEST_SHEETS
        return panel_columns(self.pool, max(most, min(max(asked, 1), MOST_SHEETS)))

    # ---- the page ----------------------------------------------------------------------
    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:  # noqa: ARG002
        """Show the grid."""
        return self._page(self._grid())

    @property
    def _name(self) -> str:
        name = str(Component(self.component.component).label)
        return f"{name}（{self.pool.get_ballot_class_display()}）" if self.pool else name

    def _grid(self, data: Mapping[str, Any] | None = None) -> ResultGrid:
        people = self._people
        lines = result_lines(people, self.component, self.pool)
        sheets = [int(name[1:]) for line in lines for name in line.cells if name.startswith("s") and name[1:].isdigit()]
        own = frozenset(one.pk for one in people if one.cadre.person_key == self.user.person_key)
        return ResultGrid.of(self.kind, self.columns(max(sheets, default=0)), lines, own=own, data=data)

    @cached_property
    def _all(self) -> list[int]:
        seen = (
            Participant.objects.visible_to(self.scope.holding(VIEW)).appraised().filter(group=self.component.group_id)
        )
        return list(seen.order_by("lineage", "cadre__name", "pk").values_list("pk", flat=True))

    @property
    def _size(self) -> int:
        sheets = self.request.GET.get("sheets", "")
        wide = int(sheets) if sheets.isascii() and sheets.isdecimal() and len(sheets) < 4 else FEWEST_SHEETS
        return max(10, min(PEOPLE_A_PAGE, CELLS_A_PAGE // (max(wide, 8) + 3)))

    @cached_property
    def _number(self) -> int:
        text = self.request.GET.get("page", "")
        number = int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else 1
        return min(max(number, 1), max(1, -(-len(self._all) // self._size)))

    @cached_property
    def _people(self) -> list[Participant]:
        keys = self._all[(self._number - 1) * self._size : self._number * self._size]
        rows = Participant.objects.visible_to(self.scope.holding(VIEW)).select_related("cadre", "organisation")
        found = rows.in_bulk(keys)
        return [found[key] for key in keys]

    def _page(self, grid: ResultGrid, refusal: str = "") -> HttpResponse:
        last = max(1, -(-len(self._all) // self._size))
        may_enter = self.cycle.state in RESULT_STATES and self.user.has_perm(KEEP)
        group, pools = self.component.group, list(self.component.pools.all())
        return self.render(
            title=f"{group.name}：{self._name}",
            facts=[str(self.cycle), f"{len(self._all)} 人", self._rule],
            crumbs=[
                {"title": str(self.cycle), "url": self.address("appraisal-year")},
                {"title": "测评结果", "url": self.address("appraisal-results")},
                {"title": f"{group.name}：{self._name}"},
            ],
            grid=grid,
            save_url=self.address("appraisal-results-enter", *self._keys) + self._query,
            refusal=refusal,
            may_enter=may_enter,
            is_open=self.cycle.state in RESULT_STATES,
            is_ballot=self.kind == "tally",
            is_panel=self.kind == "panel",
            pools=[
                {"title": one.get_ballot_class_display(), "url": f"?pool={one.number}", "is_here": one == self.pool}
                for one in pools
            ],
            more_url=f"?pool={self.pool.number}&sheets={min(len(grid.columns) + 5, MOST_SHEETS)}" if self.pool else "",
            number=self._number,
            last=last,
            previous_url=self._turned(-1) if self._number > 1 else "",
            next_url=self._turned(1) if self._number < last else "",
        )

    @property
    def _rule(self) -> str:
        one = self.component
        return f"每种不少于 {one.minimum_size} 份才计分" if self.pool and one.minimum_size > 1 else ""

    def _turned(self, step: int) -> str:
        query = self.request.GET.copy()
        query["page"] = str(self._number + step)
        return f"?{query.urlencode()}"

    # ---- addresses ---------------------------------------------------------------------
    @property
    def _keys(self) -> tuple[int, str]:
        return self.kwargs["position"], self.kwargs["component"]

    @property
    def _query(self) -> str:
        return f"?{self.request.GET.urlencode()}" if self.request.GET else ""


class ResultsEnterView(ResultsPartView):
    """Saves what was typed into the grid."""

    http_method_names = ["post"]
    permission = KEEP

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Save the rows that were touched, or show the grid again with what is wrong."""
        grid = self._grid(request.POST)
        results = grid.read()
        if results is None:
            return self._page(grid, UNREAD)
        try:
            if results.all:
                enter_results(cycle=self.cycle, results=results, by=self.user, at=timezone.now())
        except ValidationError as refusal:
            note_forbidden(request, codes_of(refusal), action=KEEP, subject=self.subject)
            return self._page(grid, grid.refuse(refusal))
        except IntegrityError:
            return self._page(self._grid(), _RACE)
        people = len({one.participant_id for one in results.all})
        messages.success(request, f"已保存 {people} 人的{self._name}。" if people else "没有改动。")
        return HttpResponseRedirect(self.address("appraisal-results-part", *self._keys) + self._query)
