"""Form fields made from columns: what a spreadsheet cell may hold, a form field may hold too."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from cadres.fields import COLUMN_BY_NAME
from orgs.access import Scope
from orgs.scoped_views.units import ScopeUnits, UnitChoiceField
from orgs.widgets import PlainSelect
from youthleague.kernel.columns import Column, DateColumn, PhoneColumn, TextColumn
from youthleague.kernel.findings import Finding

LONG_TEXT = 200
NOT_LISTED = ValidationError("请从列表中选择。", code="choice.unknown")
PLACEHOLDERS: dict[type[Column], str] = {DateColumn: "如 2024.09", PhoneColumn: "11 位手机号"}
HELP_IN_FORMS = {"id_number": "18 位；性别和出生日期由此得出。", "phone": "", "name": "与户口簿一致。", "ethnicity": ""}


class ColumnField(forms.Field):
    """Text that a column reads; what it cannot read is refused in the column's own sentence and code."""

    def __init__(self, column: Column, *, required: bool, day: date) -> None:
        verb = "选择" if column.choices else "填写"
        super().__init__(
            required=required,
            label=column.title,
            help_text=HELP_IN_FORMS.get(column.name, column.help),
            widget=_widget(column, required=required),
            error_messages={"required": f"请{verb}{column.title}。"},
        )
        self.column, self.day = column, day

    def to_python(self, value: Any) -> Any:
        """Read what was typed; blank is None."""
        text = value or ""
        if self.column.blank(text) is not None:
            return None
        read = self.column.read(text, today=self.day)
        if isinstance(read, Finding):
            raise error_of(read)
        if self.column.choices and self.column.write(read) not in self.column.choices:  # a sheet's cell may say more
            raise NOT_LISTED
        return read

    def prepare_value(self, value: Any) -> str:
        """Write a stored value for the input; what was typed stays as it is."""
        return self.column.write(value)


class ColumnForm(forms.Form):
    """A form whose fields are columns; ``groups`` are titles with the names under them, in order.

    Organisations are those of ``scope``, which the view has narrowed to where the account may write.
    """

    groups: ClassVar[Sequence[tuple[str, Sequence[str]]]] = ()
    required: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, data: Any = None, *, scope: Scope, day: date, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=dict(initial or {}))
        self.scope, self.day = scope, day
        for name in (name for _title, names in self.groups for name in names):
            self.fields[name] = self._field(name)
        self.order_fields([name for _title, names in self.groups for name in names])

    def _field(self, name: str) -> forms.Field:
        if name == "organisation":
            return unit_field(self.scope)
        return ColumnField(COLUMN_BY_NAME[name], required=name in self.required, day=self.day)

    @property
    def grouped(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Give the fields under their titles."""
        return [(title, [self[name] for name in names]) for title, names in self.groups]

    def values(self, names: Iterable[str]) -> dict[str, Any]:
        """Give what was read for the columns among ``names``, as services take it."""
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}

    def refuse(self, findings: Iterable[tuple[str, Finding]]) -> None:
        """Put findings beside their fields."""
        for name, finding in findings:
            self.add_error(name, error_of(finding))


def error_of(finding: Finding) -> ValidationError:
    """Turn a finding into Django's error of the same code."""
    return ValidationError(finding.message, code=finding.code, params=dict(finding.params))


def unit_field(scope: Scope) -> UnitChoiceField:
    """Make the field of an organisation: those of a scope, the value its key."""
    return UnitChoiceField(
        choices=[("", "请选择"), *ScopeUnits(scope).choices],
        coerce=int,
        widget=PlainSelect,
        label=COLUMN_BY_NAME["organisation"].title,
        error_messages={
            "required": "请选择所在团组织。",
            "invalid_choice": "在您管理的范围内没有这个团组织；请从列表中选择。",
        },
    )


def _widget(column: Column, *, required: bool) -> forms.Widget:
    if column.choices:
        empty = "请选择" if required else "未填"
        return PlainSelect(choices=[("", empty), *((title, title) for title in column.choices)])
    if isinstance(column, TextColumn) and column.max_length > LONG_TEXT:
        return forms.Textarea(attrs={"rows": 2, "maxlength": column.max_length})
    attrs: dict[str, Any] = {"autocomplete": "off"}
    if isinstance(column, TextColumn):
        attrs["maxlength"] = column.max_length
    if isinstance(column, PhoneColumn):
        attrs["inputmode"] = "tel"
    if type(column) in PLACEHOLDERS:
        attrs["placeholder"] = PLACEHOLDERS[type(column)]
    return forms.TextInput(attrs=attrs)
