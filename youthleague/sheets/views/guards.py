"""Who may open which page: the permission, the kind, and the account's own batch in its scope of today."""

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.cache import never_cache

from orgs.access import Scope
from orgs.models import User
from orgs.scoped_views.refusals import note_forbidden, noting_refusals, subject_of
from youthleague.kernel.sheet_kinds import SheetContext, SheetKind
from youthleague.sheets.models import ImportBatch
from youthleague.sheets.services.kinds import kind_by_code

View = Callable[..., HttpResponse]
USE = "sheets.use"
KEPT_IN_ADDRESS = ("show", "code", "page", "mode", "kind", "state")


def guarded(action: str) -> Callable[[View], View]:
    """Let in accounts that may use spreadsheets; no cache keeps what they get, a refused POST is recorded."""

    def guard(view: View) -> View:
        @wraps(view)
        @login_required
        @never_cache
        def guarded_view(request: HttpRequest, *args: object, **named: object) -> HttpResponse:
            with noting_refusals(request, action=action, subject=_subject(request, named)):
                if not account(request).has_perm(USE):
                    raise PermissionDenied
                return view(request, *args, **named)

        return guarded_view

    return guard


sheet_page = guarded(USE)


def note_refused(request: HttpRequest, codes: Iterable[str], action: str = USE) -> None:
    """Record those codes of a refused act that say who may do it."""
    named = request.resolver_match.kwargs if request.resolver_match else {}
    note_forbidden(request, codes, action=action, subject=_subject(request, named))


def _subject(request: HttpRequest, named: Mapping[str, object]) -> str:
    """Name the batch of the address, else the unit that was sent."""
    if "pk" in named:
        return subject_of("sheets.ImportBatch", named["pk"])
    return subject_of("orgs.Organisation", request.POST["organisation"]) if "organisation" in request.POST else ""


def account(request: HttpRequest) -> User:
    """Give the account that asks; ``sheet_page`` lets no other in."""
    return cast("User", request.user)


def scope_today(request: HttpRequest) -> Scope:
    """Give the scope of the account that asks."""
    return cast("Scope", request.scope)  # type: ignore[attr-defined]  # set by orgs.middleware


def kind_or_404(code: str) -> SheetKind:
    """Give a kind by its code."""
    kind = kind_by_code(code)
    if kind is None:
        raise Http404
    return kind


def kind_for(request: HttpRequest, code: str) -> SheetKind:
    """Give a kind that the account may import; another one is refused."""
    kind = kind_or_404(code)
    if not account(request).has_perm(kind.permission):
        raise PermissionDenied
    return kind


def own_batch(request: HttpRequest, pk: int) -> tuple[ImportBatch, SheetKind]:
    """Give a batch that the account uploaded itself, for a unit that it still manages; anything else does not exist."""
    batches = ImportBatch.objects.visible_to(account(request)).select_related("organisation", "replaces")
    batch = get_object_or_404(batches, pk=pk)
    kind = kind_or_404(batch.kind)
    if not scope_today(request).may(kind.permission, batch.organisation.lineage):
        raise Http404
    batch.uploaded_by = account(request)
    return batch, kind


def context_now(request: HttpRequest, batch: ImportBatch, kind: SheetKind) -> SheetContext:
    """Give the context in which the batch's records are described now."""
    scope = scope_today(request).holding(kind.permission)
    return SheetContext(
        by=account(request),
        scope=scope,
        day=scope.day,
        at=timezone.now(),
        organisation_id=batch.organisation_id,
        batch_id=batch.pk,
    )


def address_part(query: QueryDict, **changes: str) -> str:
    """Write the part of an address that says which rows are shown, some of it changed; empty ones are left out."""
    kept = QueryDict(mutable=True)
    for name in KEPT_IN_ADDRESS:
        value = changes.get(name, query.get(name, ""))
        if value:
            kept[name] = value
    return kept.urlencode()


def pager(page: "Page[Any]", request: HttpRequest, noun: str) -> dict[str, str]:
    """Say which of how many stand on a page, with the addresses of the pages before and after."""

    def address(number: int) -> str:
        return f"?{address_part(request.GET, page=str(number))}"

    part = f"第 {page.start_index()}—{page.end_index()} {noun}，" if page.has_other_pages() else ""
    return {
        "summary": f"{part}共 {page.paginator.count} {noun}",
        "previous_url": address(page.previous_page_number()) if page.has_previous() else "",
        "next_url": address(page.next_page_number()) if page.has_next() else "",
    }
