"""Rules of the 区综合考核, run as part of ``test_rules``: steps, table, points, what is converted, objections."""

from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appraisal.choices import DistrictState
from appraisal.rules import district
from appraisal.rules.district import DISTRICT, ItemFacts

ITEM = ItemFacts("基层组织", "每新建一个得 2 分", 40)
FIGURE_ITEM = ItemFacts("覆盖", "按完成率计", 60, "roster.secretaries", 95_000)
POINTS = st.integers(0, 10_000).map(lambda hundredths: hundredths * 10)


def said(finding):
    return finding and finding.code


def test_a_district_appraisal_runs_from_the_table_to_the_report():
    state, titles = DistrictState.DRAFT.value, []
    while actions := DISTRICT.actions_from(state):
        [step] = actions
        titles.append(step.title)
        state = step.target
    assert titles == ["下达", "转入核分", "反馈给单位", "报考核办"]
    assert DISTRICT.states == set(DistrictState)
    assert set(DistrictState) - DISTRICT.final_states == district.OPEN_STATES
    assert said(district.step_finding("draft", "report")) == "district.state"
    assert district.step_finding("draft", "issue") is None
    assert said(district.state_finding("reported", district.OBJECTION_STATES)) == "district.state"
    assert district.state_finding("objections", district.OBJECTION_STATES) is None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, None),
        ({"title": " "}, "item.title"),
        ({"how": ""}, "item.how"),
        ({"maximum": 0}, "item.maximum"),
        ({"maximum": 101}, "item.maximum"),
        ({"figure": "a.b"}, "item.target"),
        ({"figure": "a.b", "target": 1_000_000_001}, "item.target"),
        ({"figure": "a.b", "target": 1}, None),
    ],
)
def test_an_indicator_says_what_how_and_how_much(changes, code):
    assert said(district.item_finding(replace(ITEM, **changes))) == code


def test_a_table_holds_each_indicator_once_and_adds_up_to_100():
    assert district.table_finding([ITEM, FIGURE_ITEM]) is None
    assert said(district.table_finding([ITEM, replace(ITEM, title=" 基层组织 ")])) == "item.twice"
    many = [replace(ITEM, title=f"指标{number}") for number in range(31)]
    assert said(district.table_finding(many)) == "district.many"
    assert district.table_finding(many[:30]) is None
    assert said(district.whole_finding([])) == "district.items"
    assert said(district.whole_finding([40, 59])) == "district.sum"
    assert district.whole_finding([40, 60]) is None


def test_the_digest_of_a_table_is_that_of_all_that_counts():
    told = {"weight": 1_000, "base": 1}
    first = district.table_digest([ITEM, FIGURE_ITEM], **told)
    assert first == district.table_digest([ITEM, FIGURE_ITEM], **told)
    others = [
        district.table_digest([FIGURE_ITEM, ITEM], **told),
        district.table_digest([replace(ITEM, maximum=41), FIGURE_ITEM], **told),
        district.table_digest([ITEM, replace(FIGURE_ITEM, target=96_000)], **told),
        district.table_digest([ITEM, FIGURE_ITEM], weight=999, base=1),
        district.table_digest([ITEM, FIGURE_ITEM], weight=1_000, base=2),
        district.points_digest(first, [(1, 1, None, 10)]),
        district.points_digest(first, [(1, 1, 10, None)]),
        district.report_digest(first, [("青禾街道", 1, 90_000, 9_000)]),
        district.report_digest(first, [("青禾街道", 1, 90_000, None)]),
    ]
    assert len({first, *others}) == 10


def test_points_are_within_the_maximum_and_have_two_decimals():
    assert [said(district.points_finding(value, 40)) for value in (0, 40_000, 12_340)] == [None] * 3
    assert {said(district.points_finding(value, 40)) for value in (-10, 40_010, 5)} == {"points.range"}
    assert district.typed_finding(None, 40, is_computed=True) is None
    assert said(district.typed_finding(0, 40, is_computed=True)) == "points.computed"
    assert said(district.typed_finding(40_010, 40, is_computed=False)) == "points.range"


def test_a_self_rating_is_whole_before_it_is_handed_in():
    assert said(district.handed_in_finding(None, "依据")) == "points.missing"
    assert said(district.handed_in_finding(10, " ")) == "points.ground"
    assert district.handed_in_finding(0, "") is None
    assert district.handed_in_finding(10, "依据") is None


@pytest.mark.parametrize(
    ("own", "points", "reason", "code"),
    [
        (10, 20, "", "points.reason"),
        (10, 20, "少一个", None),
        (10, 10, "", None),
        (None, 20, "", None),
        (10, None, "", None),
    ],
)
def test_points_that_differ_from_the_self_rating_have_a_reason(own, points, reason, code):
    assert said(district.reason_finding(own, points, reason)) == code


def test_a_figure_brings_its_share_of_the_target():
    assert district.computed_points(40, 95_000, 47_500) == 20_000
    assert district.computed_points(40, 95_000, 100_000) == 40_000
    assert district.computed_points(40, 95_000, None) is None


def test_a_total_is_there_once_nothing_is_missing():
    assert district.total([10, 20]) == 30
    assert district.total([10, None]) is None
    assert district.total([]) is None


@given(score=POINTS, weight=st.integers(1, 10_000))
def test_what_is_converted_agrees_with_plain_decimals(score, weight):
    exact = Decimal(score) / 1000 * Decimal(weight) / 10_000
    assert Decimal(district.converted(score, weight)) / 1000 == exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


@given(maximum=st.integers(1, 100), target=st.integers(1, 10**9), actual=st.integers(0, 10**9))
def test_computed_points_agree_with_plain_decimals(maximum, target, actual):
    exact = Decimal(maximum) * min(actual, target) / target
    found = Decimal(district.computed_points(maximum, target, actual)) / 1000
    assert abs(found - exact) <= Decimal("0.005")
    assert found * 100 == int(found * 100)
    assert district.points_finding(int(found * 1000), maximum) is None


def test_half_a_hundredth_is_rounded_up():
    assert district.converted(87_650, 1_000) == 8_770  # 8.765
    assert district.converted(87_640, 1_000) == 8_760
    assert district.base_words(1, 1_000) == "总考核的 10%"
    assert district.base_words(2, 1_250) == "党建考核的 12.5%"


def test_objections_are_raised_within_some_days():
    last = district.last_day(date(2026, 12, 30), 5)
    assert last == date(2027, 1, 4)
    assert district.objection_finding("依据", day=last, last=last) is None
    assert said(district.objection_finding(" ", day=last, last=last)) == "objection.content"
    assert said(district.objection_finding("依据", day=date(2027, 1, 5), last=last)) == "objection.late"


@pytest.mark.parametrize(
    ("before", "after", "reason", "code"),
    [
        (10, None, " ", "objection.answer"),
        (10, None, "台账无据", None),
        (10, 10, "同意", "objection.points"),
        (10, 20, "同意", None),
    ],
)
def test_an_answer_has_a_reason_and_a_correction_other_points(before, after, reason, code):
    assert said(district.answer_finding(before, after, reason)) == code
