"""Forms of a use of somebody's results: what it is, and why it is withdrawn."""

from django import forms

from appraisal.choices import UsageKind
from appraisal.forms.items import OfPersonForm
from appraisal.forms.pledges import SeenForm, text_field
from appraisal.services.usage import UsageWording

_KIND = {"required": "请选择类别。", "invalid_choice": "请选择类别。"}


class UsageForm(OfPersonForm):
    """Who, for what, by which document."""

    kind = forms.ChoiceField(label="类别", choices=UsageKind.choices, error_messages=_KIND)
    title = text_field("用于", 60, required=True, help_text="如“五四评优：优秀共青团干部”“推荐为副科级后备人选”。")
    document_number = text_field("依据文号", 60, required=True, help_text="表彰决定、推荐函或会议纪要的文号。")
    reason = text_field("说明", 200)

    @property
    def wording(self) -> UsageWording:
        """Give what the form read."""
        read = self.cleaned_data
        return UsageWording(UsageKind(read["kind"]), read["title"], read["document_number"], read["reason"])


class UsageWithdrawForm(SeenForm):
    """Why a use is withdrawn."""

    reason = text_field(
        "撤销原因", 200, required=True, help_text="如“被举报查实”“表彰决定已撤销”；登记簿里一直看得到。"
    )
