"""Exemptions, ± items and vetoes: with a reason, entered by one and approved by another; the ledger."""

from datetime import date

import pytest

from appraisal.choices import Component, EntryKind
from appraisal.models import Adjustment, Exemption, LedgerEntry, Veto, VetoKind
from appraisal.services.cycles import prepare_cycle
from appraisal.services.items import (
    decide_adjustment,
    decide_veto,
    exempt,
    propose_adjustment,
    propose_veto,
)
from appraisal.services.ledger import note_in_ledger
from tests.appraisal.conftest import NOON, account_of, fresh, person, refused
from tests.factories import give_role, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def a(cycle, people):
    return person(cycle, people["a"])


def adjust(who, by, value=2_000, reason="受市级表彰"):
    return propose_adjustment(participant=who, value=value, reason=reason, by=by, at=NOON)


def veto(who, by, kind=None, reason="受到通报批评"):
    return propose_veto(participant=who, kind=kind or VetoKind.objects.first(), reason=reason, by=by, at=NOON)


def free(who, by, component=Component.CONTEST, reason="因公外出"):
    return exempt(participant=who, component=component, reason=reason, by=by, at=NOON)


def note(who, by, day=date(2026, 5, 4), text="组织防汛"):
    return note_in_ledger(participant=who, day=day, kind=EntryKind.POSITIVE, text=text, by=by, at=NOON)


def test_an_item_counts_once_another_has_approved_it(a, staff, leader):
    item, other = adjust(a, staff), adjust(a, staff, -500)
    decide_adjustment(item=item, version=1, approved=True, by=leader, at=NOON)
    decide_adjustment(item=other, version=1, approved=False, by=leader, at=NOON)
    assert list(Adjustment.objects.approved().values_list("value", "approved_by")) == [(2_000, leader.pk)]
    assert refused(lambda: decide_adjustment(item=other, version=2, approved=True, by=leader, at=NOON)) == "item.state"


def test_a_veto_counts_once_another_has_approved_it(a, staff, leader):
    item = veto(a, staff)
    assert not Veto.objects.approved().exists()
    assert refused(lambda: decide_veto(item=item, version=9, approved=True, by=leader, at=NOON)) == "row.stale"
    decide_veto(item=item, version=1, approved=True, by=leader, at=NOON)
    assert Veto.objects.approved().get().approved_by == leader


def test_whoever_entered_an_item_does_not_approve_it_by_any_account(a, people, district):
    entering = account_of(people["b"], "district_staff", district.top)
    approving = account_of(people["b"], "leader", district.top)
    item = adjust(a, entering)
    assert refused(lambda: decide_adjustment(item=item, version=1, approved=True, by=approving, at=NOON)) == "item.self"
    give_role(entering, district.top, "leader")
    entering = fresh(entering)
    assert refused(lambda: decide_adjustment(item=item, version=1, approved=True, by=entering, at=NOON)) == "item.self"
    assert fresh(item).state == "entered"


def test_nobody_acts_on_their_own_appraisal(cycle, people, district, staff):
    own = person(cycle, people["top"])
    user = account_of(people["top"], "district_staff", district.top)
    for act in (adjust, veto, free, note):
        assert refused(lambda act=act: act(own, user)) == "appraisal.self"
    item, deciding = adjust(own, staff), account_of(people["top"], "leader", district.top)
    found = refused(lambda: decide_adjustment(item=item, version=1, approved=True, by=deciding, at=NOON))
    assert found == "appraisal.self"
    assert (Veto.objects.count(), Exemption.objects.count(), LedgerEntry.objects.count()) == (0, 0, 0)


def test_nobody_acts_outside_their_scope(a, cycle, people, district, leader):
    of_b = make_user("district_staff", district.township_b)
    for act in (adjust, veto, free, note):
        for user in (of_b, leader):
            assert refused(lambda act=act, user=user: act(a, user)) == "appraisal.scope"
    item = adjust(person(cycle, people["b"]), of_b)
    assert (
        refused(lambda: decide_adjustment(item=item, version=1, approved=True, by=of_b, at=NOON)) == "appraisal.scope"
    )


@pytest.mark.parametrize(
    ("act", "found"),
    [
        (lambda a, by: adjust(a, by, 0), "adjustment.value"),
        (lambda a, by: adjust(a, by, 5_010), "adjustment.value"),
        (lambda a, by: adjust(a, by, reason=" "), "fact.reason"),
        (lambda a, by: veto(a, by, reason=""), "fact.reason"),
        (lambda a, by: free(a, by, reason=""), "fact.reason"),
        (lambda a, by: note(a, by, text=""), "fact.reason"),
        (lambda a, by: note(a, by, day=date(2025, 12, 31)), "ledger.day"),
        (lambda a, by: note(a, by, day=date(2026, 11, 26)), "ledger.day"),
    ],
)
def test_what_is_wrong_is_refused(a, staff, act, found):
    assert refused(lambda: act(a, staff)) == found


def test_a_veto_is_one_of_the_year(a, staff):
    other = prepare_cycle(year=2027, by=staff, at=NOON)
    assert refused(lambda: veto(a, staff, other.veto_kinds.first())) == "veto.kind"


def test_a_component_is_exempted_once_and_one_stays(a, staff):
    free(a, staff)
    assert refused(lambda: free(a, staff)) == "exemption.twice"
    for component in (1, 2, 3, 4):
        free(a, staff, Component(component))
    assert refused(lambda: free(a, staff, Component.YOUTH_OPINION)) == "exemption.all"
    a.group.components.filter(component=6).delete()
    assert refused(lambda: free(a, staff, Component.YOUTH_OPINION)) == "exemption.component"
    assert Exemption.objects.count() == 5


def test_nothing_is_entered_before_the_year_begins_or_after_it_was_added_up(a, staff):
    note(a, staff)
    for state in ("preparation", "review", "archived"):
        type(a.cycle).objects.update(state=state)
        for act in (adjust, veto, free, note):
            assert refused(lambda act=act: act(a, staff)) == "cycle.state"
    assert LedgerEntry.objects.count() == 1
