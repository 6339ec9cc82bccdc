"""The page of a scorecard, what opens beside it, and one's own: what each role sees."""

from io import BytesIO

import pytest
from django.urls import reverse
from docx import Document

from appraisal.models import AppraisalCycle, Exemption, Participant, Remark
from tests.appraisal.cards import give_all, of, rolled_up
from tests.appraisal.conftest import NOON, account_of
from tests.factories import make_cadre, make_user
from tests.linkage.conftest import plain_files
from youthleague.audit.models import AuditEvent

__all__ = ["plain_files"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_files")]
FIGURES = (
    "leader-review",
    "staff-score",
    "party-government",
    "debrief",
    "contest",
    "youth-opinion",
    "adjustment",
    "total",
)


def add(cycle, unit, name):
    """Let another secretary of a town be appraised."""
    cadre = make_cadre(unit, name=name)
    return Participant.objects.create(
        cycle=cycle,
        group=cycle.groups.get(name="乡镇"),
        cadre=cadre,
        appointment=cadre.appointments.get(),
        league_post="secretary",
        organisation=unit,
        lineage=unit.lineage,
        months=12,
        standing="ranked",
    )


@pytest.fixture
def year(cycle, people, leader, staff, district):
    """Give a year in 归档 with three secretaries of towns."""
    others = [add(cycle, district.township_b, name) for name in ("丁", "戊")]
    for number, person in enumerate([of(cycle, people["b"]), *others]):
        give_all(person, leader, staff, mark=92_000 - 4_000 * number)
    return rolled_up(cycle, staff)


@pytest.fixture
def person(year, people):
    return of(year, people["b"])


def page(client, name, *keys, status=200, **headers):
    found = client.get(reverse(name, args=keys), headers=headers)
    assert found.status_code == status
    return found.content.decode()


def test_a_leader_sees_the_whole(client, person, leader):
    client.force_login(leader)
    text = page(client, "appraisal-scorecard", person.pk)
    for said in (
        "2026 年度期末成绩单",
        "柳溪镇团委书记",
        "组内位次",
        "<small>/ 3</small>",
        "肖像图",
        "好：上限 0，已定 0",
    ):
        assert said in text
    assert "领导评鉴" in text
    assert "本人签收" in text


def test_every_figure_opens_what_is_behind_it(client, person, leader):
    client.force_login(leader)
    card = page(client, "appraisal-scorecard", person.pk)
    for figure in FIGURES:
        address = reverse("appraisal-figure", args=[person.pk, figure])
        assert (address in card) == (figure != "adjustment")  # there are no ± items to open
        assert "<html" in page(client, "appraisal-figure", person.pk, figure)
        beside = page(client, "appraisal-figure", person.pk, figure, HX_Request="true")
        assert "<html" not in beside
        assert "offcanvas-title" in beside
    assert leader.get_full_name() in page(client, "appraisal-figure", person.pk, "leader-review")
    page(client, "appraisal-figure", person.pk, "nothing", status=404)


def test_the_person_sees_neither_rank_nor_raters(client, person, people, district, leader):
    client.force_login(account_of(people["b"], "township_secretary", district.township_b))
    text = page(client, "appraisal-own-scorecard", person.pk)
    assert "组内位次" not in text
    assert "上限" not in text
    assert "组均" in text
    for figure in FIGURES:
        behind = page(client, "appraisal-own-figure", person.pk, figure)
        assert leader.get_full_name() not in behind
        assert "理由甲" not in behind
    page(client, "appraisal-scorecard", person.pk, status=403)


@pytest.mark.parametrize(("state", "status"), [("totalling", 404), ("decision", 404), ("feedback", 200)])
def test_ones_own_card_waits_for_the_feedback(client, person, people, district, state, status):
    AppraisalCycle.objects.filter(pk=person.cycle_id).update(state=state)
    client.force_login(account_of(people["b"], "committee_member", district.top))
    page(client, "appraisal-own-scorecard", person.pk, status=status)
    page(client, "appraisal-own-figure", person.pk, "total", status=status)


def test_nobody_reads_a_colleague_or_a_stranger(client, year, people, person, district):
    clerk = account_of(people["top"], "district_staff", district.top)
    Participant.objects.filter(cadre=people["top"]).update(group=person.group)
    client.force_login(clerk)
    for one in (person, of(year, people["top"])):
        page(client, "appraisal-scorecard", one.pk, status=404)
        page(client, "appraisal-figure", one.pk, "total", status=404)
        page(client, "appraisal-remark", one.pk, status=404)
    page(client, "appraisal-own-scorecard", person.pk, status=404)
    client.force_login(make_user("leader", district.township_a))
    page(client, "appraisal-scorecard", person.pk, status=404)
    for role in ("township_secretary", "party_committee", "org_department", "judge"):
        client.force_login(make_user(role, district.top))
        page(client, "appraisal-scorecard", person.pk, status=403)


def test_what_is_missing_is_said(client, cycle, people, leader, staff):
    person = of(cycle, people["b"])
    give_all(person, leader, staff, besides={4, 5})
    Exemption.objects.create(participant=person, component=5, reason="休产假", granted_by=staff, granted_at=NOON)
    rolled_up(cycle, staff, "totalling")
    client.force_login(leader)
    text = page(client, "appraisal-scorecard", person.pk)
    assert "数据不全，不给总分。" in text
    assert "团干述：评委还没有分数；青年评审团还没有分数" in text
    assert "免评：休产假" in text
    assert "评委还没有分数" in page(client, "appraisal-figure", person.pk, "debrief")
    assert "休产假" in page(client, "appraisal-figure", person.pk, "contest")


def test_before_the_roll_up_the_page_says_what_will_be_there(client, cycle, people, leader):
    client.force_login(leader)
    assert "还没有汇总" in page(client, "appraisal-scorecard", of(cycle, people["b"]).pk)


def test_a_remark_is_written_seen_and_read_by_the_person(client, person, people, leader, district):
    AppraisalCycle.objects.filter(pk=person.cycle_id).update(state="decision")
    client.force_login(leader)
    address = reverse("appraisal-remark", args=[person.pk])
    assert address in page(client, "appraisal-scorecard", person.pk)
    assert client.post(address, {"version": 0, "text": "肯担当。"}).status_code == 302
    assert client.post(address, {"version": 0, "text": "又一稿"}).status_code == 409
    assert "肯担当。" in page(client, "appraisal-remark", person.pk)
    AppraisalCycle.objects.filter(pk=person.cycle_id).update(state="archived")
    assert address not in page(client, "appraisal-scorecard", person.pk)
    client.force_login(account_of(people["b"], "village_secretary", district.village_b1))
    text = page(client, "appraisal-own-scorecard", person.pk)
    assert "肯担当。" in text
    assert Remark.objects.get().written_by.get_full_name() not in text


@pytest.fixture
def crowd(request, cycle, people, leader, staff, district):
    """Give somebody of a group of as many people as are asked for."""
    others = [add(cycle, district.township_b, f"书记{number}") for number in range(request.param - 1)]
    for one in [of(cycle, people["b"]), *others]:
        give_all(one, leader, staff)
    rolled_up(cycle, staff)
    return of(cycle, people["b"])


@pytest.mark.parametrize("crowd", [3, 15], indirect=True)
def test_queries_do_not_grow_with_the_group(client, crowd, leader, django_assert_num_queries):
    client.force_login(leader)
    client.get(reverse("account"))
    with django_assert_num_queries(56):
        page(client, "appraisal-scorecard", crowd.pk)


# ---- as a document -----------------------------------------------------------------------
def document(client, name, person):
    answer = client.get(reverse(name, args=[person.pk]))
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    read = Document(BytesIO(answer.content))
    cells = [[cell.text for cell in row.cells] for table in read.tables for row in table.rows]
    return [one.text for one in read.paragraphs], {row[0]: row for row in cells}


def test_the_document_reads_back_without_the_rank(client, person, leader):
    Remark.objects.create(participant=person, version=1, text="肯担当。", written_by=leader, written_at=NOON)
    client.force_login(leader)
    texts, rows = document(client, "appraisal-scorecard-file", person)
    card = person.scorecards.get()
    assert texts[0] == "2026年度团干部期末成绩单"
    assert rows["乙"][1] == "柳溪镇团委书记"
    assert rows["总分"][3] == f"{card.total / 1000:.2f}"
    assert rows["领导评鉴"][1:4] == ["42%", "93.25", "39.17"]
    assert rows["日常表现"][1] == "93.25"
    assert {"等次：较好", "肯担当。"} <= set(texts)
    assert "位次" not in "".join(texts) + "".join("".join(row) for row in rows.values())
    assert AuditEvent.objects.filter(action="appraisal.card-file", actor_id=leader.pk).count() == 1


def test_the_person_takes_the_own_document_after_the_feedback(client, person, people, district):
    client.force_login(account_of(people["b"], "township_secretary", district.township_b))
    _texts, rows = document(client, "appraisal-own-scorecard-file", person)
    assert rows["总分"][4] != "—"
    AppraisalCycle.objects.filter(pk=person.cycle_id).update(state="decision")
    page(client, "appraisal-own-scorecard-file", person.pk, status=404)


def test_a_document_says_what_is_missing(client, cycle, people, leader, staff):
    person = of(cycle, people["b"])
    client.force_login(leader)
    texts, _rows = document(client, "appraisal-scorecard-file", person)
    assert "还没有汇总。" in texts
    give_all(person, leader, staff, besides={4, 5})
    Exemption.objects.create(participant=person, component=5, reason="休产假", granted_by=staff, granted_at=NOON)
    rolled_up(cycle, staff, "totalling")
    texts, rows = document(client, "appraisal-scorecard-file", person)
    assert "等次：数据不全，不给总分" in texts
    assert rows["团内赛"][-1] == "免评：休产假"
    assert rows["团干述"][-1] == "评委还没有分数；青年评审团还没有分数"
