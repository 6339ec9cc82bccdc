"""Forms of tasks between equals (横向联动): what a task says, whom to ask, what those say who were asked."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from linkage.access import JOIN, stands_for
from linkage.forms.acts import SeenForm
from linkage.forms.drafting import text_field
from linkage.models import LinkageTask, TaskPartner
from linkage.services.joint import JointFacts
from orgs.access import Scope
from orgs.forms.organisations import day_field
from orgs.scoped_views import ScopeUnits
from orgs.scoped_views.units import UnitChoiceField
from orgs.widgets import PlainSelect

_NO_UNIT = {"required": "请从查到的团组织中选择一个。", "invalid_choice": "请从查到的团组织中选择一个。"}


# ---- the lead ------------------------------------------------------------------------
class JointForm(forms.Form):
    """What a task between equals says."""

    title = text_field("任务名称", 80, required=True)
    aim = text_field(
        "目标要求", 800, required=True, help_text="一起做什么、做到什么样；受邀的团组织凭这段话决定是否参与。"
    )
    starts_on = day_field("开始日期")
    due_on = day_field("完成时限")

    @property
    def facts(self) -> JointFacts:
        """Give what was read, as the service takes it."""
        return JointFacts(**{name: self.cleaned_data[name] for name in ("title", "aim", "starts_on", "due_on")})


class JointAddForm(JointForm):
    """The same, with the unit that leads: one for which the account stands."""

    field_order = ["organisation", "title", "aim", "starts_on", "due_on"]

    def __init__(self, data: Any = None, *, scope: Scope, day: date) -> None:
        own = [unit for unit in ScopeUnits(scope.holding(JOIN)).all if stands_for(scope, JOIN, unit.lineage)]
        super().__init__(data, initial={"organisation": own[0].pk if own else None, "starts_on": day})
        self.fields["organisation"] = UnitChoiceField(
            choices=[(unit.pk, unit.name) for unit in own],
            coerce=int,
            label="牵头单位",
            widget=PlainSelect,
            error_messages=dict.fromkeys(("required", "invalid_choice"), "请从列表中选择牵头单位。"),
        )
        self.order_fields(self.field_order)


class JointEditForm(SeenForm, JointForm):
    """A draft to be corrected, at the version that was seen."""

    def __init__(self, data: Any = None, *, task: LinkageTask) -> None:
        stored = {name: getattr(task, name) for name in ("title", "aim", "starts_on", "due_on")}
        super().__init__(data, version=task.version, initial=stored)


class UnitSearchForm(forms.Form):
    """A part of a unit's name."""

    q = forms.CharField(max_length=40, error_messages={"max_length": "名称写得太长了；写其中相连的几个字即可。"})


class PartnerForm(forms.Form):
    """A unit that was found, and its part of the work as the lead thinks of it."""

    q = forms.CharField(widget=forms.HiddenInput, required=False)
    division = text_field("拟定的分工", 200, help_text="可以不写，由对方应邀时自己写。")

    def __init__(self, data: Any = None, *, q: str, units: Sequence[tuple[int, str, str]]) -> None:
        choices = [(pk, f"{name}（{above}）" if above else name) for pk, name, above in units]
        super().__init__(data, initial={"q": q, "organisation": choices[0][0] if len(choices) == 1 else None})
        self.fields["organisation"] = UnitChoiceField(
            choices=choices, coerce=int, label="查到的团组织", widget=forms.RadioSelect, error_messages=_NO_UNIT
        )
        self.order_fields(["q", "organisation", "division"])


class PlanForm(SeenForm):
    """What was agreed."""

    plan = text_field("联合方案", 1000, required=True, help_text="各家做什么、什么时候、用谁的场地和力量。")

    def __init__(self, data: Any = None, *, task: LinkageTask) -> None:
        super().__init__(data, version=task.version, initial={"plan": task.plan})


class SumUpForm(SeenForm):
    """What was done together."""

    summary = text_field("共同小结", 1000, required=True, help_text="一起做成了什么、下次怎么办得更好。")

    def __init__(self, data: Any = None, *, task: LinkageTask) -> None:
        super().__init__(data, version=task.version, initial={"summary": task.summary})


class VoidForm(SeenForm):
    """Why a task is given up."""

    reason = text_field("理由", 200, required=True, help_text="受邀的团组织会看到。")

    def __init__(self, data: Any = None, *, task: LinkageTask) -> None:
        super().__init__(data, version=task.version)


# ---- whoever was asked -----------------------------------------------------------------
class AcceptForm(SeenForm):
    """One's part of the work, and what one brings along."""

    division = text_field("本单位分工", 200, required=True)
    resources = text_field("共享资源", 200, help_text="能拿出来一起用的场地、车辆、人手等，没有可以不写。")

    def __init__(self, data: Any = None, *, partner: TaskPartner) -> None:
        stored = {"division": partner.division, "resources": partner.resources}
        super().__init__(data, version=partner.version, initial=stored)


class DeclineForm(SeenForm):
    """Why not."""

    reason = text_field("理由", 200, required=True, help_text="牵头单位和其他参与单位会看到。")

    def __init__(self, data: Any = None, *, partner: TaskPartner) -> None:
        super().__init__(data, version=partner.version)


class OwnSummaryForm(SeenForm):
    """What one's own part came to."""

    summary = text_field("本单位小结", 300, required=True, help_text="做了什么、多少人次，几句话即可。")

    def __init__(self, data: Any = None, *, partner: TaskPartner) -> None:
        super().__init__(data, version=partner.version, initial={"summary": partner.summary})
