"""Forms of the acts on the tree: found, correct, rename, move, merge, close（新建、更正、更名、改隶、合并、撤销）."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from orgs.access import Scope
from orgs.choices import Level, OrganisationKind
from orgs.models import Organisation
from orgs.scoped_views.units import ScopeUnits, UnitChoiceField
from orgs.services.organisations import FACTS
from orgs.widgets import PlainSelect
from youthleague.kernel.findings import Finding
from youthleague.kernel.uscc import read_uscc

BELOW_THE_DISTRICT = [choice for choice in Level.choices if choice[0] != Level.DISTRICT]
FOUNDED_KINDS = [choice for choice in OrganisationKind.choices if choice[0] != OrganisationKind.LEADING_BODY]


def day_field(label: str, help_text: str = "") -> forms.DateField:
    """Make the field of a day."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(
        label=label,
        help_text=help_text,
        widget=widget,
        error_messages={"required": f"请填写{label}。", "invalid": "请写成 2026-11-23 的样子。"},
    )


def unit_field(scope: Scope, label: str, *, without: Iterable[int] = ()) -> UnitChoiceField:
    """Make the field of a unit among those of a scope, some left out."""
    left_out = set(without)
    choices = [choice for choice in ScopeUnits(scope).choices if choice[0] not in left_out]
    return UnitChoiceField(
        choices=[("", "请选择"), *choices],
        coerce=int,
        label=label,
        widget=PlainSelect,
        error_messages={
            "required": f"请选择{label}。",
            "invalid_choice": "在您管理的范围内没有这个团组织；请从列表中选择。",
        },
    )


class ActForm(forms.Form):
    """An act on a unit of a scope, from a day on."""

    day_title = "生效日期"
    on = day_field(day_title, "不能晚于今天。")

    def __init__(self, data: Any = None, *, scope: Scope, organisation: Organisation) -> None:
        super().__init__(data, initial={"on": scope.day})
        self.scope, self.organisation = scope, organisation


class RenameForm(ActForm):
    """Another name from a day on."""

    name = forms.CharField(label="新的全称", max_length=80, error_messages={"required": "请填写新的全称。"})
    field_order = ["name", "on"]


class MoveForm(ActForm):
    """Another superior from a day on."""

    field_order = ["superior", "on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["superior"] = unit_field(self.scope, "新的上级团组织", without=[self.organisation.pk])
        self.order_fields(self.field_order)


class MergeForm(ActForm):
    """The unit that takes over, from a day on."""

    field_order = ["into", "on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"] = unit_field(self.scope, "并入的团组织", without=[self.organisation.pk])
        self.order_fields(self.field_order)


class CloseForm(ActForm):
    """The day of a closure."""


class FactsForm(forms.ModelForm):  # type: ignore[type-arg]
    """The facts of a unit; the model's own checks are the service's."""

    founded_on = day_field("成立时间")
    uscc = forms.CharField(label="统一社会信用代码", required=False, max_length=30)
    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Organisation
        fields = FACTS

    def __init__(self, data: Any = None, *, organisation: Organisation) -> None:
        super().__init__(data, instance=organisation, initial={"version": organisation.version})
        self.fields["founded_on"].required = False

    def clean_uscc(self) -> str:
        """Read the code in any writing; an empty one says nothing."""
        text: str = self.cleaned_data["uscc"]
        found = read_uscc(text) if text else ""
        if isinstance(found, Finding):
            raise ValidationError(found.message, code=found.code, params=dict(found.params))
        return found

    def _post_clean(self) -> None:
        """Leave the row as it is: the service sets the facts, under the lock, and checks the whole."""


class FoundForm(forms.Form):
    """A new unit: where it stands, what it is, since when."""

    superior = forms.IntegerField()
    name = forms.CharField(label="组织全称", max_length=80, error_messages={"required": "请填写组织全称。"})
    short_name = forms.CharField(label="简称", max_length=25, required=False)
    kind = forms.TypedChoiceField(label="组织类型", choices=[("", "请选择"), *FOUNDED_KINDS], coerce=int)
    level = forms.ChoiceField(label="层级", choices=[("", "请选择"), *BELOW_THE_DISTRICT])
    founded_on = day_field("成立时间", "不能晚于今天。")

    def __init__(self, data: Any = None, *, scope: Scope, superior: str = "") -> None:
        super().__init__(data, initial={"superior": superior, "founded_on": scope.day})
        self.fields["superior"] = unit_field(scope, "上级团组织")
        for name in ("kind", "level"):
            self.fields[name].error_messages["required"] = f"请选择{self.fields[name].label}。"

    def organisation(self, parent: Organisation) -> Organisation:
        """Give the unit that was described, under a superior."""
        kept = ("name", "short_name", "kind", "level", "founded_on")
        return Organisation(parent=parent, **{name: self.cleaned_data[name] for name in kept})

    @property
    def on(self) -> date:
        """Give the day of the founding."""
        day: date = self.cleaned_data["founded_on"]
        return day
