"""Forms of a box: what it is about, how many codes."""

from collections.abc import Sequence
from typing import Any

from django import forms

from appraisal.models import Participant
from appraisal.rules.scheme import MOST_VOTES
from orgs.forms.days import DayField


class BoxForm(forms.Form):
    """A box about some people of one group."""

    title = forms.CharField(
        label="名称",
        max_length=40,
        help_text="投票的青年看得到，如“甲街道青年议”。",
        error_messages={"required": "请写票箱的名称。", "max_length": "名称最多 40 个字。"},
    )
    people = forms.TypedMultipleChoiceField(
        label="评议谁",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text="选参加投票的青年认识的人，一般是一个单位的一两位。",
        error_messages={"required": "请选这次投票评议的人。", "invalid_choice": "请从列表中选。"},
    )
    opens_on = DayField("开始日期")
    closes_on = DayField("截止日期")

    def __init__(self, data: Any = None, *, people: Sequence[Participant]) -> None:
        super().__init__(data)
        choices = [
            (one.pk, f"{one.cadre.name}（{one.organisation.short_name or one.organisation.name}）") for one in people
        ]
        self.fields["people"].choices = choices  # type: ignore[attr-defined]
        if not choices:
            self.fields["people"].help_text = "这一组没有参评人员，请换一组。"


class CodesForm(forms.Form):
    """How many one-time codes; the service says how many are too few."""

    version = forms.IntegerField(min_value=1, max_value=10**9)
    count = forms.IntegerField(
        min_value=1,
        max_value=MOST_VOTES,
        error_messages={"required": "请写投票码的个数。", "invalid": "请写投票码的个数。"},
    )
