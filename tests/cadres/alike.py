"""The bulk writer beside its single-row siblings: what both leave behind, and what both refuse."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from cadres.models import Appointment, Cadre
from tests.factories import valid_identity_number
from tests.rosters import applied, checked, codes, row_of
from youthleague.audit.models import AuditEvent
from youthleague.kernel.dates import PartialDate

OWN = {"id", "person_key", "history_id", "history_date", "history_change_reason", "cadre_id"}


def told(model: Any) -> list[dict[str, Any]]:
    """Give every row of a table without what differs by nature."""
    rows = [{**row, "id_number": "…", "phone": "…"} if "id_number" in row else row for row in model.values()]
    return [{name: value for name, value in row.items() if name not in OWN} for row in rows]


def everything() -> list[list[dict[str, Any]]]:
    """Give people, posts and both histories."""
    return [told(one) for one in (Cadre.objects, Appointment.objects, Cadre.history, Appointment.history)]


def values_of(number: int, district: Any, **values: Any) -> dict[str, Any]:
    """Give the values that ``row_of`` writes as cells."""
    return {
        "name": row_of(number)["name"],
        "id_number": valid_identity_number(number),
        "ethnicity": "01",
        "political_status": "03",
        "fulltime_education": "21",
        "organisation": district.village_a1.pk,
        "league_post": "secretary",
        "employment_mode": "part_time",
        "appointed_on": PartialDate.from_text("2024-09"),
        "phone": f"199{number:08d}",
    } | values


def emptied() -> None:
    """Remove people and posts again, with their histories."""
    for rows in (Appointment.objects, Cadre.objects, Appointment.history, Cadre.history):
        rows.all().delete()


def day(text: str) -> PartialDate:
    """Read a date as it is stored."""
    return PartialDate.from_text(text)


def refused(act: Any, **arguments: Any) -> set[str]:
    """Give the codes with which a service refuses, and see that nothing changed."""
    before = everything(), AuditEvent.objects.count()
    with pytest.raises(ValidationError) as error:
        act(**arguments)
    assert (everything(), AuditEvent.objects.count()) == before
    return {one.code for errors in getattr(error.value, "error_dict", {"": [error.value]}).values() for one in errors}


def refused_by_sheet(district, secretary, **cells):
    """Give the codes with which the import refuses the row of the first person, and see that nothing changed."""
    before = everything()
    batch = checked([row_of(1, **cells)], district.township_a, secretary)
    with pytest.raises(ValidationError) as error:
        applied(batch)
    assert (error.value.code, everything()) == ("batch.errors", before)
    return {code for _row, _column, code in codes(batch)}
