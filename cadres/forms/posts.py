"""Forms of a post: appoint（登记任职）, correct（更正）, end（离任）, transfer（变动）."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from cadres.choices import EndReason
from cadres.fields import POST_REQUIRED
from cadres.forms.columns import ColumnField, ColumnForm
from cadres.forms.people import POST
from cadres.models import Appointment
from cadres.rules import change_findings, end_findings, post_findings
from cadres.services.fields import POST_COLUMNS, post_values
from cadres.services.posts import held_findings
from youthleague.kernel.columns import DateColumn
from youthleague.kernel.dates import PartialDate, Precision
from youthleague.kernel.findings import Finding

BY_SYSTEM = {EndReason.UNIT_CLOSED, EndReason.CHANGED}  # set by mergers and transfers, not by people
NEEDS_DAY = ValidationError("请写到日，如 2026-11-23。", code="date.day_needed")
NOTHING_NEW = ValidationError("团组织和职务都与现在相同，没有变动；填错了请用“更正”。", code="post.same")


class AppointForm(ColumnForm):
    """One more post of a person."""

    groups = (POST,)
    required = frozenset(POST_REQUIRED)

    def clean(self) -> dict[str, Any]:
        self.refuse(post_findings(self.values(POST_COLUMNS), self.day))
        return self.cleaned_data


class CorrectPostForm(AppointForm):
    """What was entered wrongly of a post."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, post: Appointment, **kwargs: Any) -> None:
        self.post = post
        super().__init__(*args, initial=post_values(post) | {"version": post.version}, **kwargs)

    def clean(self) -> dict[str, Any]:
        values = self.values(POST_COLUMNS)
        self.refuse(post_findings(values, self.day, ended_on=self.post.ended_on))
        if self.post.ended_on is None:
            self.refuse(held_findings(self.post.cadre_id, values, besides=self.post.pk))
        return self.cleaned_data


class DayField(ColumnField):
    """A day, written in any form."""

    def __init__(self, title: str, *, day: date) -> None:
        column = DateColumn(name="on", title=title, help="写到日，如 2026-11-23。")
        super().__init__(column, required=True, day=day)

    def to_python(self, value: Any) -> Any:
        """Read the day; a month alone will not do."""
        read: PartialDate | None = super().to_python(value)
        if read is None:
            return None
        if read.precision is not Precision.DAY:
            raise NEEDS_DAY
        return read.value


class EndForm(ColumnForm):
    """When and why a post ended."""

    groups = (("离任", ("on", "reason")),)

    def __init__(self, *args: Any, post: Appointment, day: date, **kwargs: Any) -> None:
        self.post = post
        super().__init__(*args, day=day, initial={"on": day}, **kwargs)

    def _field(self, name: str) -> forms.Field:
        if name == "on":
            return DayField("离任时间", day=self.day)
        choices = [choice for choice in EndReason.choices if choice[0] not in BY_SYSTEM]
        message = {"required": "请选择离任原因。", "invalid_choice": "请从列表中选择离任原因。"}
        return forms.ChoiceField(label="离任原因", choices=[("", "请选择"), *choices], error_messages=message)

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("on"):
            self.refuse(end_findings(self.cleaned_data["on"], self.post.appointed_on, self.day))
        return self.cleaned_data


class TransferForm(ColumnForm):
    """The post that follows another of the same person on the same day."""

    groups = (("变动", ("on",)), ("新的职务", tuple(name for name in POST[1] if name != "appointed_on")))
    required = frozenset(POST_REQUIRED)

    def __init__(self, *args: Any, post: Appointment, day: date, **kwargs: Any) -> None:
        self.post = post
        kept = {name: value for name, value in post_values(post).items() if name != "term_ends_on"}
        super().__init__(*args, day=day, initial=kept | {"on": day}, **kwargs)

    def _field(self, name: str) -> forms.Field:
        return DayField("变动日期", day=self.day) if name == "on" else super()._field(name)

    def clean(self) -> dict[str, Any]:
        values = self.values(POST_COLUMNS)
        if self.cleaned_data.get("on"):
            self.refuse(self._date_findings(self.cleaned_data["on"], values))
        if (values.get("organisation"), values.get("league_post")) == (
            self.post.organisation_id,
            self.post.league_post,
        ):
            self.add_error(None, NOTHING_NEW)
        else:
            self.refuse(held_findings(self.post.cadre_id, values, besides=self.post.pk))
        return self.cleaned_data

    def _date_findings(self, on: date, values: dict[str, Any]) -> list[tuple[str, Finding]]:
        begun = {"appointed_on": PartialDate(on, Precision.DAY)}
        return change_findings(on, self.post.appointed_on, self.day) or post_findings(values | begun, self.day)
