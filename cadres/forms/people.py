"""Forms of a person: register（登记团干部）, correct（更正）."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from cadres.access import sight_of
from cadres.fields import PERSON_REQUIRED, POST_REQUIRED
from cadres.forms.columns import ColumnForm
from cadres.models import Cadre
from cadres.rules import education_findings, person_findings, post_findings
from cadres.services.elsewhere import ELSEWHERE
from cadres.services.fields import PERSON_COLUMNS, POST_COLUMNS, indexes_of, person_values
from youthleague.kernel.identity_numbers import birth_date_of

WHO = ("基本信息", ("name", "id_number", "phone", "ethnicity", "native_place", "work_started_on"))
POLITICS = ("党团情况", ("political_status", "joined_league_on", "joined_party_on", "retains_league_membership"))
EDUCATION = ("学历学位", ("fulltime_education", "inservice_education", "degree", "school_major"))
WORK = ("职级与来源", ("rank", "establishment_type", "source", "remark"))
POST = (
    "现任职务",
    (
        "organisation",
        "league_post",
        "employment_mode",
        "appointed_on",
        "term_ends_on",
        "admin_post",
        "is_party_gov_leader",
        "is_two_committee_member",
        "is_party_committee_member",
    ),
)
KNOWN = "此人已在名册中，不必重新登记；要增加职务，请在他的一人一档里“登记任职”。"
UNCHANGED = "不填表示不改动。"


class RegisterForm(ColumnForm):
    """A person with the first post."""

    groups = (WHO, POLITICS, POST, EDUCATION, WORK)
    required = frozenset((*PERSON_REQUIRED, *POST_REQUIRED))
    known: Cadre | None = None

    @property
    def is_elsewhere(self) -> bool:
        """Tell whether the person was found to be in office in another unit, and may be asked for."""
        return self.has_error("id_number", ELSEWHERE.code)

    def registered(self) -> dict[str, Any]:
        """Give the values of person and post, as the service takes them."""
        return self.values((*PERSON_COLUMNS, *POST_COLUMNS))

    def clean(self) -> dict[str, Any]:
        values = self.registered()
        if values.get("id_number"):
            self.refuse(person_findings(values, birth_date_of(values["id_number"])))
            self._refuse_known(values["id_number"])
        self.refuse(post_findings(values, self.day))
        if not self.errors.keys() & {"fulltime_education", "inservice_education"}:
            self.refuse(education_findings(values))
        return self.cleaned_data

    def _refuse_known(self, number: str) -> None:
        """Name somebody whose page offers a further post; of others the service says only that they are elsewhere."""
        found = Cadre.objects.visible_to(self.scope).filter(id_number_index__in=indexes_of(number)).first()
        if found and sight_of(found.appointments.select_related("organisation"), self.scope).may_appoint:
            self.known = found
            self.add_error("id_number", ValidationError(KNOWN, code="person.known"))


class CorrectForm(ColumnForm):
    """The facts of a person; number and phone are not shown, and stay when nothing is typed."""

    groups = (WHO, POLITICS, EDUCATION, WORK)
    required = frozenset(PERSON_REQUIRED) - {"id_number", "phone"}
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, cadre: Cadre, **kwargs: Any) -> None:
        self.cadre = cadre
        kept = person_values(cadre)
        initial = {name: value for name, value in kept.items() if name not in {"id_number", "phone"}}
        super().__init__(*args, initial=initial | {"version": cadre.version}, **kwargs)
        for name, mask in (("id_number", ""), ("phone", f"现为 {cadre.masked_phone}，")):
            self.fields[name].help_text = f"{mask}{UNCHANGED}"

    def clean(self) -> dict[str, Any]:
        values = self.changed_values()
        birth = birth_date_of(values["id_number"]) if "id_number" in values else self.cadre.birth_date
        self.refuse(person_findings(values, birth))
        return self.cleaned_data

    def changed_values(self) -> dict[str, Any]:
        """Give the values as the service takes them, without number and phone where nothing was typed."""
        values = self.values(PERSON_COLUMNS)
        return {name: value for name, value in values.items() if value or name not in {"id_number", "phone"}}
