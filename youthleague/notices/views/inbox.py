"""One's own notices: the inbox, and which kinds one wants."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from orgs.models import User
from orgs.scoped_views import address
from orgs.scoped_views.refusals import noting_refusals, subject_of
from youthleague.notices.forms import ChoiceOfNoticesForm
from youthleague.notices.models import Muted, Notice
from youthleague.notices.services.inbox import choose_notices, mark_read
from youthleague.notices.services.kinds import notice_kinds

LISTED = 25
INBOX_CRUMB = "通知"


@require_safe
@login_required
@never_cache
def inbox(request: HttpRequest) -> HttpResponse:
    """Show an account its notices, the newest first; ``?unread=1`` leaves out what was read."""
    own = Notice.objects.visible_to(_account(request))
    unread = own.unread().count()
    only_unread = request.GET.get("unread") == "1"
    page = Paginator(own.unread() if only_unread else own, LISTED).get_page(request.GET.get("page"))
    context = {
        "title": "通知",
        "crumbs": [{"title": INBOX_CRUMB}],
        "facts": [f"{unread} 条未读" if unread else "没有未读"],
        "actions": _actions(unread),
        "lines": [(notice, _kind_title(notice.kind)) for notice in page],
        "only_unread": only_unread,
        "pager": _pager(request, page),
    }
    return render(request, "notices/inbox.html", context)


@require_POST
@login_required
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a notice as read, and go where it points."""
    with noting_refusals(request, action="notice.open", subject=subject_of("notices.Notice", pk)):
        notice = get_object_or_404(Notice.objects.visible_to(_account(request)), pk=pk)
    mark_read(by=_account(request), at=timezone.now(), notice=notice)
    is_ours = notice.url and url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None)
    return HttpResponseRedirect(notice.url if is_ours else reverse("inbox"))


@require_POST
@login_required
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything as read."""
    count = mark_read(by=_account(request), at=timezone.now())
    messages.success(request, f"{count} 条通知已标为已读。")
    return redirect("inbox")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def settings(request: HttpRequest) -> HttpResponse:
    """Choose which kinds one wants, and how."""
    user = _account(request)
    muted = set(Muted.objects.filter(user=user).values_list("kind", "channel"))
    form = ChoiceOfNoticesForm(request.POST if request.method == "POST" else None, muted=muted)
    if request.method == "POST" and form.is_valid():
        choose_notices(by=user, wanted=form.wanted())
        messages.success(request, "通知设置已保存。")
        return redirect("inbox")
    context = {
        "title": "通知设置",
        "crumbs": [{"title": INBOX_CRUMB, "url": reverse("inbox")}, {"title": "设置"}],
        "facts": ["每类通知一次只来一条", "邮件只在工作时间发出"],
        "form": form,
        "email": user.email,
    }
    return render(request, "notices/settings.html", context)


def _account(request: HttpRequest) -> User:
    return cast("User", request.user)


def _kind_title(code: str) -> str:
    kind = notice_kinds().get(code)
    return kind.title if kind else ""


def _actions(unread: int) -> list[dict[str, str]]:
    settings_link = {"title": "通知设置", "url": reverse("notice-settings"), "icon": "settings"}
    all_read = {"title": "全部标为已读", "url": reverse("notices-read"), "icon": "check", "method": "post"}
    return [settings_link, all_read] if unread else [settings_link]


def _pager(request: HttpRequest, page: "Page[Notice]") -> dict[str, str]:
    previous = page.previous_page_number() if page.has_previous() else 0
    following = page.next_page_number() if page.has_next() else 0
    return {
        "summary": f"共 {page.paginator.count} 条",
        "previous_url": address(request.GET, page=str(previous)) if previous else "",
        "next_url": address(request.GET, page=str(following)) if following else "",
    }
