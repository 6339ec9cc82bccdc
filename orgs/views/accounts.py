"""One's own account (我的账号): what it is, its password, its sessions."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.password_validation import password_validators_help_texts
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from orgs.access import assignments_of
from orgs.forms.accounts import NewPasswordForm
from orgs.middleware import PortalRequest
from orgs.models import User
from orgs.reports.accounts import keepers_of
from orgs.roles import ROLE_BY_CODE
from orgs.services import change_password, end_other_sessions, has_second_factor, needs_new_password
from orgs.validators import password_profile
from orgs.views.sign_in import safe_target


@require_safe
@login_required
def account(request: PortalRequest) -> HttpResponse:
    """Show who I am here, what I may do, and how my account is protected."""
    user = request.user
    context = {
        "title": "我的账号",
        "facts": [user.username],
        "crumbs": [{"title": "我的账号"}],
        "person": _person_rows(user),
        "protection": _protection_rows(user),
        "has_second_factor": has_second_factor(user),
        "keepers": keepers_of(user, _lineages(user), timezone.localdate()),
    }
    return render(request, "accounts/account.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def password_change(request: PortalRequest) -> HttpResponseBase:
    """Choose a new password: freely, or because a first or an old one has to go."""
    must = needs_new_password(request.user, timezone.now())
    form = NewPasswordForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        change_password(user=request.user, password=form.cleaned_data["new"], at=timezone.now())
        update_session_auth_hash(request, request.user)
        messages.success(request, "密码已改好，其他设备上的登录都已退出。")
        return HttpResponseRedirect(safe_target(request) if must else reverse("account"))
    context = {
        "title": "修改密码",
        "crumbs": [{"title": "我的账号", "url": reverse("account")}, {"title": "修改密码"}],
        "form": form,
        "must": must,
        "is_first": request.user.must_change_password,
        "days": password_profile().max_age_days,
        "next": safe_target(request),
        "rules": [text for text in password_validators_help_texts() if text],
    }
    return render(request, "accounts/password_change.html", context)


@require_POST
@login_required
def sessions_end(request: PortalRequest) -> HttpResponse:
    """Sign out on every other device."""
    end_other_sessions(user=request.user, at=timezone.now())
    update_session_auth_hash(request, request.user)
    messages.success(request, "其他设备上的登录都已退出。")
    return redirect("account")


def _lineages(user: User) -> list[str]:
    return [row.organisation.lineage for row in assignments_of(user, timezone.localdate())]


def _person_rows(user: User) -> list[dict[str, str]]:
    rows = [{"title": "姓名", "value": user.full_name}, {"title": "账号", "value": user.username}]
    if user.email:
        rows.append({"title": "邮箱", "value": user.email})
    held = assignments_of(user, timezone.localdate())
    return rows + [{"title": ROLE_BY_CODE[row.role].title, "value": row.organisation.name} for row in held]


def _protection_rows(user: User) -> list[dict[str, str]]:
    changed = f"{timezone.localtime(user.password_changed_at):%Y-%m-%d} 更改"
    max_age = password_profile().max_age_days
    days = (timezone.now() - user.password_changed_at).days
    note = f"还可以用 {max(0, max_age - days)} 天" if max_age and not user.is_demo else ""
    state = "已启用" if has_second_factor(user) else "未启用"
    return [{"title": "密码", "value": changed, "note": note}, {"title": "两步验证", "value": state}]
