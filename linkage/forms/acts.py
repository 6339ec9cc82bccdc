"""Forms of what is done with a task and its parts: each carries the version that was seen."""

from typing import Any

from django import forms

from linkage.choices import Rating
from linkage.forms.drafting import UnitsForm, number_field, text_field
from linkage.models import TaskAssignment
from linkage.services.handling import Progress
from orgs.forms.files import AttachmentField
from orgs.forms.organisations import day_field

_PERCENT = "进度请填 0 至 100 的整数。"


class SeenForm(forms.Form):
    """A form about a row as it was seen."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, version: int, **more: Any) -> None:
        super().__init__(*args, **more)
        self.initial["version"] = version


class ReasonForm(SeenForm):
    """Why."""

    reason = text_field("理由", 200, required=True, help_text="对方会看到。")


class SubmitForm(SeenForm):
    """A part that is finished, with a sentence about it."""

    text = text_field("一句话小结", 200, help_text="可以不写。")


class AnswerForm(forms.Form):
    """Why a later day is not granted."""

    text = text_field("审批意见", 200, required=True, help_text="对方会看到。")


class RateForm(SeenForm):
    """How well a part was done."""

    rating = forms.ChoiceField(
        label="评价",
        choices=Rating.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择评价。", "invalid_choice": "请选择评价。"},
    )
    text = text_field("评语", 200, help_text="可以不写。")


class ReportForm(SeenForm):
    """Progress of a part; that of one that was split comes from the units below."""

    progress = number_field("进度（%）", least=0, most=100, sentence=_PERCENT)
    done_count = number_field("完成数", least=0, sentence="请填写不小于零的整数。")
    text = text_field("进展", 200, help_text="一句话即可。")
    problem = text_field("存在问题、需协调事项", 200)
    next_step = text_field("下步打算", 200)

    def __init__(self, *args: Any, part: TaskAssignment, is_split: bool, **more: Any) -> None:
        initial = {"progress": part.progress, "done_count": part.done_count}
        super().__init__(*args, version=part.version, initial=initial, **more)
        self._was = part.progress
        if is_split:
            del self.fields["progress"]
        if part.task.quota_unit:
            self.fields["done_count"].label = f"完成数（{part.task.quota_unit}）"
            self.fields["done_count"].help_text = f"目标 {part.quota}" if part.quota else ""

    @property
    def said(self) -> Progress:
        """Give what was read, as the service takes it; a percentage left blank stays as it was."""
        read = self.cleaned_data
        progress = read.get("progress")
        return Progress(
            progress=self._was if progress is None else progress,
            text=read["text"],
            problem=read["problem"],
            next_step=read["next_step"],
            done_count=read["done_count"],
        )


class SplitForm(UnitsForm):
    """The units right below that get a part of a part, and until when."""

    due_on = day_field("完成时限")


class ExtensionForm(forms.Form):
    """A later day."""

    due_on = day_field("申请延至")
    reason = text_field("理由", 200, required=True, help_text="对方会看到。")


class EvidenceForm(forms.Form):
    """A file to hand in."""

    upload = AttachmentField(label="文件")
