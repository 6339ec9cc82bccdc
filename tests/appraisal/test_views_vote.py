"""The page of a vote: by code alone, for anybody; nothing is kept of who came, and nobody sees anything early."""

import logging
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from appraisal.models import BallotComment, YouthBallot
from appraisal.rules.voting import spaced_code, write_code
from orgs.middleware import UNNOTICED
from tests.appraisal.conftest import fresh, person, take_to
from tests.appraisal.votes import opened_box
from tests.linkage.conftest import main, plain_files
from youthleague.audit.models import AuditEvent
from youthleague.protection.models import TokenBucket

__all__ = ["plain_files"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_files", "noon")]
URL, THANKS = reverse("vote"), reverse("vote-thanks")


@pytest.fixture
def noon(time_machine):
    time_machine.move_to("2026-11-25T04:00:00Z", tick=False)


@pytest.fixture
def open_vote(cycle, people, staff):
    evaluation = take_to(cycle, "evaluation", staff)
    a = person(evaluation, people["a"])
    box, codes = opened_box(evaluation, staff, a)
    return box, codes, a


def cast(client, code, **said):
    return client.post(URL, {"code": code, "cast": "1", "choice-1": "1", **said})


def test_a_code_shows_the_people_and_a_ballot_is_taken(open_vote):
    box, codes, a = open_vote
    client = Client()
    assert "投票码" in main(client.get(URL))
    shown = main(client.post(URL, {"code": spaced_code(codes[0]).lower()}))
    assert box.title in shown
    assert "甲" in shown
    assert [shown.count(f"<span>{one}</span>") for one in ("好", "较好", "一般", "差", "弃权", "无效")] == [1] * 5 + [0]
    assert "投票结束后不可对应" in shown
    assert "不满 10 份的不计分" in shown
    answer = cast(client, codes[0], comment="多下村")
    assert (answer.status_code, answer["Location"]) == (302, THANKS)
    assert [one.choices for one in YouthBallot.objects.all()] == [{str(a.pk): 1}]
    assert BallotComment.objects.get().text == "多下村"
    assert "已经收到" in main(client.get(THANKS))


def test_what_is_wrong_is_said_and_the_code_stays_good(open_vote):
    _box, codes, _a = open_vote
    client = Client()
    for wrong in ({"choice-1": ""}, {"choice-1": "6"}, {"choice-1": "x"}):
        shown = main(cast(client, codes[0], comment="留着", **wrong))
        assert "请给每一位同志选一项" in shown
        assert "留着" in shown
    assert "意见建议最多 300 个字" in main(cast(client, codes[0], comment="字" * 301))
    assert cast(client, codes[0]).status_code == 302


def test_a_used_and_a_wrong_code_get_the_same_page(open_vote):
    _box, codes, _a = open_vote
    cast(Client(), codes[0])
    tries = [codes[0], write_code(2**127), "", "abc", "x" * 500]
    pages = {_plain(Client().post(URL, {"code": one})) for one in tries}
    pages |= {_plain(cast(Client(), one)) for one in tries[:3]}
    assert len(pages) == 1
    assert "这个投票码现在不能用" in pages.pop()


def _plain(answer):
    assert answer.status_code == 200
    return "\n".join(line for line in main(answer).splitlines() if "csrfmiddlewaretoken" not in line)


def test_the_page_needs_the_token_of_its_form(open_vote):
    _box, codes, _a = open_vote
    assert Client(enforce_csrf_checks=True).post(URL, {"code": codes[0]}).status_code == 403


def test_whoever_guesses_waits_and_whoever_votes_does_not(open_vote):
    _box, codes, _a = open_vote
    voting = [Client().post(URL, {"code": code}).status_code for code in codes]
    assert voting == [200] * 12
    guesses = [Client().post(URL, {"code": write_code(number)}).status_code for number in range(15)]
    assert guesses == [200] * 10 + [429] * 5
    answer = Client().post(URL, {"code": codes[0]})
    assert (answer.status_code, "请过一分钟再试" in main(answer)) == (429, True)
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    assert elsewhere.post(URL, {"code": codes[0]}).status_code == 200
    assert not [one.key for one in TokenBucket.objects.all() if "127.0.0.1" in one.key]


def test_guesses_from_many_addresses_open_nothing(open_vote):
    pages = set()
    for number in range(300):
        client = Client(REMOTE_ADDR=f"198.51.100.{number // 9}")
        pages.add(_plain(client.post(URL, {"code": write_code(2**127 + number), "cast": "1", "choice-1": "1"})))
    assert len(pages) == 1
    assert not YouthBallot.objects.exists()


def test_a_vote_leaves_no_line_no_event_no_session_and_no_time(open_vote, staff, caplog, capfd):
    _box, codes, _a = open_vote
    client = Client()
    client.force_login(staff)  # somebody may be signed in on the phone
    session = Session.objects.get()
    before = AuditEvent.objects.count(), session.session_data
    answers = []
    with caplog.at_level(logging.DEBUG):
        logging.disable(logging.NOTSET)
        answers.append(client.get(URL))
        answers.append(client.post(URL, {"code": codes[0]}))
        answers.append(cast(client, codes[0], comment="意见"))
        answers.append(client.get(THANKS))
        answers.append(cast(client, codes[0]))
        answers += [Client().post(URL, {"code": "1"}) for _ in range(12)]
    assert answers[-1].status_code == 429
    assert [one.getMessage() for one in caplog.records if one.name != "asyncio"] == []
    assert "".join(capfd.readouterr()) == ""
    assert (AuditEvent.objects.count(), Session.objects.get().session_data) == before
    for answer in answers:
        assert set(answer.cookies) <= {settings.CSRF_COOKIE_NAME}
        assert "no-store" in answer["Cache-Control"]
        assert answer["Referrer-Policy"] in {"same-origin", "no-referrer"}
        assert codes[0] not in answer.get("Location", "")


def test_other_pages_are_logged_as_before(staff, caplog):
    client = Client()
    client.force_login(staff)
    with caplog.at_level(logging.DEBUG):
        client.get(reverse("account"))
    assert [one for one in caplog.records if "request_finished" in one.getMessage()]


def test_the_paths_of_a_vote_are_the_ones_that_leave_no_trace():
    assert all(path.startswith(UNNOTICED) for path in (URL, THANKS))
    assert "access-logfile" not in Path(settings.BASE_DIR / "Procfile").read_text(encoding="utf-8")


def test_nothing_is_shown_before_the_first_and_after_the_last_day(open_vote, time_machine):
    box, codes, _a = open_vote
    for moment, status in [
        ("2026-11-24T04:00:00Z", "不能用"),
        ("2026-12-05T15:59:00Z", box.title),
        ("2026-12-05T16:00:00Z", "不能用"),
    ]:
        time_machine.move_to(moment, tick=False)
        assert status in main(Client().post(URL, {"code": codes[0]}))
    assert fresh(box).state == "open"
    assert timezone.localdate().isoformat() == "2026-12-06"
