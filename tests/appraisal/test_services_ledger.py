"""The ledger: noted, corrected, withdrawn; nothing is rubbed out."""

from datetime import date

import pytest

from appraisal.choices import EntryKind
from appraisal.models import LedgerEntry
from appraisal.services.ledger import correct_entry, note_in_ledger, withdraw_entry
from tests.appraisal.conftest import NOON, account_of, fresh, person, refused
from tests.factories import make_user
from youthleague.audit.models import AuditEvent

pytestmark = pytest.mark.django_db
GOOD, BAD = EntryKind.POSITIVE, EntryKind.NEGATIVE


@pytest.fixture
def entry(cycle, people, staff):
    return note(person(cycle, people["a"]), staff)


def note(who, by):
    return note_in_ledger(participant=who, day=date(2026, 5, 4), kind=GOOD, text="组织防汛", by=by, at=NOON)


def correct(entry, by, *, day=date(2026, 5, 5), kind=BAD, text="更正的话"):
    return correct_entry(entry=entry, day=day, kind=kind, text=text, by=by, at=NOON)


def withdraw(entry, by, reason="记错人"):
    return withdraw_entry(entry=entry, reason=reason, by=by, at=NOON)


def stored():
    rows = LedgerEntry.objects.order_by("pk")
    return [(one.text, one.kind, f"{one.day:%m-%d}", one.stands, one.withdrawal_reason) for one in rows]


def test_a_correction_takes_the_place_of_an_entry_which_stays(entry, staff):
    made = correct(entry, staff)
    assert stored() == [
        ("组织防汛", "positive", "05-04", False, "已更正"),
        ("更正的话", "negative", "05-05", True, ""),
    ]
    assert (made.corrects, list(LedgerEntry.objects.standing())) == (entry, [made])
    actions = AuditEvent.objects.filter(action__startswith="ledger.").order_by("pk")
    assert list(actions.values_list("action", flat=True)) == ["ledger.note", "ledger.correct"]


def test_what_is_withdrawn_stays_as_such(entry, staff):
    withdraw(entry, staff, " 记错人 ")
    assert stored() == [("组织防汛", "positive", "05-04", False, "记错人")]
    assert AuditEvent.objects.get(action="ledger.withdraw").facts == {"kind": "positive"}


def test_each_entry_is_ended_once(entry, staff):
    withdraw(entry, staff)
    for act in (correct, withdraw):
        assert refused(lambda act=act: act(entry, staff)) == "ledger.over"
    made = note(entry.participant, staff)
    correct(made, staff)
    assert refused(lambda: withdraw(made, staff)) == "ledger.over"


def test_an_entry_is_changed_by_whoever_wrote_it_by_any_account(cycle, people, district, staff):
    a = person(cycle, people["a"])
    first, second = (account_of(people["b"], "district_staff", district.top) for _ in range(2))
    entry = note(a, first)
    for act in (correct, withdraw):
        assert refused(lambda act=act: act(entry, staff)) == "ledger.foreign"
    assert withdraw(entry, second).stands is False


def test_nobody_changes_an_entry_without_the_right_or_about_themselves(entry, leader, district, people):
    of_b = make_user("district_staff", district.township_b)
    own = account_of(people["a"], "district_staff", district.top)
    for act in (correct, withdraw):
        for by, found in ((leader, "appraisal.scope"), (of_b, "appraisal.scope"), (own, "appraisal.self")):
            assert refused(lambda act=act, by=by: act(entry, by)) == found
    assert fresh(entry).stands


@pytest.mark.parametrize(
    ("act", "found"),
    [
        (lambda entry, by: correct(entry, by, text=" "), "fact.reason"),
        (lambda entry, by: correct(entry, by, day=date(2025, 12, 31)), "ledger.day"),
        (lambda entry, by: correct(entry, by, day=date(2026, 11, 26)), "ledger.day"),
        (lambda entry, by: withdraw(entry, by, " "), "fact.reason"),
    ],
)
def test_what_is_wrong_is_refused_and_the_entry_stands(entry, staff, act, found):
    assert refused(lambda: act(entry, staff)) == found
    assert stored() == [("组织防汛", "positive", "05-04", True, "")]


def test_nothing_is_changed_after_the_year_was_added_up(entry, staff):
    for state in ("review", "archived"):
        type(entry.participant.cycle).objects.update(state=state)
        for act in (correct, withdraw):
            assert refused(lambda act=act: act(entry, staff)) == "cycle.state"
