"""换届后常用统计: the figures of a unit and of those below it on a day; each opens the rows that it counts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from cadres.filtersets import CoverFilterSet, FilterSetOfADay
from cadres.forms import OverviewForm
from cadres.models import Appointment
from cadres.reports import OverviewLine, RosterSummary, cover_lines, overview
from cadres.tables import COVER_EXPORT, CoverTable
from orgs.choices import Level
from orgs.models import OrganisationPlacement
from orgs.scoped_views import ListColumn, ScopedFilterSet, ScopedListView, ScopedPage, ScopeUnits
from orgs.scoped_views.exports import ListExport, export_response
from youthleague.kernel.rates import Rate

LONGEST_AGE = 50  # what a whole bar of the age chart stands for


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure: what it is called, how it is counted, its part of a line, and the conditions that open its rows."""

    code: str
    title: str
    definition: str
    rate: Callable[[OverviewLine], Rate] | None = None
    text: Callable[[OverviewLine], str] = lambda _line: ""
    query: Mapping[str, str] = field(default_factory=dict)
    page: str = "roster"

    def value(self, line: OverviewLine) -> str:
        """Write the figure of a line."""
        return self.rate(line).text if self.rate else self.text(line)

    def note(self, line: OverviewLine) -> str:
        """Write numerator and denominator."""
        return self.rate(line).fraction if self.rate and self.rate(line).denominator else ""

    def length(self, line: OverviewLine) -> float:
        """Give the length of the figure's bar in percent."""
        if self.rate:
            return (self.rate(line).permille or 0) / 10
        people = line.people
        return min(100.0, 100 * people.age_total / (people.people * LONGEST_AGE)) if people.people else 0.0

    def count(self, line: OverviewLine) -> int:
        """Count the rows that the figure opens: people, or units of a cover."""
        if self.rate:
            return self.rate(line).numerator
        return line.people.people if self.code == "age" else line.heads

    def opens(self, line: OverviewLine, day: str) -> str:
        """Give the address of the rows that the figure counts on a day (``""`` for today); nothing where none are."""
        if not self.count(line):
            return ""
        asked = {"organisation": str(line.key), "reach": line.reach, "day": day, **self.query}
        return f"{reverse(self.page)}?{urlencode({name: one for name, one in asked.items() if one})}"


def _share(name: str) -> Callable[[OverviewLine], Rate]:
    def rate(line: OverviewLine) -> Rate:
        people: RosterSummary = line.people
        return people.share(getattr(people, name))

    return rate


MEASURES = (
    Measure(
        "heads",
        "团干部",
        "当天在本级及下级团组织任职的人，一人有几个职务也只计一次；在两个街乡任职的人，两处各计一次，合计只计一次。",
        text=lambda line: f"{line.heads:,}",
    ),
    Measure(
        "age",
        "平均年龄",
        "当天周岁年龄的平均数，保留一位小数；2 月 29 日出生的人，平年 3 月 1 日满周岁。",
        text=lambda line: line.people.average_age,
        query={"still": "yes"},
    ),
    Measure(
        "bachelor",
        "本科以上",
        "全日制或在职学历为大学本科、硕士、博士研究生的人占比。",
        _share("bachelor"),
        query={"education": "bachelor"},
    ),
    Measure(
        "college",
        "大专以上",
        "全日制或在职学历为大学专科以上的人占比。",
        _share("college"),
        query={"education": "college"},
    ),
    Measure("party", "中共党员", "中共党员和中共预备党员占比。", _share("party"), query={"politics": "party"}),
    Measure("women", "女性", "女性占比。", _share("women"), query={"gender": "female"}),
    Measure(
        "villages",
        "“两委”兼任",
        "村（社区）中，团支部书记是村（社区）“两委”成员的占比；分母是全部村（社区），没有书记的也计入。",
        lambda line: line.village_cover,
        query={"level": Level.VILLAGE.value, "fit": "yes"},
        page="roster-cover",
    ),
    Measure(
        "townships",
        "进党政班子",
        "街乡中，团（工）委书记是党政班子成员的占比；分母是全部街乡，没有书记的也计入。",
        lambda line: line.township_cover,
        query={"level": Level.TOWNSHIP.value, "fit": "yes"},
        page="roster-cover",
    ),
)
BY_CODE = {measure.code: measure for measure in MEASURES}
CHARTED = MEASURES[1:]
DEFAULT_CHART = "bachelor"


class OverviewView(ScopedPage):
    """The page, its chart and its workbook: figures alone, of people whom the account may see by name."""

    http_method_names = ["get", "head"]
    permission = "cadres.view_cadre"
    title = "换届后常用统计"
    template_name = "cadres/overview.html"

    @cached_property
    def form(self) -> OverviewForm:
        """Read which unit and day are asked for."""
        return OverviewForm(self.request.GET, scope=self.scope.holding(self.permission))

    @property
    def units(self) -> ScopeUnits:
        """Give the units of the day."""
        return self.form.units

    @cached_property
    def lines(self) -> Sequence[OverviewLine]:
        """Count what is asked for; nothing when it cannot be read."""
        key = self.form.unit_key
        return overview(self.units.tree, key, self.form.scope, self.form.day_or_today) if key else []

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002
        """Show the figures, or answer with them as a workbook."""
        if "export" in request.GET and self.lines:
            return self.export(request)
        return self.render()

    def export(self, request: HttpRequest) -> HttpResponse:
        """Answer with the table as a workbook."""
        title = f"{self.unit_name}{self.title}（{self.form.day_or_today:%Y-%m-%d}）"
        named = [name for name in ("organisation", "day") if request.GET.get(name)]
        export = ListExport(title, "roster-overview", export_columns(), self.lines, named)
        return export_response(request, export, at=timezone.now())

    @property
    def unit_name(self) -> str:
        """Name the unit as it was called on the day."""
        return self.units.tree.units[self.lines[0].key].name if self.lines else ""

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        day, lines = self.form.day_or_today, self.lines
        chart = BY_CODE.get(self.request.GET.get("chart", ""), BY_CODE[DEFAULT_CHART])
        return super().get_context_data(
            form=self.form,
            facts=[self.unit_name, f"截至 {day.year} 年 {day.month} 月 {day.day} 日"] if lines else [],
            crumbs=[{"title": "名册", "url": reverse("roster")}, {"title": self.title}],
            figures=[self.figure(lines[0], measure) for measure in MEASURES] if lines else [],
            measures=MEASURES,
            rows=[self.row(line) for line in lines],
            closed=lines[0].closed if lines else 0,
            chart=self.chart(chart) if len(lines) > 1 else None,
            charts=[
                {"title": one.title, "url": self.here(chart=one.code), "now": one.code == chart.code} for one in CHARTED
            ],
            export_url=self.here(export="xlsx") if lines else "",
            printed=f"{self.user}，{timezone.localtime():%Y-%m-%d %H:%M}",
            **more,
        )

    def here(self, **changes: str) -> str:
        """Give the address of this page about the same unit and day."""
        asked = {"organisation": str(self.form.unit_key or ""), "day": self.form.day_asked, **changes}
        return f"?{urlencode({name: value for name, value in asked.items() if value})}"

    def figure(self, line: OverviewLine, measure: Measure) -> dict[str, str]:
        """Give a figure of the strip."""
        unit = {"heads": "人", "age": "岁"}.get(measure.code, "")
        opened = measure.opens(line, self.form.day_asked)
        value, note = measure.value(line), measure.note(line)
        return {"title": measure.title, "value": value, "unit": unit, "note": note, "url": opened}

    def row(self, line: OverviewLine) -> dict[str, object]:
        """Give a line of the table."""
        day = self.form.day_asked
        cells = [
            {"title": one.title, "value": one.value(line), "note": one.note(line), "url": one.opens(line, day)}
            for one in MEASURES
        ]
        return {"title": line.title, "cells": cells}

    def chart(self, measure: Measure) -> dict[str, object]:
        """Give the bars of one figure, in the order of the tree; the mark is the whole."""
        whole = self.lines[0]
        bars = [
            {"title": line.title, "length": f"{measure.length(line):.1f}", "text": measure.value(line)}
            for line in self.lines[1:]
        ]
        return {
            "title": measure.title,
            "bars": bars,
            "mark": f"{measure.length(whole):.1f}",
            "whole": measure.value(whole),
        }


def export_columns() -> list[ListColumn]:
    """Give the columns of the workbook: each rate with its fraction beside it."""
    columns = [ListColumn("范围", lambda line: line.title, 30)]
    for measure in MEASURES:
        columns.append(ListColumn(measure.title, measure.value, 12))
        if measure.rate:
            columns.append(ListColumn(f"{measure.title}（人数或个数）", measure.note, 16))
    return columns


class CoverView(ScopedListView):
    """The units behind the two covers: 村（社区） or 街乡, their secretaries, whether they hold the second post."""

    model = OrganisationPlacement
    permission = "cadres.view_cadre"
    title = "书记兼任情况"
    noun = "个"
    filterset_class = CoverFilterSet
    table_class = CoverTable
    export_columns = COVER_EXPORT
    export_permission = "cadres.export_cadre"

    def listed(self, conditions: ScopedFilterSet) -> QuerySet[Any]:
        return conditions.qs.select_related("organisation").order_by("organisation__lineage", "pk")  # type: ignore[no-any-return]

    def lines(self, rows: Sequence[Any], conditions: Any) -> Sequence[Any]:
        return cover_lines(rows, Appointment.objects.visible_to(conditions.scope).in_force(conditions.day))

    def exported(self, rows: QuerySet[Any], conditions: Any) -> Sequence[Any]:
        return self.lines(list(rows), conditions)

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        day = more["conditions"].day
        return super().get_context_data(
            facts=[more["conditions"].units.title, f"截至 {day.year} 年 {day.month} 月 {day.day} 日"],
            crumbs=[
                {"title": "名册", "url": reverse("roster")},
                {"title": OverviewView.title, "url": reverse("roster-overview")},
                {"title": self.title},
            ],
            **more,
        )

    def empty(self, conditions: FilterSetOfADay) -> Mapping[str, str]:
        found = super().empty(conditions)
        return {**found, "text": conditions.fault} if conditions.fault else found

    def nothing_yet(self) -> Mapping[str, str]:
        return {"title": "这里没有村（社区）", "text": "所辖的村（社区）、街乡登记以后，会列在这里。"}
