"""Pages on which reports are looked through, and lists and reports received or sent back."""

import pytest
from django.urls import reverse

from appraisal.models import Checklists, DebriefReport
from appraisal.services.cycles import open_cycle
from appraisal.services.population import draw_population
from tests.appraisal.conftest import NOON, account_of, fresh, person
from tests.appraisal.materials import (
    GOOD,
    approved,
    hand_in,
    lists_url,
    parts,
    person_url,
    report_in,
    report_url,
    rows,
    send_in,
    write,
    write_parts,
)
from tests.factories import make_cadre, make_user
from tests.linkage.conftest import at, buttons, main, plain_files  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_files")]


# ---- looking through ------------------------------------------------------------------------
def test_the_party_committee_sees_its_own_reports_alone(own, author, committee, district):
    other = make_user("party_committee", district.township_b)
    hand_in(own, author)
    row = send_in(own, author)
    url = reverse("appraisal-review", args=[row.pk])
    assert "甲的述职报告" in at(committee).get("/appraisal/reviews/").text
    assert "没有等您审核的述职报告" in at(other).get("/appraisal/reviews/").text
    assert at(other).get(url).status_code == 404
    assert at(other).post(url, {"version": 2, "text": "好"}).status_code == 404
    assert at(author).get(url).status_code == 403
    shown = main(at(committee).get(url))
    assert ("做了很多" in shown, "骑手团支部" in shown, "审核通过" in shown) == (True, True, True)


def test_a_draft_is_not_shown_to_the_committee(own, author, committee):
    write(own, author)
    row = write_parts(own, author)
    assert at(committee).get(reverse("appraisal-review", args=[row.pk])).status_code == 404
    row = send_in_again(own, author)
    shown = main(at(committee).get(reverse("appraisal-review", args=[row.pk])))
    assert ("清单还没有提交" in shown, "骑手团支部" in shown) == (True, False)


def send_in_again(participant, author):
    at(author).post(report_url(participant), parts(version=1, send="1"))
    return DebriefReport.objects.get()


def test_the_committee_sends_back_with_a_reason(own, author, committee):
    row = send_in(own, author)
    url = reverse("appraisal-review", args=[row.pk])
    answer = at(committee).post(url, {"version": 2, "text": "", "return": "1"})
    assert "请写明理由" in answer.text
    answer = at(committee).post(url, {"version": 2, "text": "太短", "return": "1"}, follow=True)
    assert "已退回，本人会收到通知。" in answer.text
    shown = at(author).get(report_url(own)).text
    assert ("已退回。" in shown, "太短" in shown) == (True, True)


def test_the_committee_reads_what_it_has_answered(own, author, committee):
    row = approved(own, author, committee)
    shown = main(at(committee).get("/appraisal/reviews/"))
    assert ("审核过的" in shown, "甲，2026年度" in shown) == (True, True)
    answer = at(committee).get(reverse("appraisal-review", args=[row.pk]))
    assert "现在没有要您办的" in answer.text
    assert at(committee).post(reverse("appraisal-review", args=[row.pk]), {"version": 1}).status_code == 409


# ---- those who keep the year ------------------------------------------------------------------
def test_staff_see_who_has_handed_in_what(own, author, staff, leader, people, district):
    hand_in(own, author)
    url = "/appraisal/2026/materials/"
    shown = main(at(staff).get(url))
    assert ("三张清单已交 1/3" in shown, "甲" in shown, "乙" in shown) == (True, True, True)
    assert "甲" in main(at(leader).get(f"{url}?lists=submitted"))
    assert "乙" not in main(at(leader).get(f"{url}?lists=submitted"))
    assert "甲" not in main(at(leader).get(f"{url}?lists=missing"))
    assert "丙" in main(at(leader).get(f"{url}?report=missing"))
    assert at(author).get(url).status_code == 403
    of_b = make_user("district_staff", district.township_b)
    shown = main(at(of_b).get(url))
    assert ("乙" in shown, "甲" in shown) == (True, False)


def test_staff_receive_and_return(own, author, staff, leader):
    hand_in(own, author)
    answer = at(staff).get(person_url(own))
    assert {"接收", "退回"} <= set(buttons(answer))
    assert "骑手团支部" in main(answer)
    assert "接收" not in buttons(at(leader).get(person_url(own)))
    receive, back = (reverse(f"appraisal-lists-{one}", args=[own.pk]) for one in ("receive", "return"))
    assert at(leader).post(receive, {"version": 2}).status_code == 403
    answer = at(staff).post(receive, {"version": 2}, follow=True)
    assert ("已接收，本人会收到通知。" in answer.text, Checklists.objects.get().state) == (True, "received")
    assert at(staff).get(back).status_code == 200
    answer = at(staff).post(back, {"version": 3, "text": "太笼统"}, follow=True)
    assert ("已退回，本人会收到通知。" in answer.text, Checklists.objects.get().reason) == (True, "太笼统")


def test_staff_send_a_report_back(own, author, staff, committee):
    report_in(own, author, committee)
    assert "退回" in buttons(at(staff).get(person_url(own)))
    url = reverse("appraisal-report-send-back", args=[own.pk])
    assert "请写明理由" in at(staff).post(url, {"version": 4, "text": ""}).text
    at(staff).post(url, {"version": 4, "text": "数字对不上"})
    assert DebriefReport.objects.get().state == "returned"


def test_a_draft_is_its_authors(own, author, staff):
    write(own, author)
    write_parts(own, author)
    shown = main(at(staff).get(person_url(own)))
    assert ("草稿只有本人看得到" in shown, "骑手团支部" in shown, "做了很多" in shown) == (True, False, False)
    send_in_again(own, author)
    shown = main(at(staff).get(person_url(own)))
    assert ("做了很多" in shown, "骑手团支部" in shown) == (True, False)


def test_staff_look_through_where_no_committee_has_an_account(own, author, staff, leader):
    row = send_in(own, author)
    url = reverse("appraisal-person-review", args=[row.pk])
    assert url in at(staff).get(person_url(own)).text
    assert url not in at(leader).get(person_url(own)).text
    answer = at(staff).post(url, {"version": 2, "text": "属实"}, follow=True)
    assert ("审核通过，本人会收到通知。" in answer.text, DebriefReport.objects.get().opinion) == (True, "属实")


def test_with_a_committee_staff_only_read(own, author, staff, committee):
    row = send_in(own, author)
    assert reverse("appraisal-person-review", args=[row.pk]) not in at(staff).get(person_url(own)).text
    answer = at(staff).post(reverse("appraisal-person-review", args=[row.pk]), {"version": 2, "text": "好"})
    assert ("不由您审核" in answer.text, DebriefReport.objects.get().state) == (True, "review")


def test_staff_write_for_somebody_without_an_account(collecting, own, people, staff, leader):
    other = person(collecting, people["b"])
    urls = [reverse(f"appraisal-person-{name}", args=[other.pk]) for name in ("lists", "report")]
    assert all(url in at(staff).get(person_url(other)).text for url in urls)
    assert urls[0] not in at(leader).get(person_url(other)).text
    assert at(leader).get(urls[0]).status_code == 403
    at(staff).post(urls[0], rows(GOOD))
    at(staff).post(urls[1], parts())
    assert (fresh(other).checklists.is_on_behalf, fresh(other).debrief_report.is_on_behalf) == (True, True)
    shown = main(at(staff).get(person_url(other)))
    assert ("骑手团支部" in shown, "做了很多" in shown) == (True, True)
    assert at(staff).get(reverse("appraisal-person-preview", args=[other.pk])).status_code == 200
    assert at(staff).get(reverse("appraisal-person-lists", args=[own.pk])).status_code == 403


def test_whoever_gets_an_account_is_shown_who_wrote(collecting, people, staff, district):
    other = person(collecting, people["b"])
    write(other, staff)
    late = account_of(people["b"], "township_secretary", district.township_b)
    shown = main(at(late).get(lists_url(other)))
    assert ("代填" in shown, staff.get_full_name() in shown) == (True, True)


def test_nobody_answers_the_own_materials(own, author, people, district):
    hand_in(own, author)
    oneself = account_of(people["a"], "district_staff", district.top)
    answer = at(oneself).get(person_url(own))
    assert not {"接收", "退回"} & set(buttons(answer))
    at(oneself).post(reverse("appraisal-lists-receive", args=[own.pk]), {"version": 2})
    assert Checklists.objects.get().state == "submitted"


@pytest.mark.parametrize("extra", [1, 15])
@pytest.mark.usefixtures("people")
def test_queries_do_not_grow_with_people(prepared, staff, committee, district, extra, django_assert_num_queries):
    for _ in range(extra):
        make_cadre(district.top, league_post="staff")
        make_cadre(district.township_a)
    draw_population(cycle=prepared, by=staff, at=NOON)
    year = open_cycle(cycle=fresh(prepared), version=fresh(prepared).version, by=staff, at=NOON)
    for one in year.participants.all():
        Checklists.objects.create(participant=one, state="submitted", written_by=staff, written_at=NOON)
        DebriefReport.objects.create(participant=one, state="review", written_by=staff, written_at=NOON)
    desk, reader = at(staff), at(committee)
    desk.get("/appraisal/2026/materials/")
    with django_assert_num_queries(14):
        desk.get("/appraisal/2026/materials/")
    reader.get("/appraisal/reviews/")
    with django_assert_num_queries(8):
        reader.get("/appraisal/reviews/")
