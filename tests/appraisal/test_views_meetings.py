"""述职会 as pages: who keeps the year arranges, runs and ends it; nobody reads a mark before the end."""

import re

import pytest
from django.urls import reverse

from appraisal.models import ContestRound, DebriefMeeting, MeetingJudge, MeetingSpeaker, RoundMark
from appraisal.rules.voting import read_code
from tests.appraisal.conftest import YEAR, account_of, fresh, person, take_to
from tests.appraisal.meetings import give_all, judges_of, named_judges, panel, prepared_meeting, running_meeting
from tests.factories import make_cadre, make_user
from tests.linkage.conftest import at, main, plain_files

__all__ = ["plain_files"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_files", "noon")]
LIST, NEW = reverse("appraisal-meetings", args=[YEAR]), reverse("appraisal-meeting-new", args=[YEAR])
CONTEST = reverse("appraisal-contest", args=[YEAR])


def page(name, number=1, *rest):
    return reverse(f"appraisal-meeting{name}", args=[YEAR, number, *rest])


ONE, ORDER, JUDGES = page(""), page("-order"), page("-judges")


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


def send(client, url, meeting, **said):
    return client.post(url, {"version": fresh(meeting).version, **said}, follow=True)


def order():
    return list(MeetingSpeaker.objects.order_by("position").values_list("participant__cadre__name", flat=True))


def test_a_meeting_is_set_up_and_arranged(evaluation, office, staff):
    client = at(staff)
    assert "还没有述职会" in main(client.get(LIST))
    said = {"title": "机关述职会", "groups": [office[0].group_id], "day": "2026-11-26", "starts_at": "14:30"}
    answer = client.post(NEW, {**said, "place": "三楼", "minutes": 8, "shows_reports": "on"})
    assert (answer.status_code, answer["Location"]) == (302, ONE)
    meeting = DebriefMeeting.objects.get()
    assert "2026年11月26日（星期四）14:30，三楼；2 人述职，每人 8 分钟" in main(client.get(ONE))
    send(client, ORDER, meeting, act="down", speaker=MeetingSpeaker.objects.get(position=1).pk)
    assert order() == ["丁", "丙"]
    send(client, ORDER, meeting, act="up", speaker=MeetingSpeaker.objects.get(position=2).pk)
    assert order() == ["丙", "丁"]
    send(client, ORDER, meeting, act="lots")
    edit = {**said, "place": "四楼", "minutes": 10, "version": fresh(meeting).version}
    assert "四楼" in main(client.post(page("-edit"), edit, follow=True))
    assert "机关述职会" in main(client.get(LIST))


def test_judges_are_added_and_their_links_are_shown_once(evaluation, office, staff, leader, settings):
    settings.SITE_URL = "https://portal.example"
    client, meeting = at(staff), prepared_meeting(evaluation, staff, *office)
    names = "王评委 区委组织部\n李评委，民政局\n赵评委"
    answer = send(client, JUDGES, meeting, ballot_class="judges", accounts=[leader.pk], names=names)
    assert "已添加 4 位评委" in answer.content.decode()
    told = list(MeetingJudge.objects.order_by("pk").values_list("name", "unit"))
    assert told[1:] == [("王评委", "区委组织部"), ("李评委", "民政局"), ("赵评委", "")]
    cards = main(send(client, page("-links"), meeting))
    codes = [read_code(one) for one in re.findall(r"<code>([^<]+)</code>", cards)]
    assert (len(set(codes)), cards.count("data:image/svg+xml")) == (3, 3)
    assert not any(code in main(client.get(ONE)).replace(" ", "") for code in codes)


def test_nobody_reads_a_mark_before_the_end(evaluation, office, staff):
    client, meeting = at(staff), prepared_meeting(evaluation, staff, *office)
    named_judges(meeting, staff, 4)
    assert "述职会已经开始" in send(client, page("-step", 1, "start"), meeting).content.decode()
    give_all(meeting, office[0], [93, 81, 85, 71])
    assert "还差 4 个分数" in main(client.get(ONE))
    assert "4/4" in client.get(page("-progress")).content.decode()
    for url in (ONE, page("-progress"), page("-agenda"), page("-paper")):
        shown = re.sub(r"<[^>]*>", " ", client.get(url).content.decode())
        assert not re.search(r"\b(93|81|85|71)\b", shown)
    send(client, ORDER, meeting, act="call", speaker=MeetingSpeaker.objects.get(participant=office[1]).pk)
    assert fresh(meeting).current.participant == office[1]
    assert "分数已经写入测评结果" in send(client, page("-step", 1, "close"), meeting).content.decode()
    shown = main(client.get(ONE))
    assert "82.50" in shown
    assert "没有分数" in shown
    assert sorted(mark for _sheet, mark in panel(office[0])) == [71_000, 81_000, 85_000, 93_000]


def test_the_result_shows_what_was_dropped(evaluation, office, staff):
    meeting = running_meeting(evaluation, staff, *office, judges=5)
    give_all(meeting, office[0], [90, 60, 95, 88, 89])
    client = at(staff)
    send(client, page("-step", 1, "close"), meeting)
    shown = main(client.get(ONE))
    assert "89.00" in shown
    assert "5 份，去掉最高 95、最低 60，平均" in shown


def test_what_is_refused_is_said_and_changes_nothing(evaluation, office, staff):
    client = at(staff)
    wrong = main(client.post(NEW, {"title": "", "day": "2026-13", "starts_at": "x", "minutes": "0"}))
    for sentence in ("请写名称。", "请选参加述职的考评组。", "时间写法不对", "请写地点。", "请写每人几分钟"):
        assert sentence in wrong
    assert not DebriefMeeting.objects.exists()
    meeting = prepared_meeting(evaluation, staff, *office)
    shown = main(send(client, JUDGES, meeting, ballot_class="judges", names="", accounts=[]))
    assert "请选有账号的评委" in shown
    assert "请选评委类别" in main(send(client, JUDGES, meeting, ballot_class="a", names="王"))
    assert "请从列表中选有账号的评委" in main(send(client, JUDGES, meeting, ballot_class="jury", accounts=["x"]))
    assert "最多 200 行" in main(send(client, JUDGES, meeting, ballot_class="jury", names="王\n" * 201))
    assert "还没有评委，不能开始" in send(client, page("-step", 1, "start"), meeting).content.decode()
    assert "在您填写期间" in client.post(ORDER, {"version": 9, "act": "lots"}, follow=True).content.decode()
    assert client.post(ORDER, {"version": 1, "act": "x"}).status_code == 404
    assert client.post(page("-step", 1, "reopen")).status_code == 404
    assert client.get(page("", 2)).status_code == client.get(page("", 0)).status_code == 404
    gone = send(client, ORDER, meeting, act="remove", speaker="x").content.decode()
    assert "已经不在这场述职会" in gone
    assert (fresh(meeting).state, fresh(meeting).version, len(order())) == ("preparing", 1, 2)


def test_speakers_and_judges_come_and_go(evaluation, office, staff):
    meeting = prepared_meeting(evaluation, staff, *office)
    client = at(staff)
    send(client, ORDER, meeting, act="remove", speaker=MeetingSpeaker.objects.get(participant=office[0]).pk)
    shown = main(client.get(ONE))
    assert "加在最后" in shown
    assert "位参评的同志没有排到述职会" in main(client.get(LIST))
    send(client, ORDER, meeting, act="add", person=office[0].pk)
    assert order() == ["丁", "丙"]
    one, other = named_judges(meeting, staff, 2)
    send(client, page("-off"), meeting, judge=one.pk)
    assert [row.pk for row in judges_of(meeting)] == [other.pk]
    cards = main(send(client, page("-links"), meeting, judge=other.pk))
    assert other.name in cards
    assert "没有设置门户的网址" in cards
    assert "还没有打开" in main(client.get(ONE))
    send(client, page("-off"), meeting, judge=other.pk)
    assert "没有要制发链接的评委" in send(client, page("-links"), meeting).content.decode()
    assert "作废" in send(client, page("-step", 1, "void"), meeting).content.decode()
    assert fresh(meeting).state == "void"


def test_a_closed_meeting_is_reopened_with_a_reason(evaluation, office, staff):
    meeting = running_meeting(evaluation, staff, *office, judges=3)
    give_all(meeting, office[0], [80, 85, 90])
    client = at(staff)
    send(client, page("-step", 1, "close"), meeting)
    chosen = MeetingSpeaker.objects.get(participant=office[0]).pk
    shown = main(client.get(page("-reopen")))
    assert "丁（" in shown
    assert "还没有分数" in shown
    assert "请写明重开的理由" in main(send(client, page("-reopen"), meeting, speakers=[chosen], reason=""))
    assert fresh(meeting).state == "closed"
    send(client, page("-reopen"), meeting, speakers=[chosen], reason="丙的分数有误")
    assert (fresh(meeting).state, panel(office[0])) == ("running", [])


def test_the_agenda_and_the_sheets_are_printed(evaluation, office, staff):
    meeting = prepared_meeting(evaluation, staff, *office)
    client = at(staff)
    assert "还没有评委" in main(client.get(page("-paper")))
    named_judges(meeting, staff, 1)
    named_judges(meeting, staff, 1, "jury")
    shown = main(client.get(page("-paper")))
    assert "述职会评分表（评委）" in shown
    assert "述职会评分表（青年评审团）" in shown
    agenda = main(client.get(page("-agenda")))
    assert agenda.index("14:30") < agenda.index("丙") < agenda.index("14:38") < agenda.index("丁")


def test_only_those_who_see_the_year_see_its_meetings(evaluation, office, staff, leader, people, district):
    meeting = running_meeting(evaluation, staff, *office)
    secretary = account_of(people["a"], "township_secretary", district.township_a)
    strangers = [secretary, make_user("judge", district.top), make_user("auditor", district.top)]
    pages = (LIST, ONE, page("-agenda"), page("-paper"), page("-progress"), CONTEST)
    for who in [*strangers, make_user("leader", district.township_a)]:
        assert {at(who).get(url).status_code for url in pages} == {403}
    for who in [*strangers, leader]:
        assert {at(who).get(url).status_code for url in (NEW, page("-edit"), JUDGES, page("-reopen"))} == {403}
        for url in (ORDER, page("-off"), page("-links"), page("-step", 1, "close")):
            assert send(at(who), url, meeting).status_code == 403
    assert (fresh(meeting).state, fresh(meeting).version) == ("running", meeting.version)
    shown = main(at(leader).get(ONE))
    assert "还差 10 个分数" in shown
    assert "结束述职会" not in shown


def test_who_is_appraised_there_reads_no_results_and_runs_no_meeting(evaluation, office, staff, people, district):
    meeting = running_meeting(evaluation, staff, *office, judges=3)
    give_all(meeting, office[1], [80, 85.5, 90])
    peer = account_of(people["top"], "district_staff", district.top)
    assert "不能给自己评分" in send(at(peer), page("-step", 1, "close"), meeting).content.decode()
    assert fresh(meeting).state == "running"
    send(at(staff), page("-step", 1, "close"), meeting)
    assert "85.17" in main(at(staff).get(ONE))
    shown = main(at(peer).get(ONE))
    assert "85.17" not in shown
    assert "您在这一组参评" in shown


@pytest.mark.parametrize("many", [1, 12])
def test_queries_do_not_grow(evaluation, staff, office, district, many, django_assert_num_queries):
    meeting = running_meeting(evaluation, staff, *office, judges=many)
    for _ in range(many):
        row = prepared_meeting(
            evaluation, staff, person(evaluation, evaluation.participants.get(cadre__name="甲").cadre)
        )
        DebriefMeeting.objects.filter(pk=row.pk).update(state="void")
    give_all(meeting, office[0], [80] * many)
    client = at(staff)
    client.get(LIST)
    with django_assert_num_queries(13):
        client.get(LIST)
    with django_assert_num_queries(24):
        client.get(ONE)


# ---- the contest -------------------------------------------------------------------------
def test_rounds_are_held_on_a_day_and_everybody_has_a_place(evaluation, office, staff):
    rounds = list(ContestRound.objects.filter(component__group=office[0].group).order_by("pk"))
    client = at(staff)
    shown = main(client.get(CONTEST))
    assert "时间、地点未定" in shown
    url = reverse("appraisal-occasion", args=[YEAR, rounds[0].pk])
    assert "请写地点。" in main(client.post(url, {"version": 0, "day": "2026-12-01", "place": ""}))
    client.post(url, {"version": 0, "day": "2026-12-01", "place": "礼堂"})
    assert "2026-12-01，礼堂" in main(client.get(CONTEST))
    assert client.post(url, {"version": 0, "day": "2026-12-02", "place": "操场"}).status_code == 409
    client.post(url, {"version": 1, "day": "2026-12-02", "place": "操场"})
    assert "2026-12-02，操场" in main(client.get(CONTEST))
    marks = {office[0]: (90, 40, 45), office[1]: (90, 45)}
    for who, given in marks.items():
        for held, mark in zip(rounds, given, strict=False):
            RoundMark.objects.create(participant=who, round=held, mark=mark * 1000)
    shown = main(client.get(CONTEST))
    assert shown.count("并列第 1") == 2
    assert "87.00" in shown  # 90 × 40 % + 80 × 30 % + 90 × 30 %
    assert "答辩：丁" in shown
    assert shown.index("丙") < shown.index("丁")


def test_the_occasion_of_a_round_is_kept_by_who_keeps_the_year(evaluation, office, leader, staff, people, district):
    held = ContestRound.objects.filter(component__group=office[0].group).first()
    url = reverse("appraisal-occasion", args=[YEAR, held.pk])
    assert at(leader).get(url).status_code == 403
    assert at(staff).get(reverse("appraisal-occasion", args=[YEAR, 10**9])).status_code == 404
    peer = account_of(people["top"], "district_staff", district.top)
    assert "您在这一组参评" in main(at(peer).get(CONTEST))
    assert "团内赛的安排和名次" in main(at(staff).get(reverse("appraisal-results", args=[YEAR])))
