"""Years of the demonstration district: three put away, one added up by the services, one under way."""

import pytest
from django.db import transaction
from django.test import override_settings

from appraisal.models import (
    Adjustment,
    Appeal,
    AppraisalCycle,
    BallotTally,
    Calibration,
    DebriefMeeting,
    DistrictAppraisal,
    MeetingMark,
    PanelMark,
    PeriodMark,
    ResponsibilityPledge,
    ResultSheet,
    RoundMark,
    Scorecard,
    Veto,
)
from appraisal.reports.district.units import standing_results
from appraisal.reports.seals import standing_cards
from appraisal.rules.district import converted
from appraisal.services.demonstration import fill_years
from appraisal.services.district.reporting import digest_of_report
from cadres.management.district import fill_district
from orgs.access import is_same_person
from orgs.models import User
from tests.factories import NOW, TODAY
from youthleague.audit.models import AuditEvent

pytestmark = pytest.mark.django_db
LAST = TODAY.year - 1


@pytest.fixture(scope="module", autouse=True)
def _filled(django_db_setup, django_db_blocker):
    """Fill the database once for all tests of this file, and take everything back in the end."""
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(PASSWORD_HASHERS=hashers):
        fill_district(seed=7, name="示范区", at=NOW, accounts=True)
        fill_years(seed=7, day=TODAY, at=NOW)
        yield
        transaction.set_rollback(True)


def test_three_years_are_put_away_one_is_added_up_and_one_is_under_way():
    states = dict(AppraisalCycle.objects.values_list("year", "state"))
    assert states == {
        TODAY.year: "daily",
        LAST: "totalling",
        **dict.fromkeys(range(LAST - 3, LAST), "archived"),
    }
    digests = set(AppraisalCycle.objects.values_list("scheme_digest", flat=True))
    assert len(digests) == 1  # each year copies the one before


def test_the_last_year_went_from_step_to_step():
    last = AppraisalCycle.objects.get(year=LAST)
    events = AuditEvent.objects.filter(subject=f"appraisal.AppraisalCycle:{last.pk}").order_by("pk")
    assert [event.action for event in events] == [
        "cycle.prepare",
        "cycle.draw",
        "cycle.open",
        "cycle.advance",
        "cycle.advance",
        "cycle.advance",
        "appraisal.roll-up",
    ]


def test_archived_years_were_reviewed_and_approved():
    for year in range(LAST - 3, LAST):
        cycle = AppraisalCycle.objects.get(year=year)
        [calibration] = Calibration.objects.filter(participant__cycle=cycle)
        [appeal] = Appeal.objects.filter(participant__cycle=cycle)
        assert (calibration.before, calibration.after, appeal.state) == (2, 3, "upheld")
        card = standing_cards(cycle).get(participant=calibration.participant)
        assert card.grade == 3


def test_everybody_ranked_has_a_total_and_nobody_lacks_anything():
    for year in range(LAST - 3, LAST + 1):
        cards = Scorecard.objects.filter(participant__cycle__year=year)
        assert cards.count() == cards.values("participant").distinct().count() > 0
        assert not cards.filter(standing="incomplete").exists()
        assert not cards.filter(standing="ranked", grade=None).exists()
    assert {"ranked", "ungraded"} <= set(Scorecard.objects.values_list("standing", flat=True))


def test_every_row_keeps_the_rules():
    for model in (PeriodMark, BallotTally, PanelMark, RoundMark, ResultSheet, Adjustment, Veto, ResponsibilityPledge):
        rows = list(model.objects.all())
        assert rows
        for row in rows:
            row.clean_fields()


def test_nobody_marks_or_approves_themselves():
    for mark in PeriodMark.objects.select_related("rater", "participant__cadre"):
        assert not is_same_person(mark.rater, mark.participant.cadre)
    for item in Adjustment.objects.select_related("entered_by", "approved_by", "participant__cadre"):
        assert not is_same_person(item.entered_by, item.approved_by)
        assert not is_same_person(item.entered_by, item.participant.cadre)


def test_without_accounts_there_are_no_years():
    with transaction.atomic():
        User.objects.update(is_active=False)
        User.objects.get(username="ganshi").assignments.all().delete()
        User.objects.get(username="ganshi2").assignments.all().delete()
        assert fill_years(seed=7, day=TODAY.replace(year=TODAY.year + 10), at=NOW) == []
        transaction.set_rollback(True)


def test_the_district_appraised_units_last_year_and_asks_them_this_year():
    reported = DistrictAppraisal.objects.get(cycle__year=LAST)
    results = standing_results(reported)
    assert (reported.state, reported.report_digest) == ("reported", digest_of_report(reported, results))
    assert results
    assert all(one.converted == converted(one.score, 1_000) for one in results)
    asked = DistrictAppraisal.objects.get(cycle__year=TODAY.year)
    assert asked.state == "self-rating"
    assert {unit.handed_in_at is None for unit in asked.units.all()} == {True, False}


def test_one_meeting_of_the_last_year_was_held_and_forgets_its_judges():
    meeting = DebriefMeeting.objects.get()
    assert (meeting.cycle.year, meeting.state) == (LAST, "closed")
    rows = list(meeting.speakers.all())
    assert len(rows) >= 3
    assert all(row.is_written for row in rows)
    assert not MeetingMark.objects.exists()
    sheets = ResultSheet.objects.filter(participant__in=[row.participant_id for row in rows], version=2)
    assert sheets.count() == 2 * len(rows)
