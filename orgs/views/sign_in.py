"""Signing in and out (登录、退出)."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from orgs.forms.accounts import SignInForm
from orgs.middleware import begin_session, client_address
from orgs.models import User
from orgs.services import confirm_sign_in, record_failed_sign_in, record_sign_out
from orgs.services.sign_in import Limit, give_back_try, take_try

REASONS = {
    "idle": "超过 30 分钟没有操作，已自动退出，请重新登录。",
    "absolute": "登录已满 8 小时，请重新登录。",
    "out": "已退出登录。",
}
# No "cookies": browsers would take those of every site under the same domain along; ours is deleted by name.
CLEAR_SITE_DATA = '"cache", "storage"'


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """Show the gate and let in whoever knows the password."""
    target = safe_target(request)
    if request.user.is_authenticated:
        return redirect(target)
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _try(request, form, target)
    return _page(request, form, target)


@never_cache
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session here and on the server, and let the browser forget the pages."""
    if isinstance(request.user, User):
        record_sign_out(user=request.user, at=timezone.now())
    logout(request)
    response = redirect(f"{reverse('sign-in')}?why=out")
    response["Clear-Site-Data"] = CLEAR_SITE_DATA
    return response


def locked_out(
    request: HttpRequest, _response: HttpResponse | None = None, credentials: Mapping[str, str] | None = None
) -> HttpResponse:
    """Answer 429 to a name that was tried too often from this address; django-axes calls it, too."""
    since = (
        AxesProxyHandler.get_implementation()
        .get_user_attempts(request, credentials)[0]
        .aggregate(last=Max("attempt_time"))["last"]
    )
    return _refused_page(request, "lock", (since or timezone.now()) + settings.AXES_COOLOFF_TIME)


def safe_target(request: HttpRequest) -> str:
    """Give the page that was wanted, if it is one of ours, else the workbench."""
    asked = request.POST.get("next", "") or request.GET.get("next", "")
    hosts, secure = {request.get_host()}, request.is_secure()
    is_ours = url_has_allowed_host_and_scheme(asked, allowed_hosts=hosts, require_https=secure)
    return asked if is_ours else resolve_url(settings.LOGIN_REDIRECT_URL)


def _try(request: HttpRequest, form: SignInForm, target: str) -> HttpResponseBase:
    at, ip = timezone.now(), client_address(request)
    credentials = {"username": form.cleaned_data["username"]}
    if not AxesProxyHandler.is_allowed(request, credentials):
        return locked_out(request, None, credentials)
    exhausted = take_try(ip=ip, at=at, **credentials)
    if exhausted:
        return _refused_page(request, exhausted.name, at + _next_token(exhausted))
    user = authenticate(request, password=form.cleaned_data["password"], **credentials)
    if not isinstance(user, User):
        return _failed(request, form, target, at)
    give_back_try(ip=ip, **credentials)
    try:
        confirm_sign_in(user=user, at=at)
    except ValidationError as error:
        form.add_error(None, error)
        return _page(request, form, target)
    login(request, user)
    begin_session(request, user, at)
    return HttpResponseRedirect(target)


def _failed(request: HttpRequest, form: SignInForm, target: str, at: datetime) -> HttpResponse:
    """Say how many tries are left, in the same words for names that exist and names that do not."""
    username = form.cleaned_data["username"]
    is_locked = bool(getattr(request, "axes_locked_out", False))
    record_failed_sign_in(username=username, locked=is_locked, at=at)
    if is_locked:
        return locked_out(request, None, {"username": username})
    left = settings.AXES_FAILURE_LIMIT - (getattr(request, "axes_failures_since_start", None) or 0)
    sentence = "账号或密码不对，还可以试 %(left)d 次；之后锁定 15 分钟。"
    form.add_error("password", ValidationError(sentence, code="sign-in.wrong", params={"left": left}))
    return _page(request, form, target)


def _page(request: HttpRequest, form: SignInForm, target: str) -> HttpResponse:
    reason = "" if form.is_bound else REASONS.get(request.GET.get("why", ""), "")
    context = {"title": "登录", "form": form, "next": target, "reason": reason}
    return render(request, "accounts/sign_in.html", context)


def _refused_page(request: HttpRequest, reason: str, until: datetime) -> HttpResponse:
    context = {"title": "登录已暂停", "reason": reason, "until": until}
    response = render(request, "accounts/locked.html", context, status=429)
    response["Retry-After"] = str(max(60, int((until - timezone.now()).total_seconds())))
    return response


def _next_token(limit: Limit) -> timedelta:
    return timedelta(seconds=limit.seconds / limit.capacity)
