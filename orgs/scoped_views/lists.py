"""A list page: conditions, table, pages, figures above, an empty state that says what to do, and its export."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import django_filters
import django_tables2 as tables
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.validators import EMPTY_VALUES
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone
from django_tables2.rows import BoundRows

from orgs.access import Scope
from orgs.scoped_views.exports import ROWS_LIMIT, ListColumn, ListExport, export_response
from orgs.scoped_views.pages import ScopedPage
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


class ScopedTable(tables.Table):  # type: ignore[misc]  # untyped package
    """A table that is ordered in the database and shows the rows of one page."""

    shown: Sequence[Any] = ()

    @property
    def paginated_rows(self) -> BoundRows:
        """Give the rows of the page."""
        return BoundRows(self.shown, table=self)


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
    page's rows become before they are shown. ``export_columns`` with ``export_permission`` offer “导出当前列表”.
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

    def rows(self, scope: Scope) -> QuerySet[Any]:
        """Give the rows of a scope."""
        return self.model._default_manager.visible_to(scope)  # type: ignore[attr-defined, no-any-return]  # noqa: SLF001

    def listed(self, conditions: ScopedFilterSet) -> QuerySet[Any]:
        """Give the rows that meet the conditions, in order, with what a line needs."""
        return conditions.qs  # type: ignore[no-any-return]

    def lines(self, rows: Sequence[Any], conditions: ScopedFilterSet) -> Sequence[Any]:  # noqa: ARG002
        """Turn the rows of a page into what the table shows; an override reads the rest in bulk."""
        return rows

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
        conditions = self.conditions(request.GET, self.permission)
        rows = self.listed(conditions)
        table = self.table_for(conditions)(rows, order_by=request.GET.get("sort", ""))
        window = self.window(rows, request.GET.get("page", ""))
        page = list(table.data.data[window.start : window.start + window.size])
        table.shown = self.lines(page, conditions)
        figures = self.figures(rows, conditions) if page else ()
        return self.render(conditions=conditions, table=table, window=window, figures=figures)

    def get_template(self) -> str:
        """Give the results alone when htmx exchanges them."""
        is_part = "HX-Request" in self.request.headers and "HX-History-Restore-Request" not in self.request.headers
        return self.results_template if is_part else self.template_name

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
        columns = self.columns_for(conditions)
        export = ListExport(self.title, code or "", columns, _each(rows), list(conditions.words))
        return export_response(request, export, at=timezone.now())

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        conditions, window, query = more["conditions"], more["window"], self.request.GET
        pages = {"previous_url": window.number - 1, "next_url": window.number + 1}
        return super().get_context_data(
            filter=conditions,
            active=[
                {"word": word, "remove_url": address(query, **{name: "", "page": ""})}
                for name, word in conditions.words.items()
            ],
            clear_url=self.request.path,
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


def _count(rows: QuerySet[Any], limit: int) -> int:
    return rows.order_by()[: limit + 1].count()


def _each(rows: QuerySet[Any]) -> Iterable[Any]:
    return rows.iterator(chunk_size=1000)


def _bare(word: str) -> str:
    return word.strip("“”")
