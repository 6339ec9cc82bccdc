"""What becomes of requests when the world changes: they lapse, follow their units, or let go of the person."""

from datetime import timedelta

import pytest

from cadres.models import Cadre, PostRequest
from cadres.services.posts import appoint, correct_cadre, end_appointment
from cadres.services.requests import Agreement, agree_to_request, refuse_request, withdraw_request
from orgs.models import Organisation
from orgs.services import close_organisation, move_organisation
from tests.cadres.asking import LATER, agree, refusal, state_of, told
from tests.cadres.test_services_undoing import undone
from tests.factories import NOW, TODAY, valid_identity_number
from tests.rosters import imported, row_of
from youthleague.audit.models import AuditEvent

pytestmark = pytest.mark.django_db


# ---- what lapses ------------------------------------------------------------------------------------
def leave(cadre, by):
    end_appointment(post=cadre.appointments.get(), on=TODAY, reason="resigned", by=by, at=LATER)


def test_a_request_lapses_when_the_person_has_left(filed, foreign, staff, secretary_b):
    lapses(filed(), staff, "request.left", lambda: leave(foreign, secretary_b))


def test_a_request_lapses_when_the_unit_is_closed(filed, district, staff):
    def close():
        unit = Organisation.objects.get(pk=district.village_a1.pk)
        close_organisation(organisation=unit, on=TODAY, by=staff, at=NOW)

    lapses(filed(), staff, "request.unit_closed", close)


def test_a_request_lapses_when_the_post_is_held_already(filed, foreign, district, staff, asked):
    def hold():
        appoint(cadre=foreign, values=asked().post, by=staff, at=NOW, day=TODAY)

    lapses(filed(), staff, "request.held", hold)


def test_a_request_lapses_when_the_number_was_corrected(filed, foreign, secretary_b, staff):
    def renumber():
        values = {"id_number": valid_identity_number(410)}
        correct_cadre(cadre=foreign, version=1, values=values, by=secretary_b, at=NOW + timedelta(minutes=1))

    lapses(filed(), staff, "request.renumbered", renumber)


def test_a_request_lapses_when_the_person_is_gone(filed, staff):
    lapses(filed(), staff, "request.removed", lambda: PostRequest.objects.update(cadre=None))


def lapses(request, staff, code, change):
    """See that a request lapses, with the reason told to the requester alone, once the world has changed."""
    change()
    assert refusal(agree_to_request, request=request, version=1, said=Agreement(), by=staff, at=LATER) == {code}
    state, answer, by = state_of(request)
    assert (state, by) == ("lapsed", staff)
    assert answer
    assert told() == {("secretary_a", "inbox", "增加兼任申请：失效")}
    assert AuditEvent.objects.order_by("-seq").first().action == "request.lapse"
    assert refusal(refuse_request, request=request, version=2, answer="不行", by=staff, at=LATER) == {"request.state"}


# ---- what happens to units and people -----------------------------------------------------------------
def test_open_requests_follow_a_unit_that_is_moved_and_closed_ones_stay(filed, district, staff, secretary_a):
    closed, waiting = filed(league_post="staff"), filed()
    withdraw_request(request=closed, by=secretary_a, at=LATER)
    former = district.village_a1.lineage
    for unit in (district.village_a1, district.village_b1):
        unit.refresh_from_db()
    move_organisation(organisation=district.village_a1, parent=district.township_b, on=TODAY, by=staff, at=NOW)
    move_organisation(organisation=district.village_b1, parent=district.township_a, on=TODAY, by=staff, at=NOW)
    rows = {one.pk: (one.lineage, one.held_lineage) for one in PostRequest.objects.all()}
    now = [Organisation.objects.get(pk=unit.pk).lineage for unit in (district.village_a1, district.village_b1)]
    assert rows[waiting.pk] == tuple(now)
    assert rows[closed.pk] == (former, district.village_b1.lineage)


def test_undoing_the_import_of_a_person_is_not_held_up_and_the_request_lapses(
    asked, filed, district, secretary_a, secretary_b
):
    batch = imported([row_of(7, organisation="石井村团支部")], district.township_b, secretary_b)
    number = valid_identity_number(7)
    waiting, closed = filed(number=number), filed(number=number, league_post="staff")
    withdraw_request(request=closed, by=secretary_a, at=LATER)
    assert {outcome for outcome, _reason in undone(batch).values()} == {"restored"}
    assert not any(one.id_number == number for one in Cadre.objects.all())
    state, answer, by = state_of(waiting)
    assert (state, by, PostRequest.objects.get(pk=waiting.pk).cadre) == ("lapsed", None, None)
    assert answer
    assert state_of(closed)[0] == "withdrawn"
    assert told() == {("secretary_a", "inbox", "增加兼任申请：失效")}


def test_undoing_keeps_a_person_who_came_over(filed, district, secretary_b, staff):
    batch = imported([row_of(7, organisation="石井村团支部")], district.township_b, secretary_b)
    agree(filed(number=valid_identity_number(7)), staff)
    assert {outcome for outcome, _reason in undone(batch).values()} == {"kept"}
    assert any(one.id_number == valid_identity_number(7) for one in Cadre.objects.all())
    assert PostRequest.objects.get().cadre is not None
