"""The password once more（再次确认）: before something weighty, good for a quarter of an hour."""

from datetime import datetime, timedelta

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from orgs.forms.accounts import OwnPasswordForm
from orgs.middleware import PortalRequest
from orgs.scoped_views.refusals import codes_in, note_refusal
from orgs.views.sign_in import safe_target

CONFIRMED_AT = "password_confirmed_at"
GOOD_FOR = timedelta(minutes=15)
WRONG = {"password.wrong", "password.too_often"}


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def password_confirm(request: PortalRequest) -> HttpResponseBase:
    """Ask for the password, and go on to the page that was wanted; wrong tries are counted and recorded."""
    target = safe_target(request)
    form = OwnPasswordForm(request.POST or None, user=request.user)
    if request.method == "POST":
        if form.is_valid():
            request.session.cycle_key()
            request.session[CONFIRMED_AT] = int(timezone.now().timestamp())
            return HttpResponseRedirect(target)
        codes = sorted(WRONG & set(codes_in(form)))
        if codes:
            note_refusal(request, action="account.confirm", subject=f"orgs.User:{request.user.pk}", codes=codes)
    crumbs = [{"title": "再次确认密码"}]
    context = {"title": "再次确认密码", "crumbs": crumbs, "form": form, "next": target}
    return render(request, "accounts/password_confirm.html", context)


def is_confirmed(request: HttpRequest, at: datetime) -> bool:
    """Tell whether the password was typed again in the last quarter of an hour."""
    since = request.session.get(CONFIRMED_AT)
    return since is not None and 0 <= at.timestamp() - since < GOOD_FOR.total_seconds()
