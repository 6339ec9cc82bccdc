"""A grid of units for one week."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from linkage.models.weekly import CONTENT
from linkage.reports.weekly import WeekLine
from linkage.rules import MOST_COUNTED, MOST_LINES
from linkage.services.weekly import WeekEntry

UNREAD = "有几行没有写对，一行也没有保存；请按提示改好后再保存。"
_NUMBER = "请填写不小于零的整数。"


def _text(label: str, length: int, **attributes: Any) -> forms.CharField:
    too_long = f"“{label}”最多 {length} 个字，请删短一些。"
    return forms.CharField(
        label=label,
        required=False,
        max_length=length,
        error_messages={"max_length": too_long},
        widget=(forms.Textarea if length > 200 else forms.TextInput)(attrs={"class": "form-control", **attributes}),
    )


def _number(label: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=MOST_COUNTED,
        widget=forms.NumberInput(attrs={"class": "form-control", "inputmode": "numeric", "min": 0}),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), _NUMBER),
    )


class UnitWeekForm(forms.Form):
    """One unit's week."""

    theme = _text("本周主题", 60)
    done = _text("本周工作", 300, rows=2, placeholder=f"一行一件，最多 {MOST_LINES} 行")
    forces = _number("投入力量（人次）")
    youth_served = _number("服务青年（人次）")
    need = _text("问题和需求", 200)
    next_week = _text("下周安排", 200)
    is_quiet = forms.BooleanField(label="本周无重点事项", required=False)
    is_exempt = forms.BooleanField(label="本周免报", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, line: WeekLine, may_exempt: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        self.line = line
        if not may_exempt and line.state != "exempt":
            del self.fields["is_exempt"]

    @property
    def entry(self) -> WeekEntry:
        """Give what was written as the service takes it."""
        said = self.cleaned_data
        return WeekEntry(
            self.line.unit.pk,
            said.get("version") or 0,
            {name: said.get(name) for name in CONTENT},
            is_quiet=said.get("is_quiet", False),
            is_exempt=said.get("is_exempt", False),
        )

    @property
    def says_something(self) -> bool:
        """Tell whether the row says anything, or said something before."""
        entry = self.entry
        return bool(entry.version or entry.is_quiet or entry.is_exempt or any(entry.content.values()))


def stored_values(line: WeekLine) -> Mapping[str, object]:
    """Give what a unit's week holds, as the form shows it."""
    row = line.row
    if row is None:
        return {"version": 0}
    flags = {"is_quiet": row.is_quiet, "is_exempt": row.state == "exempt", "version": row.version}
    return {name: getattr(row, name) for name in CONTENT} | flags


@dataclass
class WeekGrid:
    """The forms of several units, read and refused together."""

    forms: Sequence[UnitWeekForm]

    @classmethod
    def of(
        cls, lines: Sequence[WeekLine], exempting: frozenset[int], data: Mapping[str, Any] | None = None
    ) -> "WeekGrid":
        """Build a form for each unit; ``exempting`` holds the units whose week may be excused."""
        return cls(
            [
                UnitWeekForm(
                    data,
                    prefix=f"u{line.unit.pk}",
                    initial=stored_values(line),
                    line=line,
                    may_exempt=line.unit.pk in exempting,
                )
                for line in lines
            ]
        )

    def is_valid(self) -> bool:
        """Tell whether every row can be read."""
        faults = [form for form in self.forms if not form.is_valid()]  # each says what is wrong with it
        return not faults

    def entries(self) -> list[WeekEntry]:
        """List what the rows say that were touched; a blank row nobody has written says nothing."""
        return [form.entry for form in self.forms if form.has_changed() and form.says_something]

    def refuse(self, refusal: ValidationError) -> str:
        """Put what a service refused beside its rows; gives the sentence about the whole."""
        if not hasattr(refusal, "error_dict"):
            return "".join(refusal.messages)
        by_unit = {str(form.line.unit.pk): form for form in self.forms}
        for unit, errors in refusal.error_dict.items():
            by_unit[unit].add_error(None, errors)
        return UNREAD

    def __iter__(self) -> Iterator[UnitWeekForm]:
        return iter(self.forms)
