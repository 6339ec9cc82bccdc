"""Rules of 复核; ``test_rules`` runs them, so that every branch is counted in one place."""

from datetime import date

import pytest

from appraisal.choices import AppealState
from appraisal.rules.review import (
    APPEAL,
    CalibrationFacts,
    appeal_step_finding,
    appeal_window,
    calibration_finding,
    decider_finding,
    filing_finding,
)

__all__ = [
    "test_a_grade_becomes_another_one_within_veto_and_cap",
    "test_an_objection_is_answered_step_by_step",
    "test_nobody_decides_about_what_they_gave",
    "test_the_day_itself_does_not_count_among_the_days",
    "test_when_somebody_may_object",
]


def code_of(finding):
    return finding.code if finding else None


@pytest.mark.parametrize(
    ("facts", "after", "code"),
    [
        (CalibrationFacts(2, 1, 3, 2), 1, None),
        (CalibrationFacts(2, 1, 3, 3), 1, "calibration.cap"),
        (CalibrationFacts(2, 1, 0, 0), 1, "calibration.cap"),
        (CalibrationFacts(1, 1, 3, 3), 2, None),
        (CalibrationFacts(2, 1, 3, 3), 4, None),
        (CalibrationFacts(2, 1, 3, 0), 2, "calibration.same"),
        (CalibrationFacts(3, 3, 3, 0), 2, "calibration.veto"),
        (CalibrationFacts(4, 3, 3, 0), 3, None),
        (CalibrationFacts(None, 1, 3, 0), 2, "calibration.ungraded"),
    ],
)
def test_a_grade_becomes_another_one_within_veto_and_cap(facts, after, code):
    assert code_of(calibration_finding(facts, after)) == code


@pytest.mark.parametrize(("days", "last"), [(7, date(2027, 1, 4)), (0, date(2026, 12, 28))])
def test_the_day_itself_does_not_count_among_the_days(days, last):
    assert appeal_window(date(2026, 12, 28), days) == (date(2026, 12, 28), last)


@pytest.mark.parametrize(
    ("last_day", "has_filed", "code"),
    [
        (date(2026, 12, 3), False, "appeal.days"),
        (date(2026, 12, 4), False, None),
        (date(2026, 12, 5), True, "appeal.twice"),
    ],
)
def test_when_somebody_may_object(last_day, has_filed, code):
    assert code_of(filing_finding(last_day, date(2026, 12, 4), has_filed=has_filed)) == code


def test_an_objection_is_answered_step_by_step():
    assert code_of(appeal_step_finding("filed", "uphold")) == "appeal.state"
    assert appeal_step_finding("filed", "accept") is None
    assert appeal_step_finding("correcting", "uphold") is None
    assert APPEAL.final_states == {AppealState.UPHELD, AppealState.CORRECTED}


def test_nobody_decides_about_what_they_gave():
    assert decider_finding("p", {"q"}) is None
    assert code_of(decider_finding("p", {"p", "q"})) == "appeal.self"
