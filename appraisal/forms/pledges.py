"""Writing a 责任书: what it says, and its goals as rows; settling it; returning it; drawing up several at once."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from appraisal.choices import GoalCategory
from appraisal.models import Participant, PledgeGoal, ResponsibilityPledge
from appraisal.reports.pledges import GoalLine
from appraisal.rules.goals import MOST_GOALS, GoalFacts, quantity_text
from appraisal.services.pledge_goals import GoalEntry, PledgeContent, scorable_figures
from appraisal.services.pledge_year import GoalResult
from appraisal.services.pledges import REWARDS
from orgs.forms.days import DayField
from orgs.widgets import PlainSelect

BLANKS = 3
USUAL_ROWS = 5
_NUMBER = "请填写不小于零的数，最多三位小数。"
_WHOLE = "分值应是 1 至 100 的整数。"
_TAKEN = "名单已有变化，请刷新后重新勾选。"
# What a service says of a goal belongs beside one of its fields.
_FIELD_OF = {
    "goal.content": "content",
    "goal.due": "due_on",
    "goal.evaluator": "evaluator",
    "goal.figure": "figure",
    "goal.target": "target",
    "goal.unit": "unit",
    "goal.weight": "weight",
}
_TEXTS = ("content", "measure", "unit", "lead", "support", "evidence", "evaluator")


def text_field(label: str, length: int, *, required: bool = False, help_text: str = "") -> forms.CharField:
    """Make the field of a text of so many characters, of several lines where it is long."""
    attributes: dict[str, Any] = {"maxlength": length, "autocomplete": "off"}
    rows = {"rows": 5 if length > 500 else 2}
    return forms.CharField(
        label=label,
        required=required,
        max_length=length,
        help_text=help_text,
        widget=forms.Textarea(attrs={**attributes, **rows}) if length > 100 else forms.TextInput(attrs=attributes),
        error_messages={"required": f"请填写{label}。", "max_length": f"{label}最多 {length} 个字。"},
    )


def quantity_field(label: str) -> forms.DecimalField:
    """Make the field of a quantity with up to three decimals."""
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=0,
        max_digits=10,
        decimal_places=3,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any", "min": "0"}),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_digits", "max_decimal_places", "max_whole_digits"), _NUMBER
        ),
    )


def thousandths(value: Decimal | None) -> int | None:
    """Give a quantity as it is stored."""
    return None if value is None else int(value * 1000)


class SeenForm(forms.Form):
    """A form about a row as it was seen."""

    version = forms.IntegerField(widget=forms.HiddenInput, error_messages={"invalid": "请刷新后再办。"})

    def __init__(self, *args: Any, version: int, **more: Any) -> None:
        super().__init__(*args, **more)
        self.initial["version"] = version


class ReturnForm(SeenForm):
    """Why a pledge is returned."""

    reason = text_field("退回理由", 200, required=True, help_text="对方会看到。")


@dataclass(frozen=True)
class GoalRow:
    """A row of the form: its number, its fields, whether nothing stands in it yet."""

    number: int
    fields: Mapping[str, forms.BoundField]
    is_blank: bool

    @property
    def is_folded(self) -> bool:
        """Tell whether the row waits, closed, until somebody wants one more goal."""
        return self.is_blank and self.number > 1 and not self.has_errors

    @property
    def hidden(self) -> forms.BoundField:
        """Give the key of the stored goal."""
        return self.fields["id"]

    @property
    def shown(self) -> list[forms.BoundField]:
        """List the fields to fill in."""
        return [field for name, field in self.fields.items() if name != "id"]

    @property
    def has_errors(self) -> bool:
        """Tell whether something of the row is wrong."""
        return any(field.errors for field in self.fields.values())


class PledgeForm(SeenForm):
    """What a pledge says, with its goals; a row without a task (目标任务) says nothing, and a goal cleared goes."""

    duties = text_field("岗位职责", 2000, help_text="岗位职责和班子分工，一行一条。")
    promises = text_field("承诺事项", 1000)
    rewards = text_field("奖惩约定", 1000)

    def __init__(
        self,
        data: Any = None,
        *,
        stored: ResponsibilityPledge | None,
        like: ResponsibilityPledge | None = None,
        **more: Any,
    ) -> None:
        super().__init__(data, version=stored.version if stored else 0, **more)
        source = stored or like
        goals: list[PledgeGoal] = list(source.goals.all()) if source else []
        self._known = goals if stored else []
        self.initial.update(_words(source))
        self._rows = _rows_sent(data) if data is not None else _rows_shown(len(goals))
        figures = [("", "不取数，年末填写"), *((one.code, one.title) for one in scorable_figures().values())]
        for number in range(1, self._rows + 1):
            self._add_row(number, goals[number - 1] if number <= len(goals) else None, figures)

    def _add_row(self, number: int, goal: PledgeGoal | None, figures: list[tuple[str, str]]) -> None:
        for name, field in _goal_fields(figures).items():
            self.fields[f"g{number}-{name}"] = field
        if goal is not None:
            said = {name: getattr(goal, name) for name in GoalFacts.__slots__ if name != "note"}
            said |= {"target": quantity_text(goal.target), "id": goal.pk if goal in self._known else ""}
            self.initial.update({f"g{number}-{name}": value for name, value in said.items()})

    @property
    def told(self) -> Iterator[forms.BoundField]:
        """Give the fields that stand above the goals."""
        return (field for field in self.visible_fields() if "-" not in field.name)

    @property
    def rows(self) -> list[GoalRow]:
        """List the rows of goals."""
        return [self._row(number) for number in range(1, self._rows + 1)]

    def _row(self, number: int) -> GoalRow:
        names = _goal_fields([])
        fields = {name: self[f"g{number}-{name}"] for name in names}
        return GoalRow(number, fields, not str(fields["content"].value() or "").strip())

    @property
    def weights(self) -> int:
        """Add up the weights that stand in the form."""
        values = [str(row.fields["weight"].value() or "") for row in self.rows if not row.is_blank]
        return sum(int(one) for one in values if one.isdecimal() and len(one) < 5)

    def clean(self) -> dict[str, Any]:
        """Ask each goal that says something for what every goal has."""
        for number in self._filled():
            read = {name: self.cleaned_data.get(f"g{number}-{name}") for name in _goal_fields([])}
            for name, sentence in _missing(read):
                if f"g{number}-{name}" not in self.errors:
                    self.add_error(f"g{number}-{name}", ValidationError(sentence, code="required"))
        return self.cleaned_data

    def _filled(self) -> list[int]:
        return [number for number in range(1, self._rows + 1) if self.cleaned_data.get(f"g{number}-content")]

    @property
    def content(self) -> PledgeContent:
        """Give what was read, as the services take it."""
        read = self.cleaned_data
        goals = tuple(self._entry(number) for number in self._filled())
        return PledgeContent(read["duties"], read["promises"], read["rewards"], goals)

    def _entry(self, number: int) -> GoalEntry:
        read = {name: self.cleaned_data[f"g{number}-{name}"] for name in _goal_fields([])}
        known = {goal.pk: goal for goal in self._known}.get(read.pop("id") or 0)
        texts = {name: read[name] for name in _TEXTS}
        facts = GoalFacts(
            **texts,
            weight=read["weight"],
            due_on=read["due_on"],
            target=thousandths(read["target"]) or 0,
            category=read["category"],
            figure=read["figure"],
            note=known.note if known else "",
        )
        return GoalEntry(facts, known.pk if known else None)

    def show(self, refusal: ValidationError) -> None:
        """Put what a service says of goals, by their number, beside their fields."""
        filled = self._filled()
        for key, errors in refusal.error_dict.items():
            for error in errors:
                name = f"g{filled[int(key) - 1]}-{_FIELD_OF[error.code or '']}"
                self.add_error(name, error)


class AdjustForm(PledgeForm):
    """A pledge in force as it is to be, and why."""

    reason = text_field("调整理由", 200, required=True, help_text="调整前后的内容和理由都会留下。")
    field_order = ["reason", "duties", "promises", "rewards"]


class SettleForm(SeenForm):
    """What was reached of each goal; what a figure gives is shown and not asked for."""

    def __init__(self, *args: Any, lines: Sequence[GoalLine], **more: Any) -> None:
        super().__init__(*args, **more)
        self.lines = lines
        for line in lines:
            key = line.goal.pk
            if not line.goal.figure:
                self.fields[f"actual_{key}"] = quantity_field(f"完成值（{line.goal.unit}）")
            self.fields[f"note_{key}"] = text_field("说明", 200)
            self.initial[f"note_{key}"] = line.goal.note
            if line.goal.actual is not None:
                self.initial[f"actual_{key}"] = quantity_text(line.goal.actual)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """List the goals with their fields."""
        return [
            {
                "goal": line.goal,
                "target": f"{quantity_text(line.goal.target)} {line.goal.unit}",
                "actual": self[f"actual_{line.goal.pk}"] if not line.goal.figure else None,
                "computed": f"{quantity_text(line.actual)} {line.goal.unit}" if line.goal.figure else "",
                "figure": line.figure,
                "note": self[f"note_{line.goal.pk}"],
            }
            for line in self.lines
        ]

    @property
    def results(self) -> dict[int, GoalResult]:
        """Give what was read, by key of the goal."""
        read = self.cleaned_data
        keys = [line.goal.pk for line in self.lines]
        return {key: GoalResult(thousandths(read.get(f"actual_{key}")), read[f"note_{key}"]) for key in keys}

    def show(self, refusal: ValidationError) -> None:
        """Put what the service says of goals, by their key, beside their fields."""
        for key, errors in refusal.error_dict.items():
            name = f"actual_{key}" if f"actual_{key}" in self.fields else None
            for error in errors:
                self.add_error(name, error)


class ManyForm(forms.Form):
    """Pledges to take a step with, each at the version that was seen: another one is not among the choices."""

    pledges = forms.MultipleChoiceField(
        error_messages={"required": "请先勾选责任书。", "invalid_choice": _TAKEN},
    )

    def __init__(self, *args: Any, waiting: Sequence[ResponsibilityPledge], **more: Any) -> None:
        super().__init__(*args, **more)
        self.waiting = waiting
        self.fields["pledges"].choices = [(_seen(one), one.pk) for one in waiting]  # type: ignore[attr-defined]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """List the pledges to choose from."""
        chosen = {*(self["pledges"].value() or ())}
        return [{"pledge": one, "value": _seen(one), "is_chosen": _seen(one) in chosen} for one in self.waiting]

    @property
    def versions(self) -> dict[int, int]:
        """Give the versions of those that were chosen, by key."""
        chosen = {*self.cleaned_data["pledges"]}
        return {one.pk: one.version for one in self.waiting if _seen(one) in chosen}


class DraftMissingForm(forms.Form):
    """Who gets a pledge, and after which one."""

    like = forms.ChoiceField(
        label="照什么拟",
        required=False,
        widget=PlainSelect,
        error_messages={"invalid_choice": "这份责任书已经不能照抄；请从列表中选择。"},
    )
    people = forms.ModelMultipleChoiceField(
        Participant.objects.none(),
        error_messages={"required": "请先勾选人员。", "invalid_choice": _TAKEN, "invalid_pk_value": _TAKEN},
    )

    def __init__(self, *args: Any, missing: Any, sources: Sequence[tuple[int, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["people"].queryset = missing  # type: ignore[attr-defined]
        self.fields["like"].choices = [("", "各自照去年的"), *sources]  # type: ignore[attr-defined]
        self.chosen = {str(key) for key in self["people"].value() or ()}


# ---- parts ---------------------------------------------------------------------------
def _seen(pledge: ResponsibilityPledge) -> str:
    return f"{pledge.pk}-{pledge.version}"


def _words(source: ResponsibilityPledge | None) -> dict[str, str]:
    if source is None:
        return {"rewards": REWARDS}
    return {"duties": source.duties, "promises": source.promises, "rewards": source.rewards}


def _rows_shown(stored: int) -> int:
    return min(MOST_GOALS, max(USUAL_ROWS, stored + BLANKS))


def _rows_sent(data: Mapping[str, Any]) -> int:
    numbers = [int(found[1]) for name in data if (found := re.fullmatch(r"g([1-9]\d?)-content", name))]
    return min(MOST_GOALS, max(numbers, default=0))


def _goal_fields(figures: list[tuple[str, str]]) -> dict[str, forms.Field]:
    """Make the fields of one row."""
    return {
        "id": forms.IntegerField(required=False, widget=forms.HiddenInput),
        "content": text_field("目标任务", 200),
        "measure": text_field("量化指标", 200),
        "category": forms.ChoiceField(
            label="类别",
            choices=GoalCategory.choices,
            required=False,
            widget=PlainSelect,
            error_messages={"invalid_choice": "请从列表中选择类别。"},
        ),
        "figure": forms.ChoiceField(
            label="取数指标",
            choices=figures,
            required=False,
            widget=PlainSelect,
            error_messages={"invalid_choice": "没有这个取数指标；请从列表中选择。"},
        ),
        "target": quantity_field("目标值"),
        "unit": text_field("单位", 10),
        "weight": forms.IntegerField(
            label="分值",
            required=False,
            min_value=1,
            max_value=100,
            widget=forms.NumberInput(attrs={"inputmode": "numeric", "data-weight": ""}),
            error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), _WHOLE),
        ),
        "due_on": DayField("完成时限", required=False, help_text=""),
        "evaluator": text_field("评定人", 60),
        "evidence": text_field("佐证方式", 100),
        "lead": text_field("牵头", 60),
        "support": text_field("配合", 100),
    }


def _missing(read: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give the fields of a goal that are needed and empty, each with its sentence."""
    if read["weight"] is None:
        yield "weight", _WHOLE
    if read["target"] is None:
        yield "target", "请填写目标值。"
    if not read["unit"] and not read["figure"]:
        yield "unit", "请写明单位，如“个”“场”。"
    if read["due_on"] is None:
        yield "due_on", "请填写完成时限。"
    if not read["evaluator"]:
        yield "evaluator", "请写明由谁评定。"
