"""反馈函: what a draft says, the numbers of a year, how it was delivered, its receipt, many at once."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms

from appraisal.choices import DeliveryWay
from appraisal.forms.pledges import SeenForm, text_field
from appraisal.models import FeedbackLetter, LetterSeries
from appraisal.rules.letters import LONGEST_WORD
from appraisal.services.letter_delivery import Receipt
from orgs.forms.days import DayField
from orgs.widgets import PlainSelect

_TAKEN = "名单已有变化，请刷新后重新勾选。"


class LetterForm(SeenForm):
    """What people write of a draft; the rest comes from the locked cards."""

    addressee = text_field("主送", 80, required=True, help_text="同级党（工）委或者区委组织部的全称。")
    suggestion = text_field("使用建议", 2000, required=True, help_text="一行一条；只作建议，由同级党（工）委决定。")

    def __init__(self, *args: Any, letter: FeedbackLetter, **more: Any) -> None:
        super().__init__(*args, version=letter.version, **more)
        self.initial.update(addressee=letter.addressee, suggestion=letter.suggestion)


class SeriesForm(forms.Form):
    """Under which word, and from which number on, letters of a calendar year are signed."""

    word = text_field("机关代字", LONGEST_WORD, required=True, help_text="如“团区函”，签发时编成“团区函〔2026〕3号”。")
    first = forms.IntegerField(
        label="起始号",
        help_text="本年第一份从几号起；已经签发的不能再改。",
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={"required": "请填写起始号。", "invalid": "起始号请填整数。"},
    )

    def __init__(self, *args: Any, series: LetterSeries, **more: Any) -> None:
        super().__init__(*args, **more)
        self.initial.update(word=series.word, first=series.first)


class DraftForm(forms.Form):
    """Nothing is asked: the letters come from the locked cards."""


class DeliveryForm(SeenForm):
    """How and when a letter was delivered; through the portal where somebody there has an account."""

    way = forms.ChoiceField(
        label="送达方式",
        choices=DeliveryWay.choices,
        widget=PlainSelect,
        error_messages={"required": "请选择送达方式。", "invalid_choice": "请从列表中选择送达方式。"},
    )
    day = DayField("送达日期")

    def __init__(self, *args: Any, today: date, has_account: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        if not has_account:
            self.fields["way"].choices = [one for one in DeliveryWay.choices if one[0] != DeliveryWay.PORTAL]  # type: ignore[attr-defined]
        self.initial["day"] = today


class ReceiptForm(SeenForm):
    """The receipt of a letter."""

    receiver = text_field("签收人", 40, required=True)
    day = DayField("回执日期")
    opinion = text_field("意见", 500, help_text="没有意见可以不写。")

    def __init__(self, *args: Any, today: date, receiver: str = "", **more: Any) -> None:
        super().__init__(*args, **more)
        self.initial.update(day=today, receiver=receiver)

    @property
    def receipt(self) -> Receipt:
        """Give what was read."""
        return Receipt(**{name: self.cleaned_data[name] for name in ("receiver", "day", "opinion")})


class ManyLettersForm(forms.Form):
    """Letters to take a step with, each at the version that was seen: another one is not among the choices."""

    letters = forms.MultipleChoiceField(error_messages={"required": "请先勾选反馈函。", "invalid_choice": _TAKEN})

    def __init__(self, *args: Any, waiting: Sequence[FeedbackLetter], **more: Any) -> None:
        super().__init__(*args, **more)
        self.waiting = waiting
        self.fields["letters"].choices = [(_seen(one), one.pk) for one in waiting]  # type: ignore[attr-defined]

    @property
    def rows(self) -> list[Mapping[str, Any]]:
        """List the letters to choose from, all chosen to begin with."""
        given = self["letters"].value()
        chosen = {*given} if given is not None else {_seen(one) for one in self.waiting}
        return [{"letter": one, "value": _seen(one), "is_chosen": _seen(one) in chosen} for one in self.waiting]

    @property
    def versions(self) -> dict[int, int]:
        """Give the versions of those that were chosen, by key."""
        chosen = {*self.cleaned_data["letters"]}
        return {one.pk: one.version for one in self.waiting if _seen(one) in chosen}


def _seen(letter: FeedbackLetter) -> str:
    return f"{letter.pk}-{letter.version}"
