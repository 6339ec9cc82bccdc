"""Forms of whoever keeps accounts: a new account, a role, the end of a role, several accounts at once."""

from typing import Any

from django import forms

from orgs.access import Scope
from orgs.forms.accounts import AS_TYPED
from orgs.models import User
from orgs.roles import ROLE_CHOICES
from orgs.scoped_views.units import ScopeUnits, UnitChoiceField
from orgs.widgets import PlainSelect

_DAY = {"type": "date"}


class NewAccountForm(forms.Form):
    """What a new account is called and whose it is."""

    full_name = forms.CharField(
        label="姓名",
        max_length=50,
        error_messages={"required": "请填写姓名。"},
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    username = forms.CharField(
        label="账号",
        max_length=64,
        help_text="登录时填的名字，可用字母、数字和 @ . + - _；不要用身份证号或手机号。",
        error_messages={"required": "请填写账号。"},
        widget=forms.TextInput({"autocomplete": "off", **AS_TYPED}),
    )


class RoleForm(forms.Form):
    """A role on a unit from a day on; units are those in which roles may be given."""

    role = forms.ChoiceField(
        label="角色",
        choices=[("", "请选择"), *ROLE_CHOICES],
        widget=PlainSelect,
        error_messages={"required": "请选择角色。", "invalid_choice": "没有这个角色；请从列表中选择。"},
    )
    started_on = forms.DateField(
        label="从哪天起",
        widget=forms.DateInput(_DAY),
        error_messages={"required": "请填写日期。", "invalid": "请填写日期。"},
    )

    def __init__(self, data: Any = None, *, scope: Scope) -> None:
        super().__init__(data, initial={"started_on": scope.day.isoformat()})
        self.fields["organisation"] = UnitChoiceField(
            choices=[("", "请选择"), *ScopeUnits(scope).choices],
            coerce=int,
            widget=PlainSelect,
            label="团组织",
            help_text="管到这个团组织和它的下级。",
            error_messages={
                "required": "请选择团组织。",
                "invalid_choice": "在您管理的范围内没有这个团组织；请从列表中选择。",
            },
        )
        self.order_fields(["role", "organisation", "started_on"])


class RoleEndForm(forms.Form):
    """The day from which a role is no longer held."""

    ended_on = forms.DateField(
        label="从哪天起收回",
        help_text="这一天起不再有这个角色；填今天，当场生效。",
        widget=forms.DateInput(_DAY),
        error_messages={"required": "请填写日期。", "invalid": "请填写日期。"},
    )

    def __init__(self, data: Any = None, *, scope: Scope) -> None:
        super().__init__(data, initial={"ended_on": scope.day.isoformat()})


class SeveralAccountsForm(forms.Form):
    """Accounts that somebody has looked at one by one, and chosen."""

    accounts = forms.ModelMultipleChoiceField(
        User.objects.none(),
        error_messages={
            "required": "请先勾选要停用的账号。",
            "invalid_choice": "名单已有变化，请刷新后重新勾选。",
            "invalid_pk_value": "名单已有变化，请刷新后重新勾选。",
        },
    )

    def __init__(self, data: Any = None, *, offered: Any) -> None:
        super().__init__(data)
        self.fields["accounts"].queryset = offered  # type: ignore[attr-defined]
