"""锁定 as a page, and the public page of a printed card."""

import re
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from docx import Document

from appraisal.models import AppraisalCycle, Seal, SealedCard
from appraisal.rules.scoring import two_places
from appraisal.services.sealing import ask_reopening, confirm_reopening
from tests.appraisal.conftest import NOON, YEAR, account_of, fresh
from tests.appraisal.seals import MINUTES, locked
from tests.audit_flush import lifted
from tests.factories import make_cadre, make_user
from tests.linkage.conftest import at, main, plain_files
from youthleague.audit.models import AuditEvent

__all__ = ["plain_files"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_files", "noon")]
VERIFY = reverse("verify")
PAGE, ASK = reverse("appraisal-seal", args=[YEAR]), reverse("appraisal-seal-ask", args=[YEAR])
CONFIRM, DROP = (reverse("appraisal-seal-step", args=[YEAR, action]) for action in ("confirm", "drop"))


@pytest.fixture
def noon(time_machine):
    time_machine.move_to("2026-11-25T04:00:00Z", tick=False)


@pytest.fixture
def people(district):
    """Give people of whom one has a name that a mask hides."""
    return {
        "a": make_cadre(district.township_a, name="张三丰"),
        "b": make_cadre(district.township_b, name="乙"),
        "top": make_cadre(district.top, name="丙", league_post="staff"),
    }


@pytest.fixture
def seal(cycle, leader, staff):
    """Lock the year."""
    return locked(cycle, leader, staff)


@pytest.fixture
def second(district):
    return make_user("leader", district.top)


@pytest.fixture
def card(seal):
    return seal.cards.select_related("participant__cadre").get(participant__cadre__name="张三丰")


def refusals():
    return [(event.actor_id, event.facts["codes"]) for event in AuditEvent.objects.filter(result="refused")]


# ---- the page of the lock -----------------------------------------------------------------
def test_before_the_approval_the_page_says_what_will_be_locked(cycle, staff):
    assert "还没有锁定" in main(at(staff).get(PAGE))


def test_the_page_shows_what_was_locked_by_which_meeting(seal, staff, leader):
    shown = main(at(staff).get(PAGE))
    assert MINUTES in shown
    assert leader.get_full_name() in shown
    assert seal.head_mark in shown
    assert "提出重开" not in shown


def test_the_check_says_that_all_agrees_and_is_in_the_log(seal, staff):
    assert "与系统一致。" in main(at(staff).post(PAGE))
    event = AuditEvent.objects.get(action="seal.verify")
    assert (event.actor_id, event.facts) == (staff.pk, {"people": 3, "rows": 0, "codes": []})


def test_the_check_names_what_does_not_agree(seal, staff):
    with lifted(connection):
        SealedCard.objects.filter(number=2).update(total=1)
        shown = main(at(staff).post(PAGE))
    assert "与系统不一致，共 1 处" in shown
    assert "第2张" in shown
    assert AuditEvent.objects.get(action="seal.verify").facts["codes"] == ["seal.column"]


def test_two_leaders_reopen_by_the_pages(seal, leader, second):
    first, other = at(leader), at(second)
    assert "提出重开" in main(first.get(PAGE))
    assert "为什么要重开" in main(first.get(ASK))
    assert "请写明为什么要重开" in main(first.post(ASK, {"reason": " "}))
    assert first.post(ASK, {"reason": "票数登记有误"})["Location"] == PAGE
    shown = main(first.get(PAGE))
    assert "等待确认重开" in shown
    assert "确认重开</button>" not in shown
    assert "提出的同志不能自己确认" in main(first.post(CONFIRM, follow=True))
    assert fresh(seal).state == "locked"
    assert "确认重开" in main(other.get(PAGE))
    shown = main(other.post(CONFIRM, follow=True))
    assert "已经重开，还没有重新锁定" in shown
    assert "票数登记有误" in shown
    assert (fresh(seal).state, AppraisalCycle.objects.get().state) == ("reopened", "review")
    assert refusals() == [(leader.pk, ["seal.self"])]


def test_a_request_is_declined_by_the_page(seal, leader, second):
    ask_reopening(seal=seal, reason="票数登记有误", by=leader, at=NOON)
    assert "不同意重开" in main(at(second).get(PAGE))
    assert "仍然锁定" in main(at(second).post(DROP, follow=True))
    assert fresh(seal).asked_by is None


def test_steps_that_there_are_not_and_years_without_a_lock_are_not_found(cycle, seal, leader):
    assert at(leader).post(reverse("appraisal-seal-step", args=[YEAR, "x"])).status_code == 404
    with lifted(connection):
        SealedCard.objects.all().delete()
        Seal.objects.all().delete()
    assert [at(leader).get(ASK).status_code, at(leader).post(CONFIRM).status_code] == [404, 404]


def test_whoever_is_appraised_is_offered_nothing(seal, people, district):
    official = account_of(people["top"], "leader", district.top)
    assert "提出重开" not in main(at(official).get(PAGE))


def test_a_leader_of_a_township_does_not_see_the_page(seal, district):
    assert at(make_user("leader", district.township_a)).get(PAGE).status_code == 403


# ---- attempts are noted -------------------------------------------------------------------
def test_attempts_by_people_through_the_pages_are_in_the_log(seal, leader, staff):
    person = seal.cards.get(number=1).participant
    adjustment = person.adjustments.get()
    before = fresh(seal.cycle)
    tries = {
        "exemption": (
            staff,
            "appraisal-exemption-add",
            [YEAR],
            {"participant": person.pk, "component": 4, "reason": "借调"},
        ),
        "step": (staff, "appraisal-step", [YEAR, "reopen"], {"version": before.version}),
        "draw": (staff, "appraisal-draw", [YEAR], {}),
        "roll-up": (staff, "appraisal-roll-up-start", [YEAR], {}),
        "remark": (leader, "appraisal-remark", [person.pk], {"version": 1, "text": "改过"}),
        "approve": (leader, "appraisal-adjustment-approve", [adjustment.pk], {"version": 1}),
    }
    noted = {}
    for name, (user, page, args, data) in tries.items():
        at(user).post(reverse(page, args=args), data)
        last = AuditEvent.objects.order_by("-seq").first()
        noted[name] = (last.result, last.actor_id == user.pk, last.facts.get("codes"))
    assert noted == dict.fromkeys(tries, ("refused", True, ["cycle.locked"]))


# ---- the code on the paper ------------------------------------------------------------------
def test_the_scorecard_bears_the_code_on_page_and_in_the_file(seal, card, staff, settings):
    settings.SITE_URL = "https://portal.example"
    client = at(staff)
    shown = main(client.get(reverse("appraisal-scorecard", args=[card.participant_id])))
    [code] = re.findall(r"核验码 <code>([^<]+)</code>", shown)
    assert code.replace(" ", "") == card.code
    assert "data:image/svg+xml" in shown
    file = client.get(reverse("appraisal-scorecard-file", args=[card.participant_id]))
    document = Document(BytesIO(b"".join(file.streaming_content) if file.streaming else file.content))
    text = "\n".join(one.text for one in document.paragraphs)
    assert code in text
    assert "https://portal.example/verify/" in text
    assert len(document.inline_shapes) == 1


def test_without_an_address_of_its_own_the_code_is_printed_alone(seal, card, staff, settings):
    settings.SITE_URL = ""
    shown = main(at(staff).get(reverse("appraisal-scorecard", args=[card.participant_id])))
    assert "核验码" in shown
    assert "核验二维码" not in shown


def test_an_unlocked_card_bears_no_code(cycle, staff, people):
    person = cycle.participants.get(cadre=people["a"])
    assert "核验码" not in main(at(staff).get(reverse("appraisal-scorecard", args=[person.pk])))


def verify(card, **said):
    return Client().post(VERIFY, {"code": card.code, **({"check": "1", **said} if said else {})})


def printed(card, **other):
    return {"total": two_places(card.total), "grade": card.grade or "none"} | other


def test_whoever_holds_the_paper_is_told_that_it_agrees(card):
    assert "核验码" in main(Client().get(VERIFY))
    page = main(Client().post(VERIFY, {"code": f" {card.code[:5].lower()} {card.code[5:]}"}))
    assert "纸上的总分" in page
    assert "与系统" not in page
    assert (two_places(card.total) in page, "张三丰" in page, "张＊＊" in page) == (False, False, True)
    assert "与系统一致。" in main(verify(card, **printed(card)))


@pytest.mark.parametrize("said", [{"total": "99.99"}, {"grade": "4"}, {"total": ""}, {"grade": "none"}])
def test_a_paper_that_was_changed_does_not_agree(card, said):
    page = main(verify(card, **printed(card, **said)))
    assert "与系统不一致" in page
    assert "与系统一致。" not in page


@pytest.mark.parametrize(
    ("said", "told"),
    [({"total": "九十"}, "总分照纸上写"), ({"grade": ""}, "请选纸上的等次"), ({"grade": "x"}, "请选纸上的等次")],
)
def test_what_cannot_be_read_is_asked_again(card, said, told):
    page = main(verify(card, **printed(card, **said)))
    assert f"{told}" in page
    assert "与系统" not in page


def test_an_unknown_code_is_not_of_this_system(seal):
    for code in ("0" * 26, "x", ""):
        assert "与系统不一致：系统里没有这个核验码" in main(Client().post(VERIFY, {"code": code}))


def test_a_code_that_was_mistyped_stays_to_be_corrected(seal):
    assert f'value="{"0" * 26}"' in main(Client().post(VERIFY, {"code": "0" * 26}))
    assert 'value="&quot;&gt;"' in main(Client().post(VERIFY, {"code": '">'}))


def test_a_reopened_version_is_said_to_be_superseded(seal, card, leader, second):
    confirm_reopening(seal=ask_reopening(seal=seal, reason="有误", by=leader, at=NOON), by=second, at=NOON)
    for page in (main(verify(card, **printed(card))), main(verify(card))):
        assert "已经重开作废" in page
        assert "与系统一致" not in page


def test_a_card_that_was_changed_in_the_database_is_never_said_to_agree(card):
    with lifted(connection):
        card.participant.period_marks.update(mark=1)
    page = main(verify(card, **printed(card)))
    assert "与锁定时不一致" in page
    assert "与系统一致" not in page


def test_guesses_are_limited_and_those_with_a_paper_are_not(card):
    assert [verify(card).status_code for _ in range(12)] == [200] * 12
    wrong = [verify(card, **printed(card, total="1")).status_code for _ in range(12)]
    assert wrong == [200] * 10 + [429] * 2
    assert verify(card, **printed(card)).status_code == 429
