"""The back office of organisations, accounts, roles and policies: attributes, and actions that name a service."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from orgs.models import Organisation, OrganisationPlacement, OrgAssignment, PolicyDocument, PolicyValue, User
from orgs.scoped_admin import ScopedInline, ScopedModelAdmin, VisibleRelatedFilter
from orgs.services import (
    assign_role,
    create_account,
    end_role,
    issue_first_password,
    remove_second_factor,
    set_active,
    set_policy_value,
)


class PlacementInline(ScopedInline):
    """Names and superiors of an organisation over time."""

    model = OrganisationPlacement
    fk_name = "organisation"
    permission_noun = "organisation"
    fields = ["name", "started_on", "ended_on"]


class AssignmentInline(ScopedInline):
    """Roles of an account."""

    model = OrgAssignment
    fields = ["organisation", "role", "started_on", "ended_on"]


@admin.register(Organisation)
class OrganisationAdmin(ScopedModelAdmin):
    """Organisations (团组织), to look at; founding, renaming, moving, merging and closing are done in the portal."""

    list_display = ["name", "parent", "kind", "level", "state", "member_count"]
    list_select_related = ["parent"]
    list_filter = ["kind", "level", "sector", "state"]
    search_fields = ["name", "short_name", "code", "search_keys"]
    ordering = ["lineage"]
    inlines = [PlacementInline]
    fieldsets = [
        (None, {"fields": ["name", "short_name", "code", "parent", "state", "closed_on"]}),
        ("类别", {"fields": ["kind", "level", "township_kind", "village_kind", "sector"]}),
        ("标记", {"fields": ["is_joint", "is_temporary", "is_student"]}),
        ("情况", {"fields": ["founded_on", "elected_on", "member_count", "youth_count"]}),
        ("所在单位", {"fields": ["formation", "host_unit", "uscc", "approval_number", "office_phone", "email"]}),
        ("建设", {"fields": ["has_party_organisation", "has_youth_home", "is_in_national_system"]}),
        ("编制", {"fields": ["civil_seats", "civil_filled", "public_seats", "public_filled"]}),
    ]
    readonly_fields = ["closed_on"]


@admin.register(OrganisationPlacement)
class OrganisationPlacementAdmin(ScopedModelAdmin):
    """What organisations were called, and when (沿革)."""

    permission_noun = "organisation"
    list_display = ["organisation", "name", "started_on", "ended_on"]
    list_select_related = ["organisation"]
    list_filter = ["started_on"]
    search_fields = ["name"]
    fields = ["organisation", "name", "started_on", "ended_on"]


@admin.register(OrgAssignment)
class OrgAssignmentAdmin(ScopedModelAdmin):
    """Roles held on organisations (角色授权): begun by form, ended by action, never changed."""

    allows = frozenset({"add"})
    list_display = ["user", "role", "organisation", "started_on", "ended_on"]
    list_select_related = ["user", "organisation"]
    list_filter = ["role", ("organisation", VisibleRelatedFilter)]
    search_fields = ["user__username", "user__full_name", "organisation__name"]
    autocomplete_fields = ["user", "organisation"]
    fields = ["user", "organisation", "role", "started_on"]
    actions = ["end_today"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:  # noqa: ARG002
        """Give the role."""
        given = {"user": obj.user, "organisation": obj.organisation, "role": obj.role, "on": obj.started_on}
        obj.pk = assign_role(**given, by=self.account(request), at=timezone.now()).pk

    @admin.action(description="今日起收回", permissions=["act"])
    def end_today(self, request: HttpRequest, queryset: "QuerySet[OrgAssignment]") -> None:
        """Take the roles away; one that is still to come never begins."""
        day, at, by = timezone.localdate(), timezone.now(), self.account(request)
        self.run_for_each(
            request, queryset, lambda row: end_role(assignment=row, on=max(day, row.started_on), by=by, at=at)
        )


@admin.register(User)
class UserAdmin(ScopedModelAdmin):
    """Accounts (账号): made by form; let in, shut out, given a first password or freed of a lost factor by action."""

    allows = frozenset({"add"})
    kept_method = "kept_by"
    list_display = ["username", "full_name", "is_active", "must_change_password", "password_changed_at"]
    list_filter = ["is_active"]
    search_fields = ["username", "full_name"]
    ordering = ["username"]
    inlines = [AssignmentInline]
    fields = ["username", "full_name", "email", "is_active", "must_change_password", "last_login", "date_joined"]
    readonly_fields = ["last_login", "date_joined"]
    actions = ["enable", "disable", "issue_first_password", "remove_second_factor"]

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Ask of a new account only what it is called and whose it is."""
        return super().get_fields(request, obj) if obj else ["username", "full_name"]

    def get_inlines(self, request: HttpRequest, obj: User | None) -> Any:
        """Show the roles of an account that is there."""
        return super().get_inlines(request, obj) if obj else []

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:  # noqa: ARG002
        """Make the account."""
        named = {"username": obj.username, "full_name": obj.full_name}
        user, obj.first_password = create_account(**named, by=self.account(request), at=timezone.now())
        obj.pk = user.pk

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> Any:  # noqa: ARG002
        """Show the first password, the one time that it is known."""
        return self._show(request, [(obj, obj.first_password)], may_assign=True)

    @admin.action(description="发放新的初始密码", permissions=["act"])
    def issue_first_password(self, request: HttpRequest, queryset: "QuerySet[User]") -> HttpResponse | None:
        """Give accounts a new first password and show it."""
        at, by = timezone.now(), self.account(request)
        passwords: list[tuple[User, str]] = []
        self.run_for_each(
            request, queryset, lambda row: passwords.append((row, issue_first_password(user=row, by=by, at=at)))
        )
        return self._show(request, passwords) if passwords else None

    def _show(
        self, request: HttpRequest, passwords: list[tuple[User, str]], *, may_assign: bool = False
    ) -> HttpResponse:
        """Show passwords in the answer itself: a message would keep them in a cookie."""
        context = {"title": "初始密码", "opts": self.opts, "passwords": passwords, "may_assign": may_assign}
        return TemplateResponse(
            request, "admin/first_passwords.html", {**self.admin_site.each_context(request), **context}
        )

    @admin.action(description="启用账号", permissions=["act"])
    def enable(self, request: HttpRequest, queryset: "QuerySet[User]") -> None:
        """Let accounts in again."""
        at, by = timezone.now(), self.account(request)
        self.run_for_each(request, queryset, lambda row: set_active(user=row, active=True, by=by, at=at))

    @admin.action(description="停用账号", permissions=["act"])
    def disable(self, request: HttpRequest, queryset: "QuerySet[User]") -> None:
        """Shut accounts out."""
        at, by = timezone.now(), self.account(request)
        self.run_for_each(request, queryset, lambda row: set_active(user=row, active=False, by=by, at=at))

    @admin.action(description="解除两步验证（手机和恢复码都丢失时）", permissions=["act"])
    def remove_second_factor(self, request: HttpRequest, queryset: "QuerySet[User]") -> None:
        """Free accounts of a second factor that was lost."""
        at, by = timezone.now(), self.account(request)
        self.run_for_each(request, queryset, lambda row: remove_second_factor(user=row, by=by, at=at))


@admin.register(PolicyValue)
class PolicyValueAdmin(ScopedModelAdmin):
    """Dated limits and numbers (政策参数)."""

    allows = frozenset({"add", "change"})
    is_shared = True
    list_display = ["key", "amount", "effective_from", "source"]
    list_filter = ["key", "effective_from"]
    search_fields = ["source"]
    fields = ["key", "value", "effective_from", "source"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:  # noqa: ARG002
        """Let a stored value be corrected; another number or another day is a row of its own."""
        return ["key", "effective_from"] if obj else []

    @admin.display(description="值", ordering="value")
    def amount(self, row: PolicyValue) -> str:
        """Write the value with its unit."""
        return row.amount

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:  # noqa: ARG002
        """Store the value."""
        given = {name: getattr(obj, name) for name in ("key", "value", "effective_from", "source")}
        obj.pk = set_policy_value(**given, by=self.account(request), at=timezone.now()).pk


@admin.register(PolicyDocument)
class PolicyDocumentAdmin(ScopedModelAdmin):
    """Documents that tasks and rules cite (制度文件), to look at."""

    is_shared = True
    list_display = ["title", "number", "kind", "issued_on", "issuer"]
    list_filter = ["kind"]
    search_fields = ["title", "number", "issuer"]
    fields = ["kind", "title", "number", "issued_on", "issuer"]
