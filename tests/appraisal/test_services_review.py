"""Calibrations within veto and cap, what a new version makes of them, and results made known."""

import pytest

from appraisal.models import AppraisalCycle, Calibration, Participant, Scorecard, Veto
from appraisal.reports.review import published, stale_calibrations
from appraisal.reports.scorecards import latest_cards
from appraisal.reports.sight import own_cards
from appraisal.services.calibrating import calibrate, take_back_calibration
from tests.appraisal.cards import of
from tests.appraisal.conftest import NOON, account_of, fresh, refused
from tests.appraisal.reviewing import best, change, correct_a_fact, grades, missing, one, publish, second, year
from tests.factories import make_user
from youthleague.audit.models import AuditEvent
from youthleague.notices.models import Notice

__all__ = ["best", "second", "year"]
pytestmark = pytest.mark.django_db


# ---- calibration -----------------------------------------------------------------------
def test_a_leader_changes_a_grade_and_takes_it_back_and_both_stay(year, best, second, leader):
    assert grades(year) == {"书记3": 1, "书记2": 2, "书记1": 2, "乙": 2}
    first = change(best, 2, leader)
    change(second, 1, leader)
    assert grades(year) == {"书记3": 2, "书记2": 1, "书记1": 2, "乙": 2}
    assert (first.before, first.after, first.reason, first.made_by) == (1, 2, "群众反映突出", leader)
    again = change(best, 3, leader, reason="另有反映")
    assert grades(year)["书记3"] == 3
    take_back_calibration(calibration=again, by=leader, at=NOON)
    assert grades(year)["书记3"] == 2
    assert (fresh(again).withdrawn_by, Calibration.objects.count()) == (leader, 3)
    assert set(Scorecard.objects.filter(participant=best).values_list("grade", flat=True)) == {1}
    assert AuditEvent.objects.filter(action="review.calibrate").count() == 3
    assert AuditEvent.objects.filter(action="review.take-back").count() == 1


def test_the_final_grade_is_what_every_card_shows(year, best, leader):
    change(best, 2, leader)
    assert latest_cards([best.pk]).get().final_grade == 2


def test_the_cap_of_the_best_grade_holds_both_ways(year, best, second, leader):
    assert refused(lambda: change(second, 1, leader)) == "calibration.cap"
    row = change(best, 2, leader)
    change(second, 1, leader)
    assert refused(lambda: take_back_calibration(calibration=row, by=leader, at=NOON)) == "calibration.cap"
    assert grades(year)["书记3"] == 2


def test_the_cap_is_that_of_the_groups_that_share_it(year, best, second, leader):
    guest = year.groups.get(name="街道")
    guest.shares_cap_with = best.group
    guest.save()
    Participant.objects.filter(pk=second.pk).update(group=guest)
    assert refused(lambda: change(one(year, "书记2"), 1, leader)) == "calibration.cap"


def test_a_veto_bounds_what_a_grade_can_become(year, second, best, leader, staff):
    kind = year.veto_kinds.first()
    kind.best_grade = 3
    kind.save()
    change(second, 4, leader)
    Veto.objects.create(
        participant=second, kind=kind, reason="通报", state="approved", entered_by=staff, entered_at=NOON
    )
    change(best, 2, leader)
    assert refused(lambda: change(second, 1, leader)) == "calibration.veto"
    assert change(second, 3, leader).after == 3


@pytest.mark.parametrize("standing", ["ungraded", "unranked", "incomplete"])
def test_who_has_no_grade_gets_none(year, second, leader, standing):
    Scorecard.objects.filter(participant=second).update(standing=standing, grade=None, rank=None)
    assert refused(lambda: change(second, 2, leader, seen=None)) == "calibration.ungraded"


def test_who_was_not_added_up_gets_none(year, people, leader):
    person = of(year, people["a"])
    found = refused(lambda: calibrate(participant=person, seen=None, after=2, reason="由", by=leader, at=NOON))
    assert found == "calibration.ungraded"


def test_what_is_wrong_with_a_calibration_is_refused(year, second, leader):
    assert refused(lambda: change(second, 2, leader)) == "calibration.same"
    assert refused(lambda: change(second, 3, leader, reason=" ")) == "fact.reason"
    assert refused(lambda: change(second, 3, leader, seen=1)) == "row.stale"
    row = change(second, 3, leader)
    take_back_calibration(calibration=row, by=leader, at=NOON)
    assert refused(lambda: take_back_calibration(calibration=row, by=leader, at=NOON)) == "calibration.gone"


def test_only_the_last_of_several_is_taken_back(year, second, leader):
    first = change(second, 3, leader)
    change(second, 4, leader)
    assert refused(lambda: take_back_calibration(calibration=first, by=leader, at=NOON)) == "calibration.gone"


def test_who_may_not_calibrate(year, second, people, district, staff):
    rival = account_of(people["b"], "leader", district.top)
    oneself = account_of(second.cadre, "leader", district.top)
    for user, code in (
        (staff, "appraisal.scope"),
        (make_user("leader", district.township_a), "appraisal.scope"),
        (oneself, "appraisal.self"),
        (rival, "review.foreign"),
    ):
        assert refused(lambda user=user: change(second, 3, user)) == code
    assert not Calibration.objects.exists()


@pytest.mark.parametrize("state", ["totalling", "decision", "archived"])
def test_grades_are_calibrated_in_review_alone(year, second, leader, state):
    AppraisalCycle.objects.update(state=state)
    assert refused(lambda: change(second, 3, leader)) == "cycle.state"


# ---- a new version ----------------------------------------------------------------------
def test_a_new_version_tells_which_calibrations_no_longer_apply(year, best, second, leader, staff):
    change(second, 3, leader)
    change(second, 4, leader)
    taken_back = change(best, 2, leader)
    take_back_calibration(calibration=taken_back, by=leader, at=NOON)
    correct_a_fact(year, second, staff)
    assert grades(year)["书记2"] == 2
    [stale] = stale_calibrations(year)
    assert (stale.participant, stale.after) == (second, 4)
    assert missing(year)["calibrations"] == 1
    assert refused(lambda: publish(year, staff)) == "publication.stale"
    take_back_calibration(calibration=stale, by=leader, at=NOON)
    assert (stale_calibrations(year), Calibration.objects.standing().count()) == ([], 0)
    assert grades(year)["书记2"] == 2


def test_a_calibration_made_anew_settles_the_one_before(year, second, leader, staff):
    change(second, 3, leader)
    correct_a_fact(year, second, staff)
    change(second, 4, leader)
    assert (stale_calibrations(year), grades(year)["书记2"]) == ([], 4)


# ---- making known -----------------------------------------------------------------------
def test_results_are_made_known_to_each_person_alone(year, second, best, district, staff):
    own, other = (account_of(who.cadre, "township_secretary", district.township_b) for who in (second, best))
    assert not own_cards(own).exists()
    row = publish(year, staff)
    assert (row.number, row.people, (row.last_day - row.first_day).days) == (1, 4, 7)
    assert list(own_cards(own).values_list("pk", flat=True)) == [second.pk]
    told = Notice.objects.filter(kind="results-published", channel="inbox")
    assert set(told.values_list("recipient", "url")) == {
        (own.pk, f"/appraisal/mine/{second.pk}/scorecard/"),
        (other.pk, f"/appraisal/mine/{best.pk}/scorecard/"),
    }
    assert refused(lambda: publish(year, staff)) == "publication.twice"


def test_a_later_calibration_takes_back_what_was_made_known(year, second, leader, district, staff):
    own = account_of(second.cadre, "township_secretary", district.township_b)
    publish(year, staff)
    change(second, 3, leader)
    assert (published(year), own_cards(own).exists(), missing(year)["published"]) == (None, False, 1)
    assert publish(year, staff).number == 2


def test_who_makes_results_known_and_when(year, leader, staff):
    assert refused(lambda: publish(year, leader)) == "appraisal.scope"
    AppraisalCycle.objects.update(state="totalling")
    assert refused(lambda: publish(year, staff)) == "cycle.state"
