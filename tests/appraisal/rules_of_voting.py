"""Rules of a vote: states, codes, thresholds, the promise. Run by test_rules."""

from datetime import date, timedelta

import pytest

from appraisal.choices import BoxMode, BoxState, Component
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


def test_by_link_a_whole_group_is_voted_about():
    assert _code(voting.people_finding([1] * 60, 1, mode=BoxMode.NAMED)) is None
    assert _code(voting.people_finding([1] * 61, 1, mode=BoxMode.COUNTED)) == "box.people"


def test_a_consultation_is_about_people_of_any_group():
    assert voting.people_finding([1, 2], None, mode=BoxMode.CONSULTATION) is None


@pytest.mark.parametrize(
    ("component", "fitting"),
    [
        (None, {"consultation"}),
        (Component.YOUTH_OPINION, {"codes"}),
        (Component.PARTY_GOVERNMENT, {"named", "counted", "codes"}),
    ],
)
def test_each_way_of_voting_has_its_component(component, fitting):
    assert {one.value for one in BoxMode if voting.mode_finding(one, component) is None} == fitting


def test_an_act_is_one_of_boxes_of_its_mode():
    assert voting.modes_finding("named", ["named", "counted"]) is None
    found = voting.modes_finding("codes", ["named"])
    assert (found.code, found.params) == ("box.other_mode", {"mode": "凭码不记名"})


@pytest.mark.parametrize(
    ("held", "may"),
    [
        ([("leader", "01")], True),
        ([("party_committee", "0102")], True),
        ([("party_committee", "0103")], False),
        ([("party_committee", "0103"), ("leader", "01")], True),
        ([("party_committee", "0103"), ("party_committee", "0102")], True),
        ([], False),
    ],
)
def test_a_party_committee_rates_those_of_its_own_unit(held, may):
    assert voting.may_rate(held, "010201") is may


@pytest.mark.parametrize(
    ("mode", "count", "counted_from", "found"),
    [
        ("named", 3, 3, None),
        ("named", 2, 3, "box.voters"),
        ("named", 1, 0, None),
        ("named", 0, 0, "box.voters"),
        ("counted", 5, 3, None),
        ("counted", 4, 3, "box.voters"),
        ("counted", 9, 10, "box.voters"),
    ],
)
def test_enough_are_asked_about_everybody(mode, count, counted_from, found):
    assert _code(voting.voters_finding({"甲": 99, "乙": count}, mode=mode, counted_from=counted_from)) == found


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


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ({1: 1, 2: 4, 3: 1, 4: 2}, None),
        ({1: 4, 2: 1, 3: 1, 4: 1}, "vote.answers"),
        ({1: 0, 2: 1, 3: 1, 4: 1}, "vote.answers"),
        ({1: 1, 2: 1, 3: 1}, "vote.answers"),
        ({1: 1, 2: 1, 3: 1, 4: 1, 5: 1}, "vote.answers"),
    ],
)
def test_a_consultation_asks_every_question(answers, found):
    assert _code(voting.answers_finding(answers)) == found


@pytest.mark.parametrize(
    ("screening", "reason", "found"),
    [
        ("passed", "", None),
        ("waiting", "", None),
        ("withheld", "写了别人的姓名", None),
        ("withheld", "", "screening.reason"),
        ("passed", "理由", "screening.reason"),
        ("withheld", "长" * 61, "screening.reason"),
    ],
)
def test_what_is_withheld_has_a_reason(screening, reason, found):
    assert _code(voting.screening_finding(screening, reason)) == found


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


def test_each_mode_promises_what_it_keeps():
    assert "投票结束后不可对应" in voting.promise("counted", counted_from=3)
    assert "记在您的名下" in voting.promise("named", counted_from=3)
    assert "不满 3 份的不计分" in voting.promise("named", counted_from=3)
    assert "不计分" in voting.promise("consultation")
    assert len({voting.promise(one) for one in BoxMode}) == 4
