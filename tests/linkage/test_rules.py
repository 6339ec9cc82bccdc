"""Rules of the linkage."""

from datetime import date

import pytest

from linkage.choices import AssignmentState, PartnerState, TaskState
from linkage.rules import (
    ASSIGNMENTS,
    HORIZONTAL,
    PARTNERS,
    VERTICAL,
    due_within,
    evidence_finding,
    extension_finding,
    fault_in_week,
    invite_findings,
    issue_findings,
    joint_progress,
    light_for,
    lines_of,
    part_acts,
    plain_words,
    report_finding,
    says_quiet,
    summed_progress,
    task_findings,
    week_state,
    week_to_report,
)
from youthleague.kernel.weeks import IsoWeek


@pytest.mark.parametrize(
    ("theme", "done", "is_quiet", "is_exempt", "state"),
    [
        ("", "", False, False, "unplanned"),
        ("清河", "", False, False, "running"),
        ("清河", "清了河", False, False, "done"),
        ("", "", True, False, "done"),
        ("清河", "清了河", True, True, "exempt"),
    ],
)
def test_the_state_of_a_week(theme, done, is_quiet, is_exempt, state):
    assert week_state(theme=theme, done=done, is_quiet=is_quiet, is_exempt=is_exempt) == state


@pytest.mark.parametrize(
    ("week", "today", "back", "code"),
    [
        (IsoWeek(2026, 48), date(2026, 11, 25), 4, None),
        (IsoWeek(2026, 49), date(2026, 11, 25), 4, None),
        (IsoWeek(2026, 50), date(2026, 11, 25), 4, "week.future"),
        (IsoWeek(2026, 44), date(2026, 11, 25), 4, None),
        (IsoWeek(2026, 43), date(2026, 11, 25), 4, "week.past"),
        (IsoWeek(2026, 47), date(2026, 11, 25), 0, "week.past"),
        (IsoWeek(2026, 53), date(2027, 1, 1), 0, None),  # Friday, 1 January lies in week 53
        (IsoWeek(2027, 1), date(2027, 1, 1), 0, None),
        (IsoWeek(2026, 53), date(2027, 1, 4), 1, None),
        (IsoWeek(2026, 53), date(2027, 1, 4), 0, "week.past"),
    ],
)
def test_which_weeks_can_be_written(week, today, back, code):
    finding = week_to_report(week, today, weeks_back=back)
    assert (finding.code if finding else None) == code


@pytest.mark.parametrize(
    ("theme", "done", "is_quiet", "code"),
    [
        ("", "一\n二\n三", False, None),
        ("", "一\n\n二\n三\n ", False, None),
        ("", "一\n二\n三\n四", False, "week.lines"),
        ("", "", False, "week.nothing"),
        ("", "", True, None),
        ("清河", "", False, None),
    ],
)
def test_what_a_week_may_say(theme, done, is_quiet, code):
    finding = fault_in_week(theme=theme, done=done, is_quiet=is_quiet)
    assert (finding.code if finding else None) == code


def test_the_sentence_names_the_limit():
    assert "3" in fault_in_week(theme="", done="一\n二\n三\n四", is_quiet=False).sentence


def test_blank_lines_are_no_lines():
    assert lines_of(" 一 \n\n　\n二") == ["一", "二"]


# ---- tasks ------------------------------------------------------------------------
DAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("due_on", "light"),
    [
        (date(2026, 11, 24), "red"),
        (DAY, "yellow"),
        (date(2026, 11, 28), "yellow"),
        (date(2026, 11, 29), "green"),
        (None, "none"),
    ],
)
def test_the_light_turns_three_days_before_and_the_day_after(due_on, light):
    assert light_for(due_on, DAY, yellow_days=3) == light


def codes(found):
    return [(name, finding.code) for name, finding in found]


@pytest.mark.parametrize(
    ("due_on", "wants", "reason", "found"),
    [
        (DAY, False, "", []),
        (DAY, True, "上级要看现场", []),
        (date(2026, 11, 24), True, " ", [("due_on", "task.dates"), ("evidence_reason", "task.evidence_reason")]),
    ],
)
def test_a_task_ends_after_it_begins_and_gives_a_reason_for_evidence(due_on, wants, reason, found):
    said = task_findings(starts_on=DAY, due_on=due_on, wants_evidence=wants, evidence_reason=reason)
    assert codes(said) == found


@pytest.mark.parametrize(
    ("due_on", "levels", "has_basis", "found"),
    [
        (DAY, ["township", "unit"], True, []),
        (DAY, ["village"], False, []),
        (DAY, ["township"], False, [("basis", "task.basis")]),
        (date(2026, 11, 24), [], False, [("units", "task.units"), ("due_on", "task.due_past")]),
    ],
)
def test_what_keeps_a_task_from_being_sent(due_on, levels, has_basis, found):
    assert codes(issue_findings(due_on=due_on, today=DAY, levels=levels, has_basis=has_basis)) == found


@pytest.mark.parametrize(
    ("due_on", "partners", "found"),
    [
        (DAY, 1, []),
        (DAY, 0, [("partners", "joint.partners")]),
        (date(2026, 11, 24), 1, [("due_on", "task.due_past")]),
    ],
)
def test_what_keeps_invitations_from_going_out(due_on, partners, found):
    assert codes(invite_findings(due_on=due_on, today=DAY, partners=partners)) == found


def test_a_unit_below_is_not_given_longer_than_the_one_above():
    assert due_within(DAY, DAY, DAY) is None
    assert due_within(date(2026, 11, 24), DAY, DAY).code == "task.due_past"
    assert due_within(date(2026, 11, 26), DAY, DAY).sentence == "完成时限不能晚于本单位的时限 2026-11-25。"


@pytest.mark.parametrize(
    ("progress", "says_nothing", "code"),
    [
        (0, False, None),
        (100, False, None),
        (10, True, "record.nothing"),
        (101, False, "record.progress"),
        (-1, False, "record.progress"),
    ],
)
def test_a_report_says_something(progress, says_nothing, code):
    finding = report_finding(progress=progress, says_nothing=says_nothing)
    assert (finding and finding.code) == code


@pytest.mark.parametrize(
    ("parts", "whole"),
    [
        ([], 0),
        ([(100, None), (99, None)], 99),
        ([(100, 30), (0, 10)], 75),
        ([(100, 30), (0, None)], 50),
        ([(100, 30), (0, 0)], 50),
        ([(100, 5), (100, 5)], 100),
    ],
)
def test_a_whole_is_finished_with_its_last_part(parts, whole):
    assert joint_progress(parts) == whole
    sums = {
        "count": len(parts),
        "with_quota": sum(bool(quota) for _, quota in parts),
        "percent": sum(progress for progress, _ in parts),
        "weighted": sum(progress * (quota or 0) for progress, quota in parts),
        "quotas": sum(quota or 0 for _, quota in parts),
    }
    assert summed_progress(**sums) == whole


@pytest.mark.parametrize(
    ("asked", "reason", "found"),
    [
        (date(2026, 11, 26), "雨天", []),
        (DAY, "", [("due_on", "extension.date"), ("reason", "task.reason")]),
    ],
)
def test_an_extension_is_for_later_and_says_why(asked, reason, found):
    assert codes(extension_finding(asked, DAY, reason, DAY)) == found


def test_an_extension_of_what_is_overdue_reaches_beyond_today():
    assert codes(extension_finding(date(2026, 11, 24), date(2026, 11, 20), "雨天", DAY)) == [
        ("due_on", "extension.date")
    ]


def test_every_state_of_a_task_has_its_word():
    states = VERTICAL.states | HORIZONTAL.states
    assert states == set(TaskState.values)
    assert ASSIGNMENTS.states == set(AssignmentState.values)
    assert PARTNERS.states == set(PartnerState.values)
    assert VERTICAL.final_states == {"archived", "void"} == HORIZONTAL.final_states
    assert ASSIGNMENTS.final_states == {"archived", "void"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ""),
        (" 清 了　河 ", "清 了 河"),
        ("一\r\n\r\n二\u200b\r三", "一\n二\n三"),
        ("无", ""),
        ("-", ""),
        ("无\n无", "无\n无"),
    ],
)
def test_words_as_they_are_stored(text, words):
    assert plain_words(text) == plain_words(words) == words


@pytest.mark.parametrize(
    ("text", "is_quiet"),
    [
        ("本周无重点事项", True),
        ("（本周无重点事项。）", True),
        ("无重点工作", True),
        ("", False),
        ("清了河，无重点事项", False),
    ],
)
def test_a_quiet_week_in_words(text, is_quiet):
    assert says_quiet(text) is is_quiet


@pytest.mark.parametrize(
    ("state", "of_handler", "of_superior"),
    [
        ("draft", [], []),
        ("waiting", ["acknowledge", "report"], ["void"]),
        ("running", ["report", "submit", "split"], ["void"]),
        ("submitted", [], ["approve", "return", "void"]),
        ("closed", [], ["rate"]),
        ("rated", [], ["rate"]),
        ("archived", [], []),
        ("void", [], []),
    ],
)
def test_who_may_do_what_with_a_part(state, of_handler, of_superior):
    assert part_acts(state, handles=True, looks_after=False) == of_handler
    assert part_acts(state, handles=False, looks_after=True) == of_superior
    assert part_acts(state, handles=True, looks_after=True) == [*of_handler, *of_superior]
    assert part_acts(state, handles=False, looks_after=False) == []


@pytest.mark.parametrize(
    ("is_wanted", "count", "megabytes", "code"),
    [
        (False, 0, 1, "evidence.unwanted"),
        (True, 3, 1, "evidence.many"),
        (True, 2, 200.1, "evidence.space"),
        (True, 2, 200, None),
    ],
)
def test_why_a_file_is_not_taken(is_wanted, count, megabytes, code):
    found = evidence_finding(is_wanted=is_wanted, count=count, most=3, megabytes=megabytes)
    assert (found and found.code) == code
