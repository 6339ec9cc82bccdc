"""A list page: conditions, table, pages, figures above, an empty state that says what to do, and its export."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import django_filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.validators import EMPTY_VALUES
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from orgs.access import Scope
from orgs.models import ColumnChoice, SavedList
from orgs.scoped_views.exports import ROWS_LIMIT, ListColumn, ListExport, export_response
from orgs.scoped_views.pages import ScopedPage
from orgs.scoped_views.tables import ScopedTable
from orgs.scoped_views.units import ScopeUnits

COUNT_LIMIT = 10_000
TOO_MANY_ROWS = f"当前列表超过 {ROWS_LIMIT:,} 行，一次导不完；请先加上筛选条件。"


class ScopedFilterSet(django_filters.FilterSet):  # type: ignore[misc]  # untyped package
    """Conditions of a list; one that cannot be read leaves no rows rather than all of them."""

    def __init__(self, data: QueryDict, queryset: QuerySet[Any], *, scope: Scope) -> None:
        super().__init__(data, queryset)
        self.scope = scope

    @cached_property
    def units(self) -> ScopeUnits:
        """The organisations of the scope, read once a page."""
        return ScopeUnits(self.scope)

    def filter_queryset(self, queryset: Any) -> Any:
        """Apply the conditions, provided that every one of them can be read."""
        return queryset.none() if self.form.errors else super().filter_queryset(queryset)

    @cached_property
    def words(self) -> dict[str, str]:
        """The conditions in force by name, each in the word that its chip shows."""
        unread = {name: str(self.form.fields[name].label) for name in self.form.errors}
        given = {name: value for name, value in self.form.cleaned_data.items() if value not in EMPTY_VALUES}
        return {name: self.word(name, value) for name, value in given.items()} | unread

    def word(self, name: str, value: Any) -> str:
        """Give the word for a condition: the title of a choice, else what was typed."""
        choices = {str(key): str(title) for key, title in getattr(self.form.fields[name], "choices", ())}
        return choices.get(str(value), f"“{value}”").strip()


@dataclass(frozen=True, slots=True)
class Window:
    """One page of a list; ``total`` is counted to one more than ``COUNT_LIMIT`` at most."""

    number: int
    size: int
    total: int

    @property
    def start(self) -> int:
        """Give how many rows stand before the page."""
        return (self.number - 1) * self.size

    @property
    def last(self) -> int:
        """Give the number of the last page."""
        return max(1, -(-min(self.total, COUNT_LIMIT) // self.size))

    def summary(self, noun: str) -> str:
        """Say which rows the page holds, and of how many."""
        end = min(self.start + self.size, self.total)
        return f"第 {self.start + 1}—{end} {noun}，共 {self.total_text} {noun}"

    @property
    def total_text(self) -> str:
        """Write the total, capped as it was counted."""
        return f"{COUNT_LIMIT:,}+" if self.total > COUNT_LIMIT else f"{self.total:,}"


class ScopedListView(ScopedPage):
    """A list of the rows in the part of the scope where ``permission`` is held.

    ``filterset_class`` gives the conditions, ``table_class`` the columns, ``listed`` order and joins, ``lines`` what a
    page's rows become before they are shown, ``figures`` the sums above them: with ``figures_later`` the page comes
    without, and fetches them under ``?figures=1``, which is the whole page with them for a browser without scripts.
    ``export_columns`` with ``export_permission`` offer “导出当前列表”.
    """

    http_method_names = ["get", "head"]
    template_name = "orgs/list.html"
    results_template: ClassVar[str] = "orgs/_results.html"
    model: ClassVar[type[Model]]
    filterset_class: ClassVar[type[ScopedFilterSet]]
    table_class: ClassVar[type[ScopedTable]]
    noun: ClassVar[str] = "条"
    page_size: ClassVar[int] = 50
    export_columns: ClassVar[Sequence[ListColumn]] = ()
    export_permission: ClassVar[str] = ""
    figures_later: ClassVar[bool] = False  # fetched after the rows, so that these do not wait for sums over all

    def rows(self, scope: Scope) -> QuerySet[Any]:
        """Give the rows of a scope."""
        return self.model._default_manager.visible_to(scope)  # type: ignore[attr-defined, no-any-return]  # noqa: SLF001

    def listed(self, conditions: ScopedFilterSet) -> QuerySet[Any]:
        """Give the rows that meet the conditions, in order, with what a line needs."""
        return conditions.qs  # type: ignore[no-any-return]

    def lines(self, rows: Sequence[Any], conditions: ScopedFilterSet) -> Sequence[Any]:  # noqa: ARG002
        """Turn the rows of a page into what the table shows; an override reads the rest in bulk."""
        return rows

    def exported(self, rows: QuerySet[Any], conditions: ScopedFilterSet) -> Iterable[Any]:  # noqa: ARG002
        """Turn all rows into what the columns of the export read."""
        return rows.iterator(chunk_size=1000)

    def figures(self, rows: QuerySet[Any], conditions: ScopedFilterSet) -> Sequence[Mapping[str, str]]:  # noqa: ARG002
        """Give the facts above the table, each with title and value."""
        return ()

    def table_for(self, conditions: ScopedFilterSet) -> type[ScopedTable]:  # noqa: ARG002
        """Give the table for what is asked for."""
        return self.table_class

    def columns_for(self, conditions: ScopedFilterSet) -> Sequence[ListColumn]:  # noqa: ARG002
        """Give the columns of the export for what is asked for."""
        return self.export_columns

    def note_for(self, conditions: ScopedFilterSet) -> str:  # noqa: ARG002
        """Give a remark for the foot of the table."""
        return ""

    def nothing_yet(self) -> Mapping[str, str]:
        """Say that there are no rows at all: title, text, url and verb."""
        return {"title": "还没有内容", "text": ""}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002
        """Show a page of the list, or answer with the whole of it as a workbook."""
        if "export" in request.GET:
            return self.export(request)
        usual = next((one for one in self.saved if one.is_default), None)
        if usual is not None and usual.query and not request.GET and "HX-Request" not in request.headers:
            return HttpResponseRedirect(f"{request.path}?{usual.query}")
        conditions = self.conditions(request.GET, self.permission)
        rows = self.listed(conditions)
        if "figures" in request.GET and self.is_part:
            return render(request, "components/facts.html", {"facts": self.figures(rows, conditions)})
        table = self.table(rows, conditions)
        window = self.window(rows, request.GET.get("page", ""))
        page = list(table.data.data[window.start : window.start + window.size])
        table.shown = self.lines(page, conditions)
        waits = self.figures_later and "figures" not in request.GET
        figures = self.figures(rows, conditions) if page and not waits else ()
        later = address(request.GET, page="", figures="1") if page and waits else ""
        return self.render(conditions=conditions, table=table, window=window, figures=figures, figures_url=later)

    def table(self, rows: QuerySet[Any], conditions: ScopedFilterSet) -> ScopedTable:
        """Make the table in the order asked for, without the columns that are not wanted."""
        wanted, made = self.wanted(conditions), self.table_for(conditions)
        unwanted = [name for name in made.offered() if name not in wanted]
        table = made(rows, order_by=self.request.GET.get("sort", ""), exclude=unwanted)
        if made.optional and self.chosen is not None:
            table.attrs["class"] += " chosen"
        return table

    def get_template(self) -> str:
        """Give the results alone when htmx exchanges them."""
        return self.results_template if self.is_part else self.template_name

    @property
    def is_part(self) -> bool:
        """Tell whether htmx asks for a part of the page."""
        headers = self.request.headers
        return "HX-Request" in headers and "HX-History-Restore-Request" not in headers

    @property
    def page_name(self) -> str:
        """Name the page, as its address does."""
        return (self.request.resolver_match.url_name or "") if self.request.resolver_match else ""

    @cached_property
    def saved(self) -> Sequence[SavedList]:
        """Read the conditions that the account keeps for this page（常用筛选）."""
        return list(SavedList.objects.visible_to(self.user).filter(page=self.page_name))

    @cached_property
    def chosen(self) -> Sequence[str] | None:
        """Read the columns that the account has chosen for this page（列选择）; None without a choice."""
        choices = ColumnChoice.objects.visible_to(self.user).filter(page=self.page_name)
        return choices.values_list("columns", flat=True).first()

    def wanted(self, conditions: ScopedFilterSet) -> frozenset[str]:
        """Give the optional columns to show: those chosen that the table offers, else its usual ones."""
        table = self.table_for(conditions)
        if not table.optional or self.chosen is None:
            return table.usual
        return frozenset(self.chosen).intersection(table.offered())

    def columns_context(self, conditions: ScopedFilterSet) -> dict[str, Any]:
        """Give the columns to choose from, and where the choice goes; nothing where there is none."""
        table = self.table_for(conditions)
        if not table.optional:
            return {}
        groups, is_usual = table.choices(self.wanted(conditions)), self.chosen is None
        query, url = self.kept(conditions), reverse("list-columns")
        return {"groups": groups, "is_usual": is_usual, "page": self.page_name, "query": query, "url": url}

    def saved_context(self, conditions: ScopedFilterSet) -> dict[str, Any]:
        """Give the kept conditions, and what would be kept now."""
        now = self.kept(conditions)
        rows = [
            {
                "name": one.name,
                "url": f"{self.request.path}?{one.query or 'all=1'}",
                "is_current": one.query == now,
                "is_default": one.is_default,
                "change_url": reverse("list-change", args=[one.pk]),
            }
            for one in self.saved
        ]
        is_kept = any(row["is_current"] for row in rows)
        save = {"page": self.page_name, "query": now, "url": reverse("list-save")}
        return {"saved": rows, "save": save if now and not is_kept and not conditions.form.errors else {}}

    def kept(self, conditions: ScopedFilterSet) -> str:
        """Write the conditions and the order of the page as they are kept."""
        return kept_query([*conditions.filters], self.request.GET)

    def plain(self, url: str) -> str:
        """Let an address without conditions not lead to the usual ones."""
        bare = url in {"?", self.request.path}
        return f"{self.request.path}?all=1" if bare and any(one.is_default for one in self.saved) else url

    def conditions(self, query: QueryDict, permission: str) -> ScopedFilterSet:
        """Read the conditions over the rows where a permission is held."""
        scope = self.scope.holding(permission)
        return self.filterset_class(query, self.rows(scope), scope=scope)

    def window(self, rows: QuerySet[Any], asked: str) -> Window:
        """Count the rows, and find the page that was asked for; beyond the last one is the last one."""
        total = _count(rows, COUNT_LIMIT)
        number = int(asked) if asked.isdecimal() and asked.isascii() and len(asked) < 7 else 1
        window = Window(max(1, number), self.page_size, total)
        return Window(min(window.number, window.last), self.page_size, total)

    @property
    def may_export(self) -> bool:
        """Tell whether the list is offered as a workbook."""
        return bool(self.export_permission) and self.user.has_perm(self.export_permission)

    def export(self, request: HttpRequest) -> HttpResponse:
        """Answer with all rows that meet the conditions where the export permission is held."""
        if not self.may_export:
            raise PermissionDenied
        conditions = self.conditions(request.GET, self.export_permission)
        rows = self.listed(conditions)
        if _count(rows, ROWS_LIMIT) > ROWS_LIMIT:
            messages.error(request, TOO_MANY_ROWS)
            return HttpResponseRedirect(request.path + address(request.GET, export=""))
        code = request.resolver_match.url_name if request.resolver_match else ""
        wanted = self.wanted(conditions)
        columns = [one for one in self.columns_for(conditions) if not one.name or one.name in wanted]
        export = ListExport(self.title, code or "", columns, self.exported(rows, conditions), list(conditions.words))
        return export_response(request, export, at=timezone.now())

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        conditions, window, query = more["conditions"], more["window"], self.request.GET
        pages = {"previous_url": window.number - 1, "next_url": window.number + 1}
        return super().get_context_data(
            filter=conditions,
            active=[
                {"word": word, "remove_url": self.plain(address(query, **{name: "", "page": ""}))}
                for name, word in conditions.words.items()
            ],
            clear_url=self.plain(self.request.path),
            **self.saved_context(conditions),
            columns=self.columns_context(conditions),
            has_facts=bool(more.get("figures") or more.get("figures_url")),
            summary=window.summary(self.noun),
            note=self.note_for(conditions),
            export_url=address(query, page="", export="xlsx") if window.total and self.may_export else "",
            empty={} if window.total else self.empty(conditions),
            **{name: address(query, page=str(at)) if 0 < at <= window.last else "" for name, at in pages.items()},
            **more,
        )

    def empty(self, conditions: ScopedFilterSet) -> Mapping[str, str]:
        """Say why the list is empty: nothing there at all, or which condition leaves the most out."""
        if not conditions.words:
            return self.nothing_yet()
        if conditions.form.errors:
            words = "、".join(f"“{conditions.form.fields[name].label}”" for name in conditions.form.errors)
            text = f"条件{words}读不出来，或已不在您的管辖范围，所以什么也不列；请去掉或改选。"
            return {"title": "条件读不出来", "text": text, "url": self.plain(self.request.path), "verb": "清除全部条件"}
        more = {name: self._count_without(name) for name in conditions.words}
        name = max(more, key=lambda one: more[one])
        text = f"去掉“{_bare(conditions.words[name])}”可以看到 {more[name]:,} {self.noun}。" if more[name] else ""
        return {"title": "没有符合条件的内容", "text": text, "url": self.request.path, "verb": "清除全部条件"}

    def _count_without(self, name: str) -> int:
        query = self.request.GET.copy()
        query.pop(name, None)
        return _count(self.listed(self.conditions(query, self.permission)), COUNT_LIMIT)


def address(query: QueryDict, **changes: str) -> str:
    """Write a query again with some values changed; empty ones are left out."""
    kept = QueryDict(mutable=True)
    kept.update({name: str(value) for name, value in {**query.dict(), **changes}.items() if value})
    return f"?{kept.urlencode()}"


def kept_query(names: Sequence[str], given: QueryDict) -> str:
    """Write of a query the conditions named and the order; what else stands in it belongs to the moment."""
    kept = QueryDict(mutable=True)
    kept.update({name: str(given[name]) for name in (*names, "sort") if given.get(name)})
    return kept.urlencode()


def _count(rows: QuerySet[Any], limit: int) -> int:
    return rows.order_by()[: limit + 1].count()


def _bare(word: str) -> str:
    return word.strip("“”")
