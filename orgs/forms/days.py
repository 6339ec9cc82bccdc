"""A form field for a day, written as people write days."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from youthleague.kernel.dates import Precision, read_date
from youthleague.kernel.findings import Finding

NEEDS_DAY = ValidationError("请写到日，如 2026-11-23。", code="date.day_needed")


class DayField(forms.Field):
    """A day in any usual writing: 2026-11-23, 2026.11.23, 2026年11月23日."""

    def __init__(self, label: str, *, required: bool = True, help_text: str = "写到日，如 2026-11-23。") -> None:
        super().__init__(
            label=label,
            required=required,
            help_text=help_text,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
            error_messages={"required": f"请填写{label}。"},
        )

    def to_python(self, value: Any) -> date | None:
        """Read the day; a month alone will not do."""
        text = str(value or "").strip()
        if not text:
            return None
        read = read_date(text)
        if isinstance(read, Finding):
            raise ValidationError(read.message, code=read.code, params=dict(read.params))
        if read.precision is not Precision.DAY:
            raise NEEDS_DAY
        return read.value

    def prepare_value(self, value: Any) -> Any:
        """Write a stored day for the input; what was typed stays as it is."""
        return f"{value:%Y-%m-%d}" if isinstance(value, date) else value
