"""Results of a year as a list, and up to four people beside one another."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict

from appraisal.access import VIEW
from appraisal.choices import Component
from appraisal.filtersets import ScorecardFilterSet
from appraisal.models import Scorecard
from appraisal.querysets import ScorecardQuerySet
from appraisal.reports.portraits import Portrait, portraits
from appraisal.reports.standings import (
    Bin,
    CardRow,
    GroupResult,
    card_rows,
    cards_of_year,
    group_results,
    spread,
)
from appraisal.rules.scoring import plain, two_places
from appraisal.tables import (
    CARD_ORDER,
    SCORECARD_COLUMNS,
    ScorecardTable,
    points_text,
    rank_text,
    result_word,
)
from appraisal.views.charts import radar, spoken
from appraisal.views.year import YearMixin
from orgs.access import Scope
from orgs.scoped_views import ScopedFilterSet, ScopedListView, address
from orgs.scoped_views.exports import ROWS_LIMIT

_JOINED = ("participant__cadre", "participant__organisation", "participant__cycle", "group")
MOST_COMPARED = 4


class ScorecardListView(YearMixin, ScopedListView):
    """The scorecards of a year that the account may read, with what each group came to."""

    model = Scorecard
    permission = VIEW
    template_name = "appraisal/scorecards.html"
    results_template = "appraisal/_scorecards.html"
    title = "成绩"
    tab = "appraisal-scorecards"
    noun = "人"
    filterset_class = ScorecardFilterSet
    table_class = ScorecardTable
    export_columns = SCORECARD_COLUMNS
    export_permission = VIEW

    def rows(self, scope: Scope) -> ScorecardQuerySet:
        return cards_of_year(self.cycle, self.user, scope)

    def conditions(self, query: QueryDict, permission: str) -> ScopedFilterSet:
        scope = self.scope.holding(permission)
        return ScorecardFilterSet(query, self.rows(self.scope), scope=scope, year=self.cycle.year)

    def listed(self, conditions: ScopedFilterSet) -> QuerySet[Any]:
        return conditions.qs.select_related(*_JOINED).order_by(*CARD_ORDER)  # type: ignore[no-any-return]

    def lines(self, rows: Sequence[Any], conditions: ScopedFilterSet) -> Sequence[CardRow]:  # noqa: ARG002
        return card_rows(rows, day=self.scope.day)

    def exported(self, rows: QuerySet[Any], conditions: ScopedFilterSet) -> Iterable[CardRow]:  # noqa: ARG002
        return card_rows(list(rows[:ROWS_LIMIT]), day=self.scope.day)

    def nothing_yet(self) -> Mapping[str, str]:
        return {"title": "还没有成绩", "text": "机关干事汇总以后，这里列出各人的得分、等次和位次；自己参评的组不列。"}

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        results = [one for one in group_results(self.cycle, self.rows(self.scope)) if one.people]
        totals = more["conditions"].qs.exclude(total=None).values_list("total", flat=True)
        floors = list(self.cycle.bands.order_by("grade").values_list("grade", "floor"))
        return super().get_context_data(
            results=[group_line(one, self.request.GET) for one in results],
            ties=[tie_words(one) for one in results if one.tie_total is not None],
            chart=histogram(spread(totals, floors)),
            compare_url=self.address("appraisal-compare"),
            **more,
        )


class CompareView(YearMixin):
    """Up to four people of a year beside one another."""

    http_method_names = ["get", "head"]
    permission = VIEW
    template_name = "appraisal/compare.html"
    title = "对比"
    tab = "appraisal-scorecards"

    def get(self, request: HttpRequest, year: int) -> HttpResponse:  # noqa: ARG002
        """Show those who are asked for, in that order; one who may not be read, or does not exist, is 404."""
        asked = list(dict.fromkeys(request.GET.getlist("person")))
        if not all(one.isascii() and one.isdecimal() and len(one) < 10 for one in asked):
            raise Http404
        keys = [int(one) for one in asked]
        found = cards_of_year(self.cycle, self.user, self.scope).filter(participant__in=keys)
        rows = {row.participant_id: row for row in found.select_related(*_JOINED, "group__cycle", "roll_up")}
        if rows.keys() != {*keys}:
            raise Http404
        shown = card_rows([rows[key] for key in keys[:MOST_COMPARED]], day=self.scope.day)
        return self.render(is_cut=len(keys) > MOST_COMPARED, most=MOST_COMPARED, **self.compared(shown))

    def compared(self, shown: Sequence[CardRow]) -> dict[str, Any]:
        """Give the people as columns, their figures as lines, and a radar of the sides that all of them have."""
        sides = self.sides([one.row for one in shown])
        found = [sides[one.row.participant_id] for one in shown]
        people = [compared_person(one, number) for number, one in enumerate(shown)]
        told: dict[str, Any] = {"people": people, "lines": compared_lines(shown, found)}
        data = radar([one.row.participant.cadre.name for one in shown], found) if found else {"labels": ()}
        return told | ({"radar": data, "radar_said": spoken(data)} if len(data["labels"]) > 2 else {})

    def sides(self, rows: Sequence[Scorecard]) -> dict[int, Portrait]:
        """Read the portraits, group by group."""
        found: dict[int, Portrait] = {}
        for group, roll_up in {(row.group, row.roll_up) for row in rows}:
            keys = [row.participant_id for row in rows if row.group_id == group.pk]
            found |= portraits(group, roll_up, keys, day=self.scope.day)
        return found


# ---- words -------------------------------------------------------------------------
def group_line(one: GroupResult, query: QueryDict) -> dict[str, Any]:
    """Write what a group came to."""
    grades, places = one.grades or {}, one.places
    return {
        "name": one.group.name,
        "url": address(query, group=str(one.group.pk), page=""),
        "people": one.people,
        "ranked": one.ranked,
        "mean": points_text(one.mean),
        "places": f"{places.taken} / {places.most}" if places else "—",
        "is_full": bool(places and places.taken >= places.most),
        "shared": f"与{one.group.shares_cap_with.name}合并计算" if one.group.shares_cap_with else "",
        "grades": [grades.get(grade, 0) for grade in (1, 2, 3, 4)],
        "incomplete": one.incomplete,
        "incomplete_url": address(query, group=str(one.group.pk), standing="incomplete", page=""),
    }


def tie_words(one: GroupResult) -> str:
    """Say that people share the last places."""
    places, total = one.places, one.tie_total or 0
    left = places.most - places.taken if places else 0
    waiting = places.waiting if places else 0
    tied = f"{one.group.name}组有 {waiting} 人总分同为 {two_places(total)}"
    return f"{tied}，“好”只余 {left} 个名额，等待决定；决定以前等次待定。"


def histogram(bins: Sequence[Bin]) -> dict[str, Any]:
    """Give the columns of the distribution, heights out of a hundred."""
    most = max((one.count for one in bins), default=0)
    if not most:
        return {}
    columns = [
        {
            "word": plain(one.start),
            "count": one.count,
            "y": 100 - 100 * one.count // most,
            "high": 100 * one.count // most,
            "floor": f"{one.floor[0]} {plain(one.floor[1])} 起" if one.floor else "",
        }
        for one in bins
    ]
    said = "、".join(f"{one['word']} 分起 {one['count']} 人" for one in columns if one["count"])
    return {"columns": columns, "said": f"总分的分布：{said}"}


def compared_person(one: CardRow, number: int) -> dict[str, Any]:
    """Write who a column is about."""
    person = one.row.participant
    return {
        "name": person.cadre.name,
        "post": f"{one.unit}{person.get_league_post_display()}",
        "group": one.row.group.name,
        "pk": person.pk,
        "key": f"k-{number}",
    }


def compared_lines(shown: Sequence[CardRow], found: Sequence[Portrait]) -> list[dict[str, Any]]:
    """Write the figures of some people, line by line; the best of a line stands out."""
    rows = [one.row for one in shown]
    lines = [
        _line("总分", [row.total for row in rows]),
        {"title": "等次", "cells": [{"text": result_word(row)} for row in rows]},
        {"title": "组内位次", "cells": [{"text": rank_text(row) or "—"} for row in rows], "is_locked": True},
        *(_line(one.label, [getattr(row, one.name.lower()) for row in rows]) for one in Component),
        _line("加减分", [row.adjustment for row in rows]),
    ]
    scored = {one.label for one in Component}
    titles = dict.fromkeys(side.title for portrait in found for side in portrait.sides if side.title not in scored)
    for title in titles:
        values = [{side.title: side.value for side in portrait.sides}.get(title) for portrait in found]
        lines.append(_line(title, values) | {"is_side": True})
    return lines


def _line(title: str, values: Sequence[int | None]) -> dict[str, Any]:
    known = [one for one in values if one is not None]
    best = max(known) if len(set(known)) > 1 else None
    return {
        "title": title,
        "cells": [{"text": points_text(one), "is_best": one == best and one is not None} for one in values],
    }
