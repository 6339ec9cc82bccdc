"""What tests of requests（申请调入、增加兼任）ask and look at."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from cadres.models import Appointment, Cadre, PostRequest
from cadres.services.requests import Agreement, agree_to_request
from tests.factories import NOW
from youthleague.kernel.dates import PartialDate
from youthleague.notices.models import Notice

LATER = NOW + timedelta(minutes=5)


def refusal(act, **arguments):
    """Give the codes of a refusal, and see that neither posts nor people changed."""
    before = list(Appointment.objects.order_by("pk").values()), list(Cadre.objects.order_by("pk").values("version"))
    with pytest.raises(ValidationError) as error:
        act(**arguments)
    after = list(Appointment.objects.order_by("pk").values()), list(Cadre.objects.order_by("pk").values("version"))
    assert after == before
    return {one.code for errors in getattr(error.value, "error_dict", {"": [error.value]}).values() for one in errors}


def state_of(request):
    row = PostRequest.objects.get(pk=request.pk)
    return row.state, row.answer, row.decided_by


def posts_of(cadre):
    rows = Appointment.objects.filter(cadre=cadre).select_related("organisation").order_by("pk")
    return [(one.organisation.name, one.league_post, one.is_main, one.ended_on) for one in rows]


def told():
    return set(Notice.objects.values_list("recipient__username", "channel", "title"))


def agree(request, by, **said):
    agree_to_request(request=request, version=request.version, said=Agreement(**said), by=by, at=LATER)


def person_values_of(cadre, unit):
    return {
        "name": cadre.name,
        "id_number": cadre.id_number,
        "ethnicity": "01",
        "political_status": "03",
        "fulltime_education": "21",
        "phone": cadre.phone,
        "organisation": unit,
        "league_post": "secretary",
        "employment_mode": "part_time",
        "appointed_on": PartialDate.from_text("2026-11-01"),
    }
