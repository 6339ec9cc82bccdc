"""Search over everything that the account may see: by name, pinyin, organisation."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from orgs.middleware import PortalRequest
from youthleague.protection.buckets import take
from youthleague.workbench.reports import BuiltPanel, built_panels
from youthleague.workbench.views.errors import too_many

LONGEST = 50
SEARCHES = 120
PER_SECONDS = 60.0


@require_safe
@login_required
@never_cache
def search(request: PortalRequest) -> HttpResponse:
    """Show what was found; for the box in the top bar the first few as a fragment."""
    typed = " ".join(request.GET.get("q", "").replace("\0", " ").split())[:LONGEST]  # PostgreSQL takes no NUL
    if typed and not _may_search(request):
        return too_many(request, minutes=1)
    groups = _found(request, typed) if typed else []
    context = {"title": "搜索", "crumbs": [{"title": "搜索"}], "q": typed, "searched": typed, "groups": groups}
    if request.htmx:
        return render(request, "workbench/_hits.html", context)
    return render(request, "workbench/search.html", context)


def _found(request: PortalRequest, typed: str) -> list[BuiltPanel]:
    return [group for group in built_panels("search", request.user, request.scope, typed) if group.context["rows"]]


def _may_search(request: PortalRequest) -> bool:
    """A person never gets near this; a program that copies the roster letter by letter does."""
    return take(f"search:{request.user.pk}", capacity=SEARCHES, refill_seconds=PER_SECONDS, at=timezone.now())
