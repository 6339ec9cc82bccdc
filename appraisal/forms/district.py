"""区综合考核: the table of indicators, the units, a unit's own points, objections and answers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from appraisal.choices import ObjectionState
from appraisal.forms.numbers import POINTS, ScaledField, count_field
from appraisal.forms.pledges import SeenForm, quantity_field, text_field, thousandths
from appraisal.forms.scheme import choice_input, text_input
from appraisal.models import DistrictAppraisalItem, UnitPoints
from appraisal.reports.district.computing import unit_figures
from appraisal.rules.district import MOST_ITEMS, ItemFacts
from appraisal.rules.goals import quantity_text, scale_of
from appraisal.services.district.rating import OwnPoints

_BLANKS, _USUAL = 3, 6
_FIELD_OF = {"item.title": "title", "item.how": "how", "item.maximum": "maximum", "item.target": "target"}
_TAKEN = "名单已有变化，请刷新后重新勾选。"


@dataclass(frozen=True)
class ItemRow:
    """A row of the table: its number and fields, and whether nothing stands in it."""

    number: int
    fields: Mapping[str, forms.BoundField]

    @property
    def is_blank(self) -> bool:
        """Tell whether the row says nothing."""
        return not str(self.fields["title"].value() or "").strip()

    @property
    def has_errors(self) -> bool:
        """Tell whether something of the row is wrong."""
        return any(field.errors for field in self.fields.values())


class ItemsForm(SeenForm):
    """The indicators of a year; a row without a title says nothing, one that is cleared goes."""

    def __init__(self, data: Any = None, *, items: Sequence[DistrictAppraisalItem], version: int, **more: Any) -> None:
        super().__init__(data, version=version, **more)
        shown = min(max(len(items) + _BLANKS, _USUAL), MOST_ITEMS)
        self._rows = _rows_sent(data) if data is not None else shown
        figures = [("", "不取数，由人评分")]
        figures += [(one.code, f"{one.title}（{scale_of(one.unit)[0]}）") for one in unit_figures().values()]
        for number in range(1, self._rows + 1):
            self._add(number, items[number - 1] if number <= len(items) else None, figures)

    def _add(self, number: int, item: DistrictAppraisalItem | None, figures: list[tuple[str, str]]) -> None:
        for name, field in _item_fields(number, figures).items():
            self.fields[f"i{number}-{name}"] = field
        if item is not None:
            said = {"title": item.title, "how": item.how, "maximum": item.maximum, "figure": item.figure}
            said["target"] = quantity_text(item.target) if item.figure else ""
            self.initial.update({f"i{number}-{name}": value for name, value in said.items()})

    @property
    def rows(self) -> list[ItemRow]:
        """List the rows."""
        return [
            ItemRow(number, {name: self[f"i{number}-{name}"] for name in _item_fields(number, [])})
            for number in range(1, self._rows + 1)
        ]

    @property
    def total(self) -> int:
        """Add up the maxima that stand in the form."""
        values = [str(row.fields["maximum"].value() or "") for row in self.rows if not row.is_blank]
        return sum(int(one) for one in values if one.isdecimal() and len(one) < 4)

    def _filled(self) -> list[int]:
        return [number for number in range(1, self._rows + 1) if self.cleaned_data.get(f"i{number}-title")]

    @property
    def items(self) -> list[ItemFacts]:
        """Give what was read."""
        return [self._facts(number) for number in self._filled()]

    def _facts(self, number: int) -> ItemFacts:
        read = {name: self.cleaned_data.get(f"i{number}-{name}") for name in _item_fields(number, [])}
        target: Decimal | None = read["target"]
        return ItemFacts(
            read["title"] or "", read["how"] or "", read["maximum"] or 0, read["figure"] or "", thousandths(target) or 0
        )

    def show(self, refusal: ValidationError) -> None:
        """Put what the service says of indicators, by their number, beside their fields."""
        filled = self._filled()
        for key, errors in refusal.error_dict.items():
            for error in errors:
                self.add_error(f"i{filled[int(key) - 1]}-{_FIELD_OF.get(error.code or '', 'figure')}", error)


class UnitsForm(SeenForm):
    """Which units are appraised."""

    def __init__(self, *args: Any, units: Sequence[tuple[int, str]], chosen: Iterable[int], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["units"] = forms.TypedMultipleChoiceField(
            label="受考单位",
            choices=units,
            coerce=int,
            required=False,
            widget=forms.CheckboxSelectMultiple,
            error_messages={"invalid_choice": _TAKEN},
        )
        self.initial["units"] = list(chosen)


class RatingForm(SeenForm):
    """What a unit gives itself, indicator by indicator; computed ones are shown and not asked for."""

    def __init__(self, *args: Any, points: Sequence[UnitPoints], **more: Any) -> None:
        super().__init__(*args, **more)
        self.points = [row for row in points if not row.is_computed]
        for row in self.points:
            key = row.item_id
            self.fields[f"p{key}"] = ScaledField("得分", scale=POINTS, most=row.item.maximum, required=False)
            self.fields[f"g{key}"] = text_input("依据", 200)
            self.initial.update({f"p{key}": row.own, f"g{key}": row.ground})

    def field(self, row: UnitPoints, name: str) -> forms.BoundField | None:
        """Give the field of an indicator; None of a computed one."""
        key = f"{name}{row.item_id}"
        return self[key] if key in self.fields else None

    @property
    def entries(self) -> dict[int, OwnPoints]:
        """Give what was read, by key of the indicator."""
        read, keys = self.cleaned_data, [row.item_id for row in self.points]
        return {key: OwnPoints(read[f"p{key}"], read[f"g{key}"]) for key in keys}

    def show(self, refusal: ValidationError) -> None:
        """Put what the service says of indicators beside their fields."""
        for key, errors in refusal.error_dict.items():
            for error in errors:
                name = f"g{key}" if error.code == "points.ground" else f"p{key}"
                self.add_error(name if name in self.fields else None, error)


class ObjectionForm(forms.Form):
    """What a unit objects to."""

    text = text_field("异议和依据", 300, required=True, help_text="写明哪里不符、凭什么；每项只能提出一次。")


class AnswerForm(forms.Form):
    """What is answered to an objection."""

    outcome = choice_input(
        "答复", [(ObjectionState.UPHELD, "维持现在的得分"), (ObjectionState.CORRECTED, "更正")], required=True
    )
    reason = text_field("理由", 200, required=True, help_text="单位会看到。")

    def __init__(self, *args: Any, points: UnitPoints, **more: Any) -> None:
        super().__init__(*args, **more)
        if not points.is_computed:
            self.fields["points"] = ScaledField(
                "更正后的得分",
                scale=POINTS,
                most=points.item.maximum,
                required=False,
                help_text=f"满分 {points.item.maximum} 分；维持的不填。",
            )
            self.order_fields(["outcome", "points", "reason"])


def _item_fields(number: int, figures: list[tuple[str, str]]) -> dict[str, forms.Field]:
    """Make the fields of a row; what is missing is said by the service, for the rows that say something."""
    fields: dict[str, forms.Field] = {
        "title": text_input("指标", 60),
        "how": text_input("评分办法", 300),
        "maximum": count_field("满分", least=1, most=100, required=False),
        "figure": choice_input("取数指标", figures),
        "target": quantity_field("目标值"),
    }
    fields["maximum"].widget.attrs["data-maximum"] = ""
    for name, field in fields.items():
        field.widget.attrs["aria-label"] = f"第 {number} 条，{field.label}"
        if name == "target":
            field.widget.attrs["class"] = "form-control"
    return fields


def _rows_sent(data: Any) -> int:
    """Count the rows that a form carries, no more than a table holds."""
    numbers = [number for number in range(1, MOST_ITEMS + 2) if f"i{number}-title" in data]
    return max(numbers, default=1)
