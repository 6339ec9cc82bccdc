"""The ballot by link and the shared code as pages: for whom they are, what they declare, and no trace of who came."""

import logging

import pytest
from django.test import Client
from django.urls import reverse

from appraisal.models import BallotBox, BoxVoter, YouthBallot
from appraisal.services.balloting import close_box
from orgs.middleware import UNLOGGED, UNNOTICED
from tests.appraisal.conftest import NOON, YEAR, fresh, person, take_to
from tests.appraisal.links import leaders, opened_link, party_pool
from tests.factories import make_user
from tests.linkage.conftest import at, main, plain_files
from youthleague.audit.models import AuditEvent

__all__ = ["plain_files"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_files", "noon")]
NEW = reverse("appraisal-box-new", args=[YEAR])


@pytest.fixture
def noon(time_machine):
    time_machine.move_to("2026-11-25T04:00:00Z", tick=False)


@pytest.fixture
def evaluation(cycle, staff):
    return take_to(cycle, "evaluation", staff)


@pytest.fixture
def a(evaluation, people):
    return person(evaluation, people["a"])


@pytest.fixture
def voters(district):
    return leaders(district, 6)


def ballot_url(box, user):
    return reverse("ballot", args=[box.voters.get(voter=user).pk])


def of_box(name, *rest):
    return reverse(name, args=[YEAR, 1, *rest])


# ---- by link ----------------------------------------------------------------------------------------
def test_by_name_what_was_said_can_be_changed_until_the_end(a, staff, voters):
    box = opened_link(staff, voters, a)
    client, url = at(voters[0]), ballot_url(box, voters[0])
    todo = main(client.get(reverse("workbench")))
    assert url in todo
    shown = main(client.get(url))
    assert "记在您的名下" in shown
    assert "甲" in shown
    assert "请给每一位同志选一项" in main(client.post(url, {"choice-1": "9"}))
    answer = client.post(url, {"choice-1": "2", "comment": "意见"})
    assert answer["Location"] == f"{url}?saved"
    assert "已经收到" in main(client.get(answer["Location"]))
    assert 'value="2" required checked' in main(client.get(url))
    assert url not in main(client.get(reverse("workbench")))
    row = fresh(box)
    close_box(box=row, version=row.version, by=staff, at=NOON)
    assert "已经收到" in main(client.get(url))
    assert "已经结束" in main(client.post(url, {"choice-1": "1"}))
    assert BoxVoter.objects.get(voter=voters[0]).choices == {str(a.pk): 2}
    shown = main(at(staff).get(of_box("appraisal-box")))
    assert "评价明细" in shown
    assert voters[0].full_name in shown


def test_counted_a_ballot_is_given_once(a, staff, voters):
    box = opened_link(staff, voters, a, mode="counted")
    client, url = at(voters[0]), ballot_url(box, voters[0])
    assert "系统只记您评了没有" in main(client.get(url))
    client.post(url, {"choice-1": "1"})
    assert "已经收到" in main(client.get(url))
    assert "您已经评过了" in main(client.post(url, {"choice-1": "4"}))
    assert [one.choices for one in YouthBallot.objects.all()] == [{str(a.pk): 1}]
    shown = main(at(staff).get(of_box("appraisal-box")))
    assert "已评 <b>1</b> 人，还有 <b>5</b> 人没有评" in shown
    assert not any(one.full_name in shown for one in voters)


def test_only_who_is_asked_sees_the_ballot(a, staff, voters, leader):
    box = opened_link(staff, voters, a)
    url = ballot_url(box, voters[0])
    for who in (staff, leader):
        assert {at(who).get(url).status_code, at(who).post(url, {"choice-1": "1"}).status_code} == {404}
    assert reverse("sign-in") in Client().get(url)["Location"]
    assert not BoxVoter.objects.filter(has_voted=True).exists()


@pytest.mark.parametrize("mode", ["named", "counted"])
def test_a_vote_by_link_leaves_no_line_and_no_event(a, staff, voters, caplog, capfd, mode):
    box = opened_link(staff, voters, a, mode=mode)
    client, url = at(voters[0]), ballot_url(box, voters[0])
    capfd.readouterr()
    before = AuditEvent.objects.count()
    with caplog.at_level(logging.DEBUG):
        logging.disable(logging.NOTSET)
        caplog.clear()
        assert client.get(url).status_code == 200
        assert client.post(url, {"choice-1": "9"}).status_code == 200
        assert client.post(url, {"choice-1": "1", "comment": "意见"}).status_code == 302
        assert client.get(f"{url}?saved").status_code == 200
    assert [one.getMessage() for one in caplog.records if one.name != "asyncio"] == []
    assert ("".join(capfd.readouterr()), AuditEvent.objects.count()) == ("", before)


def test_the_session_is_asked_on_the_ballot_as_on_any_page(a, staff, voters, time_machine):
    box = opened_link(staff, voters, a)
    client, url = at(voters[0]), ballot_url(box, voters[0])
    assert url.startswith(UNLOGGED)
    assert not url.startswith(UNNOTICED)
    assert client.get(url).status_code == 200
    time_machine.move_to("2026-11-26T04:00:00Z", tick=False)
    assert client.get(url).status_code == 302


def test_a_box_by_link_is_drawn_up_sealed_told_and_reminded(a, staff, voters, district):
    client, party = at(staff), make_user("party_committee", district.township_a)
    said = {"title": "党政评A票", "people": [a.pk], "opens_on": "2026-11-25", "closes_on": "2026.12.5", "mode": "named"}
    client.post(f"{NEW}?pool={party_pool(a).pk}", said)
    box = BallotBox.objects.get()
    shown = main(client.get(of_box("appraisal-box-voters")))
    assert shown.count("checked") == 7
    assert party.full_name in shown
    short = {"version": 1, "voters": [voters[0].pk]}
    assert "甲只有 1 人评" in main(client.post(of_box("appraisal-box-voters"), short))
    client.post(of_box("appraisal-box-voters"), {"version": 1, "voters": [one.pk for one in (*voters, party)]})
    assert client.get(of_box("appraisal-box-voters")).status_code == 404
    assert (
        main(client.post(of_box("appraisal-box-step", "open"), {"version": 2}, follow=True)).count("投票已经开始") == 1
    )
    assert "请您评议" in main(at(party).get(reverse("inbox")))
    remind = of_box("appraisal-box-remind")
    assert "已提醒 7 人" in main(client.post(remind, follow=True))
    assert "今天已经提醒过" in main(client.post(remind, follow=True))
    assert party.full_name in main(client.get(of_box("appraisal-box")))
    assert fresh(box).state == "open"


# ---- a consultation ------------------------------------------------------------------------------------
def test_a_consultation_is_put_up_answered_and_shown(a, staff, leader, settings):
    settings.SITE_URL = "https://portal.example"
    client = at(staff)
    said = {"title": "青禾街道意见征集", "people": [a.pk], "opens_on": "2026-11-25", "closes_on": "2026.12.5"}
    client.post(f"{NEW}?pool=consultation", said)
    box = BallotBox.objects.get()
    assert (box.mode, box.pool) == ("consultation", None)
    assert client.get(of_box("appraisal-box-poster")).status_code == 404
    client.post(of_box("appraisal-box-step", "share"), {"version": 1})
    assert main(client.get(of_box("appraisal-box-poster"))).count("data:image/svg+xml") == 1
    client.post(of_box("appraisal-box-step", "open"), {"version": 2})
    code, phone, url = fresh(box).shared_code, Client(), reverse("vote")
    shown = main(phone.post(url, {"code": code}))
    assert "意见征集：不计分" in shown
    assert "您认识他们吗？" in shown
    whole = {"code": code, "cast": "1", **{f"choice-{number}": "1" for number in range(1, 5)}}
    assert "请每一题选一项" in main(phone.post(url, {**whole, "choice-1": "4"}))
    for _ in range(6):
        assert phone.post(url, {**whole, "comment": "多办活动"}).status_code == 302
    assert "已收到 <b>6</b> 份意见" in main(client.get(of_box("appraisal-box")))
    shown = main(client.post(of_box("appraisal-box-step", "close"), {"version": 3}, follow=True))
    assert "认识 <b>6</b>" in shown
    assert "6 条待机关干事筛查" in shown
    assert "认识 <b>6</b>" in main(at(leader).get(of_box("appraisal-box")))


def test_whoever_answers_too_often_waits(a, staff):
    client = at(staff)
    said = {"title": "征集", "people": [a.pk], "opens_on": "2026-11-25", "closes_on": "2026.12.5"}
    client.post(f"{NEW}?pool=consultation", said)
    client.post(of_box("appraisal-box-step", "share"), {"version": 1})
    client.post(of_box("appraisal-box-step", "open"), {"version": 2})
    whole = {"code": BallotBox.objects.get().shared_code, "cast": "1", **{f"choice-{one}": "1" for one in range(1, 5)}}
    answers = [Client().post(reverse("vote"), whole).status_code for _ in range(32)]
    assert answers == [302] * 30 + [429] * 2
    assert YouthBallot.objects.count() == 30
