"""The back office of the roster: people and posts as they are stored, masked; the work is done in the portal."""

from collections.abc import Callable
from functools import partial

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from cadres.choices import EndReason
from cadres.models import Account, Appointment, Cadre
from cadres.services.posts import end_appointment
from orgs.scoped_admin import ScopedInline, ScopedModelAdmin, VisibleRelatedFilter


def partial_date(name: str, title: str) -> "Callable[[object, Cadre | Appointment], str]":
    """Show a date as exactly as it is known; a column of its own would invent a day."""

    @admin.display(description=title, ordering=name)
    def shown(_admin: object, row: Cadre | Appointment) -> str:
        value = row.partial(name)
        return value.chinese() if value else ""

    return shown


class AppointmentInline(ScopedInline):
    """Posts of a person."""

    model = Appointment
    fields = ["organisation", "league_post", "employment_mode", "appointed", "ended_on", "is_main"]
    readonly_fields = ["appointed"]
    appointed = partial_date("appointed_on", "任职时间")


@admin.register(Cadre)
class CadreAdmin(ScopedModelAdmin):
    """People (团干部) with a post in force in the scope; number and phone are masked, and cannot be searched."""

    rows_method = "fully_visible_to"
    list_display = ["name", "gender", "birth_date", "political_status", "identity_number", "phone_number"]
    list_filter = ["gender", "political_status", "fulltime_education", "source"]
    search_fields = ["name", "search_keys"]
    ordering = ["name", "pk"]
    inlines = [AppointmentInline]
    readonly_fields = ["identity_number", "phone_number", "joined_league", "joined_party", "work_started"]
    joined_league = partial_date("joined_league_on", "入团时间")
    joined_party = partial_date("joined_party_on", "入党时间")
    work_started = partial_date("work_started_on", "参加工作时间")
    fieldsets = [
        (None, {"fields": ["name", "identity_number", "gender", "birth_date", "ethnicity", "native_place"]}),
        (
            "政治面貌",
            {"fields": ["political_status", "retains_league_membership", "joined_league", "joined_party"]},
        ),
        ("学历", {"fields": ["fulltime_education", "inservice_education", "degree", "school_major"]}),
        ("工作", {"fields": ["work_started", "rank", "establishment_type", "source", "phone_number", "remark"]}),
    ]

    @admin.display(description="身份证号")
    def identity_number(self, cadre: Cadre) -> str:
        """Give the number masked."""
        return cadre.masked_id_number

    @admin.display(description="手机号码")
    def phone_number(self, cadre: Cadre) -> str:
        """Give the phone number masked."""
        return cadre.masked_phone


@admin.register(Appointment)
class AppointmentAdmin(ScopedModelAdmin):
    """Posts (任职)."""

    list_display = ["cadre", "organisation", "league_post", "employment_mode", "appointed", "ended_on", "is_main"]
    list_select_related = ["cadre", "organisation"]
    list_filter = ["league_post", "employment_mode", ("organisation", VisibleRelatedFilter)]
    search_fields = ["cadre__name", "cadre__search_keys", "organisation__name"]
    actions = ["end_today"]
    fields = ["cadre", "organisation", "league_post", "employment_mode", "appointed", "term_ends", "admin_post"]
    readonly_fields = ["appointed", "term_ends"]
    appointed = partial_date("appointed_on", "任职时间")
    term_ends = partial_date("term_ends_on", "任期届满")

    @admin.action(description="今日免职", permissions=["act"])
    def end_today(self, request: HttpRequest, queryset: "QuerySet[Appointment]") -> None:
        """End the posts."""
        today, now, by = timezone.localdate(), timezone.now(), self.account(request)
        end = partial(end_appointment, on=today, reason=EndReason.REMOVED, by=by, at=now)
        self.run_for_each(request, queryset, lambda row: end(post=row))


@admin.register(Account)
class AccountAdmin(ScopedModelAdmin):
    """Which account is whose (账号归属)."""

    permission_noun = "cadre"
    list_display = ["user", "cadre"]
    list_select_related = ["user", "cadre"]
    search_fields = ["user__username", "cadre__name"]
    fields = ["holder", "cadre"]
    readonly_fields = ["holder"]

    @admin.display(description="账号")
    def holder(self, account: Account) -> str:
        """Name the account without a link: accounts are the security administrator's."""
        return f"{account.user}"
