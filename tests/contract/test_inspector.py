"""The contract can fail: every kind of leak, planted in a URLconf of its own, is caught and named."""

import pytest
from django.db import connection, transaction
from django.test import override_settings

from tests.contract import leaky
from tests.contract.back_office import BackOfficeVisits, Desk
from tests.contract.clients import client_for
from tests.contract.inspector import Inspector, Visit
from tests.contract.pen import Pen
from tests.contract.visitors import ROSTER, Visitor
from tests.contract.world import ABSENT, World

pytestmark = [pytest.mark.contract, pytest.mark.django_db]
ANY = frozenset(range(200, 500))


@pytest.fixture(autouse=True)
def _leaky_urlconf():
    with override_settings(ROOT_URLCONF="tests.contract.leaky"):
        yield


@pytest.fixture
def visitor(world: World) -> Visitor:
    return world.visitors["township_b"]


@pytest.fixture
def inspector(world: World, visitor: Visitor) -> Inspector:
    return Inspector(world, visitor, client_for(visitor))


def visit(name: str, key: object = "", *, method: str = "GET", kind: str = "foreign", **more: object) -> Visit:
    path = f"/leaky/{name}/{key}/" if key else f"/leaky/{name}/"
    return Visit(f"leaky-{name}", method, path, more.pop("expected", ANY), kind, **more)


def foreign_cadre(world: World, visitor: Visitor) -> int:
    return world.foreign(visitor, "cadres.Cadre")


@pytest.mark.parametrize("name", ["name", "header", "message", "workbook"])
def test_a_foreign_name_is_found_wherever_it_hides(world, visitor, inspector, name):
    pk = foreign_cadre(world, visitor)
    inspector.visit(visit(name, pk))
    assert [one.rpartition(": ")[2] for one in inspector.findings] == [f"shows CANARY_cadres.Cadre_name_{pk}"]


def test_a_foreign_phone_number_is_found(world, visitor, inspector):
    pk = foreign_cadre(world, visitor)
    inspector.visit(visit("phone", pk))
    assert [one.rpartition(": ")[2] for one in inspector.findings] == [f"shows CANARY_cadres.Cadre_phone_{pk}"]


def test_what_is_ones_own_is_no_leak(world, visitor, inspector):
    inspector.visit(visit("name", world.own(visitor, "cadres.Cadre"), kind="own"))
    assert inspector.findings == []


def test_of_a_person_who_left_the_name_is_no_leak_but_the_phone_is(world, visitor, inspector):
    pk = world.people["moved"].pk
    inspector.tour([visit("name", pk), visit("phone", pk)])
    assert [one.rpartition(": ")[2] for one in inspector.findings] == [f"shows CANARY_cadres.Cadre_phone_{pk}"]


def test_of_a_person_who_left_long_ago_even_the_name_is_a_leak(world, visitor, inspector):
    pk = world.people["moved_long_ago"].pk
    inspector.visit(visit("name", pk))
    assert [one.rpartition(": ")[2] for one in inspector.findings] == [f"shows CANARY_cadres.Cadre_name_{pk}"]


@pytest.mark.parametrize("name", ["told", "measured"])
def test_telling_a_foreign_key_from_an_absent_one_is_found(world, visitor, inspector, name):
    pk = foreign_cadre(world, visitor)
    inspector.tour([visit(name, pk), visit(name, ABSENT, kind="absent")])
    assert ["tells a foreign key from an absent one" in one for one in inspector.findings] == [True]


def test_a_changed_foreign_row_is_found_and_undone(world, visitor, inspector):
    pk = foreign_cadre(world, visitor)
    inspector.visit(visit("changed", pk, method="POST"))
    assert [one.rpartition(": ")[2] for one in inspector.findings] == [f"changed foreign rows ['cadres.Cadre:{pk}']"]
    inspector.findings.clear()
    inspector.visit(visit("told", ABSENT, kind="absent"))
    assert inspector.findings == []


def test_a_write_that_no_statement_tells_of_is_noticed(world):
    with transaction.atomic(), Pen() as pen:
        assert not pen.written()
        connection.connection.cursor().execute("UPDATE cadres_cadre SET id = id")
        assert "cadres_cadre" in pen.written()
        transaction.set_rollback(True)


def test_a_get_that_writes_even_an_own_row_is_found(world, visitor, inspector):
    pk = world.own(visitor, "cadres.Cadre")
    inspector.visit(visit("changed", pk, kind="own"))
    assert [one.rpartition(": ")[2] for one in inspector.findings] == [f"a GET wrote ['cadres.Cadre:{pk}']"]


def test_a_new_row_that_refers_to_a_foreign_one_is_found(world):
    village = world.visitors["village_b"]
    inspector = Inspector(world, village, client_for(village))
    units = (one for one in world.records.values() if one.label == "orgs.Organisation")
    pk = next(one.pk for one in units if not one.is_known_to(village))
    inspector.visit(visit("referred", pk, method="POST"))
    assert [f"refers to ('orgs.Organisation', {pk})" in one for one in inspector.findings] == [True]


def test_a_failure_of_the_server_is_found_with_its_reason(inspector):
    inspector.visit(visit("broken"))
    assert [one.rpartition(": ")[2] for one in inspector.findings] == ["500 ValueError('broken')"]


def test_an_unexpected_answer_is_found(world, visitor, inspector):
    inspector.visit(visit("told", ABSENT, expected=frozenset({200})))
    assert [one.rpartition(": ")[2] for one in inspector.findings] == ["answered 404, expected [200]"]


def test_a_refusal_that_nobody_recorded_is_found(world, visitor, inspector):
    inspector.visit(visit("told", foreign_cadre(world, visitor), method="POST", refused=1))
    assert [one.rpartition(": ")[2] for one in inspector.findings] == ["left 0 refusals in the log, expected 1"]


@pytest.mark.parametrize(
    ("name", "faults"),
    [
        ("open", ["shows a file instead of having it saved", "has not the security policy of a file"]),
        ("loose", ["has not the security policy of a page"]),
    ],
)
def test_an_answer_without_the_policy_of_its_kind_is_found(world, visitor, inspector, name, faults):
    inspector.visit(visit(name, foreign_cadre(world, visitor)))
    assert [one.rpartition(": ")[2] for one in inspector.findings] == faults


def test_a_file_asked_for_without_its_content_is_still_one(world, visitor, inspector):
    inspector.visit(visit("workbook", foreign_cadre(world, visitor), method="HEAD"))
    assert inspector.findings == []
    inspector.visit(visit("loose", foreign_cadre(world, visitor), method="HEAD"))
    assert [one.rpartition(": ")[2] for one in inspector.findings] == ["has not the security policy of a page"]


def test_a_list_of_all_is_found(world, visitor, inspector):
    inspector.visit(visit("list"))
    shown = {one.rpartition(" ")[2] for one in inspector.findings}
    foreign = {one.pk for one in world.keys("orgs.Organisation") if not one.is_known_to(visitor)}
    assert shown == {f"CANARY_orgs.Organisation_name_{pk}" for pk in foreign}


def test_a_stock_admin_is_caught(world, inspector):
    desk_admin = leaky.site._registry[leaky.Appointment]
    staff = Inspector(world, world.visitors["staff_b"], client_for(world.visitors["staff_b"]))
    staff.tour(BackOfficeVisits(world, staff.visitor, desk_admin, Desk(view=ROSTER), root="leaky-admin"))
    text = "\n".join(staff.findings)
    for trace in (
        "/leaky-admin/cadres/appointment/: shows CANARY_cadres.Cadre_name",
        "change/ [page]: answered 200, expected [404]",
        "tells a foreign key from an absent one",
        "expected [400]",
    ):
        assert trace in text
