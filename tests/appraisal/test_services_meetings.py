"""A 述职会 until it ends: who may keep it, the order, the judges, links that are good once."""

from datetime import time

import pytest

from appraisal.models import (
    DebriefMeeting,
    Exemption,
    MeetingJudge,
    MeetingMark,
    MeetingSpeaker,
)
from appraisal.reports.meetings import LINK_PURPOSE, judge_of_pass, speaker_lines
from appraisal.services.judging import (
    close_meeting,
    enter_by_code,
    save_marks,
)
from appraisal.services.meetings import (
    JudgePlan,
    add_judges,
    add_speaker,
    change_meeting,
    draw_lots,
    issue_links,
    move_speaker,
    remove_judge,
    remove_speaker,
    start_meeting,
    void_meeting,
)
from tests.appraisal.conftest import NOON, account_of, fresh, person, refused, take_to
from tests.appraisal.meetings import (
    act,
    evaluation,
    events,
    give,
    judges_of,
    meeting,
    meeting_plan,
    named_judges,
    office,
    only,
    opened_phone,
    people,
    prepared_meeting,
    running_meeting,
    speaker,
)
from tests.factories import make_user
from youthleague.protection.seal import signatures_of

__all__ = ["evaluation", "meeting", "office", "people"]
pytestmark = pytest.mark.django_db


def order(meeting):
    rows = MeetingSpeaker.objects.filter(meeting=meeting).order_by("position")
    return list(rows.values_list("participant__cadre__name", flat=True))


# ---- setting up --------------------------------------------------------------------------
def test_a_meeting_holds_everybody_of_its_groups(meeting, office):
    assert (meeting.state, meeting.version, order(meeting)) == ("preparing", 1, ["丙", "丁", "戊"])
    assert [one.starts_at for one in speaker_lines(meeting)] == [time(14, 30), time(14, 38), time(14, 46)]
    assert events() == [("meeting.prepare", {"people": 3})]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"title": " "}, "meeting.title"),
        ({"minutes": 0}, "meeting.minutes"),
        ({"starts_at": time(23, 50)}, "meeting.late"),
    ],
)
def test_what_makes_no_meeting_is_refused(evaluation, staff, office, changes, found):
    assert refused(lambda: prepared_meeting(evaluation, staff, *office, **changes)) == found
    assert not DebriefMeeting.objects.exists()


def test_groups_are_those_that_speak(evaluation, staff, office):
    assert refused(lambda: prepared_meeting(evaluation, staff)) == "meeting.group"
    office[0].group.components.filter(component=4).delete()
    assert refused(lambda: prepared_meeting(evaluation, staff, *office)) == "meeting.group"


def test_nobody_speaks_twice_nor_when_exempt(evaluation, staff, meeting, office):
    assert refused(lambda: prepared_meeting(evaluation, staff, *office)) == "meeting.speakers"
    act(remove_speaker, meeting, staff, speaker=speaker(meeting, office[0]).pk)
    Exemption.objects.create(participant=office[0], component=4, reason="病", granted_by=staff, granted_at=NOON)
    assert refused(lambda: prepared_meeting(evaluation, staff, *office)) == "meeting.speakers"
    Exemption.objects.all().delete()
    second = prepared_meeting(evaluation, staff, *office, title="补一场")
    assert order(second) == ["丙"]
    act(void_meeting, meeting, staff)
    assert order(prepared_meeting(evaluation, staff, *office, title="再一场")) == ["丁", "戊"]


def test_who_is_among_the_groups_keeps_no_meeting(evaluation, staff, people, district, office, meeting):
    own = account_of(people["top"], "district_staff", district.top)
    assert refused(lambda: act(draw_lots, meeting, own)) == "appraisal.self"
    act(remove_speaker, meeting, staff, speaker=speaker(meeting, office[0]).pk)
    assert refused(lambda: act(draw_lots, meeting, own)) == "meeting.own_group"
    assert refused(lambda: act(draw_lots, meeting, make_user("leader", district.top))) == "appraisal.scope"
    assert refused(lambda: act(draw_lots, meeting, make_user("district_staff", district.township_a))) == (
        "appraisal.scope"
    )


def test_a_meeting_is_of_a_year_that_collects_or_evaluates(cycle, staff, people):
    top = person(cycle, people["top"])
    assert refused(lambda: prepared_meeting(cycle, staff, top)) == "cycle.state"
    collecting = take_to(cycle, "materials", staff)
    meeting = prepared_meeting(collecting, staff, top)
    named_judges(meeting, staff, 1)
    assert refused(lambda: act(start_meeting, meeting, staff)) == "cycle.state"


def test_day_and_place_change_until_it_begins(meeting, staff):
    changed = act(change_meeting, meeting, staff, plan=meeting_plan(title="改期", starts_at=time(9), minutes=10))
    assert (changed.title, changed.starts_at, changed.version) == ("改期", time(9), 2)
    assert refused(lambda: act(change_meeting, meeting, staff, plan=meeting_plan(minutes=99))) == "meeting.minutes"
    stale = {"meeting": changed, "version": 1, "by": staff, "at": NOON, "plan": meeting_plan()}
    assert refused(lambda: change_meeting(**stale)) == "row.stale"
    only(meeting, state="running")
    assert refused(lambda: act(change_meeting, meeting, staff, plan=meeting_plan())) == "meeting.state"


# ---- the order ---------------------------------------------------------------------------
def test_the_order_is_moved_drawn_and_stands_once_it_begins(meeting, staff, office):
    act(move_speaker, meeting, staff, speaker=speaker(meeting, office[2]).pk, step=-1)
    assert order(meeting) == ["丙", "戊", "丁"]
    act(draw_lots, meeting, staff)
    assert sorted(order(meeting)) == sorted(["丙", "丁", "戊"])
    assert events("meeting.lots") == [("meeting.lots", {"people": 3})]
    assert sorted(meeting.speakers.values_list("position", flat=True)) == [1, 2, 3]
    named_judges(meeting, staff, 1)
    act(start_meeting, meeting, staff)
    assert refused(lambda: act(draw_lots, meeting, staff)) == "meeting.state"


def test_speakers_come_and_go(meeting, staff, office, evaluation, people):
    gone = speaker(meeting, office[1])
    act(remove_speaker, meeting, staff, speaker=gone.pk)
    assert refused(lambda: act(remove_speaker, meeting, staff, speaker=gone.pk)) == "meeting.gone"
    act(add_speaker, meeting, staff, person=office[1].pk)
    assert order(meeting) == ["丙", "戊", "丁"]
    assert refused(lambda: act(add_speaker, meeting, staff, person=office[1].pk)) == "meeting.speaker"
    other = person(evaluation, people["a"])
    act(add_speaker, meeting, staff, person=other.pk)
    assert order(meeting)[-1] == "甲"
    for name in ("甲", "丁", "戊"):
        row = MeetingSpeaker.objects.get(meeting=meeting, participant__cadre__name=name)
        act(remove_speaker, meeting, staff, speaker=row.pk)
    last = MeetingSpeaker.objects.get(meeting=meeting)
    assert refused(lambda: act(remove_speaker, meeting, staff, speaker=last.pk)) == "meeting.last"


def test_a_day_that_is_full_takes_nobody_more(meeting, staff, office):
    act(remove_speaker, meeting, staff, speaker=speaker(meeting, office[1]).pk)
    only(meeting, starts_at=time(23, 44))
    assert refused(lambda: act(add_speaker, meeting, staff, person=office[1].pk)) == "meeting.late"


# ---- judges ------------------------------------------------------------------------------
def test_judges_have_an_account_or_a_link(meeting, staff, leader, district):
    second = make_user("judge", district.top)
    plans = [
        JudgePlan("judges", user=leader),
        JudgePlan("jury", user=second),
        JudgePlan("jury", name=" 王 ", unit="村"),
    ]
    act(add_judges, meeting, staff, plans=plans)
    rows = MeetingJudge.objects.filter(meeting=meeting).order_by("pk")
    told = [(one.ballot_class, one.user_id, one.name, one.unit) for one in rows]
    names = [("judges", leader.pk, leader.full_name, ""), ("jury", second.pk, second.full_name, "")]
    assert told == [*names, ("jury", None, "王", "村")]
    assert events("meeting.judges") == [("meeting.judges", {"judges": 3})]


@pytest.mark.parametrize(
    ("plans", "found"),
    [
        ([], "judge.nobody"),
        ([JudgePlan("a", name="王")], "judge.class"),
        ([JudgePlan("judges", name="")], "judge.name"),
        ([JudgePlan("judges", name="王"), JudgePlan("jury", name="王")], "judge.twice"),
    ],
)
def test_what_makes_no_judge_is_refused_and_nobody_is_added(meeting, staff, plans, found):
    assert refused(lambda: act(add_judges, meeting, staff, plans=plans)) == found
    assert not MeetingJudge.objects.exists()


def test_one_person_is_one_judge_by_whichever_account(meeting, staff, people, district):
    one, other = (account_of(people["a"], role, district.top) for role in ("judge", "committee_member"))
    act(add_judges, meeting, staff, plans=[JudgePlan("judges", user=one)])
    assert refused(lambda: act(add_judges, meeting, staff, plans=[JudgePlan("jury", user=other)])) == "judge.twice"
    auditor = make_user("auditor", district.top)
    assert refused(lambda: act(add_judges, meeting, staff, plans=[JudgePlan("jury", user=auditor)])) == "judge.account"


def test_a_judge_goes_with_what_she_marked(evaluation, staff, office):
    meeting = running_meeting(evaluation, staff, *office, judges=2)
    one, other = judges_of(meeting)
    for judge in (one, other):
        give(judge, office[0], 90)
    act(remove_judge, meeting, staff, judge=one.pk)
    assert list(MeetingMark.objects.values_list("judge", flat=True)) == [other.pk]
    assert refused(lambda: act(remove_judge, meeting, staff, judge=one.pk)) == "meeting.gone"
    assert refused(lambda: save_marks(judge=one, entries=[])) == "judge.link"
    act(close_meeting, meeting, staff)
    assert refused(lambda: act(remove_judge, meeting, staff, judge=other.pk)) == "meeting.state"
    assert refused(lambda: named_judges(meeting, staff, 1)) == "meeting.state"


# ---- links -------------------------------------------------------------------------------
def test_a_link_is_good_once_and_ends_with_the_next(meeting, staff):
    named_judges(meeting, staff, 2)
    found = act(issue_links, meeting, staff, judges=[])
    assert len(found) == 2
    judge, code = found[0]
    assert fresh(judge).code_mark in signatures_of(code, purpose=LINK_PURPOSE)
    held = enter_by_code(code=code.lower(), at=NOON)
    assert judge_of_pass(held) == judge
    for wrong in (code, "", "x", found[1][1][::-1]):
        assert refused(lambda wrong=wrong: enter_by_code(code=wrong, at=NOON)) == "judge.link"
    again = act(issue_links, meeting, staff, judges=[])  # the other alone: the first has a phone
    assert [row.pk for row, _code in again] == [found[1][0].pk]
    assert refused(lambda: enter_by_code(code=found[1][1], at=NOON)) == "judge.link"
    act(issue_links, meeting, staff, judges=[judge.pk])
    assert judge_of_pass(held) is None
    assert judge_of_pass("") is None
    assert code not in str(events())


def test_accounts_need_no_link_and_links_end_with_the_meeting(meeting, staff, leader):
    act(add_judges, meeting, staff, plans=[JudgePlan("judges", user=leader)])
    assert refused(lambda: act(issue_links, meeting, staff, judges=[])) == "judge.links"
    [judge] = named_judges(meeting, staff, 1)
    held = opened_phone(meeting, staff, judge)
    [(_row, code)] = act(issue_links, meeting, staff, judges=[judge.pk])
    act(void_meeting, meeting, staff)
    assert refused(lambda: enter_by_code(code=code, at=NOON)) == "judge.link"
    assert judge_of_pass(held) is None
    assert refused(lambda: act(issue_links, meeting, staff, judges=[])) == "meeting.state"
