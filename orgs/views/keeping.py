"""Accounts as the security administrator (安全管理员) keeps them: list, one account, and what can be done with it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from orgs.access import Scope, is_same_person
from orgs.filtersets import AccountFilterSet
from orgs.forms.keeping import NewAccountForm, RoleEndForm, RoleForm, SeveralAccountsForm
from orgs.models import Organisation, OrgAssignment, User
from orgs.reports.accounts import account_state, held_roles
from orgs.roles import ROLE_BY_CODE
from orgs.scoped_views import (
    ScopedDetailView,
    ScopedFilterSet,
    ScopedFormView,
    ScopedListView,
    ScopedObjectFormView,
    ScopedObjectMixin,
    ScopedStepView,
)
from orgs.scoped_views.refusals import codes_in, codes_of, note_forbidden
from orgs.services import (
    assign_role,
    create_account,
    disable_accounts,
    end_role,
    end_sessions,
    has_second_factor,
    issue_first_password,
    remove_second_factor,
    set_active,
)
from orgs.tables import AccountTable
from orgs.views.verified import VerifiedPage

STALE_SHOWN = 200
LIST = {"title": "账号"}


class KeptPage(VerifiedPage):
    """A page of the security administrator, who has shown the second factor."""

    def path_to(self, *steps: Mapping[str, str]) -> list[Mapping[str, str]]:
        """Give the breadcrumb from the list on."""
        return [{**LIST, "url": reverse("accounts")}, *steps]


class AccountListView(KeptPage, ScopedListView):
    """账号: who may sign in, in which role, and how long ago somebody did."""

    model = User
    permission = "orgs.view_user"
    title = "账号"
    noun = "个"
    filterset_class = AccountFilterSet
    table_class = AccountTable

    def listed(self, conditions: ScopedFilterSet) -> QuerySet[Any]:
        return conditions.qs.prefetch_related("assignments__organisation").order_by("username")  # type: ignore[no-any-return]

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        more["table"].day = self.scope.day
        more["table"].scope = self.scope
        kept = User.objects.visible_to(self.scope).kept_by(self.scope)  # type: ignore[attr-defined]
        stale = kept.stale(timezone.now()).count()
        link = {"title": f"长期未登录 {stale}", "url": reverse("accounts-stale"), "icon": "clock"}
        new = {"title": "新增账号", "url": reverse("account-add"), "icon": "user-plus", "primary": True}
        actions = [*([link] if stale else []), new]
        facts = [more["conditions"].units.title]
        return super().get_context_data(facts=facts, actions=actions, crumbs=[LIST], **more)

    def nothing_yet(self) -> Mapping[str, str]:
        return {"title": "还没有账号", "text": "点“新增账号”建立第一个。"}


class AccountMixin(KeptPage, ScopedObjectMixin):
    """Pages about one account of the scope."""

    model = User
    object: User

    def rows(self, scope: Scope) -> QuerySet[Any]:
        """Give the accounts that may be seen; those that act narrow them to the kept ones."""
        return User.objects.visible_to(scope)  # type: ignore[attr-defined, no-any-return]

    def own_url(self) -> str:
        """Say where the account's page is."""
        return reverse("account-kept", args=[self.object.pk])


class AccountDetailView(AccountMixin, ScopedDetailView):
    """One account: what it is, its roles, what happened to it."""

    permission = "orgs.view_user"
    template_name = "accounts/kept.html"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        account = self.object
        kept = User.objects.visible_to(self.scope).kept_by(self.scope)  # type: ignore[attr-defined]
        is_kept = kept.filter(pk=account.pk).exists()
        tone, word = account_state(account)
        return super().get_context_data(
            facts=[account.username],
            crumbs=self.path_to({"title": str(account)}),
            tone=tone,
            word=word,
            rows=self._rows(account),
            roles=self._roles(account),
            is_kept=is_kept,
            is_own=is_same_person(self.user, account),
            has_factor=has_second_factor(account),
            **(more | {"title": str(account)}),
        )

    def _rows(self, account: User) -> list[dict[str, str]]:
        factor = "已启用" if has_second_factor(account) else "未启用"
        return [
            {"title": "姓名", "value": account.full_name},
            {"title": "账号", "value": account.username},
            {"title": "最近登录", "value": _moment(account.last_login) or "从未登录"},
            {"title": "密码", "value": f"{_moment(account.password_changed_at)} 更改"},
            {"title": "两步验证", "value": factor},
            {"title": "建立", "value": _moment(account.date_joined)},
        ]

    def _roles(self, account: User) -> list[dict[str, Any]]:
        rows = OrgAssignment.objects.visible_to(self.scope).filter(user=account).select_related("organisation")
        return [
            {
                "pk": row.pk,
                "title": ROLE_BY_CODE[row.role].title,
                "unit": row.organisation.name,
                "started_on": row.started_on,
                "ended_on": row.ended_on,
                "is_open": row.ended_on is None or row.ended_on > self.scope.day,
            }
            for row in rows.order_by("-started_on", "-pk")
        ]


# ---- what can be done with an account ----------------------------------------------------
class AccountStep(AccountMixin, ScopedStepView):
    """One act about an account that the administrator keeps."""

    permission = "orgs.change_user"

    def rows(self, scope: Scope) -> QuerySet[Any]:
        return User.objects.visible_to(scope).kept_by(scope)  # type: ignore[attr-defined, no-any-return]

    def next_url(self) -> str:
        return self.own_url()


class DisableView(AccountStep):
    """停用: nobody signs in with it any more, and its sessions are over."""

    done = "账号已停用，正在使用的人已退出。"

    def perform(self) -> None:
        set_active(user=self.object, active=False, by=self.user, at=timezone.now())


class EnableView(AccountStep):
    """启用."""

    done = "账号已启用。"

    def perform(self) -> None:
        set_active(user=self.object, active=True, by=self.user, at=timezone.now())


class SessionsView(AccountStep):
    """退出登录: on every device, at once."""

    done = "这个账号在所有设备上的登录都已退出。"

    def perform(self) -> None:
        end_sessions(user=self.object, by=self.user, at=timezone.now())


class FactorView(AccountStep):
    """解除两步验证: for whoever has lost phone and codes."""

    done = "两步验证已解除，请本人登录后重新设置。"

    def perform(self) -> None:
        remove_second_factor(user=self.object, by=self.user, at=timezone.now())


class PasswordView(AccountStep):
    """发放初始密码: shown in the answer itself, once."""

    title = "初始密码"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002
        """Give the password, or say why not."""
        try:
            password = issue_first_password(user=self.object, by=self.user, at=timezone.now())
        except ValidationError as refusal:
            note_forbidden(request, codes_of(refusal), action=self.permission, subject=self.subject)
            messages.error(request, "".join(refusal.messages))
            return HttpResponseRedirect(self.next_url())
        return _first_password(self, self.object, password)


class AccountAddView(KeptPage, ScopedFormView):
    """新增账号: the name; the first password is shown once."""

    permission = "orgs.add_user"
    title = "新增账号"
    submit = "建立账号"
    form_class = NewAccountForm

    def back_url(self) -> str:
        return reverse("accounts")

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002
        """Make the account, or show the form again."""
        form = NewAccountForm(request.POST)
        made = self.attempt_to_save(form) if form.is_valid() else None
        if made is None:
            note_forbidden(request, codes_in(form), action=self.permission, subject=self.subject)
            return self.render(form=form)
        return _first_password(self, *made)

    def save(self, form: Any) -> tuple[User, str]:
        return create_account(**form.cleaned_data, by=self.user, at=timezone.now())

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return super().get_context_data(**{"crumbs": self.path_to({"title": self.title}), **more})


class RoleAddView(AccountMixin, ScopedObjectFormView):
    """授予角色."""

    permission = "orgs.add_orgassignment"
    title = "授予角色"
    submit = "授予角色"
    done = "角色已授予；正在使用这个账号的人已退出，重新登录后生效。"
    form_class = RoleForm

    def form_arguments(self) -> Mapping[str, Any]:
        return {"scope": self.scope.holding(self.permission)}

    def save(self, form: Any) -> OrgAssignment:
        given = form.cleaned_data
        units = Organisation.objects.visible_to(self.scope.holding(self.permission))
        return assign_role(
            user=self.object,
            organisation=units.get(pk=given["organisation"]),
            role=given["role"],
            on=given["started_on"],
            by=self.user,
            at=timezone.now(),
        )

    def back_url(self) -> str:
        return self.own_url()

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        person = {"title": str(self.object), "url": self.own_url()}
        crumbs = self.path_to(person, {"title": self.title})
        return super().get_context_data(crumbs=crumbs, facts=[str(self.object), self.object.username], **more)


class RoleEndView(KeptPage, ScopedObjectFormView):
    """收回角色: from a day on."""

    model = OrgAssignment
    permission = "orgs.change_orgassignment"
    title = "收回角色"
    submit = "收回角色"
    done = "角色已收回。"
    form_class = RoleEndForm

    def rows(self, scope: Scope) -> QuerySet[Any]:
        held = OrgAssignment.objects.visible_to(scope.holding(self.permission))
        return held.select_related("user", "organisation")

    def form_arguments(self) -> Mapping[str, Any]:
        return {"scope": self.scope}

    def save(self, form: Any) -> OrgAssignment:
        end_role(assignment=self.object, on=form.cleaned_data["ended_on"], by=self.user, at=timezone.now())
        return self.object  # type: ignore[no-any-return]

    def back_url(self) -> str:
        return reverse("account-kept", args=[self.object.user_id])

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        held = self.object
        crumbs = self.path_to({"title": str(held.user), "url": self.back_url()}, {"title": self.title})
        facts = [str(held.user), ROLE_BY_CODE[held.role].title, held.organisation.name]
        return super().get_context_data(crumbs=crumbs, facts=facts, **more)


class StaleView(KeptPage):
    """长期未登录: accounts that nobody has used for 90 days, looked at and then disabled together."""

    permission = "orgs.change_user"
    title = "长期未登录的账号"
    template_name = "accounts/stale.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002
        """Show them, none ticked."""
        return self.render(form=SeveralAccountsForm(offered=self._offered()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002
        """Disable those that are ticked."""
        form = SeveralAccountsForm(request.POST, offered=self._offered())
        if not form.is_valid():
            note_forbidden(request, codes_in(form), action=self.permission, subject=self.subject)
            return self.render(form=form)
        chosen = list(form.cleaned_data["accounts"])
        disable_accounts(users=chosen, by=self.user, at=timezone.now())
        messages.success(request, f"已停用 {len(chosen)} 个账号。")
        return HttpResponseRedirect(reverse("accounts-stale"))

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        accounts = list(self._offered()[:STALE_SHOWN])
        return super().get_context_data(
            crumbs=self.path_to({"title": self.title}),
            facts=["90 天没有登录", "自己的账号不在其中"],
            accounts=[_stale_row(one, self.scope) for one in accounts],
            **more,
        )

    def _offered(self) -> Any:
        kept = User.objects.visible_to(self.scope).kept_by(self.scope)  # type: ignore[attr-defined]
        others = kept.exclude(person_key=self.user.person_key)
        return others.stale(timezone.now()).prefetch_related("assignments__organisation").order_by("username")


def _stale_row(account: User, scope: Scope) -> dict[str, Any]:
    return {
        "account": account,
        "roles": held_roles(account, scope),
        "seen": _moment(account.last_login) or "从未登录",
    }


def _first_password(page: KeptPage, account: User, password: str) -> HttpResponse:
    """Show a password in the answer itself: a message or an address would keep it."""
    page.template_name = "accounts/first_password.html"  # type: ignore[misc]
    own = reverse("account-kept", args=[account.pk])
    return page.render(
        account=account,
        password=password,
        crumbs=page.path_to({"title": str(account), "url": own}, {"title": "初始密码"}),
        own_url=own,
        role_url=reverse("role-add", args=[account.pk]),
    )


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""
