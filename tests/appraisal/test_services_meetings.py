"""A 述职会 until it ends: who may keep it, the order, the judges, marks by nobody but oneself, what is written."""

from datetime import time

import pytest
from django.core.exceptions import ValidationError

from appraisal.models import (
    AppraisalCycle,
    DebriefMeeting,
    Exemption,
    MeetingJudge,
    MeetingMark,
    MeetingSpeaker,
    PanelMark,
    Participant,
    ResultSheet,
    Scorecard,
)
from appraisal.reports.gaps import gap_of
from appraisal.reports.meetings import LINK_PURPOSE, judge_of_pass, screens_of, seats_of, speaker_lines
from appraisal.services.cycles import advance_cycle
from appraisal.services.judging import (
    JudgeEntry,
    close_meeting,
    enter_by_code,
    reopen_meeting,
    save_marks,
    save_what_can_be,
)
from appraisal.services.meetings import (
    JudgePlan,
    add_judges,
    add_speaker,
    call_speaker,
    change_meeting,
    draw_lots,
    issue_links,
    move_speaker,
    remove_judge,
    remove_speaker,
    start_meeting,
    void_meeting,
)
from appraisal.services.results import PanelEntry, Results, enter_results
from appraisal.services.rolling import roll_up
from tests.appraisal.conftest import NOON, account_of, fresh, person, refused, take_to
from tests.appraisal.meetings import (
    act,
    give,
    give_all,
    judges_of,
    meeting_plan,
    named_judges,
    only,
    opened_phone,
    panel,
    prepared_meeting,
    running_meeting,
    speaker,
)
from tests.factories import make_cadre, make_user
from youthleague.audit.models import AuditEvent
from youthleague.protection.seal import signatures_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(people, district):
    """Three of one group beside the others: a meeting has an order."""
    more = {name: make_cadre(district.top, name=name, league_post="staff") for name in ("丁", "戊")}
    return {**people, **more}


@pytest.fixture
def evaluation(cycle, staff):
    return take_to(cycle, "evaluation", staff)


@pytest.fixture
def office(evaluation, people):
    """Give 丙, 丁, 戊 of the office, in the order in which they stand."""
    return [person(evaluation, people[name]) for name in ("top", "丁", "戊")]


@pytest.fixture
def meeting(evaluation, staff, office):
    return prepared_meeting(evaluation, staff, *office)


def events(*actions):
    rows = AuditEvent.objects.filter(action__startswith="meeting.").order_by("seq")
    return [(row.action, row.facts) for row in rows if not actions or row.action in actions]


def unmarked(act):
    """Give the code for which the only mark of an act was refused."""
    [codes] = refused(act).values()
    return codes[0]


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


# ---- marking -----------------------------------------------------------------------------
def test_marks_are_taken_changed_and_taken_away_while_it_runs(evaluation, staff, office):
    meeting = running_meeting(evaluation, staff, *office)
    judge, other = judges_of(meeting)[:2]
    assert give(judge, office[0], 88.25) == 1
    give(other, office[0], 70)
    assert give(judge, office[0], 88.25, version=1) == 0
    assert give(judge, office[0], 90, version=1) == 1
    assert unmarked(lambda: give(judge, office[0], 91, version=1)) == "row.stale"
    assert [(one.mark, one.version) for one in screens_of(judge)] == [(90_000, 2), (None, 0), (None, 0)]
    assert give(judge, office[0], None, version=2) == 1
    assert give(judge, office[1], None) == 0
    assert [one.mark for one in screens_of(judge)] == [None, None, None]
    assert [dict(one.given) for one in speaker_lines(meeting)] == [{"judges": 1}, {}, {}]


def test_what_is_wrong_is_said_by_speaker_and_the_rest_is_kept(evaluation, staff, office, people):
    meeting = running_meeting(evaluation, staff, *office)
    [judge, *_] = judges_of(meeting)
    rows = [speaker(meeting, one).pk for one in office]
    entries = [JudgeEntry(rows[0], 100_010), JudgeEntry(rows[1], 90_000), JudgeEntry(0, 1_000)]
    with pytest.raises(ValidationError) as caught:
        save_marks(judge=judge, entries=entries)
    codes = {key: [one.code for one in errors] for key, errors in caught.value.error_dict.items()}
    assert codes == {str(rows[0]): ["mark.range"], "0": ["judge.speaker"]}
    assert not MeetingMark.objects.exists()
    assert save_what_can_be(judge=judge, entries=entries) is not None
    assert save_what_can_be(judge=judge, entries=entries[:1]) is not None
    assert save_what_can_be(judge=judge, entries=[JudgeEntry(rows[2], 80_000)]) is None
    assert [one.mark for one in screens_of(judge)] == [None, 90_000, 80_000]


def test_nobody_marks_herself_by_another_account_or_by_a_link(evaluation, staff, office, people, district):
    meeting = prepared_meeting(evaluation, staff, *office)
    account_of(people["top"], "district_staff", district.top)
    second = account_of(people["top"], "judge", district.top)
    plans = [JudgePlan("judges", user=second), JudgePlan("judges", name="丁")]
    act(add_judges, meeting, staff, plans=plans)
    act(start_meeting, meeting, staff)
    for judge, own, others in zip(judges_of(meeting), office, [["丁", "戊"], ["丙", "戊"]], strict=False):
        assert unmarked(lambda judge=judge, own=own: give(judge, own, 99)) == "judge.self"
        assert [one.speaker.participant.cadre.name for one in screens_of(judge)] == others
    assert not MeetingMark.objects.exists()
    assert [one.asked for one in speaker_lines(meeting)] == [{"judges": 1}, {"judges": 1}, {"judges": 2}]


def test_a_kind_of_judges_marks_the_groups_that_have_it(evaluation, staff, office, people):
    a = person(evaluation, people["a"])
    a.group.components.get(component=4).pools.filter(ballot_class="jury").delete()
    meeting = running_meeting(evaluation, staff, a, *office, judges=1, jury=1)
    [jury] = judges_of(meeting, "jury")
    assert unmarked(lambda: give(jury, a, 90)) == "judge.class_of_group"
    assert [one.speaker.participant.cadre.name for one in screens_of(jury)] == ["丙", "丁", "戊"]


def test_marks_are_taken_neither_early_nor_late(evaluation, staff, office, meeting):
    [judge] = named_judges(meeting, staff, 1)
    assert unmarked(lambda: give(judge, office[0], 90)) == "judge.ended"
    act(start_meeting, meeting, staff)
    give(judge, office[0], 90)
    act(close_meeting, meeting, staff)
    assert unmarked(lambda: give(judge, office[1], 90)) == "judge.ended"


def test_the_chair_says_who_speaks(evaluation, staff, office):
    meeting = running_meeting(evaluation, staff, *office)
    assert meeting.current == speaker(meeting, office[0])
    called = act(call_speaker, meeting, staff, speaker=speaker(meeting, office[2]).pk)
    assert called.current.participant == office[2]
    assert refused(lambda: act(call_speaker, meeting, staff, speaker=0)) == "meeting.gone"
    act(close_meeting, meeting, staff)
    assert fresh(meeting).current is None
    assert refused(lambda: act(call_speaker, meeting, staff, speaker=speaker(meeting, office[0]).pk)) == (
        "meeting.state"
    )


def test_nobody_begins_without_judges(meeting, staff):
    assert refused(lambda: act(start_meeting, meeting, staff)) == "meeting.judges"


# ---- the end -----------------------------------------------------------------------------
def test_the_end_writes_sheets_without_judges_and_forgets_who_gave_them(evaluation, staff, office):
    meeting = running_meeting(evaluation, staff, *office, judges=5, jury=3)
    give_all(meeting, office[0], [90, 60, 95, 88, 89])
    give_all(meeting, office[0], [80, 81, 82], "jury")
    give_all(meeting, office[1], [70.05])
    held = opened_phone(meeting, staff, judges_of(meeting)[0])
    act(close_meeting, meeting, staff)
    assert sorted(mark for _sheet, mark in panel(office[0])) == [60_000, 88_000, 89_000, 90_000, 95_000]
    assert [sheet for sheet, _mark in panel(office[0])] == [1, 2, 3, 4, 5]
    assert sorted(mark for _sheet, mark in panel(office[0], "jury")) == [80_000, 81_000, 82_000]
    assert (panel(office[1]), panel(office[2])) == ([(1, 70_050)], [])
    assert not MeetingMark.objects.exists()
    assert set(MeetingJudge.objects.values_list("code_mark", "pass_mark")) == {("", "")}
    assert judge_of_pass(held) is None
    assert [one.is_written for one in MeetingSpeaker.objects.order_by("position")] == [True, True, False]
    assert events("meeting.close") == [("meeting.close", {"people": 2, "judges": 8, "rows": 9})]
    assert ResultSheet.objects.filter(participant=office[0], version=1, entered_by=staff).count() == 2
    names = {field.name for field in PanelMark._meta.get_fields()}
    assert names == {"id", "participant", "pool", "sheet", "mark"}


def test_sheets_stand_in_an_order_of_chance(evaluation, staff, office):
    """Twelve marks that rise with the judges do not rise with the sheets: once in 479,001,600 they would."""
    meeting = running_meeting(evaluation, staff, *office, judges=12)
    marks = [60 + number for number in range(12)]
    give_all(meeting, office[0], marks)
    act(close_meeting, meeting, staff)
    written = [mark for _sheet, mark in panel(office[0])]
    assert sorted(written) == [mark * 1000 for mark in marks]
    assert written != sorted(written)


def test_the_roll_up_drops_the_extremes_and_keeps_the_jury_apart(evaluation, staff, office):
    meeting = running_meeting(evaluation, staff, *office, judges=5, jury=3)
    give_all(meeting, office[0], [90, 60, 95, 88, 89])
    give_all(meeting, office[0], [80, 81, 82], "jury")
    act(close_meeting, meeting, staff)
    roll_up(cycle=fresh(evaluation), by=staff, at=NOON)
    # (88 + 89 + 90) / 3 = 89 for the judges (80 %), 81 for the jury (20 %)
    assert Scorecard.objects.get(participant=office[0]).debrief == 87_400


def test_what_a_meeting_collects_is_not_entered_by_hand(evaluation, staff, office, meeting):
    def enter(who):
        pool = who.group.components.get(component=4).pools.get(ballot_class="judges")
        stands = ResultSheet.objects.filter(participant=who, pool=pool).values_list("version", flat=True)
        entry = PanelEntry(who.pk, pool.pk, [90_000], version=next(iter(stands), 0))
        return enter_results(cycle=evaluation, results=Results(panels=[entry]), by=staff, at=NOON)

    def code_of(who):
        with pytest.raises(ValidationError) as caught:
            enter(who)
        return [one.code for errors in caught.value.error_dict.values() for one in errors]

    assert enter(office[0]) == 1  # it has not begun
    named_judges(meeting, staff, 1)
    act(start_meeting, meeting, staff)
    assert code_of(office[1]) == ["result.judged"]
    give_all(meeting, office[0], [80])
    act(close_meeting, meeting, staff)
    assert panel(office[0]) == [(1, 80_000)]
    assert code_of(office[0]) == ["result.judged"]
    assert enter(office[1]) == 1  # nobody marked her there
    jury = office[0].group.components.get(component=4).pools.get(ballot_class="jury")
    entry = PanelEntry(office[0].pk, jury.pk, [70_000])
    assert enter_results(cycle=evaluation, results=Results(panels=[entry]), by=staff, at=NOON) == 1


# ---- once more ---------------------------------------------------------------------------
def test_a_meeting_is_reopened_for_some_with_a_reason(evaluation, staff, office):
    meeting = running_meeting(evaluation, staff, *office, judges=3)
    for who in office[:2]:
        give_all(meeting, who, [80, 85, 90])
    act(close_meeting, meeting, staff)
    chosen = [speaker(meeting, office[0]).pk, speaker(meeting, office[2]).pk]
    assert refused(lambda: act(reopen_meeting, meeting, staff, speakers=chosen, reason=" ")) == "fact.reason"
    for wrong in ([], [0]):
        again = {"speakers": wrong, "reason": "补述"}
        assert refused(lambda again=again: act(reopen_meeting, meeting, staff, **again)) == "meeting.reopened"
    reopened = act(reopen_meeting, meeting, staff, speakers=chosen, reason="丙的分数有误")
    assert (reopened.state, reopened.current.participant) == ("running", office[0])
    assert (panel(office[0]), len(panel(office[1]))) == ([], 3)
    [judge, *_] = judges_of(meeting)
    assert unmarked(lambda: give(judge, office[1], 70)) == "judge.written"
    give(judge, office[0], 70)
    act(close_meeting, meeting, staff)
    assert panel(office[0]) == [(1, 70_000)]
    assert ResultSheet.objects.get(participant=office[0], pool__ballot_class="judges").version == 3
    [(_action, facts)] = events("meeting.reopen")
    assert facts == {"people": 2, "reason": "丙的分数有误"}


def test_a_meeting_is_reopened_while_the_year_is_evaluated(evaluation, staff, office):
    meeting = running_meeting(evaluation, staff, *office, judges=3)
    act(close_meeting, meeting, staff)
    AppraisalCycle.objects.update(state="totalling")
    chosen = [speaker(meeting, office[0]).pk]
    assert refused(lambda: act(reopen_meeting, meeting, staff, speakers=chosen, reason="晚了")) == "cycle.state"


def test_a_void_meeting_leaves_nothing(evaluation, staff, office):
    meeting = running_meeting(evaluation, staff, *office)
    give_all(meeting, office[0], [90])
    act(void_meeting, meeting, staff)
    assert (fresh(meeting).state, MeetingMark.objects.count(), PanelMark.objects.count()) == ("void", 0, 0)
    assert refused(lambda: act(close_meeting, meeting, staff)) == "meeting.state"


# ---- the year ----------------------------------------------------------------------------
def test_a_year_waits_for_its_meetings(evaluation, staff, office):
    meeting = running_meeting(evaluation, staff, *office, judges=2)
    give_all(meeting, office[0], [90, 80])
    year = fresh(evaluation)
    told = {"cycle": year, "version": year.version, "action": "total", "by": staff, "at": NOON}
    assert refused(lambda: advance_cycle(**told)) == "cycle.meeting"
    [lack] = gap_of(year, "meetings", NOON.date()).lacks
    assert (lack.where, lack.what) == ("述职会", "还没有结束，还差 4 个分数")
    for who in office[1:]:
        give_all(meeting, who, [90, 80])
    [lack] = gap_of(year, "meetings", NOON.date()).lacks
    assert lack.what == "分数已经打完，还没有结束"
    act(close_meeting, meeting, staff)
    assert gap_of(year, "meetings", NOON.date()).lacks == ()
    assert refused(lambda: advance_cycle(**told)) == "cycle.results"


def test_a_seat_is_of_the_person_not_of_the_account(meeting, staff, people, district, leader):
    one, other = (account_of(people["a"], role, district.top) for role in ("judge", "committee_member"))
    act(add_judges, meeting, staff, plans=[JudgePlan("judges", user=one)])
    assert [seat.meeting for seat in seats_of(other)] == [meeting]
    assert seats_of(leader) == []
    act(void_meeting, meeting, staff)
    assert seats_of(one) == []
    assert Participant.objects.count() == 5
