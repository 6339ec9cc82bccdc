"""The back office (后台维护): Django's admin in the dress of the portal."""

from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

OWN_PACKAGES = frozenset({"youthleague", "orgs", "cadres", "linkage", "appraisal"})
APP_ORDER = ("orgs", "cadres", "sheets", "audit")


class BackOffice(AdminSite):
    """The one admin site: for accounts of the back office who have shown a second factor."""

    site_header = "后台维护"
    site_title = "后台维护"
    index_title = "后台维护"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Tell whether the account may enter: a role of the back office, and the second factor shown."""
        return is_back_office(request) and is_verified(request)

    def register(self, model_or_iterable: Any, admin_class: type[Any] | None = None, **options: Any) -> None:
        """Take what the portal's own applications register; raw tables of third-party packages stay out."""
        if admin_class is not None and admin_class.__module__.partition(".")[0] in OWN_PACKAGES:
            super().register(model_or_iterable, admin_class, **options)

    def get_urls(self) -> "list[URLPattern | URLResolver]":
        """Close “view on site”, which would tell whether a foreign record exists, before the stock address."""
        return [
            path("r/<path:content_type_id>/<path:object_id>/", view_on_site, name="view_on_site"),
            *super().get_urls(),
        ]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """List applications in the order of the work, not of the alphabet."""
        found = super().get_app_list(request, app_label)
        return sorted(found, key=lambda app: _position(app["app_label"]))

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # noqa: ARG002
        """Send to the portal's own sign-in, or to the second factor; there is no other door."""
        target = _next_page(request)
        if not request.user.is_authenticated:
            return _with_next("sign-in", target)
        if not is_back_office(request):
            raise PermissionDenied
        if is_verified(request):
            return HttpResponseRedirect(target)
        return _with_next("otp-verify", target)

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:  # noqa: ARG002
        """Pass the request on, with its form, to the portal's own sign-out."""
        return HttpResponse(status=307, headers={"Location": reverse("sign-out")})

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:  # noqa: ARG002
        """Send to the portal's own page, which knows the password rules."""
        return redirect("password-change")

    def password_change_done(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:  # noqa: ARG002
        """Send to the portal's own page."""
        return redirect("password-change")


def view_on_site(_request: HttpRequest, **_kwargs: str) -> HttpResponseBase:
    """Answer 404, whatever is asked for and whoever asks."""
    raise Http404


def is_back_office(request: HttpRequest) -> bool:
    """Tell whether a role of the account enters the back office."""
    return bool(request.user.is_active and getattr(request.user, "is_staff", False))


def is_verified(request: HttpRequest) -> bool:
    """Tell whether the second factor was shown; demonstration accounts have none, in demonstration mode only."""
    if settings.DEMO and getattr(request.user, "is_demo", False):
        return True
    verified = getattr(request.user, "is_verified", None)
    return bool(verified and verified())


def _next_page(request: HttpRequest) -> str:
    asked = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if safe else reverse("admin:index")


def _with_next(url_name: str, target: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse(url_name)}?{urlencode({'next': target})}")


def _position(label: str) -> int:
    return APP_ORDER.index(label) if label in APP_ORDER else len(APP_ORDER)
