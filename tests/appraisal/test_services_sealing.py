"""Locking a year and reopening it: who, when, what is written, what is refused."""

import json
from functools import partial

import pytest

from appraisal.models import AppraisalCycle, Participant, Scorecard, Seal, SealedCard
from appraisal.reports.seals import is_sealed, standing_cards, standing_seal
from appraisal.services.sealing import ask_reopening, confirm_reopening, drop_reopening, seal_year
from tests.appraisal.conftest import NOON, account_of, fresh, refused
from tests.appraisal.seals import MINUTES, approved
from tests.factories import make_user
from youthleague.audit.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def decided(cycle, leader, staff):
    """Give the year in 审定, rolled up."""
    return approved(cycle, leader, staff)


@pytest.fixture
def seal(decided, leader):
    """Lock the year."""
    return seal_year(cycle=decided, minutes_number=f"  {MINUTES} ", by=leader, at=NOON)


@pytest.fixture
def second(district):
    """Another leader."""
    return make_user("leader", district.top)


def reopen(seal, leader, second):
    asked = ask_reopening(seal=seal, reason="票数登记有误", by=leader, at=NOON)
    return confirm_reopening(seal=asked, by=second, at=NOON)


# ---- locking ------------------------------------------------------------------------
def test_everybody_with_a_card_is_locked_with_the_figures_of_the_last_version(seal, decided):
    rows = {one.participant_id: one for one in Scorecard.objects.all()}
    sealed = list(standing_cards(decided))
    assert len(sealed) == seal.people == len(rows) == 3
    for one in sealed:
        row = rows[one.participant_id]
        assert (one.standing, one.total, one.rank, one.grade) == (row.standing, row.total, row.rank, row.grade)
        assert one.total is not None
    assert (seal.version, seal.minutes_number, seal.sealed_at, seal.state) == (1, MINUTES, NOON, "locked")
    assert (standing_seal(decided), is_sealed(decided)) == (seal, True)


def test_each_mark_goes_into_the_next(seal):
    cards = list(seal.cards.order_by("number"))
    assert [one.number for one in cards] == [1, 2, 3]
    assert [one.previous_mark for one in cards] == [seal.mark, *(one.mark for one in cards[:-1])]
    assert seal.head_mark == cards[-1].mark
    assert len({one.mark for one in cards} | {seal.mark}) == 4


def test_the_content_holds_what_the_result_is_made_of(seal):
    card = seal.cards.select_related("participant__cadre").first()
    content = json.loads(card.content)
    assert (content["paper"]["name"], content["code"]) == (card.participant.cadre.name, card.code)
    counts = {label: len(rows) for label, rows in content["rows"].items()}
    assert counts["appraisal.PeriodMark"] == 16
    assert counts["appraisal.PanelMark"] == 16
    assert (counts["appraisal.Participant"], counts["appraisal.Scorecard"], counts["appraisal.Veto"]) == (1, 1, 1)
    year = json.loads(seal.content)
    assert (year["minutes_number"], year["people"]) == (MINUTES, 3)
    assert len(year["rows"]["appraisal.AppraisalCycle"]) == 1


def test_who_is_no_longer_appraised_gets_no_card_but_stands_in_the_content_of_the_year(decided, leader, people):
    Participant.objects.filter(cadre=people["a"]).update(standing="withdrawn")
    seal = seal_year(cycle=decided, minutes_number=MINUTES, by=leader, at=NOON)
    assert seal.cards.filter(participant__cadre=people["a"]).count() == 0
    rows = json.loads(seal.content)["others"]["appraisal.Participant"]
    assert [row["cadre_id"] for row in rows] == [people["a"].pk]


def test_codes_are_unlike(seal):
    codes = [one.code for one in seal.cards.all()]
    assert len({*codes}) == 3
    assert {len(one) for one in codes} == {26}


def test_the_lock_is_in_the_log_with_its_last_mark(seal, leader):
    event = AuditEvent.objects.get(action="seal.lock")
    assert (event.actor_id, event.facts) == (leader.pk, {"version": 1, "people": 3, "mark": seal.head_mark})


@pytest.mark.parametrize("state", ["daily", "evaluation", "totalling", "review", "feedback", "archived"])
def test_only_what_was_approved_is_locked(decided, leader, state):
    AppraisalCycle.objects.filter(pk=decided.pk).update(state=state)
    assert refused(lambda: seal_year(cycle=decided, minutes_number=MINUTES, by=leader, at=NOON)) == "cycle.state"
    assert not Seal.objects.exists()


@pytest.mark.parametrize("number", ["", "  ", "号" * 61])
def test_the_minutes_are_named(decided, leader, number):
    assert refused(lambda: seal_year(cycle=decided, minutes_number=number, by=leader, at=NOON)) == "seal.minutes"


def test_a_locked_year_is_not_locked_again(seal, decided, leader):
    assert refused(lambda: seal_year(cycle=decided, minutes_number=MINUTES, by=leader, at=NOON)) == "cycle.locked"
    assert Seal.objects.count() == 1


def test_a_year_without_results_is_not_locked(cycle, leader):
    AppraisalCycle.objects.filter(pk=cycle.pk).update(state="decision")
    assert refused(lambda: seal_year(cycle=cycle, minutes_number=MINUTES, by=leader, at=NOON)) == "seal.nothing"


def test_staff_and_leaders_of_a_township_do_not_lock(decided, staff, district):
    for user in (staff, make_user("leader", district.township_a)):
        locking = partial(seal_year, cycle=decided, minutes_number=MINUTES, by=user, at=NOON)
        assert refused(locking) == "appraisal.scope"


def test_whoever_is_appraised_does_not_lock(decided, people, district):
    official = account_of(people["top"], "leader", district.top)
    assert refused(lambda: seal_year(cycle=decided, minutes_number=MINUTES, by=official, at=NOON)) == "seal.own_year"


# ---- reopening ----------------------------------------------------------------------
def test_two_persons_reopen_and_the_next_lock_is_another_version(seal, decided, leader, second):
    reopened = reopen(seal, leader, second)
    assert (reopened.state, reopened.reason, reopened.asked_by, reopened.confirmed_by) == (
        "reopened",
        "票数登记有误",
        leader,
        second,
    )
    assert fresh(decided).state == "review"
    assert (standing_seal(decided), list(standing_cards(decided))) == (None, [])
    AppraisalCycle.objects.filter(pk=decided.pk).update(state="decision")
    again = seal_year(cycle=decided, minutes_number="纪要乙", by=leader, at=NOON)
    assert (again.version, again.previous_mark) == (2, seal.head_mark)
    assert SealedCard.objects.count() == 6
    assert [event.action for event in AuditEvent.objects.filter(action__startswith="seal.").order_by("seq")] == [
        "seal.lock",
        "seal.ask",
        "seal.reopen",
        "seal.lock",
    ]


def test_whoever_asks_does_not_confirm(seal, leader, decided):
    asked = ask_reopening(seal=seal, reason="票数登记有误", by=leader, at=NOON)
    assert refused(lambda: confirm_reopening(seal=asked, by=leader, at=NOON)) == "seal.self"
    assert (fresh(seal).state, fresh(decided).state) == ("locked", "decision")


def test_a_second_account_of_the_same_person_does_not_confirm(seal, leader, second):
    second.person_key = leader.person_key
    second.save()
    asked = ask_reopening(seal=seal, reason="票数登记有误", by=leader, at=NOON)
    assert refused(lambda: confirm_reopening(seal=asked, by=second, at=NOON)) == "seal.self"


def test_what_was_asked_may_be_dropped_and_asked_again(seal, leader, second):
    asked = ask_reopening(seal=seal, reason="票数登记有误", by=leader, at=NOON)
    assert refused(lambda: ask_reopening(seal=seal, reason="又一次", by=second, at=NOON)) == "seal.asked"
    dropped = drop_reopening(seal=asked, by=second, at=NOON)
    assert (dropped.reason, dropped.asked_by, dropped.reopening_mark, dropped.stands) == ("", None, "", True)
    assert refused(lambda: confirm_reopening(seal=seal, by=second, at=NOON)) == "seal.not_asked"
    assert refused(lambda: drop_reopening(seal=seal, by=second, at=NOON)) == "seal.not_asked"
    assert ask_reopening(seal=seal, reason="又一次", by=second, at=NOON).asked_by == second


@pytest.mark.parametrize("reason", ["", "   ", "因" * 201])
def test_a_reopening_has_a_reason(seal, leader, reason):
    assert refused(lambda: ask_reopening(seal=seal, reason=reason, by=leader, at=NOON)) == "seal.reason"


def test_staff_and_the_appraised_do_not_reopen(seal, staff, leader, second, people, district):
    official = account_of(people["top"], "leader", district.top)
    asked = {"seal": seal, "reason": "票数登记有误", "at": NOON}
    for user, code in ((staff, "appraisal.scope"), (official, "seal.own_year")):
        assert refused(partial(ask_reopening, by=user, **asked)) == code
        assert refused(partial(confirm_reopening, seal=seal, by=user, at=NOON)) == code
        assert refused(partial(drop_reopening, seal=seal, by=user, at=NOON)) == code


def test_what_is_reopened_is_not_reopened_again(seal, leader, second):
    reopen(seal, leader, second)
    for act in (confirm_reopening, drop_reopening):
        assert refused(partial(act, seal=seal, by=second, at=NOON)) == "seal.none"
    assert refused(lambda: ask_reopening(seal=seal, reason="又一次", by=leader, at=NOON)) == "seal.none"
