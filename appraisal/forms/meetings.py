"""Forms of a 述职会: what it is, who judges, who is marked anew; and of a round of the contest."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from appraisal.choices import BallotClass
from appraisal.forms.items import reason_field
from appraisal.models import AppraisalGroup, MeetingSpeaker
from appraisal.rules.meeting import MOST_JUDGES, MOST_MINUTES
from appraisal.services.meetings import JudgePlan, MeetingPlan
from orgs.forms.days import DayField
from orgs.models import User

_GROUPS = {"required": "请选参加述职的考评组。", "invalid_choice": "请从列表中选考评组。"}
_MINUTES = f"请写每人几分钟，1 至 {MOST_MINUTES}。"
_BETWEEN = re.compile(r"[,，、;；\t]|\s{1,}")
_LONGEST = 100


def _line(label: str, length: int, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=length,
        help_text=help_text,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": f"请写{label}。", "max_length": f"{label}最多 {length} 个字。"},
    )


class MeetingForm(forms.Form):
    """A meeting of some groups; the groups are chosen once, when it is set up."""

    title = _line("名称", 40, "评委看得到，如“街道组述职会”。")
    groups = forms.TypedMultipleChoiceField(
        label="哪几组参加",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text="这几组里还没有排到别的场次、没有免评的同志都列入，随后可以增减、排序。",
        error_messages=_GROUPS,
    )
    day = DayField("日期")
    starts_at = forms.TimeField(
        label="开始时间",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"required": "请填写开始时间，如 14:30。", "invalid": "时间写法不对，请写成 14:30 的样子。"},
    )
    place = _line("地点", 60)
    minutes = forms.IntegerField(
        label="每人几分钟",
        min_value=1,
        max_value=MOST_MINUTES,
        help_text="述职加打分的时间，一般 8 分钟；按它排出每人的时间。",
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), _MINUTES),
    )
    shows_reports = forms.BooleanField(
        label="评委可以看述职报告",
        required=False,
        help_text="勾上以后，评委打分时可以翻看已提交的述职报告。",
    )

    def __init__(self, data: Any = None, *, groups: Sequence[AppraisalGroup] = (), initial: Any = None) -> None:
        super().__init__(data, initial=initial or {"minutes": 8, "shows_reports": True})
        if groups:
            self.fields["groups"].choices = [(one.pk, one.name) for one in groups]  # type: ignore[attr-defined]
        else:
            del self.fields["groups"]

    @property
    def plan(self) -> MeetingPlan:
        """Give what was said."""
        said = self.cleaned_data
        names = ("title", "day", "starts_at", "place", "minutes", "shows_reports")
        return MeetingPlan(**{name: said[name] for name in names})


class VersionedForm(forms.Form):
    """A form about a meeting as it was seen."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=10**9)


class MeetingChangeForm(VersionedForm, MeetingForm):
    """The same before it begins, without the groups."""

    def __init__(self, data: Any = None, *, initial: Any) -> None:
        super().__init__(data, initial=initial)


class JudgesForm(VersionedForm):
    """Judges of one kind: accounts, and names without an account, one a line."""

    ballot_class = forms.ChoiceField(
        label="评委类别",
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), "请选评委类别。"),
    )
    accounts = forms.TypedMultipleChoiceField(
        label="有账号的评委",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="登录以后在“述职打分”里打分，不用链接。",
        error_messages={"invalid_choice": "请从列表中选有账号的评委。"},
    )
    names = forms.CharField(
        label="没有账号的评委",
        required=False,
        max_length=MOST_JUDGES * _LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="一行一位，姓名后面空一格写单位，如“张三 区委组织部”；建好以后制发二维码。",
    )

    def __init__(self, data: Any = None, *, version: int, kinds: Sequence[str], accounts: Sequence[User]) -> None:
        super().__init__(data, initial={"version": version, "ballot_class": next(iter(kinds), "")})
        choices = [(one, BallotClass(one).label) for one in kinds]
        self.fields["ballot_class"].choices = choices  # type: ignore[attr-defined]
        self.fields["accounts"].choices = [(one.pk, one.full_name) for one in accounts]  # type: ignore[attr-defined]
        self._accounts = {one.pk: one for one in accounts}

    def clean_names(self) -> list[tuple[str, str]]:
        """Read a line as a name and a unit."""
        lines = [line.strip() for line in self.cleaned_data["names"].split("\n") if line.strip()]
        if len(lines) > MOST_JUDGES:
            raise ValidationError(f"最多 {MOST_JUDGES} 行。", code="judge.lines")
        parts = [_BETWEEN.split(line, maxsplit=1) for line in lines]
        return [(one[0], one[1].strip() if len(one) > 1 else "") for one in parts]

    @property
    def plans(self) -> list[JudgePlan]:
        """Give the judges to be."""
        said = self.cleaned_data
        kind = said["ballot_class"]
        named = [JudgePlan(kind, name=name, unit=unit) for name, unit in said["names"]]
        return [*(JudgePlan(kind, user=self._accounts[key]) for key in said["accounts"]), *named]


class ReopenForm(VersionedForm):
    """Who is marked anew, and why."""

    speakers = forms.TypedMultipleChoiceField(
        label="哪几位重新打分",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text="原来的分数不知道是谁打的，选中的几位从测评结果里取出，全体评委重新打；没有选的不变。",
        error_messages=dict.fromkeys(("required", "invalid_choice"), "请选要重新打分的同志。"),
    )
    reason = reason_field("重开的理由", "写明为什么要重新打分；记入审计日志。")

    def __init__(self, data: Any = None, *, version: int, speakers: Sequence[MeetingSpeaker]) -> None:
        super().__init__(data, initial={"version": version})
        choices = [(one.pk, _who(one)) for one in speakers]
        self.fields["speakers"].choices = choices  # type: ignore[attr-defined]


def _who(one: MeetingSpeaker) -> str:
    person = one.participant
    unit = person.organisation.short_name or person.organisation.name
    return f"{person.cadre.name}（{unit}）" + ("" if one.is_written else "，还没有分数")


class OccasionForm(VersionedForm):
    """When and where a round of the contest is held."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10**9)
    day = DayField("日期")
    place = _line("地点", 60)
