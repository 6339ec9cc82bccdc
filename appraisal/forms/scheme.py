"""The part of a scheme that holds for the whole year: options, bands, vetoes, ± items, ladder, appeals."""

from dataclasses import replace
from typing import Any

from django import forms

from appraisal.choices import COUNTED_OPTIONS, Grade
from appraisal.forms.numbers import POINTS, ScaledField, count_field
from appraisal.rules.scheme import AppraisalScheme, scheme_findings
from youthleague.kernel.findings import Finding

VETO_ROWS = 5
_LONGEST_STEP = 20
_MOST_STEPS = 6
_TITLE_LACKS = "请写明事项，或把最高等次改为“不用”。"
_FIELD_OF = {"scheme.bands": "floor1", "scheme.options": "option1"}


def text_input(label: str, length: int, *, required: bool = False) -> forms.CharField:
    """Make the field of a short text."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=length,
        widget=forms.TextInput(attrs={"maxlength": length, "autocomplete": "off", "class": "form-control"}),
        error_messages={"required": f"请填写{label}。", "max_length": f"{label}最多 {length} 个字。"},
    )


def choice_input(label: str, choices: Any, *, required: bool = False) -> forms.ChoiceField:
    """Make the field of a choice."""
    return forms.ChoiceField(
        label=label,
        choices=choices,
        required=required,
        widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={"required": f"请选择{label}。", "invalid_choice": f"请从列表中选择{label}。"},
    )


class SeenYearForm(forms.Form):
    """A form about a year as it was seen."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class SchemeForm(SeenYearForm):
    """All that counts in every group alike."""

    adjustment_cap = ScaledField("加减分上限", scale=POINTS)
    appeal_days = count_field("复核申请期限", most=60)
    ladder = forms.CharField(
        label="靠后的处理步骤",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
        help_text="一行一步，从轻到重；连续靠后几次就到第几步，由人决定。",
        error_messages={"required": "请至少写一步。", "max_length": "处理步骤合计最多 200 个字。"},
    )

    def __init__(self, data: Any = None, *, scheme: AppraisalScheme, version: int) -> None:
        super().__init__(data, initial={**initial_of(scheme), "version": version})
        self._scheme = scheme
        self._lines = range(max(VETO_ROWS, len(scheme.vetoes) + 2))
        for option in COUNTED_OPTIONS:
            self.fields[f"option{option.value}"] = ScaledField(f"“{option.label}”的分值", scale=POINTS)
        for grade in Grade:
            self.fields[f"floor{grade.value}"] = ScaledField(f"“{grade.label}”的分数线", scale=POINTS)
        grades = [("", "不用"), *((f"{one.value}", f"最高“{one.label}”") for one in Grade)]
        for number in self._lines:
            self.fields[f"veto{number}"] = text_input(f"第 {number + 1} 个事项", 60)
            self.fields[f"best{number}"] = choice_input("最高等次", grades)

    def clean_ladder(self) -> tuple[str, ...]:
        """Read the steps, a line each."""
        steps = tuple(line.strip() for line in self.cleaned_data["ladder"].splitlines() if line.strip())
        if len(steps) > _MOST_STEPS or any(len(one) > _LONGEST_STEP for one in steps):
            raise forms.ValidationError(f"最多 {_MOST_STEPS} 步，每步最多 {_LONGEST_STEP} 个字。", code="ladder.length")
        return steps

    def clean(self) -> dict[str, Any]:
        """Say everything that keeps the scheme from being used, each at its field."""
        read = self.cleaned_data
        titles = [read.get(f"veto{number}") for number in self._lines]
        for number, title in enumerate(titles):
            if bool(title) != bool(read.get(f"best{number}")):
                self.add_error(f"veto{number}", forms.ValidationError(_TITLE_LACKS, code="veto.pair"))
            elif title and title in titles[:number]:
                self.add_error(f"veto{number}", forms.ValidationError("这个事项写了两次。", code="veto.twice"))
        if not self.errors:
            for finding in scheme_findings(self.scheme):
                add_finding(self, _FIELD_OF.get(finding.code), finding)
        return read

    @property
    def scheme(self) -> AppraisalScheme:
        """Give the scheme as it would be."""
        read = self.cleaned_data
        rows = [(read[f"veto{number}"], read[f"best{number}"]) for number in self._lines]
        return replace(
            self._scheme,
            options=tuple((one.value, read[f"option{one.value}"]) for one in COUNTED_OPTIONS),
            bands=tuple((one.value, read[f"floor{one.value}"]) for one in Grade),
            vetoes=tuple((title, int(best)) for title, best in rows if title),
            adjustment_cap=read["adjustment_cap"],
            ladder=read["ladder"],
            appeal_days=read["appeal_days"],
        )

    @property
    def options(self) -> list[forms.BoundField]:
        """List the fields of the options."""
        return [self[f"option{one.value}"] for one in COUNTED_OPTIONS]

    @property
    def floors(self) -> list[forms.BoundField]:
        """List the fields of the bands."""
        return [self[f"floor{one.value}"] for one in Grade]

    @property
    def vetoes(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """List the fields of the vetoes."""
        return [(self[f"veto{number}"], self[f"best{number}"]) for number in self._lines]


def add_finding(form: forms.Form, field: str | None, finding: Finding) -> None:
    """Put a finding beside a field, or above all of them."""
    form.add_error(field, forms.ValidationError(finding.message, code=finding.code, params=dict(finding.params)))


def initial_of(scheme: AppraisalScheme) -> dict[str, Any]:
    """Give what the form about the whole year begins with."""
    vetoes = [(f"veto{number}", title) for number, (title, _best) in enumerate(scheme.vetoes)]
    bests = [(f"best{number}", f"{best}") for number, (_title, best) in enumerate(scheme.vetoes)]
    return {
        "adjustment_cap": scheme.adjustment_cap,
        "appeal_days": scheme.appeal_days,
        "ladder": "\n".join(scheme.ladder),
        **{f"option{option}": value for option, value in scheme.options},
        **{f"floor{grade}": floor for grade, floor in scheme.bands},
        **dict(vetoes),
        **dict(bests),
    }
