"""What tests ask about units, their placements, and what a service refused."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from orgs.models import FormerLineage, Organisation, OrganisationPlacement
from orgs.scoped_views.refusals import codes_of
from youthleague.audit.models import AuditEvent


def fresh(unit: Organisation) -> Organisation:
    return Organisation.objects.get(pk=unit.pk)


def placements(unit: Organisation) -> list[tuple[str, int | None, date, date | None]]:
    rows = OrganisationPlacement.objects.filter(organisation=unit).order_by("started_on")
    return list(rows.values_list("name", "parent_id", "started_on", "ended_on"))


def former(unit: Organisation) -> set[str]:
    return set(FormerLineage.objects.filter(organisation=unit).values_list("lineage", flat=True))


def events(action: str) -> list[tuple[str, str]]:
    return list(AuditEvent.objects.filter(action=action).order_by("seq").values_list("subject", "subject_lineage"))


def refusal(call, **arguments: object) -> list[str]:
    """Call a service that must refuse, and give the codes."""
    with pytest.raises(ValidationError) as refused:
        call(**arguments)
    return codes_of(refused.value)
