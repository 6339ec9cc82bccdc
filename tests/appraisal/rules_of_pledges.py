"""Rules of the 责任书, run as part of ``test_rules``: steps and who takes them, goals, scores, changes."""

from dataclasses import replace
from datetime import date

import pytest

from appraisal.choices import CycleState, PledgeAct, PledgeState
from appraisal.rules import goals, pledge
from appraisal.rules.goals import Change, GoalFacts
from appraisal.rules.pledge import PLEDGE, StepFacts, same_person_finding

GOAL = GoalFacts("建团支部", 40, date(2026, 6, 30), 3_000, "个", "组织部")


def code_of(finding):
    return finding and finding.code


def test_a_pledge_goes_from_draft_to_archive_step_by_step():
    state = PledgeState.DRAFT
    for action in ("offer", "confirm", "review", "sign-first", "countersign", "adjust", "confirm", "sign", "settle"):
        state = PLEDGE.target(state, action)
    assert PLEDGE.target(state, "archive") == "archived"
    assert PLEDGE.final_states == {PledgeState.ARCHIVED}
    assert PLEDGE.states == set(PledgeState)


@pytest.mark.parametrize(
    ("state", "back"),
    [
        ("offered", "draft"),
        ("confirmed", "draft"),
        ("reviewed", "draft"),
        ("countersigning", "draft"),
        ("adjusted", "adjusting"),
        ("agreed", "adjusting"),
        ("settled", "signed"),
    ],
)
def test_each_stage_may_be_returned(state, back):
    assert PLEDGE.target(state, "return") == back
    assert pledge.pledge_step_finding(state, "return") is None


def test_a_step_starts_from_its_own_state_only():
    finding = pledge.pledge_step_finding("signed", "offer")
    assert (finding.code, finding.params) == ("pledge.state", {"state": "已签订"})


def test_settling_belongs_to_the_years_end_and_signing_to_the_year():
    late = pledge.cycle_states_for(PledgeAct.SETTLE)
    assert CycleState.DAILY not in late
    assert {CycleState.MATERIALS, CycleState.FEEDBACK} < late
    assert pledge.cycle_states_for(PledgeAct.SIGN) == {"daily", "materials", "evaluation"}
    assert pledge.cycle_states_for(PledgeAct.RETURN, "settled") == late == pledge.cycle_states_for(PledgeAct.ARCHIVE)
    assert pledge.cycle_states_for(PledgeAct.RETURN, "offered") == pledge.BINDING_STATES


def steps(text):
    """Read steps as “draft:a”."""
    return [StepFacts(*one.split(":")) for one in text.split()]


@pytest.mark.parametrize(
    ("taken", "act", "who", "found"),
    [
        ("draft:a offer:a confirm:p", "review", "a", "pledge.same"),
        ("draft:a offer:b confirm:p", "review", "a", "pledge.same"),
        ("draft:a offer:b confirm:p", "review", "b", "pledge.same"),
        ("draft:a offer:a confirm:p", "review", "c", None),
        ("draft:a offer:a confirm:p review:c return:l offer:b confirm:p", "review", "a", "pledge.same"),
        ("draft:a offer:a confirm:p review:c return:l offer:b confirm:p", "review", "c", None),
        ("draft:a offer:a confirm:p review:b", "sign", "b", "pledge.same"),
        ("draft:a offer:a confirm:p review:b", "sign", "l", None),
        ("draft:a offer:a confirm:p review:b sign:l", "countersign", "l", "pledge.same"),
        ("draft:a offer:a confirm:p review:b sign:l adjust:b confirm:p", "sign", "b", "pledge.same"),
        ("draft:a offer:a confirm:p review:b sign:l adjust:b confirm:p", "sign", "l", None),
        ("draft:a offer:a confirm:p review:b sign:l settle:a", "archive", "a", "pledge.same"),
        ("draft:a offer:a confirm:p review:b sign:l settle:a", "archive", "l", None),
    ],
)
def test_nobody_judges_what_they_did_themselves(taken, act, who, found):
    assert code_of(same_person_finding(steps(taken), act, who)) == found


# ---- goals -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, None),
        ({"content": " "}, "goal.content"),
        ({"weight": 0}, "goal.weight"),
        ({"weight": 101}, "goal.weight"),
        ({"target": -1}, "goal.target"),
        ({"target": 1_000_000_001}, "goal.target"),
        ({"target": 0}, None),
        ({"unit": ""}, "goal.unit"),
        ({"due_on": date(2027, 1, 1)}, "goal.due"),
        ({"evaluator": ""}, "goal.evaluator"),
    ],
)
def test_a_goal_says_what_how_much_until_when_and_by_whom_it_is_judged(change, found):
    assert code_of(goals.goal_finding(replace(GOAL, **change), year=2026)) == found


def test_sentences_about_goals_can_be_read():
    assert goals.goal_finding(replace(GOAL, unit=""), year=2026).sentence.endswith("“%”。")
    assert goals.whole_finding("职责", [40, 50]).sentence == "各条目标的分值合计应为 100 分，现在是 90 分。"


def test_a_pledge_is_whole_with_duties_goals_and_a_hundred_points():
    found = [goals.whole_finding(*one) for one in ((" ", [100]), ("职责", []), ("职责", [60, 39]), ("职责", [60, 40]))]
    assert [code_of(one) for one in found] == ["pledge.duties", "pledge.goals", "pledge.weights", None]
    assert [code_of(goals.many_finding(count)) for count in (20, 21)] == [None, "pledge.many"]


@pytest.mark.parametrize(
    ("has_figure", "typed", "found"),
    [
        (True, None, None),
        (True, 1, "goal.computed"),
        (False, None, "goal.actual"),
        (False, -1, "goal.target"),
        (False, 0, None),
    ],
)
def test_what_a_figure_gives_is_never_typed(has_figure, typed, found):
    assert code_of(goals.actual_finding(has_figure=has_figure, typed=typed)) == found


@pytest.mark.parametrize(
    ("target", "actual", "rate", "score"),
    [
        (3_000, 2_000, "66.7%", 26_670),
        (3_000, 3_000, "100.0%", 40_000),
        (3_000, 4_500, "150.0%", 40_000),
        (3_000, 0, "0.0%", 0),
        (0, 5_000, "—", None),
        (0, 0, "—", None),
        (3_000, None, "—", None),
        (1_000, 1_250, "125.0%", 40_000),
        (16_000, 1, "0.0%", 0),
        (8_000, 1, "0.0%", 10),
    ],
)
def test_a_rate_over_nothing_is_neither_nothing_nor_all(target, actual, rate, score):
    assert (goals.completion(target, actual).text, goals.goal_score(40, target, actual)) == (rate, score)


def test_what_has_no_score_leaves_its_weight_to_the_others():
    assert goals.total_score([(60, 60_000), (40, 20_000)]) == 80_000
    assert goals.total_score([(60, 30_000), (40, None)]) == 50_000
    assert goals.total_score([(30, 10_000), (30, 10_000), (40, None)]) == 33_330
    assert goals.total_score([(60, None), (40, None)]) is None


def test_quantities_are_written_without_idle_zeros():
    assert [goals.quantity_text(one) for one in (95_000, 95_500, 125, 0, None)] == ["95", "95.5", "0.125", "0", "—"]
    assert [goals.scale_of(unit) for unit in ("‰", "个")] == [("%", 100), ("个", 1000)]


# ---- changes ---------------------------------------------------------------------------
def test_every_change_is_told_with_before_and_after():
    before = {1: GOAL, 2: replace(GOAL, content="旧")}
    now = replace(GOAL, target=4_500, category="team", figure="a.b", lead="李明", due_on=date(2026, 9, 30), weight=60)
    found = list(goals.changes_between(before, {1: now, 3: replace(GOAL, content="新")}, {"a.b": "办结率"}))
    line = "建团支部，3 个，40 分，2026-06-30 前"
    assert found == [
        Change(1, "分值", "40", "60"),
        Change(1, "完成时限", "2026-06-30", "2026-09-30"),
        Change(1, "目标值", "3", "4.5"),
        Change(1, "类别", "其他工作", "强队伍建组织"),
        Change(1, "牵头", "无", "李明"),
        Change(1, "取数指标", "无", "办结率"),
        Change(2, "整条目标", line.replace("建团支部", "旧"), "无"),
        Change(3, "整条目标", "无", line.replace("建团支部", "新")),
    ]


def test_a_goal_of_last_year_has_the_same_day_of_this_one():
    leap = replace(GOAL, due_on=date(2024, 2, 29))
    assert [goals.for_year(one, 2025).due_on for one in (GOAL, leap)] == [date(2025, 6, 30), date(2025, 2, 28)]
