"""The back office (后台维护): Django's admin in the dress of the portal, and the exports of its lists."""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from import_export.admin import ExportMixin

from orgs.middleware import is_verified
from orgs.scoped_admin.narrowing import scope_of_request
from orgs.scoped_views.exports import workbook_response
from orgs.scoped_views.refusals import codes_in, note_forbidden, noting_refusals, subject_of
from youthleague.kernel.sheet_kinds import SheetKind
from youthleague.sheets.forms import ReasonedExportForm
from youthleague.sheets.services.kinds import all_kinds
from youthleague.sheets.services.resources import SheetResource, resource_for
from youthleague.sheets.views.files import EXPORT, exported

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
        if admin_class is None or admin_class.__module__.partition(".")[0] not in OWN_PACKAGES:
            return
        for model in model_or_iterable if isinstance(model_or_iterable, Iterable) else [model_or_iterable]:
            super().register(model, with_export(model._meta.label, admin_class), **options)  # noqa: SLF001

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


class SheetExport(ExportMixin):  # type: ignore[misc]  # import-export has no types
    """“导出” on the list of a model that a spreadsheet holds: asks unit and reason, ends in the portal's service."""

    kind: SheetKind
    resource_classes: list[type[SheetResource]]
    export_template_name = "admin/export.html"
    import_export_change_list_template = "admin/change_list.html"

    def has_export_permission(self, request: HttpRequest) -> bool:
        """Tell whether the kind may be exported somewhere; the service asks again about the unit."""
        return bool(request.user.is_authenticated and request.user.has_perm(self.kind.export_permission))

    def export_action(self, request: HttpRequest) -> HttpResponse:
        """Show the page, or send the workbook; a refusal is recorded."""
        refused = {"action": EXPORT, "subject": subject_of("orgs.Organisation", request.POST.get("organisation", ""))}
        with noting_refusals(request, **refused):
            if not self.has_export_permission(request):
                raise PermissionDenied
        form = ReasonedExportForm(
            request.POST or None,
            scope=scope_of_request(request).holding(self.kind.export_permission),
            may_full=request.user.has_perm(self.kind.full_permission),
        )
        file = exported(request, self.kind, form) if form.is_valid() else None
        if file is not None:
            return workbook_response(file.content, file.name)
        note_forbidden(request, codes_in(form), **refused)
        shown = {"title": f"导出{self.kind.title}", "form": form, "columns": self._columns, "opts": self.opts}
        context = {**self.admin_site.each_context(request), **shown}
        return TemplateResponse(request, self.export_template_name, context)

    @property
    def _columns(self) -> list[str]:
        return [title for resource in self.resource_classes for title in resource().get_export_headers()]


def with_export(label: str, admin_class: type[Any]) -> type[Any]:
    """Give the admin of a model the export of the spreadsheet that holds its rows, where there is one."""
    kind = next((kind for kind in all_kinds().values() if label in kind.models), None)
    if kind is None:
        return admin_class
    given = {"kind": kind, "resource_classes": [resource_for(kind)]}
    return type(admin_class.__name__, (SheetExport, admin_class), given)


def view_on_site(_request: HttpRequest, **_kwargs: str) -> HttpResponseBase:
    """Answer 404, whatever is asked for and whoever asks."""
    raise Http404


def is_back_office(request: HttpRequest) -> bool:
    """Tell whether a role of the account enters the back office."""
    return bool(request.user.is_active and getattr(request.user, "is_staff", False))


def _next_page(request: HttpRequest) -> str:
    asked = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if safe else reverse("admin:index")


def _with_next(url_name: str, target: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse(url_name)}?{urlencode({'next': target})}")


def _position(label: str) -> int:
    return APP_ORDER.index(label) if label in APP_ORDER else len(APP_ORDER)
