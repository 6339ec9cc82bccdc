"""Forms of elections (登记换届) and of extensions (延期换届)."""

from typing import Any

from django import forms

from orgs.choices import ElectionKind
from orgs.forms.days import DayField
from orgs.models import Organisation, PolicyDocument, TermElection
from orgs.policies import TermPolicy
from orgs.rules import may_choose_term
from orgs.services import Approval, ElectionFacts
from orgs.widgets import PlainSelect

NUMBER_LENGTH = 60


def _number(label: str, *, required: bool) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=NUMBER_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": f"请填写{label}。", "max_length": f"文号最多 {NUMBER_LENGTH} 个字。"},
    )


class ElectionForm(forms.Form):
    """An election to be entered; only a 基层团委 chooses how long its term is."""

    kind = forms.ChoiceField(
        label="选举类别",
        choices=ElectionKind.choices,
        initial=ElectionKind.RENEWAL,
        help_text="换届选举开始新的一届；补选只增补委员，届满日期不变。",
        widget=PlainSelect,
        error_messages={"required": "请选择选举类别。", "invalid_choice": "请从列表中选择选举类别。"},
    )
    held_on = DayField("选举日期")
    number = _number("选举结果批复文号", required=False)

    def __init__(self, *args: Any, organisation: Organisation, policy: TermPolicy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if may_choose_term(organisation.kind):
            self.fields["term_years"] = _years(policy)
            self.order_fields(["kind", "held_on", "term_years", "number"])

    def facts(self) -> ElectionFacts:
        """Give what was read, as the service takes it."""
        read = self.cleaned_data
        return ElectionFacts(read["kind"], read["held_on"], read.get("term_years"), read["number"])


class CorrectElectionForm(ElectionForm):
    """What was entered wrongly of an election."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, election: TermElection, policy: TermPolicy, **kwargs: Any) -> None:
        names = ("held_on", "term_years", "number", "version")
        stored = {name: getattr(election, name) for name in names}
        super().__init__(*args, organisation=election.organisation, policy=policy, initial=stored, **kwargs)
        self._kind = election.kind
        del self.fields["kind"]
        if election.kind != ElectionKind.RENEWAL:
            self.fields.pop("term_years", None)

    def facts(self) -> ElectionFacts:
        """Give what was read; the kind of an election is not corrected."""
        read = self.cleaned_data
        return ElectionFacts(self._kind, read["held_on"], read.get("term_years"), read["number"])


def _years(policy: TermPolicy) -> forms.TypedChoiceField:
    choices = [(years, f"{years} 年") for years in range(policy.committee_min, policy.committee)]
    return forms.TypedChoiceField(
        label="本届任期",
        required=False,
        choices=[("", f"{policy.committee} 年（按规定）"), *choices],
        coerce=int,
        empty_value=None,
        help_text="基层团委任期一般与同级党组织一致。",
        widget=PlainSelect,
        error_messages={"invalid_choice": "请从列表中选择任期。"},
    )


class ApprovalForm(forms.Form):
    """A written approval; the document itself may be chosen among those on file."""

    side = ""
    is_required = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        title, required = self.side, self.is_required
        self.fields["approval_number"] = _number(f"{title}批复文号", required=required)
        self.fields["approval_on"] = DayField(f"{title}批复日期", required=required)
        self.fields["document"] = forms.ModelChoiceField(
            PolicyDocument.objects.order_by("-issued_on"),
            label=f"{title}批复文件",
            required=False,
            empty_label="未收入制度文件",
            error_messages={"invalid_choice": "请从列表中选择文件。"},
        )

    def approval(self) -> Approval | None:
        """Give the approval, None where nothing was said of it."""
        read = self.cleaned_data
        if read.get("approval_on") is None:
            return None
        return Approval(read["approval_number"], read["approval_on"], read.get("document"))


class PartyApprovalForm(ApprovalForm):
    """The approval of the 同级党组织."""

    side = "同级党组织"


class LeagueApprovalForm(ApprovalForm):
    """The approval of the 上级团组织."""

    side = "上级团组织"


class ExtensionForm(PartyApprovalForm):
    """An extension to be filed, with the approval of the 同级党组织 where it stands already."""

    is_required = False

    extended_to = DayField("延期至")
    reason = forms.CharField(
        label="延期原因",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 200}),
        error_messages={"required": "请填写延期原因。", "max_length": "延期原因最多 200 个字。"},
    )

    def __init__(self, *args: Any, limit: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["extended_to"].help_text = limit
        self.order_fields(["extended_to", "reason", "approval_number", "approval_on", "document"])

    def clean(self) -> dict[str, Any]:
        """Ask for number and day of an approval together."""
        read = self.cleaned_data
        for name, other in (("approval_number", "approval_on"), ("approval_on", "approval_number")):
            if read.get(other) and not read.get(name) and name not in self.errors:
                self.add_error(name, forms.ValidationError("批复的文号和日期请一起填写。", code="required"))
        return read
