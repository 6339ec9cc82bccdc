"""Writing a task down: what it says, and the units that get it, each with its quota and what it has to do already."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from linkage.models import LinkageTask
from linkage.reports.load import Load
from linkage.services.tasks import TaskFacts
from orgs.choices import Level
from orgs.forms.organisations import day_field
from orgs.models import DutyItem, Organisation, PolicyDocument, User

QUOTA = "goal_"
_NUMBER = "请填写大于零的整数。"
_FOREIGN = "其中有您不管理的团组织；请刷新页面后重新选择。"


def text_field(label: str, length: int, *, required: bool = False, help_text: str = "") -> forms.CharField:
    """Make the field of a text of so many characters, of several lines where it is long."""
    rows = {"rows": 3} if length > 200 else {"rows": 2}
    attributes = {"maxlength": length, "autocomplete": "off"}
    is_long = length > 100
    return forms.CharField(
        label=label,
        required=required,
        max_length=length,
        help_text=help_text,
        widget=forms.Textarea(attrs={**attributes, **rows}) if is_long else forms.TextInput(attrs=attributes),
        error_messages={"required": f"请填写{label}。", "max_length": f"{label}最多 {length} 个字。"},
    )


def number_field(label: str, *, least: int = 1, most: int = 1_000_000, sentence: str = _NUMBER) -> forms.IntegerField:
    """Make the field of a whole number."""
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=least,
        max_value=most,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "form-control"}),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), sentence),
    )


class PersonChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg]  # the stubs alone are generic
    """A choice among accounts by name."""

    def label_from_instance(self, obj: Any) -> str:
        """Write the name."""
        return str(obj.get_full_name())


@dataclass(frozen=True, slots=True)
class Recipient:
    """A unit to choose: whether it is chosen, the field of its quota, what it has to do already."""

    unit: Organisation
    is_chosen: bool
    quota: forms.BoundField
    load: Load


class UnitsForm(forms.Form):
    """The units right below that get a task, each with a quota or without."""

    units = forms.ModelMultipleChoiceField(
        Organisation.objects.none(),
        label="承办单位",
        required=False,
        error_messages={"invalid_choice": _FOREIGN, "invalid_pk_value": _FOREIGN},
    )

    def __init__(self, *args: Any, below: "QuerySet[Organisation]", loads: Mapping[int, Load], **more: Any) -> None:
        super().__init__(*args, **more)
        self._below, self._loads = list(below), loads
        self.fields["units"].queryset = below  # type: ignore[attr-defined]
        for unit in self._below:
            goal = self.fields[f"{QUOTA}{unit.pk}"] = number_field(f"目标数：{unit.name}")
            goal.widget.attrs["placeholder"] = "目标数"

    @property
    def recipients(self) -> list[Recipient]:
        """List the units to choose from."""
        chosen = {str(key) for key in self["units"].value() or ()}
        return [
            Recipient(unit, str(unit.pk) in chosen, self[f"{QUOTA}{unit.pk}"], self._loads.get(unit.pk, Load()))
            for unit in self._below
        ]

    @property
    def levels(self) -> list[tuple[str, str]]:
        """Give the levels of the units by which many are chosen at once, where there are several."""
        levels = dict.fromkeys(unit.level for unit in self._below)
        return [(level, str(Level(level).label)) for level in levels] if len(levels) > 1 else []

    @property
    def told(self) -> Iterator[forms.BoundField]:
        """Give the fields that stand above the units."""
        return (field for field in self.visible_fields() if field.name != "units" and not field.name.startswith(QUOTA))

    @property
    def wanted(self) -> dict[int, int | None]:
        """Give the units that were chosen, each with its quota."""
        return {unit.pk: self.cleaned_data.get(f"{QUOTA}{unit.pk}") for unit in self.cleaned_data["units"]}

    def clean_units(self) -> Any:
        """Ask for one unit at least, where one is needed now."""
        units = self.cleaned_data["units"]
        if self.asks_for_units and not units:
            raise forms.ValidationError("请至少选择一个承办团组织。", code="task.units")
        return units

    asks_for_units = True


class TaskForm(UnitsForm):
    """What a task says; of the duties, those that may be put on a 街乡."""

    asks_for_units = False  # a draft may wait for them

    title = text_field("任务名称", 80, required=True)
    aim = text_field("目标要求", 800, required=True, help_text="要做成什么样、报什么，写清楚一次就够。")
    starts_on = day_field("开始日期")
    due_on = day_field("完成时限")
    basis_document = forms.ModelChoiceField(
        PolicyDocument.objects.order_by("-issued_on"),
        label="依据文件",
        required=False,
        empty_label="没有",
        help_text="交给街乡的任务要有依据：文件，或履职事项。",
        error_messages={"invalid_choice": "请从列表中选择文件。"},
    )
    basis_duty = forms.ModelChoiceField(
        DutyItem.objects.none(),
        label="依据的履职事项",
        required=False,
        empty_label="没有",
        error_messages={"invalid_choice": "请从列表中选择履职事项；收回、失效的不能作为依据。"},
    )
    owner = PersonChoiceField(
        User.objects.none(),
        label="责任人",
        required=False,
        empty_label="不指定",
        error_messages={"invalid_choice": "请从列表中选择责任人。"},
    )
    quota_unit = text_field("目标单位", 10, help_text="给各单位分目标数时填写，如“个”“人次”“场”。")
    wants_evidence = forms.BooleanField(
        label="收取佐证", required=False, help_text="默认不收。确需收取的，写明理由，承办单位会看到。"
    )
    evidence_reason = text_field("收取佐证的理由", 100)

    def __init__(self, *args: Any, people: "QuerySet[User]", day: date, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]
        duties = DutyItem.objects.that_may_be_put_on_townships(day)
        self.fields["basis_duty"].queryset = duties  # type: ignore[attr-defined]

    @property
    def facts(self) -> TaskFacts:
        """Give what was read, as the service takes it."""
        read = self.cleaned_data
        return TaskFacts(
            title=read["title"],
            aim=read["aim"],
            starts_on=read["starts_on"],
            due_on=read["due_on"],
            basis_document=read["basis_document"],
            basis_duty=read["basis_duty"],
            quota_unit=read["quota_unit"],
            wants_evidence=read["wants_evidence"],
            evidence_reason=read["evidence_reason"],
            owner=read["owner"],
        )


class CorrectTaskForm(TaskForm):
    """A draft to be corrected, at the version that was seen."""

    version = forms.IntegerField(widget=forms.HiddenInput)


FACTS = ("title", "aim", "basis_document", "basis_duty", "owner", "quota_unit", "wants_evidence", "evidence_reason")
RELATIONS = frozenset({"basis_document", "basis_duty", "owner"})


def initial_of(task: LinkageTask, parts: Sequence[tuple[int, int | None]], *, day: date | None) -> dict[str, Any]:
    """Give what a form about a task begins with; ``day`` is the first of a copy, whose last has still to be chosen."""
    dates = {"starts_on": day} if day else {"starts_on": task.starts_on, "due_on": task.due_on}
    quotas = {f"{QUOTA}{unit}": quota for unit, quota in parts}
    said = {name: getattr(task, f"{name}_id" if name in RELATIONS else name) for name in FACTS}
    return {**said, **dates, **quotas, "units": [unit for unit, _ in parts], "version": task.version}
