"""Fields for numbers that are kept whole: points in thousandths, percent in hundredths, shares in tenths."""

import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

POINTS, PERCENT, PERMILLE = 1_000, 100, 10
_DECIMALS = {POINTS: 2, PERCENT: 2, PERMILLE: 1}


def write_scaled(value: int, scale: int) -> str:
    """Write a kept number without zeros at its end: 4200 hundredths are 42, 500 tenths 50."""
    return f"{Decimal(value) / scale:f}".rstrip("0").rstrip(".") if value % scale else str(value // scale)


class ScaledField(forms.Field):
    """A number of at most so many decimals, read as the whole number that is kept."""

    def __init__(self, label: str, *, scale: int = PERCENT, most: int = 100, sum_of: str = "", **more: Any) -> None:
        self.scale, self.most = scale, most
        self.sentence = f"{label}请填写 0 至 {most} 的数，最多 {_DECIMALS[scale]} 位小数。"
        added = {"data-sum-of": sum_of} if sum_of else {}
        attributes = {"inputmode": "decimal", "autocomplete": "off", "class": "form-control n-in", **added}
        widget = forms.TextInput(attrs=attributes)
        super().__init__(label=label, widget=widget, error_messages={"required": f"请填写{label}。"}, **more)

    def to_python(self, value: Any) -> int | None:
        """Read the number."""
        text = unicodedata.normalize("NFKC", str(value or "")).strip().removesuffix("%").removesuffix("分").strip()
        if not text:
            return None
        try:
            kept = Decimal(text) * self.scale
        except InvalidOperation:
            raise ValidationError(self.sentence, code="number.range") from None
        finest = self.scale // 10 ** _DECIMALS[self.scale]
        if not kept.is_finite() or not 0 <= kept <= self.most * self.scale or kept % finest:
            raise ValidationError(self.sentence, code="number.range")
        return int(kept)

    def prepare_value(self, value: Any) -> Any:
        """Write a kept number for the input; what was typed stays as it is."""
        return write_scaled(value, self.scale) if isinstance(value, int) else value


def count_field(label: str, *, least: int = 0, most: int = 1_500, required: bool = True) -> forms.IntegerField:
    """Make the field of a whole number within limits."""
    sentence = f"{label}请填写 {least} 至 {most} 的整数。"
    return forms.IntegerField(
        label=label,
        required=required,
        min_value=least,
        max_value=most,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "form-control n-in"}),
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), sentence),
    )
