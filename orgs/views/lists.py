"""Keeping conditions（常用筛选）and columns（列选择）of a list; always an account's own."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, resolve, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from orgs.middleware import PortalRequest
from orgs.models import SavedList
from orgs.scoped_views import ScopedListView
from orgs.scoped_views.lists import kept_query
from orgs.scoped_views.refusals import noting_refusals, subject_of
from orgs.services.lists import (
    choose_columns,
    delete_list,
    rename_list,
    reset_columns,
    save_list,
    set_default_list,
)


@require_POST
@never_cache
@login_required
def list_save(request: PortalRequest) -> HttpResponse:
    """Keep the conditions that a list page stands under."""
    page = request.POST.get("page", "")
    with noting_refusals(request, action="list.save", subject=""):
        view = _list_asked(request)
    query = _query_asked(request, view)
    try:
        saved = save_list(page=page, name=request.POST.get("name", ""), query=query, by=request.user, at=timezone.now())
    except ValidationError as refusal:
        messages.error(request, "没有保存：" + "".join(refusal.messages))
    else:
        messages.success(request, f"已保存常用筛选“{saved.name}”。")
    return HttpResponseRedirect(f"{reverse(page)}?{query or 'all=1'}")


@require_POST
@never_cache
@login_required
def list_columns(request: PortalRequest) -> HttpResponse:
    """Choose the columns of a list page, or have the usual ones again."""
    page, by, at = request.POST.get("page", ""), request.user, timezone.now()
    with noting_refusals(request, action="list.columns", subject=""):
        view = _list_asked(request)
        offered = view.table_class.offered()
        if not offered:
            raise Http404
    try:
        if request.POST.get("act") == "usual":
            reset_columns(page=page, by=by, at=at)
        else:
            choose_columns(page=page, columns=request.POST.getlist("columns"), offered=offered, by=by, at=at)
    except ValidationError as refusal:
        messages.error(request, "没有保存：" + "".join(refusal.messages))
    return HttpResponseRedirect(f"{reverse(page)}?{_query_asked(request, view) or 'all=1'}")


@require_POST
@never_cache
@login_required
def list_change(request: PortalRequest, pk: int) -> HttpResponse:
    """Rename one's own kept conditions, let the page open with them or not, or forget them."""
    with noting_refusals(request, action="list.save", subject=subject_of("orgs.SavedList", pk)):
        saved = get_object_or_404(SavedList.objects.visible_to(request.user), pk=pk)
    query, by, at = saved.query, request.user, timezone.now()
    act = request.POST.get("act", "")
    try:
        if act == "rename":
            rename_list(saved=saved, name=request.POST.get("name", ""), by=by, at=at)
        elif act in {"default", "plain"}:
            set_default_list(saved=saved, is_default=act == "default", by=by, at=at)
        elif act == "delete":
            delete_list(saved=saved, by=by, at=at)
            query = ""
    except ValidationError as refusal:
        messages.error(request, "没有保存：" + "".join(refusal.messages))
    back = reverse(saved.page) if list_view(saved.page) else reverse("workbench")
    return HttpResponseRedirect(f"{back}?{query or 'all=1'}")


def list_view(page: str) -> type[ScopedListView] | None:
    """Give the list page of a name; None for any other address."""
    try:
        view = getattr(resolve(reverse(page)).func, "view_class", None)
    except NoReverseMatch:
        return None
    return view if isinstance(view, type) and issubclass(view, ScopedListView) else None


def _list_asked(request: PortalRequest) -> type[ScopedListView]:
    view = list_view(request.POST.get("page", ""))
    if view is None:
        raise Http404
    if not request.user.has_perm(view.permission):
        raise PermissionDenied
    return view


def _query_asked(request: PortalRequest, view: type[ScopedListView]) -> str:
    return kept_query([*view.filterset_class.base_filters], QueryDict(request.POST.get("query", "")))
