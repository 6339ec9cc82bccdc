"""Marks at a 述职会: by nobody but oneself, written without a judge at its end, once more with a reason."""

import pytest
from django.core.exceptions import ValidationError

from appraisal.models import (
    AppraisalCycle,
    MeetingJudge,
    MeetingMark,
    MeetingSpeaker,
    PanelMark,
    Participant,
    ResultSheet,
    Scorecard,
)
from appraisal.reports.gaps import gap_of
from appraisal.reports.meetings import judge_of_pass, screens_of, seats_of, speaker_lines
from appraisal.services.cycles import advance_cycle
from appraisal.services.judging import (
    JudgeEntry,
    close_meeting,
    reopen_meeting,
    save_marks,
    save_what_can_be,
)
from appraisal.services.meetings import (
    JudgePlan,
    add_judges,
    call_speaker,
    start_meeting,
    void_meeting,
)
from appraisal.services.results import PanelEntry, Results, enter_results
from appraisal.services.rolling import roll_up
from tests.appraisal.conftest import NOON, account_of, fresh, person, refused
from tests.appraisal.meetings import (
    act,
    evaluation,
    events,
    give,
    give_all,
    judges_of,
    meeting,
    named_judges,
    office,
    opened_phone,
    panel,
    people,
    prepared_meeting,
    running_meeting,
    speaker,
)

__all__ = ["evaluation", "meeting", "office", "people"]
pytestmark = pytest.mark.django_db


def unmarked(act):
    """Give the code for which the only mark of an act was refused."""
    [codes] = refused(act).values()
    return codes[0]


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
