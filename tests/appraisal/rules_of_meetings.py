"""Rules of a 述职会 and of the contest: states, times, order, who judges whom, means. Run by test_rules."""

from datetime import time

import pytest

from appraisal.choices import MeetingState
from appraisal.rules import contest, meeting
from appraisal.rules.contest import Place, RoundRule
from appraisal.rules.meeting import JudgeLike


def _code(finding):
    return finding and finding.code


def test_a_meeting_goes_from_its_order_to_its_end_and_may_be_reopened():
    state = MeetingState.PREPARING.value
    for action, target in [("start", "running"), ("close", "closed"), ("reopen", "running"), ("void", "void")]:
        assert meeting.meeting_step_finding(state, action) is None
        state = meeting.MEETING.target(state, action)
        assert state == target
    assert meeting.MEETING.final_states == {MeetingState.VOID}
    found = meeting.meeting_step_finding("closed", "close")
    assert (found.code, found.params) == ("meeting.state", {"state": "已结束"})


@pytest.mark.parametrize(
    ("state", "order", "judges"),
    [
        ("preparing", None, None),
        ("running", "meeting.state", None),
        ("closed", "meeting.state", "meeting.state"),
        ("void", "meeting.state", "meeting.state"),
    ],
)
def test_the_order_stands_from_the_beginning_and_judges_from_the_end(state, order, judges):
    assert _code(meeting.arranging_finding(state)) == order
    assert _code(meeting.judges_change_finding(state)) == judges


@pytest.mark.parametrize(
    ("title", "starts", "minutes", "speakers", "found"),
    [
        ("述职会", time(14), 8, 12, None),
        ("", time(14), 8, 12, "meeting.title"),
        ("长" * 41, time(14), 8, 12, "meeting.title"),
        ("述职会", time(14), 0, 12, "meeting.minutes"),
        ("述职会", time(14), 61, 12, "meeting.minutes"),
        ("述职会", time(14), 8, 0, "meeting.speakers"),
        ("述职会", time(0), 1, 101, "meeting.speakers"),
        ("述职会", time(22), 60, 2, None),
        ("述职会", time(22, 1), 60, 2, "meeting.late"),
    ],
)
def test_a_meeting_has_a_name_people_and_ends_on_its_day(title, starts, minutes, speakers, found):
    assert _code(meeting.meeting_finding(title, starts, minutes, speakers=speakers)) == found


def test_somebody_has_to_mark():
    assert _code(meeting.start_finding(0)) == "meeting.judges"
    assert meeting.start_finding(1) is None


def test_times_follow_one_another():
    assert meeting.slots(time(9, 50), 8, 3) == [time(9, 50), time(9, 58), time(10, 6)]
    assert meeting.slots(time(9), 8, 0) == []


@pytest.mark.parametrize(
    ("key", "step", "found"),
    [(2, -1, [2, 1, 3]), (2, 1, [1, 3, 2]), (1, -1, [1, 2, 3]), (3, 1, [1, 2, 3]), (9, 1, [1, 2, 3])],
)
def test_one_changes_places_with_the_neighbour(key, step, found):
    assert meeting.moved([1, 2, 3], key, step) == found


def test_lots_mix_a_copy():
    order = [1, 2, 3]
    assert meeting.shuffled(order, lambda mixed: mixed.reverse()) == [3, 2, 1]
    assert order == [1, 2, 3]


JUDGE = JudgeLike("k1", "王评委", "组织部")


@pytest.mark.parametrize(
    ("new", "found"),
    [
        (JudgeLike("k2", "李评委", ""), None),
        (JudgeLike("k1", "另一个名字", "别处"), "judge.twice"),
        (JudgeLike("k2", "王评委", "组织部"), None),
        (JudgeLike("", "王评委", "组织部"), "judge.twice"),
        (JudgeLike("", "王评委", ""), "judge.twice"),
        (JudgeLike("", "王评委", "民政局"), None),
        (JudgeLike("", "", ""), "judge.name"),
        (JudgeLike("", "长" * 61, ""), "judge.name"),
        (JudgeLike("", "李评委", "长" * 41), "judge.name"),
    ],
)
def test_two_judges_are_not_one_person(new, found):
    assert _code(meeting.judge_finding(new, [JUDGE])) == found


def test_judges_are_not_without_number():
    others = [JudgeLike(f"k{number}", f"评委{number}", "") for number in range(meeting.MOST_JUDGES)]
    assert _code(meeting.judge_finding(JudgeLike("", "新", ""), others)) == "meeting.many_judges"


def test_a_kind_of_judges_has_to_be_one_of_the_scheme():
    assert meeting.class_finding("judges", ["judges", "jury"]) is None
    assert _code(meeting.class_finding("a", ["judges", "jury"])) == "judge.class"


@pytest.mark.parametrize(
    ("judge", "found"),
    [
        (JudgeLike("k1", "王评委", ""), True),
        (JudgeLike("k2", "甲", ""), False),
        (JudgeLike("", "甲", "别处"), True),
        (JudgeLike("", "乙", ""), False),
    ],
)
def test_oneself_is_known_by_the_person_and_without_an_account_by_the_name(judge, found):
    assert meeting.is_oneself(judge, person_key="k1", name="甲") is found


@pytest.mark.parametrize(
    ("mark", "told", "found"),
    [
        (88_500, {}, None),
        (None, {}, None),
        (100_010, {}, "mark.range"),
        (88_505, {}, "mark.range"),
        (88_500, {"is_running": False}, "judge.ended"),
        (88_500, {"is_self": True}, "judge.self"),
        (88_500, {"is_asked": False}, "judge.class_of_group"),
        (None, {"is_written": True}, "judge.written"),
    ],
)
def test_a_mark_is_taken_while_the_meeting_runs(mark, told, found):
    usual = {"is_running": True, "is_self": False, "is_asked": True, "is_written": False}
    assert _code(meeting.judging_finding(mark, **{**usual, **told})) == found


def test_extremes_are_dropped_before_the_mean():
    found = meeting.pool_result([90_000, 60_000, 95_000, 88_000, 89_000], 5)
    assert (found.mean, found.marks.highest, found.marks.lowest) == (89_000, 95_000, 60_000)
    few = meeting.pool_result([90_000, 91_010, 92_000], 5)
    assert (few.mean, few.marks.highest) == (91_000, None)
    assert meeting.pool_result([], 5) is None


def test_what_is_missing_is_counted_by_kind():
    assert meeting.missing_marks({"judges": 3, "jury": 2}, {"judges": 2}) == 3
    assert meeting.missing_marks({"judges": 3}, {"judges": 4, "jury": 9}) == 0


def test_the_promise_says_who_sees_marks():
    assert "只有您自己看得到" in meeting.judge_promise()


# ---- the contest -----------------------------------------------------------------------
def test_equal_marks_share_a_place_and_the_next_is_left_out():
    found = contest.places_in({1: 90, 2: 95, 3: 90, 4: 80})
    assert found == {2: Place(1, False), 1: Place(2, True), 3: Place(2, True), 4: Place(4, False)}
    assert contest.places_in({}) == {}


ROUNDS = [RoundRule(100, 4_000), RoundRule(50, 6_000)]


@pytest.mark.parametrize(
    ("marks", "found"),
    [([80_000, 40_000], 80_000), ([80_000, 0], 32_000), ([80_000, None], None), ([None, None], None)],
)
def test_a_missing_round_leaves_no_score_and_nought_counts(marks, found):
    assert contest.contest_score(marks, ROUNDS) == found


def test_without_rounds_there_is_no_score():
    assert contest.contest_score([], []) is None
