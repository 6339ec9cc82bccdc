"""Forms of a request for somebody in office elsewhere: file（申请调入、增加兼任）, and decide."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms

from cadres.choices import RequestKind
from cadres.fields import POST_REQUIRED
from cadres.forms.columns import ColumnForm
from cadres.forms.people import POST
from cadres.forms.posts import DayField
from cadres.models import Appointment, PostRequest
from cadres.rules import request_findings
from cadres.services.fields import POST_COLUMNS
from cadres.services.requests import Asked
from orgs.widgets import PlainSelect

LONGEST_REASON = 200
KINDS = (
    (RequestKind.TRANSFER.value, "调入：原主要职务结束，转到本单位任职"),
    (RequestKind.ADDITION.value, "增加兼任：原职务不变，多一个职务"),
)
VERDICTS = (("agree", "同意，并写入名册"), ("refuse", "不同意"))
ASKED = ("kind", "reason")
Groups = Sequence[tuple[str, Sequence[str]]]


class RequestRowForm(ColumnForm):
    """A request about the person of a row of an import, whose number stays sealed."""

    groups: ClassVar[Groups] = (("申请", ("kind", "name", "reason")), ("拟任职务", POST[1]))
    required = frozenset((*POST_REQUIRED, "name", "id_number"))

    def _field(self, name: str) -> forms.Field:
        if name == "kind":
            return _choice("申请事项", KINDS, "请选择是调入，还是增加兼任。")
        return _text("申请理由", "请写明为什么需要此人。") if name == "reason" else super()._field(name)

    def clean(self) -> dict[str, Any]:
        self.refuse(request_findings(self.cleaned_data.get("kind", ""), self.values(POST_COLUMNS), self.day))
        return self.cleaned_data

    def asked(self, number: str) -> Asked:
        """Give what is asked for, as the service takes it."""
        said = self.cleaned_data
        return Asked(said["kind"], said["name"], number, self.values(POST_COLUMNS), said["reason"])

    def forgive(self, names: Iterable[str]) -> None:
        """Take back what was said of fields that were not on the page that sent this."""
        for name in names:
            self.errors.pop(name, None)


class RequestForm(RequestRowForm):
    """A request about the person whose number is typed."""

    groups: ClassVar[Groups] = (("申请", ("kind", "reason")), ("人员", ("name", "id_number")), ("拟任职务", POST[1]))


class DecideForm(forms.Form):
    """同意 or 不同意; of a transfer the day on which the main post ends."""

    verdict = forms.ChoiceField()
    on = forms.Field()
    answer = forms.CharField()
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, request: PostRequest, main: Appointment | None, day: date) -> None:
        begins = request.appointed_on
        on = begins if main is None or begins > main.appointed_on else day
        super().__init__(data, initial={"version": request.version, "on": on})
        self.fields["verdict"] = _choice("办理结果", VERDICTS, "请选择同意还是不同意。")
        self.fields["answer"] = _text("办理意见", "", required=False)
        self.fields["answer"].help_text = "申请人会看到；不同意的必须写明理由。"
        if request.kind == RequestKind.TRANSFER:
            self.fields["on"] = DayField("变动日期", day=day)
            self.fields["on"].help_text = "原主要职务到这一天结束，新职务从这一天开始。"
        else:
            del self.fields["on"]


def _choice(title: str, choices: Iterable[tuple[str, str]], missing: str) -> forms.ChoiceField:
    messages = {"required": missing, "invalid_choice": "请从列表中选择。"}
    return forms.ChoiceField(
        label=title, choices=[("", "请选择"), *choices], widget=PlainSelect, error_messages=messages
    )


def _text(title: str, missing: str, *, required: bool = True) -> forms.CharField:
    messages = {"required": missing, "max_length": f"最多写 {LONGEST_REASON} 个字。"}
    widget = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(
        label=title, max_length=LONGEST_REASON, required=required, widget=widget, error_messages=messages
    )
