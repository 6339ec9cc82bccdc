"""Forms of notices: what one wants to hear of, group robots, special days."""

from typing import Any

from django import forms
from django.db.models import TextChoices

from youthleague.kernel.notices import NoticeKind
from youthleague.notices.choices import Channel
from youthleague.notices.models import Robot, SpecialDay
from youthleague.notices.services.inbox import SWITCHABLE
from youthleague.notices.services.kinds import notice_kinds


class ChoiceOfNoticesForm(forms.Form):
    """One row of boxes a kind: on the inbox, by e-mail."""

    def __init__(self, *args: Any, muted: set[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        for kind in notice_kinds().values():
            for channel in SWITCHABLE:
                self.fields[f"{kind.code}.{channel}"] = forms.BooleanField(
                    label=f"{kind.title}：{channel.label}",
                    required=False,
                    initial=(kind.code, channel.value) not in muted,
                    disabled=kind.is_lasting and channel == Channel.INBOX,
                )

    @property
    def lines(self) -> list[tuple[NoticeKind, list[forms.BoundField]]]:
        """Give the kinds with their boxes."""
        return [(kind, [self[f"{code}.{one}"] for one in SWITCHABLE]) for code, kind in notice_kinds().items()]

    def wanted(self) -> set[tuple[str, str]]:
        """Give the pairs of kind and channel that are switched on."""
        pairs = (name.split(".") for name, is_on in self.cleaned_data.items() if is_on)
        return {(kind, channel) for kind, channel in pairs}


class RobotForm(forms.ModelForm):  # type: ignore[type-arg]
    """A group robot; its key is written once and never shown again."""

    kinds = forms.MultipleChoiceField(label="播报哪几类通知", required=False, widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = Robot
        fields = ["title", "platform", "key", "kinds", "is_on"]
        help_texts = {"key": "群机器人网址中密钥的那一段；保存后不再显示，留空表示不改。", "is_on": "不勾选就不播报。"}

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["kinds"].choices = [(kind.code, kind.title) for kind in notice_kinds().values()]  # type: ignore[attr-defined]
        self.stored_key = self.instance.key
        self.fields["key"].required = not self.stored_key
        self.fields["key"].widget = forms.PasswordInput(attrs={"autocomplete": "off"})

    def clean_key(self) -> str:
        """Keep the stored key when nothing was written."""
        return str(self.cleaned_data["key"] or self.stored_key)


class _Worked(TextChoices):
    OFF = "off", "放假"
    WORKED = "worked", "调休上班"


class SpecialDayForm(forms.ModelForm):  # type: ignore[type-arg]
    """A day off, or a day worked instead."""

    is_worked = forms.ChoiceField(label="这一天", choices=_Worked.choices, widget=forms.RadioSelect)

    class Meta:
        model = SpecialDay
        fields = ["day", "is_worked", "name"]
        widgets = {"day": forms.DateInput(attrs={"type": "date"})}
        labels = {"name": "名称（可不填）"}

    def clean_is_worked(self) -> bool:
        """Give the choice as the column keeps it."""
        return bool(self.cleaned_data["is_worked"] == _Worked.WORKED)

    def validate_unique(self) -> None:
        """Let a day that is there be changed."""
