"""Rules of what results are used for, and of consecutive low ranks; ``test_rules`` runs them."""

from datetime import date

import pytest

from appraisal.choices import Grade, LowRankState, UsageKind
from appraisal.rules.low_rank import (
    LOW_RANK,
    MAIN_LINE,
    OPEN_STATES,
    Proposed,
    RankedYear,
    days_finding,
    is_low,
    low_rank_step_finding,
    measure_finding,
    propose,
    text_finding,
)
from appraisal.rules.usage import UsageTerms, YearFacts, usage_finding, words_finding

__all__ = [
    "test_a_case_runs_from_the_proposal_to_its_end",
    "test_a_measure_is_never_harsher_than_proposed",
    "test_a_use_is_barred_by_grade_veto_and_year",
    "test_a_use_says_why_it_is_barred",
    "test_days_of_a_measure",
    "test_low_is_who_stands_among_the_last",
    "test_the_rule_proposes_by_years_on_end",
    "test_what_has_to_be_written",
]
AWARD, TRAINING, PROMOTION = UsageKind.AWARD, UsageKind.TRAINING, UsageKind.PROMOTION


def code(finding):
    return finding and finding.code


def year(number, grade=Grade.EXCELLENT, **more):
    return YearFacts(number, grade, **more)


@pytest.mark.parametrize(
    ("kind", "facts", "terms", "found"),
    [
        (AWARD, [year(2025)], UsageTerms(2), None),
        (AWARD, [year(2025, Grade.GOOD)], UsageTerms(2), None),
        (AWARD, [year(2025, Grade.FAIR)], UsageTerms(2), "usage.grade"),
        (AWARD, [year(2025, None)], UsageTerms(2), "usage.ungraded"),
        (AWARD, [year(2025, is_sealed=False)], UsageTerms(2), "usage.unsealed"),
        (AWARD, [year(2025, has_veto=True)], UsageTerms(2), "usage.veto"),
        (TRAINING, [year(2025, has_veto=True)], UsageTerms(3), None),
        (PROMOTION, [year(2025), year(2024, Grade.GOOD)], UsageTerms(2, 2), None),
        (PROMOTION, [year(2025), year(2024, Grade.FAIR)], UsageTerms(2, 2), "usage.grade"),
        (PROMOTION, [year(2025), year(2023)], UsageTerms(2, 2), "usage.ungraded"),
        (PROMOTION, [year(2025), year(2024, Grade.POOR)], UsageTerms(2, 1), None),
    ],
)
def test_a_use_is_barred_by_grade_veto_and_year(kind, facts, terms, found):
    assert code(usage_finding(kind, facts, terms)) == found


def test_a_use_says_why_it_is_barred():
    found = usage_finding(AWARD, [year(2025, Grade.FAIR)], UsageTerms(2))
    assert found.sentence == "2025年度考核等次是“一般”，“评先树优”要求“较好”以上。"


def test_what_has_to_be_written():
    assert [code(words_finding(*one)) for one in (("优秀团干部", "1号"), (" ", "1号"), ("优秀", ""))] == [
        None,
        "usage.words",
        "usage.words",
    ]
    assert [code(text_finding(one, "理由")) for one in ("有", " ")] == [None, "low_rank.words"]


def ranked(number, rank=10, size=10, place="街乡", mode="percent", value=20):
    return RankedYear(number, place, size, rank, mode, value)


@pytest.mark.parametrize(
    ("one", "low"),
    [
        (ranked(2025, 10), True),
        (ranked(2025, 9), True),
        (ranked(2025, 8), False),  # also three who share the eighth rank: the line runs through them
        (ranked(2025, None), False),
        (ranked(2025, 4, size=4, mode="count", value=4), False),
        (ranked(2025, 5, size=5), True),
        (ranked(2025, 9, size=9), True),
        (ranked(2025, 8, size=9), False),  # 20 % of 9 is one whole person
        (ranked(2025, 9, mode="count", value=2), True),
        (ranked(2025, 8, mode="count", value=2), False),
        (ranked(2025, 10, value=0), False),
    ],
)
def test_low_is_who_stands_among_the_last(one, low):
    assert is_low(one) is low


@pytest.mark.parametrize(
    ("years", "first_years", "found"),
    [
        ([], 2, None),
        ([ranked(2025)], 2, None),
        ([ranked(2025)], 1, Proposed(1, (2025,))),
        ([ranked(2024), ranked(2025)], 2, Proposed(1, (2025, 2024))),
        ([ranked(2023), ranked(2024), ranked(2025)], 2, Proposed(2, (2025, 2024, 2023))),
        ([ranked(one) for one in range(2019, 2026)], 2, Proposed(3, tuple(range(2025, 2018, -1)))),
        ([ranked(2023), ranked(2025)], 2, None),  # 2024 was not appraised
        ([ranked(2024, place="区直"), ranked(2025)], 2, None),  # 转岗
        ([ranked(2023), ranked(2024, None), ranked(2025)], 2, None),
        ([ranked(2024), ranked(2025, 1)], 2, None),
        ([ranked(2024, size=4, rank=4), ranked(2025)], 2, None),
    ],
)
def test_the_rule_proposes_by_years_on_end(years, first_years, found):
    assert propose(years, first_years=first_years, steps=3) == found
    assert propose(years[::-1], first_years=first_years, steps=3) == found


def test_a_case_runs_from_the_proposal_to_its_end():
    state, seen = LowRankState.PROPOSED.value, []
    for action in ("entrust", "consult", "decide", "carry-out", "follow", "check", "release"):
        state = LOW_RANK.target(state, action)
        seen.append(state)
    assert tuple(dict.fromkeys([LowRankState.PROPOSED, *seen])) == MAIN_LINE
    assert LOW_RANK.final_states == frozenset(LowRankState) - OPEN_STATES - {LowRankState.LAPSED}
    assert code(low_rank_step_finding("proposed", "decide")) == "low_rank.state"
    assert low_rank_step_finding("decided", "carry-out") is None


@pytest.mark.parametrize(("step", "found"), [(1, None), (2, None), (3, "low_rank.measure"), (0, "low_rank.measure")])
def test_a_measure_is_never_harsher_than_proposed(step, found):
    assert code(measure_finding(step, 2, "批评教育")) == found


@pytest.mark.parametrize(
    ("held", "due", "found"),
    [
        (1, None, None),
        (1, 5, None),
        (4, 5, "low_rank.day"),
        (1, 1, "low_rank.due"),
    ],
)
def test_days_of_a_measure(held, due, found):
    due_on = due and date(2026, 3, due)
    assert code(days_finding(date(2026, 3, held), due_on, date(2026, 3, 3))) == found
