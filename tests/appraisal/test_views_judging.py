"""述职打分 as pages: by an account or by a link, one's own marks alone, kept when something goes wrong."""

import pytest
from django.test import Client
from django.urls import reverse

from appraisal.choices import DebriefState
from appraisal.models import DebriefReport, MeetingMark
from appraisal.services.judging import close_meeting
from appraisal.services.meetings import JudgePlan, add_judges, call_speaker, issue_links, start_meeting, void_meeting
from appraisal.views.judging import AUTOSAVE, COOKIE
from tests.appraisal.conftest import NOON, account_of, person, take_to
from tests.appraisal.meetings import act, give, judges_of, named_judges, only, prepared_meeting, speaker
from tests.factories import make_cadre, make_user
from tests.linkage.conftest import at, main, plain_files
from youthleague.audit.models import AuditEvent

__all__ = ["plain_files"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_files", "noon")]
LINK, SEATS = reverse("judge"), reverse("judging")


@pytest.fixture
def noon(time_machine):
    time_machine.move_to("2026-11-25T04:00:00Z", tick=False)


@pytest.fixture
def people(people, district):
    return {**people, "second": make_cadre(district.top, name="丁", league_post="staff")}


@pytest.fixture
def evaluation(cycle, staff):
    return take_to(cycle, "evaluation", staff)


@pytest.fixture
def office(evaluation, people):
    return [person(evaluation, people[name]) for name in ("top", "second")]


@pytest.fixture
def judge(district):
    return make_user("judge", district.top)


@pytest.fixture
def meeting(evaluation, office, staff, judge):
    """A meeting that runs: a judge with an account, two with links."""
    meeting = prepared_meeting(evaluation, staff, *office)
    act(add_judges, meeting, staff, plans=[JudgePlan("judges", user=judge)])
    named_judges(meeting, staff, 2)
    return act(start_meeting, meeting, staff)


def code_for(meeting, staff, place=1):
    [(_row, code)] = act(issue_links, meeting, staff, judges=[judges_of(meeting)[place].pk])
    return code


def phone(meeting, staff, place=1):
    """Give a phone that has opened the link of a judge."""
    client = Client()
    answer = client.post(LINK, {"code": code_for(meeting, staff, place)})
    assert (answer.status_code, answer["Location"]) == (302, LINK)
    return client


def url(name, meeting, *rest):
    return reverse(f"judging-{name}", args=[meeting.pk, *rest])


def stored():
    rows = MeetingMark.objects.order_by("pk")
    return [(row.judge.name, row.speaker.participant.cadre.name, row.mark) for row in rows]


# ---- by a link ---------------------------------------------------------------------------
def test_a_link_opens_one_phone_and_marks_are_saved(meeting, staff, office):
    code = code_for(meeting, staff)
    client = Client()
    assert "评委码" in main(client.get(LINK))
    answer = client.post(LINK, {"code": code.lower()})
    cookie = answer.cookies[COOKIE]
    assert (cookie["httponly"], cookie["path"], cookie["samesite"]) == (True, LINK, "Lax")
    assert cookie.value != code
    shown = main(client.get(LINK))
    assert shown.index("丙") < shown.index("丁")
    assert "谁看得到我打的分" in shown
    one, other = (speaker(meeting, who).pk for who in office)
    said = {f"m-{one}": "88.25分", f"v-{one}": "0", f"m-{other}": "", f"v-{other}": "0"}
    assert client.post(reverse("judge-save"), said)["Location"] == LINK
    assert stored() == [("评委1d", "丙", 88_250)]
    assert 'value="88.25"' in main(client.get(LINK))
    second = Client()
    assert "这个链接现在不能用" in main(second.post(LINK, {"code": code}))
    assert second.get(reverse("judge-now"))["Location"] == LINK
    assert code not in str(list(AuditEvent.objects.values_list("facts", "subject")))


def test_a_phone_without_a_pass_is_told_so(meeting):
    client = Client()
    said = {"m-1": "90", "v-1": "0"}
    assert client.post(reverse("judge-save"), said)["Location"] == LINK
    told = client.post(reverse("judge-save"), said, headers={AUTOSAVE: "1"}).json()
    assert "这个链接现在不能用" in told["refusal"]
    assert client.get(reverse("judge-save")).status_code == 405
    assert client.get(reverse("judge-report", args=[1]))["Location"] == LINK
    assert not MeetingMark.objects.exists()


def test_who_guesses_has_to_wait(meeting, staff):
    client = Client()
    answers = [client.post(LINK, {"code": "0" * 26}).status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]
    assert "请过一分钟" in main(client.post(LINK, {"code": code_for(meeting, staff)}))


def test_a_link_ends_with_the_meeting(meeting, staff):
    client = phone(meeting, staff)
    assert "丙" in main(client.get(LINK))
    act(close_meeting, meeting, staff)
    assert "评委码" in main(client.get(LINK))


# ---- saving by itself --------------------------------------------------------------------
def test_each_mark_is_answered_by_itself(meeting, staff, office):
    client = phone(meeting, staff)
    one, other = (speaker(meeting, who).pk for who in office)
    said = {f"m-{one}": "123", f"v-{one}": "0", f"m-{other}": "90", f"v-{other}": "0", "m-999": "1", "v-999": "0"}
    told = client.post(reverse("judge-save"), said, headers={AUTOSAVE: "1"}).json()
    assert told["marks"] == {
        str(one): {"mark": "", "version": 0, "fault": "分数应在 0 至 100 之间，最多两位小数。", "is_stale": False},
        str(other): {"mark": "90", "version": 1, "fault": "", "is_stale": False},
        "999": {"fault": "这一位已不由您打分，没有保存；请刷新后再看。"},
    }
    assert (told["done"], told["asked"], told["percent"], told["at"]) == (1, 2, 50, "12:00")
    said = {f"m-{other}": "80", f"v-{other}": "0", f"m-{one}": "x", f"v-{one}": "x"}
    told = client.post(reverse("judge-save"), said, headers={AUTOSAVE: "1"}).json()["marks"]
    assert (told[str(other)]["is_stale"], told[str(other)]["mark"], told[str(other)]["version"]) == (True, "90", 1)
    assert told[str(one)]["fault"].startswith("请写 0 至 100 的分数")
    assert [mark for _judge, _who, mark in stored()] == [90_000]
    told = client.post(reverse("judge-save"), {f"m-{other}": "", f"v-{other}": "1"}, headers={AUTOSAVE: "1"}).json()
    assert (told["marks"][str(other)]["mark"], told["done"]) == ("", 0)


def test_a_form_is_saved_whole_or_not_at_all(meeting, staff, office):
    client = phone(meeting, staff)
    one, other = (speaker(meeting, who).pk for who in office)
    shown = main(client.post(reverse("judge-save"), {f"m-{one}": "x", f"m-{other}": "90"}))
    assert "一个也没有保存" in shown
    assert 'value="90"' in shown
    shown = main(client.post(reverse("judge-save"), {f"m-{one}": "101", f"m-{other}": "90"}))
    assert "分数应在 0 至 100 之间" in shown
    assert not MeetingMark.objects.exists()
    give(judges_of(meeting)[1], office[0], 70)
    shown = main(client.post(reverse("judge-save"), {f"m-{one}": "88", f"v-{one}": "0"}))
    assert "现在存的是 70 分" in shown


def test_a_judge_who_was_taken_off_meanwhile_is_told_so(meeting, staff, office, judge):
    row = judges_of(meeting)[0]
    only(meeting, state="preparing")
    one = speaker(meeting, office[0]).pk
    told = at(judge).post(url("save", meeting), {f"m-{one}": "90"}, headers={AUTOSAVE: "1"}).json()
    assert told["marks"][str(one)]["fault"] == "述职会现在没有在打分，这次没有保存。"
    row.delete()
    assert at(judge).post(url("save", meeting), {f"m-{one}": "90"}).status_code == 404


# ---- who speaks --------------------------------------------------------------------------
def test_the_page_says_who_speaks_and_when_it_begins_and_ends(evaluation, office, staff, judge):
    meeting = prepared_meeting(evaluation, staff, *office)
    act(add_judges, meeting, staff, plans=[JudgePlan("judges", user=judge)])
    client = at(judge)
    assert "还没有开始打分" in main(client.get(url("sheet", meeting)))
    assert client.get(url("now", meeting)).json() == {"now": None, "is_open": False, "is_over": False}
    act(start_meeting, meeting, staff)
    one, other = (speaker(meeting, who).pk for who in office)
    assert client.get(url("now", meeting)).json() == {"now": one, "is_open": True, "is_over": False}
    act(call_speaker, meeting, staff, speaker=other)
    assert client.get(url("now", meeting)).json()["now"] == other
    shown = main(client.get(url("sheet", meeting)))
    assert f'data-person="{other}" data-name="丁" aria-label="丁" data-is-now' in shown
    act(close_meeting, meeting, staff)
    assert "述职会已经结束" in main(client.get(url("sheet", meeting)))
    assert client.get(url("now", meeting)).json() == {"now": None, "is_open": False, "is_over": True}


# ---- reports -----------------------------------------------------------------------------
def test_a_report_that_was_handed_in_is_read_while_the_meeting_is_on(meeting, staff, office, judge):
    report = {"written_by": staff, "written_at": NOON, "highlights": "建了三个青年之家"}
    row = DebriefReport.objects.update_or_create(participant=office[0], defaults={**report, "state": "submitted"})[0]
    client, page = at(judge), url("report", meeting, 1)
    assert page in main(client.get(url("sheet", meeting)))
    assert "建了三个青年之家" in main(client.get(page))
    DebriefReport.objects.filter(pk=row.pk).update(state=DebriefState.DRAFT)
    shown = main(client.get(page))
    assert "还没有提交" in shown
    assert "建了三个青年之家" not in shown
    DebriefReport.objects.filter(pk=row.pk).update(state="submitted")
    assert client.get(url("report", meeting, 9)).status_code == 404
    assert "建了三个青年之家" in main(phone(meeting, staff).get(reverse("judge-report", args=[1])))
    only(meeting, shows_reports=False)
    assert client.get(page).status_code == 404
    assert "看述职报告" not in main(client.get(url("sheet", meeting)))
    only(meeting, shows_reports=True)
    act(close_meeting, meeting, staff)
    assert client.get(page).status_code == 404


# ---- by an account -----------------------------------------------------------------------
def test_an_account_marks_where_it_is_a_judge_and_nowhere_else(meeting, staff, judge, district, office):
    shown = main(at(judge).get(SEATS))
    assert url("sheet", meeting) in shown
    other = make_user("judge", district.top)
    assert "没有请您打分的述职会" in main(at(other).get(SEATS))
    for name in ("sheet", "now"):
        assert at(other).get(url(name, meeting)).status_code == 404
    assert at(other).get(url("report", meeting, 1)).status_code == 404
    one = speaker(meeting, office[0]).pk
    assert at(other).post(url("save", meeting), {f"m-{one}": "1"}).status_code == 404
    assert at(make_user("auditor", district.top)).get(SEATS).status_code == 403
    answer = at(judge).post(url("save", meeting), {f"m-{one}": "91", f"v-{one}": "0"})
    assert answer["Location"] == url("sheet", meeting)
    assert [mark for _judge, _who, mark in stored()] == [91_000]
    act(void_meeting, meeting, staff)
    assert at(judge).get(url("sheet", meeting)).status_code == 404


def test_nobody_sees_a_screen_about_oneself(evaluation, office, staff, people, district):
    own = account_of(people["top"], "judge", district.top)
    meeting = prepared_meeting(evaluation, staff, *office)
    act(add_judges, meeting, staff, plans=[JudgePlan("judges", user=own)])
    act(start_meeting, meeting, staff)
    shown = main(at(own).get(url("sheet", meeting)))
    assert ("丁" in shown, 'data-name="丙"' in shown) == (True, False)
    one = speaker(meeting, office[0]).pk
    told = at(own).post(url("save", meeting), {f"m-{one}": "100"}, headers={AUTOSAVE: "1"}).json()
    assert told["marks"][str(one)]["fault"].startswith("这一位已不由您打分")
    assert not MeetingMark.objects.exists()
    assert at(own).get(url("report", meeting, 1)).status_code == 404


@pytest.mark.parametrize("many", [1, 12])
def test_queries_do_not_grow_with_speakers(evaluation, staff, district, many, django_assert_num_queries):
    first = evaluation.participants.get(cadre__name="丙")
    for number in range(many):
        cadre = make_cadre(district.top, name=f"众{number}", league_post="staff")
        of_office = {"group": first.group, "organisation": first.organisation, "lineage": first.lineage}
        said = {"league_post": "staff", "months": 12, "standing": "ranked"}
        evaluation.participants.create(cadre=cadre, **of_office, **said)
    meeting = prepared_meeting(evaluation, staff, first)
    named_judges(meeting, staff, 2)
    act(start_meeting, meeting, staff)
    client = phone(meeting, staff, 0)
    with django_assert_num_queries(5):
        client.get(LINK)
