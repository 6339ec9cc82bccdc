"""A URLconf for tests only: the portal, and beside it every kind of leak that the contract must catch."""

from django.contrib import admin, messages
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, URLResolver, path

from cadres.models import Appointment, Cadre
from orgs.models import Organisation, OrgAssignment, User
from orgs.scoped_views.exports import workbook_response
from tests.workbooks.builders import book
from youthleague import urls

handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500


def shown(request: HttpRequest, pk: int) -> HttpResponse:
    """Show somebody's name to whoever asks."""
    return HttpResponse(get_object_or_404(Cadre, pk=pk).name)


def listed(request: HttpRequest) -> HttpResponse:
    """List all organisations."""
    return HttpResponse("、".join(Organisation.objects.values_list("name", flat=True)))


def told(request: HttpRequest, pk: int) -> HttpResponse:
    """Refuse what exists, and say that the rest does not."""
    if not Cadre.objects.filter(pk=pk).exists():
        raise Http404
    return HttpResponse(status=403)


def measured(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer 404 to all, at greater length about what exists."""
    return HttpResponse("此人不在您的管理范围。" * 9 if Cadre.objects.filter(pk=pk).exists() else "", status=404)


def in_header(request: HttpRequest, pk: int) -> HttpResponse:
    """Redirect to an address that holds the name."""
    return HttpResponseRedirect(f"/people/{get_object_or_404(Cadre, pk=pk).name}/")


def in_message(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the name for the next page."""
    messages.info(request, get_object_or_404(Cadre, pk=pk).name)
    return HttpResponseRedirect("/")


def in_workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """Pack the name into a file."""
    return workbook_response(book([[get_object_or_404(Cadre, pk=pk).name]]), "book.xlsx")


def in_the_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a file in the portal's own origin."""
    return HttpResponse(book([["无"]]))


def loose(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer with a page that may load anything."""
    return HttpResponse("无", headers={"Content-Security-Policy": "default-src *"})


def with_phone(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the whole phone number."""
    return HttpResponse(get_object_or_404(Cadre, pk=pk).phone)


def changed(request: HttpRequest, pk: int) -> HttpResponse:
    """Change whatever is named."""
    Cadre.objects.filter(pk=pk).update(version=F("version") + 1)
    return HttpResponse(status=204)


def referred(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a row of one's own that refers to whatever is named."""
    user = User.objects.get(pk=request.user.pk)
    OrgAssignment.objects.create(user=user, organisation_id=pk, role="leader", started_on="2026-01-01")
    return HttpResponse(status=204)


def broken(request: HttpRequest) -> HttpResponse:
    """Fail."""
    raise ValueError("broken")


class LeakySite(admin.AdminSite):
    """A stock admin, open to everybody."""

    def has_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Let in."""
        return True


class StockAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic at run time
    """Django's own admin, without any scope."""

    search_fields = ["pk"]
    list_filter = ["organisation"]
    list_select_related = True  # a query per row would be found first

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002
        """Let everybody read."""
        return True


site = LeakySite(name="leaky")
site.register(Appointment, StockAdmin)

LEAKS: list[URLPattern] = [
    path("leaky/name/<int:pk>/", shown, name="leaky-name"),
    path("leaky/list/", listed, name="leaky-list"),
    path("leaky/told/<int:pk>/", told, name="leaky-told"),
    path("leaky/measured/<int:pk>/", measured, name="leaky-measured"),
    path("leaky/header/<int:pk>/", in_header, name="leaky-header"),
    path("leaky/message/<int:pk>/", in_message, name="leaky-message"),
    path("leaky/workbook/<int:pk>/", in_workbook, name="leaky-workbook"),
    path("leaky/open/<int:pk>/", in_the_open, name="leaky-open"),
    path("leaky/loose/<int:pk>/", loose, name="leaky-loose"),
    path("leaky/phone/<int:pk>/", with_phone, name="leaky-phone"),
    path("leaky/changed/<int:pk>/", changed, name="leaky-changed"),
    path("leaky/referred/<int:pk>/", referred, name="leaky-referred"),
    path("leaky/broken/", broken, name="leaky-broken"),
]
urlpatterns: list[URLPattern | URLResolver] = [*LEAKS, path("leaky-admin/", site.urls), *urls.urlpatterns]
