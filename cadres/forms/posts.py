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
from cadres.rules import post_findings
from cadres.services.fields import POST_COLUMNS, post_values
from youthleague.kernel.columns import DateColumn
from youthleague.kernel.dates import PartialDate, Precision

BY_SYSTEM = {EndReason.UNIT_CLOSED, EndReason.CHANGED}  # set by mergers and transfers, not by people
NEEDS_DAY = ValidationError("请写到日，如 2026-11-23。", code="date.day_needed")
NOT_YET = ValidationError("日期晚于今天；到了那一天再登记。", code="date.future")
BEFORE_BEGIN = ValidationError("日期不能早于任职时间。", code="date.end_early")
AFTER_END = ValidationError("任职时间不能晚于离任时间。", code="date.end_early")
NOTHING_NEW = ValidationError("团组织和职务都与现在相同，没有变动；填错了请用“更正”。", code="post.same")
HELD = ValidationError("此人在该团组织已有同一职务。", code="post.held")


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
        super().clean()
        begun: PartialDate | None = self.cleaned_data.get("appointed_on")
        if self.post.ended_on is None and _is_held(self):
            self.add_error("league_post", HELD)
        elif self.post.ended_on is not None and begun is not None and begun.value > self.post.ended_on:
            self.add_error("appointed_on", AFTER_END)
        return self.cleaned_data


class DayField(ColumnField):
    """A day not after today, written in any form."""

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
        if read.value > self.day:
            raise NOT_YET
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

    def clean_on(self) -> Any:
        """Refuse a day before the post began."""
        return _not_before(self.cleaned_data["on"], self.post)


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

    def clean_on(self) -> Any:
        """Refuse a day before the post began."""
        return _not_before(self.cleaned_data["on"], self.post)

    def clean(self) -> dict[str, Any]:
        values = self.values(POST_COLUMNS)
        if self.cleaned_data.get("on"):
            begun = PartialDate(self.cleaned_data["on"], Precision.DAY)
            self.refuse(post_findings(values | {"appointed_on": begun}, self.day))
        if (values.get("organisation"), values.get("league_post")) == (
            self.post.organisation_id,
            self.post.league_post,
        ):
            self.add_error(None, NOTHING_NEW)
        elif _is_held(self):
            self.add_error("league_post", HELD)
        return self.cleaned_data


def _not_before(day: Any, post: Appointment) -> Any:
    if day < post.appointed_on:
        raise BEFORE_BEGIN
    return day


def _is_held(form: Any) -> bool:
    """Tell whether the same person holds the post asked for already, by another row."""
    values = form.values(("organisation", "league_post"))
    others = form.post.cadre.appointments.filter(ended_on__isnull=True).exclude(pk=form.post.pk)
    return len(values) == 2 and others.filter(**values).exists()
