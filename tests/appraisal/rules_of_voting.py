"""Rules of a vote: states, codes, thresholds, the promise. Run by test_rules."""

from datetime import date, timedelta

import pytest

from appraisal.choices import BoxState
from appraisal.rules import voting

_DAY = date(2026, 12, 1)


def _code(finding):
    return finding and finding.code


def test_a_box_goes_from_its_draft_to_its_end():
    state = BoxState.DRAFT.value
    for action, target in [("seal", "sealed"), ("open", "open"), ("close", "closed")]:
        assert voting.box_step_finding(state, action) is None
        state = voting.BOX.target(state, action)
        assert state == target
    assert voting.BOX.final_states == {BoxState.CLOSED, BoxState.VOID}
    found = voting.box_step_finding("closed", "close")
    assert (found.code, found.params) == ("box.state", {"state": "已结束"})


@pytest.mark.parametrize(
    ("title", "opens", "closes", "found"),
    [
        ("青年议", 0, 0, None),
        ("青年议", -9, 0, None),
        ("青年议", 1, 0, "box.days"),
        ("青年议", -9, -1, "box.days"),
        ("", 0, 0, "box.title"),
        ("长" * 41, 0, 0, "box.title"),
    ],
)
def test_a_box_has_a_name_and_days_to_come(title, opens, closes, found):
    days = [_DAY + timedelta(days=one) for one in (opens, closes)]
    assert _code(voting.box_finding(title, *days, _DAY)) == found


@pytest.mark.parametrize(
    ("groups", "found"),
    [([1], None), ([1] * 12, None), ([1] * 13, "box.people"), ([], "box.people"), ([1, 2], "box.people")],
)
def test_a_box_is_about_a_few_people_of_one_group(groups, found):
    assert _code(voting.people_finding(groups, 1)) == found


@pytest.mark.parametrize(
    ("count", "counted_from", "found"),
    [
        (10, 10, None),
        (9, 10, "box.codes"),
        (5, 3, None),
        (4, 3, "box.codes"),
        (1_500, 10, None),
        (1_501, 10, "box.codes"),
    ],
)
def test_codes_are_enough_to_be_counted(count, counted_from, found):
    assert _code(voting.codes_finding(count, counted_from=counted_from)) == found


@pytest.mark.parametrize(
    ("choices", "found"),
    [
        ({1: 1, 2: 5}, None),
        ({1: 1}, "vote.choice"),
        ({1: 1, 2: 2, 3: 3}, "vote.choice"),
        ({1: 1, 2: 6}, "vote.choice"),
        ({1: 1, 2: 0}, "vote.choice"),
        ({}, "vote.choice"),
    ],
)
def test_a_ballot_says_something_about_everybody(choices, found):
    assert _code(voting.choices_finding(choices, [1, 2])) == found


def test_a_comment_is_short():
    assert voting.comment_finding("字" * 300) is None
    assert _code(voting.comment_finding("字" * 301)) == "vote.comment"


@pytest.mark.parametrize(
    ("counts", "shown"),
    [({1: 5}, True), ({1: 4}, False), ({1: 2, 2: 1, 3: 1, 4: 1}, True), ({1: 4, 5: 9}, False), ({}, False)],
)
def test_counts_are_shown_from_five_judgements_on(counts, shown):
    assert voting.is_shown(counts) is shown


@pytest.mark.parametrize("number", [0, 1, 2**127, 2**128 - 1, 0x0123456789ABCDEF0123456789ABCDEF])
def test_a_code_is_read_as_it_was_written(number):
    code = voting.write_code(number)
    assert len(code) == 26
    assert voting.read_code(code) == code
    assert voting.read_code(voting.spaced_code(code)) == code
    assert voting.read_code(f" {code[:13].lower()}－{code[13:]}　") == code
    assert voting.read_code(code.replace("0", "o").replace("1", "I")) == code


def test_numbers_have_codes_of_their_own():
    assert len({voting.write_code(one) for one in range(2_000)}) == 2_000


@pytest.mark.parametrize("text", ["", "0" * 25, "0" * 27, "8" + "0" * 25, "U" * 26, "中" * 26, "0" * 25 + "*"])
def test_what_is_no_code_is_not_read(text):
    assert voting.read_code(text) == ""


def test_the_promise_says_what_the_box_keeps():
    assert "不满 5 份评价的不显示，不满 10 份的不计分" in voting.promise(counted_from=10)
    assert "不满 5 份的不计分" in voting.promise(counted_from=3)
    assert "投票结束后不可对应" in voting.promise(counted_from=10)
