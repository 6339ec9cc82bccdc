"""The second factor (两步验证): showing a code, and setting it up."""

from datetime import timedelta
from urllib.parse import quote, urlencode

import segno
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django_otp import login as show_device

from orgs.forms.accounts import CodeForm, OwnPasswordForm
from orgs.middleware import SECOND_FACTOR_DUE, PortalRequest, is_verified
from orgs.models import Authenticator
from orgs.services import (
    begin_second_factor,
    confirm_second_factor,
    has_second_factor,
    renew_recovery_codes,
    show_second_factor,
)
from orgs.views.sign_in import safe_target

PENDING_MINUTES = 15


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def otp_verify(request: PortalRequest) -> HttpResponseBase:
    """Ask for a code of the app, or a recovery code, and go on to the page that was wanted."""
    target = safe_target(request)
    if not has_second_factor(request.user):
        return _to("otp-setup", target)
    if is_verified(request):
        return HttpResponseRedirect(target)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"]
        try:
            authenticator = show_second_factor(user=request.user, code=code, at=timezone.now())
        except ValidationError as error:
            form.add_error("code", error)
        else:
            _open(request, authenticator)
            return HttpResponseRedirect(target)
    return render(request, "accounts/otp_verify.html", {"title": "两步验证", "form": form, "next": target})


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def otp_setup(request: PortalRequest) -> HttpResponseBase:
    """Show how far setting up has come; begin it after the password."""
    if _owes_a_code(request):
        return _to("otp-verify", request.get_full_path())
    form = OwnPasswordForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        begin_second_factor(user=request.user, at=timezone.now())
        return _to("otp-setup", safe_target(request))
    return _setup_page(request, form)


@sensitive_post_parameters()
@require_POST
@login_required
def otp_confirm(request: PortalRequest) -> HttpResponseBase:
    """Take the first code of the new app and show the recovery codes."""
    if _owes_a_code(request):
        return _to("otp-verify", reverse("otp-setup"))
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            code = form.cleaned_data["code"]
            codes = confirm_second_factor(user=request.user, code=code, at=timezone.now())
        except ValidationError as error:
            form.add_error("code", error)
        else:
            request.user.refresh_from_db()
            update_session_auth_hash(request, request.user)
            _open(request, request.user.authenticators.get(confirmed=True))
            return _codes_page(request, codes, "两步验证已启用，其他设备上的登录都已退出。")
    return _setup_page(request, OwnPasswordForm(user=request.user), form)


@sensitive_post_parameters()
@require_POST
@login_required
def otp_codes(request: PortalRequest) -> HttpResponseBase:
    """Replace the recovery codes after the password, and show the new ones."""
    if _owes_a_code(request) or not has_second_factor(request.user):
        return redirect("otp-setup")
    form = OwnPasswordForm(request.POST, user=request.user)
    if not form.is_valid():
        return _setup_page(request, form)
    codes = renew_recovery_codes(user=request.user, at=timezone.now())
    return _codes_page(request, codes, "恢复码已重新生成，原来的随即作废。")


def _owes_a_code(request: PortalRequest) -> bool:
    return has_second_factor(request.user) and not is_verified(request)


def _open(request: PortalRequest, authenticator: Authenticator) -> None:
    """Mark the session as verified, under a new key."""
    request.session.pop(SECOND_FACTOR_DUE, None)
    request.session.cycle_key()
    show_device(request, authenticator)


def _setup_page(request: PortalRequest, form: OwnPasswordForm, code_form: CodeForm | None = None) -> HttpResponse:
    since = timezone.now() - timedelta(minutes=PENDING_MINUTES)
    pending = request.user.authenticators.filter(confirmed=False, created_at__gt=since).first()
    in_use = request.user.authenticators.filter(confirmed=True).first()
    context = {
        "title": "两步验证",
        "crumbs": [{"title": "我的账号", "url": reverse("account")}, {"title": "两步验证"}],
        "form": form,
        "code_form": code_form or CodeForm(),
        "next": safe_target(request),
        "in_use": in_use,
        "codes_left": in_use.recovery_codes.filter(used_at__isnull=True).count() if in_use else 0,
        "must": request.user.is_staff and not in_use and not request.user.is_demo,
        "pending": pending,
    }
    if pending:
        context |= {"picture": qr_picture(pending), "seed": spaced(pending.seed)}
    return render(request, "accounts/otp_setup.html", context)


def _codes_page(request: PortalRequest, codes: list[str], done: str) -> HttpResponse:
    crumbs = [{"title": "我的账号", "url": reverse("account")}, {"title": "恢复码"}]
    context = {"title": "恢复码", "crumbs": crumbs, "codes": codes, "done": done, "next": safe_target(request)}
    return render(request, "accounts/recovery_codes.html", context)


def qr_picture(authenticator: Authenticator) -> str:
    """Draw the address that authenticator apps read as an SVG inside a data: address."""
    # The issuer stands once: a shorter text makes a coarser picture, which old phones read.
    query = urlencode({"secret": authenticator.seed, "issuer": f"{settings.SITE_NAME}共青团"}, quote_via=quote)
    address = f"otpauth://totp/{quote(authenticator.user.username)}?{query}"
    return str(segno.make_qr(address, error="l").svg_data_uri(scale=4, light="#fff"))


def spaced(seed: str) -> str:
    """Write the secret in groups of four, for typing it in."""
    return " ".join(seed[start : start + 4] for start in range(0, len(seed), 4))


def _to(url_name: str, target: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse(url_name)}?{urlencode({'next': target})}")
