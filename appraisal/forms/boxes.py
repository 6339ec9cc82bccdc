"""Forms of a box: what it is about, how many codes, who is asked, which comments leaders read."""

from collections.abc import Sequence
from typing import Any

from django import forms

from appraisal.choices import BoxMode, Screening
from appraisal.models import BallotComment, Participant
from appraisal.rules.scheme import MOST_VOTES
from orgs.forms.days import DayField

_MODES = {
    BoxMode.CODES: "凭码不记名：打印投票码，一码一票，不用登录",
    BoxMode.NAMED: "实名：有账号的同志收到链接，评价记在名下，截止前可以改",
    BoxMode.COUNTED: "计数：有账号的同志收到链接，只记评了没有，选票不知道是谁的",
    BoxMode.CONSULTATION: "意见征集：共用一个二维码，不计分",
}


class BoxForm(forms.Form):
    """A box about some people of one group."""

    title = forms.CharField(
        label="名称",
        max_length=40,
        help_text="投票的人看得到，如“甲街道青年议”。",
        error_messages={"required": "请写票箱的名称。", "max_length": "名称最多 40 个字。"},
    )
    mode = forms.ChoiceField(
        label="投票方式",
        widget=forms.RadioSelect,
        error_messages={"required": "请选投票方式。", "invalid_choice": "请从列表中选。"},
    )
    people = forms.TypedMultipleChoiceField(
        label="评议谁",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text="凭码投票、意见征集选青年认识的人，一般是一个单位的一两位；"
        "实名、计数可以选一组的人，同级党（工）委只评本街乡的。",
        error_messages={"required": "请选这次投票评议的人。", "invalid_choice": "请从列表中选。"},
    )
    opens_on = DayField("开始日期")
    closes_on = DayField("截止日期")

    def __init__(self, data: Any = None, *, modes: Sequence[BoxMode], people: Sequence[Participant]) -> None:
        super().__init__(data, initial={"mode": modes[0]})
        self._only = modes[0]
        self.fields["mode"].choices = [(one.value, _MODES[one]) for one in modes]  # type: ignore[attr-defined]
        if len(modes) == 1:
            self.fields["mode"].required, self.fields["mode"].widget = False, forms.HiddenInput()
        choices = [
            (one.pk, f"{one.cadre.name}（{one.organisation.short_name or one.organisation.name}）") for one in people
        ]
        self.fields["people"].choices = choices  # type: ignore[attr-defined]
        if not choices:
            self.fields["people"].help_text = "这一组没有参评人员，请换一组。"

    def clean_mode(self) -> str:
        """Take the only way of voting there is, where nothing was to choose."""
        return self.cleaned_data["mode"] or self._only


class CodesForm(forms.Form):
    """How many one-time codes; the service says how many are too few."""

    version = forms.IntegerField(min_value=1, max_value=10**9)
    count = forms.IntegerField(
        min_value=1,
        max_value=MOST_VOTES,
        error_messages={"required": "请写投票码的个数。", "invalid": "请写投票码的个数。"},
    )


class VotersForm(forms.Form):
    """Who is asked to vote by link; leaders and 同级党（工）委 are ticked before."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    voters = forms.TypedMultipleChoiceField(
        label="投票人",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "请选投票人。",
            "invalid_choice": "选了现在不能评的同志；请刷新后重选。",
        },
    )

    def __init__(self, data: Any = None, *, version: int, choices: Sequence[tuple[int, str]], ticked: Any = ()) -> None:
        super().__init__(data, initial={"version": version, "voters": list(ticked)})
        self.fields["voters"].choices = choices  # type: ignore[attr-defined]


class ScreeningForm(forms.Form):
    """A verdict on each of some comments; what is left waiting stays so."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, version: int, comments: Sequence[BallotComment]) -> None:
        super().__init__(data, initial={"version": version})
        self._comments = comments
        for one in comments:
            self.fields[f"screening-{one.pk}"] = forms.ChoiceField(
                label="筛查",
                choices=Screening.choices,
                initial=one.screening,
                widget=forms.RadioSelect,
                error_messages={"required": "请选一项。", "invalid_choice": "请从列表中选。"},
            )
            self.fields[f"reason-{one.pk}"] = forms.CharField(
                label="不予显示的理由",
                required=False,
                max_length=60,
                initial=one.reason,
                error_messages={"max_length": "理由最多 60 个字。"},
            )

    @property
    def said(self) -> dict[str, tuple[str, str]]:
        """Give verdict and reason by key of a comment."""
        read = self.cleaned_data
        return {one.pk: (read[f"screening-{one.pk}"], read[f"reason-{one.pk}"]) for one in self._comments}

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Give each comment with its fields."""
        return [
            {"text": one.text, "screening": self[f"screening-{one.pk}"], "reason": self[f"reason-{one.pk}"]}
            for one in self._comments
        ]
