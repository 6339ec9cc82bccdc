"""A back office for tests only: writable desks whose services check nothing, and desks that forgot to narrow."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.test import Client
from django.urls import path

from cadres.models import Appointment, Cadre
from orgs.models import Authenticator, Organisation, User
from orgs.scoped_admin import ScopedInline, ScopedModelAdmin, VisibleRelatedFilter
from tests.factories import District
from youthleague import urls
from youthleague.audit.models import AuditEvent

handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500

__all__ = ["PermissionDenied"]

REFUSED = "这样不行。"


class DeskSite(admin.AdminSite):
    """Lets in whoever has a role of the back office."""

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_staff)


class PersonDesk(ScopedModelAdmin):
    """People, to choose from."""

    rows_method = "fully_visible_to"
    search_fields = ["name"]
    fields = ["name"]


class PostDesk(ScopedModelAdmin):
    """Posts, stored by a service that knows three words: refused, refused altogether, moved away."""

    allows = frozenset({"add", "change"})
    list_display = ["cadre", "organisation", "admin_post"]
    list_filter = ["league_post", "appointed_on", ("organisation", VisibleRelatedFilter)]
    search_fields = ["cadre__name"]
    date_hierarchy = "appointed_on"
    autocomplete_fields = ["cadre"]
    fields = ["cadre", "organisation", "league_post", "employment_mode", "appointed_on", "admin_post"]
    actions = ["praise"]

    def save_model(self, _request: HttpRequest, obj: Any, _form: Any, _change: Any) -> None:
        if obj.admin_post == "调走":
            obj.organisation = Organisation.objects.get(name="松涛社区团支部")
        obj.save()
        if obj.admin_post == "拒绝":
            raise ValidationError({"admin_post": ValidationError(REFUSED, code="desk.refused")})
        if obj.admin_post == "全拒":
            raise ValidationError(REFUSED, code="desk.refused")

    @admin.action(description="表扬", permissions=["act"])
    def praise(self, request: HttpRequest, queryset: "QuerySet[Appointment]") -> None:
        self.run_for_each(request, queryset, praise)


def praise(post: Appointment) -> None:
    """Note praise, unless there is some already; the note is made first, so that only a rollback undoes it."""
    had = post.admin_post
    Appointment.objects.filter(pk=post.pk).update(admin_post="表扬")
    if had == "表扬":
        raise ValidationError("已经表扬过了。", code="desk.praised")
    if had == "旁人":
        Appointment.objects.exclude(pk=post.pk).update(admin_post="旁人")


class PostInline(ScopedInline):
    """Posts below their unit."""

    allows = frozenset({"add", "change"})
    model = Appointment
    fields = ["cadre", "league_post", "employment_mode", "appointed_on", "admin_post"]


class UnitDesk(ScopedModelAdmin):
    """Units with their posts."""

    allows = frozenset({"change"})
    search_fields = ["name"]
    fields = ["short_name", "parent"]
    inlines = [PostInline]

    def save_model(self, _request: HttpRequest, obj: Any, _form: Any, _change: Any) -> None:
        obj.save()

    def save_formset(self, _request: HttpRequest, _form: Any, formset: Any, **_: Any) -> None:
        formset.save()


class Unnarrowed:
    """Mixed into a desk, offers every row in its forms, as Django does."""

    def formfield_for_foreignkey(self: Any, db_field: Any, _request: HttpRequest, **kwargs: Any) -> Any:
        return db_field.formfield(**kwargs)


class OpenPostDesk(Unnarrowed, PostDesk):
    """The posts, with all of the district to choose from."""


class OpenPostInline(Unnarrowed, PostInline):
    """The posts below a unit, likewise."""


class OpenUnitDesk(Unnarrowed, UnitDesk):
    """The units, likewise."""

    inlines = [OpenPostInline]


class SilentUnitDesk(UnitDesk):
    """The units, by a desk that never said how posts are stored."""

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: Any) -> None:
        ScopedModelAdmin.save_formset(self, request, form, formset, change)


class SilentPostDesk(PostDesk):
    """The posts, by a desk that never said how they are stored."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        ScopedModelAdmin.save_model(self, request, obj, form, change)


def _site(name: str, unit: type[ScopedModelAdmin], post: type[ScopedModelAdmin]) -> DeskSite:
    site = DeskSite(name=name)
    site.register(Organisation, unit)
    site.register(Appointment, post)
    site.register(Cadre, PersonDesk)
    return site


narrow = _site("narrow", UnitDesk, PostDesk)
unnarrowed = _site("unnarrowed", OpenUnitDesk, OpenPostDesk)
silent = _site("silent", SilentUnitDesk, SilentPostDesk)

urlpatterns = [
    path("narrow/", narrow.urls),
    path("open/", unnarrowed.urls),
    path("silent/", silent.urls),
    *urls.urlpatterns,
]


@dataclass(frozen=True)
class House:
    """Township B with its staff, a person of its own, and one of A."""

    district: District
    staff: User
    browser: Client
    own: Cadre
    foreign: Cadre

    @property
    def own_post(self) -> Appointment:
        return self.own.appointments.get()

    @property
    def foreign_post(self) -> Appointment:
        return self.foreign.appointments.get()


def posts(view: str = "", site: str = "narrow") -> str:
    return f"/{site}/cadres/appointment/{view}"


def units(view: str = "", site: str = "narrow") -> str:
    return f"/{site}/orgs/organisation/{view}"


def enter(user: User) -> Client:
    """Open the back office for an account that has shown its second factor."""
    authenticator, _ = Authenticator.objects.get_or_create(user=user, confirmed=True)
    client = Client()
    client.force_login(user, backend="orgs.backends.RoleBackend")
    session = client.session
    session["otp_device_id"] = authenticator.persistent_id
    session.save()
    return client


def refusals() -> list[tuple[str, str, list[str]]]:
    """List what the log says was refused: action, subject, codes."""
    rows = AuditEvent.objects.filter(result="refused").order_by("seq")
    return [(row.action, row.subject, row.facts.get("codes")) for row in rows]


def post_form(cadre: int, organisation: int) -> dict[str, object]:
    """Fill the form of a post."""
    return {
        "cadre": cadre,
        "organisation": organisation,
        "league_post": "deputy_secretary",
        "employment_mode": "part_time",
        "appointed_on": "2025-01-01",
        "admin_post": "",
    }


def unit_form(posts: list[dict[str, object]], *, stored: int, **fields: object) -> dict[str, object]:
    """Fill the form of a unit with its posts below; the first ``stored`` of them exist already."""
    management = {"appointments-TOTAL_FORMS": len(posts), "appointments-INITIAL_FORMS": stored}
    rows = {f"appointments-{at}-{name}": value for at, post in enumerate(posts) for name, value in post.items()}
    return {**management, **rows, **fields}
