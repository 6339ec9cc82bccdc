"""Objections upheld or corrected with their trail, and the steps of the year that wait for them."""

from datetime import timedelta

import pytest

from appraisal.choices import Component
from appraisal.models import Adjustment, AppraisalCycle, PeriodMark, ResultSheet, RoundMark
from appraisal.reports.appeals import figure_changes, givers_of
from appraisal.reports.review import published
from appraisal.services.appeals import accept_appeal, correct_appeal, uphold_appeal
from appraisal.services.rolling import roll_up
from tests.appraisal.conftest import NOON, account_of, fresh, refused
from tests.appraisal.reviewing import (
    LATER,
    best,
    change,
    clerk,
    correct_a_fact,
    file,
    filed,
    missing,
    own,
    publish,
    second,
    step,
    year,
)
from tests.factories import make_user
from youthleague.audit.models import AuditEvent
from youthleague.notices.models import Notice

__all__ = ["best", "clerk", "filed", "own", "second", "year"]
pytestmark = pytest.mark.django_db


# ---- objections -------------------------------------------------------------------------
def test_one_objects_to_the_own_results_within_the_days(year, second, best, own, staff, district):
    assert refused(lambda: file(second, own)) == "appeal.unpublished"
    publish(year, staff)
    assert refused(lambda: file(best, own)) == "appeal.foreign"
    assert refused(lambda: file(second, staff)) == "appeal.foreign"
    assert refused(lambda: file(second, own, text=" ")) == "fact.reason"
    assert refused(lambda: file(second, own, at=LATER)) == "appeal.days"
    RoundMark.objects.all().delete()
    second.group.components.get(component=5).rounds.all().delete()
    second.group.components.get(component=5).delete()
    assert refused(lambda: file(second, own, Component.CONTEST)) == "appeal.component"
    row = file(second, own, at=NOON + timedelta(days=7))
    assert (row.state, row.before_grade, row.before.roll_up.version) == ("filed", 2, 1)
    assert refused(lambda: file(second, own)) == "appeal.twice"


def test_an_objection_that_is_upheld_changes_nothing(year, filed, clerk):
    row = accept_appeal(appeal=filed, version=1, by=clerk, at=NOON)
    row = uphold_appeal(appeal=row, version=2, answer="评分属实", by=clerk, at=NOON)
    assert (row.state, row.answer, row.decided_by, row.after) == ("upheld", "评分属实", clerk, None)
    titles = (
        Notice.objects.filter(kind="appeal-answered", channel="inbox").order_by("pk").values_list("title", flat=True)
    )
    assert list(titles) == ["2026年度考核结果的异议已经受理", "2026年度考核结果的异议：维持"]
    assert published(year) is not None
    actions = AuditEvent.objects.filter(action__startswith="appeal.").order_by("seq").values_list("action", flat=True)
    assert list(actions) == ["appeal.file", "appeal.accept", "appeal.uphold"]


def test_an_objection_that_is_corrected_keeps_what_was_and_what_came_of_it(year, second, filed, clerk, leader, staff):
    assert missing(year) == {"appeal-days": 1, "appeals": 1}
    assert refused(lambda: step(year, "recalculate", staff)) == "cycle.appeals"
    row = accept_appeal(appeal=filed, version=1, by=clerk, at=NOON)
    row = correct_appeal(appeal=row, version=2, answer="第一季度漏记", by=clerk, at=NOON)
    assert (row.state, missing(year)["corrections"]) == ("correcting", 1)
    correct_a_fact(year, second, staff)
    row = fresh(filed)
    assert (row.state, "corrections" in missing(year)) == ("correcting", False)
    publish(year, staff)
    row = fresh(filed)
    assert (row.state, row.before.roll_up.version, row.after.roll_up.version) == ("corrected", 1, 2)
    changed = [one for one in figure_changes(row.before, row.after) if one.is_changed]
    assert [(one.title, one.after - one.before) for one in changed] == [("加减分", 500), ("总分", 500)]


def test_a_correction_of_the_grade_alone_needs_no_new_version(year, second, filed, clerk, leader, staff):
    row = accept_appeal(appeal=filed, version=1, by=clerk, at=NOON)
    correct_appeal(appeal=row, version=2, answer="等次偏低", by=clerk, at=NOON)
    change(second, 3, make_user("leader", second.organisation.parent))
    publish(year, staff)
    row = fresh(filed)
    assert (row.state, row.before_grade, row.after_grade) == ("corrected", 2, 3)
    assert row.before == row.after


def test_nothing_is_made_known_while_a_correction_changed_nothing(year, best, filed, clerk, leader, staff):
    row = accept_appeal(appeal=filed, version=1, by=clerk, at=NOON)
    row = correct_appeal(appeal=row, version=2, answer="待核", by=clerk, at=NOON)
    change(best, 2, leader)
    assert refused(lambda: publish(year, staff)) == "publication.correction"
    uphold_appeal(appeal=row, version=3, answer="核对无误", by=clerk, at=NOON)
    assert publish(year, staff).number == 2


def test_objections_take_their_steps_in_order(year, filed, clerk):
    assert refused(lambda: uphold_appeal(appeal=filed, version=1, answer="无", by=clerk, at=NOON)) == "appeal.state"
    assert refused(lambda: accept_appeal(appeal=filed, version=9, by=clerk, at=NOON)) == "row.stale"
    row = accept_appeal(appeal=filed, version=1, by=clerk, at=NOON)
    assert refused(lambda: uphold_appeal(appeal=row, version=2, answer=" ", by=clerk, at=NOON)) == "fact.reason"
    AppraisalCycle.objects.update(state="decision")
    assert refused(lambda: uphold_appeal(appeal=row, version=2, answer="无", by=clerk, at=NOON)) == "cycle.state"


def test_nobody_decides_about_what_they_gave_or_about_themselves(second, people, filed, clerk, leader, staff):
    row, top = accept_appeal(appeal=filed, version=1, by=clerk, at=NOON), second.organisation.parent

    def uphold(by):
        return uphold_appeal(appeal=fresh(row), version=2, answer="维持", by=by, at=NOON)

    assert givers_of(row) == {leader.person_key}
    assert refused(lambda: uphold(leader)) == "appeal.self"
    assert refused(lambda: uphold(account_of(second.cadre, "leader", top))) == "appraisal.self"
    assert refused(lambda: uphold(account_of(people["b"], "district_staff", top))) == "review.foreign"
    assert refused(lambda: uphold(make_user("party_committee", second.organisation))) == "appraisal.scope"
    assert uphold(staff).state == "upheld"


def test_who_gave_what_an_objection_is_about(year, second, own, clerk, leader, staff):
    publish(year, staff)
    row = file(second, own)
    assert givers_of(row) == frozenset()
    Adjustment.objects.create(
        participant=second,
        value=1,
        reason="奖",
        state="approved",
        entered_by=clerk,
        entered_at=NOON,
        approved_by=leader,
    )
    change(second, 3, leader)
    assert givers_of(row) == {clerk.person_key, leader.person_key}
    row.component = Component.STAFF_SCORE
    assert givers_of(row) == {staff.person_key}
    row.component = Component.CONTEST
    assert givers_of(row) == frozenset()
    held = second.group.components.get(component=5).rounds.first()
    ResultSheet.objects.create(participant=second, round=held, entered_by=clerk, entered_at=NOON)
    assert givers_of(row) == {clerk.person_key}


# ---- the steps --------------------------------------------------------------------------
def test_a_year_is_decided_once_the_days_are_over_and_nothing_is_open(year, filed, clerk, staff):
    assert refused(lambda: step(year, "decide", staff)) == "cycle.lacking"
    row = accept_appeal(appeal=filed, version=1, by=clerk, at=NOON)
    uphold_appeal(appeal=row, version=2, answer="属实", by=clerk, at=NOON)
    assert missing(year) == {"appeal-days": 1}
    assert refused(lambda: step(year, "decide", staff)) == "cycle.lacking"
    assert missing(year, LATER) == {}
    assert step(year, "decide", staff, LATER).state == "decision"


def test_a_year_is_reviewed_once_what_was_calculated_is_what_would_be_now(year, second, best, leader, staff):
    step(year, "recalculate", staff)
    assert missing(year) == {}
    PeriodMark.objects.filter(participant=second).update(mark=95_000)
    assert missing(year) == {"roll-up": 1}
    assert refused(lambda: step(year, "review", staff)) == "cycle.lacking"
    roll_up(cycle=fresh(year), by=None, at=NOON)
    assert step(year, "review", staff).state == "review"


def test_a_year_is_not_reviewed_while_somebody_lacks_something(year, second, staff):
    step(year, "recalculate", staff)
    PeriodMark.objects.filter(participant=second, component=1).delete()
    roll_up(cycle=fresh(year), by=None, at=NOON)
    assert missing(year) == {"incomplete": 1}
    assert refused(lambda: step(year, "review", staff)) == "cycle.lacking"
