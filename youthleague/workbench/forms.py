"""Forms of the roof: when a periodic job runs."""

from django import forms

WEEKDAYS = [(str(number), f"周{word}") for number, word in enumerate("一二三四五六日", start=1)]


class JobForm(forms.Form):
    """On or off, weekdays, time."""

    is_on = forms.BooleanField(label="启用", required=False)
    weekdays = forms.TypedMultipleChoiceField(
        label="星期", choices=WEEKDAYS, coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    at_time = forms.TimeField(
        label="时间",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text="按北京时间。",
        error_messages={"required": "请填写时间，如 09:00。", "invalid": "时间写法不对，请写成 09:00 的样子。"},
    )
