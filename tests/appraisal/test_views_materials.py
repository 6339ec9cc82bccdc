"""Pages on which lists and reports are written, looked through, received."""

from io import BytesIO

import pytest
from django.urls import reverse
from docx import Document

from appraisal.models import ChecklistItem, Checklists, DebriefReport
from appraisal.services.materials import items_of
from tests.appraisal.conftest import account_of
from tests.appraisal.materials import (
    GOOD,
    approved,
    contents,
    hand_in,
    lists_url,
    parts,
    report_url,
    rows,
    send_in,
    write,
)
from tests.appraisal.test_services_materials import last, later  # noqa: F401 - a fixture
from tests.factories import make_user
from tests.linkage.conftest import at, buttons, main, plain_files  # noqa: F401 - a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_files")]
AUTOSAVE = {"HTTP_X_AUTOSAVE": "1"}


# ---- whose page it is -------------------------------------------------------------------
def test_the_person_alone_opens_the_own_pages(own, author, district, people, staff, committee):
    leader = make_user("leader", district.top)
    other = account_of(people["b"], "township_secretary", district.township_b)
    auditor = make_user("auditor", district.top)
    for name in ("appraisal-lists", "appraisal-report", "appraisal-report-preview"):
        url = reverse(name, args=[own.pk])
        found = {user.username: at(user).get(url).status_code for user in (author, other, staff, leader)}
        assert found == {author.username: 200, other.username: 404, staff.username: 404, leader.username: 404}
        assert [at(user).get(url).status_code for user in (committee, auditor)] == [403, 403]


def test_nobody_posts_to_the_pages_of_another(own, district, people):
    other = account_of(people["b"], "township_secretary", district.township_b)
    for url in (lists_url(own), report_url(own)):
        assert at(other).post(url, rows(GOOD)).status_code == 404
    assert not Checklists.objects.exists()


def test_the_way_leads_from_my_appraisal(own, author):
    text = at(author).get("/appraisal/mine/").text
    assert lists_url(own) in text
    assert report_url(own) in text


# ---- the lists --------------------------------------------------------------------------
def test_lists_are_written_and_handed_in_by_the_form(own, author):
    desk = at(author)
    shown = desk.get(lists_url(own)).text
    assert ("写了就会自动保存" in shown, 'value="甲"' in shown) == (True, True)
    answer = desk.post(lists_url(own), rows(GOOD), follow=True)
    assert ("已保存。" in answer.text, contents(own)) == (True, [(one.kind, one.content) for one in GOOD])
    answer = desk.post(lists_url(own), rows(GOOD, version=1, **{"hand-in": "1"}), follow=True)
    assert "三张清单已提交。" in answer.text
    assert Checklists.objects.get().state == "submitted"
    assert "撤回修改" in buttons(answer)
    assert "<textarea" not in main(answer)
    answer = desk.post(lists_url(own), {"version": "2", "recall": "1"}, follow=True)
    assert Checklists.objects.get().state == "draft"
    assert len(items_of(own)) == 3


def test_what_is_missing_stands_beside_its_row_and_the_draft_is_kept(own, author):
    items = [GOOD[1], GOOD[2]]
    answer = at(author).post(lists_url(own), rows(items, **{"plan-1-responsible": "", "hand-in": "1"}))
    assert answer.status_code == 200
    assert "特色清单至少写 1 条，现在 0 条。" in answer.text
    assert "请写明责任人。" in answer.text
    assert (Checklists.objects.get().state, len(items_of(own))) == ("draft", 2)


def test_rows_are_added_removed_and_moved_by_buttons(own, author):
    desk, url = at(author), lists_url(own)
    desk.post(url, rows([GOOD[0], GOOD[2]]))
    answer = desk.post(url, rows([GOOD[0], GOOD[2]], version=1, add="plan"))
    assert answer.headers["Location"] == f"{url}?more=plan#plan"
    shown = desk.get(answer.headers["Location"]).text
    assert ('name="plan-2-content"' in shown, shown.count("data-at>")) == (True, 1)
    more = [GOOD[2], type(GOOD[2])("plan", "二"), type(GOOD[2])("plan", "三")]
    answer = desk.post(url, rows(more, version=1, up="plan-3"))
    assert answer.headers["Location"] == f"{url}?at=plan-2#plan"
    assert [one for _, one in contents(own)] == ["办夜校", "三", "二"]
    desk.post(url, rows(items_of(own), version=2, down="plan-1"))
    desk.post(url, rows(items_of(own), version=3, remove="plan-3"))
    assert [one for _, one in contents(own)] == ["三", "办夜校"]
    desk.post(url, rows(items_of(own), version=4, up="plan-1"))
    desk.post(url, rows(items_of(own), version=4, remove="plan-9"))
    assert [one for _, one in contents(own)] == ["三", "办夜校"]


def test_a_draft_saves_itself_and_says_when(own, author):
    desk, url = at(author), lists_url(own)
    answer = desk.post(url, rows(GOOD), **AUTOSAVE)
    assert (answer.status_code, answer.json()["version"]) == (200, 1)
    assert answer.json()["saved"].startswith("已保存 ")
    assert desk.post(url, rows(GOOD, version=1), **AUTOSAVE).json()["version"] == 1
    answer = desk.post(url, rows(GOOD[:1]), **AUTOSAVE)
    assert (answer.status_code, "已有变动" in answer.json()["refused"]) == (409, True)
    answer = desk.post(url, rows(GOOD, version=1, **{"plan-1-due_on": "明年"}), **AUTOSAVE)
    assert (answer.status_code, answer.json()["refused"]) == (422, "时限请写成 2027-06-30 的样子。")
    assert len(items_of(own)) == 3


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999999999999"])
def test_a_version_that_is_none_is_refused(own, author, version):
    answer = at(author).post(lists_url(own), {**rows(GOOD), "version": version})
    assert (answer.status_code, Checklists.objects.exists()) == (409, False)
    assert "骑手团支部" in answer.text


def test_what_cannot_be_read_is_shown_again(own, author):
    data = rows(GOOD, **{"plan-1-content": "长" * 101, "strength-rows": "x"})
    answer = at(author).post(lists_url(own), data)
    assert ("“内容”最多 100 个字" in answer.text, Checklists.objects.exists()) == (True, False)


def test_a_year_that_is_over_is_read_alone(own, author):
    hand_in(own, author)
    type(own.cycle).objects.update(state="archived")
    answer = at(author).get(lists_url(own))
    assert ("现在只能查看" in answer.text, "骑手团支部" in answer.text) == (True, True)
    assert "<textarea" not in main(answer)


def test_last_year_is_closed_beside_this_year(later, author):  # noqa: F811
    desk, url = at(author), lists_url(later)
    shown = main(desk.get(url))
    assert ("换届慢" in shown, "建支部" in shown, "骑手团支部" in shown) == (True, True, False)
    key = last("换届慢").pk
    answer = desk.post(url, rows(GOOD[:1], done=f"{key}"))
    assert "请写明做了什么" in answer.text
    assert contents(later) == [("strength", "骑手团支部")]
    desk.post(url, rows(GOOD[:1], version=1, done=f"{key}", **{f"note-{key}": "都换了"}))
    assert (last("换届慢").outcome, last("换届慢").outcome_note) == ("done", "都换了")
    desk.post(url, rows(GOOD[:1], version=2, **{"carry-rest": "1"}))
    assert contents(later) == [("strength", "骑手团支部"), ("plan", "办夜校"), ("plan", "建支部")]
    shown = desk.get(url).text
    assert ("去年转入" in shown, "其余都转入今年" in shown) == (True, False)
    desk.post(url, rows(items_of(later), version=3, reopen=f"{last('办夜校').pk}"))
    assert contents(later) == [("strength", "骑手团支部"), ("plan", "建支部")]
    assert "没有这一条" in desk.post(url, rows(items_of(later), version=4, carried="x")).text


# ---- the report ---------------------------------------------------------------------------
def test_a_report_begins_with_the_lists_and_the_figures(own, author):
    write(own, author)
    shown = main(at(author).get(report_url(own)))
    assert ("1. 骑手团支部。" in shown, "1. 换届慢。" in shown, "任务完成数" in shown) == (True, True, True)
    assert ('data-words-total="2000"' in shown, "提交机关干事审核" in shown) == (True, True)
    assert "<p>2026年度&#8288;" in shown  # the head names the year, not the figures
    assert not DebriefReport.objects.exists()


def test_a_report_is_written_sent_and_handed_in(own, author, committee):
    desk, url = at(author), report_url(own)
    answer = desk.post(url, parts(), **AUTOSAVE)
    assert answer.json()["version"] == 1
    assert desk.post(url, parts(version=1, gaps="换届慢\r\n"), **AUTOSAVE).json()["version"] == 1
    answer = desk.post(url, parts(version=1, send="1"), follow=True)
    assert "已提交审核" in answer.text
    assert ("等同级党（工）委审核。" in answer.text, "<textarea" in main(answer)) == (True, False)
    at(committee).post(reverse("appraisal-review", args=[DebriefReport.objects.get().pk]), {"version": 2, "text": ""})
    answer = desk.get(url)
    assert {"撤回修改", "提交"} <= set(buttons(answer))
    answer = desk.post(url, {"version": "3", "hand-in": "1"}, follow=True)
    assert ("述职报告已提交。" in answer.text, DebriefReport.objects.get().state) == (True, "submitted")
    assert "撤回修改" not in buttons(answer)


def test_a_report_is_taken_back(own, author, committee):
    approved(own, author, committee)
    at(author).post(report_url(own), {"version": "3", "recall": "1"})
    assert DebriefReport.objects.get().state == "draft"


def test_parts_that_are_empty_are_filled_from_the_lists(own, author):
    write(own, author)
    at(author).post(report_url(own), parts(gaps="", measures="自己写的", fill="1"))
    row = DebriefReport.objects.get()
    assert (row.gaps, row.measures, row.highlights) == ("1. 换届慢。", "自己写的", "做了很多")


def test_what_a_report_lacks_stands_beside_the_part_and_the_draft_is_kept(own, author):
    desk, url = at(author), report_url(own)
    answer = desk.post(url, parts(gaps=" ", highlights="长" * 2001, send="1"))
    assert "“三、存在不足”还没有写。" in answer.text
    assert "述职报告最多 2000 字，现在 2004 字" in answer.text
    assert 'name="version" value="1"' in answer.text
    assert DebriefReport.objects.get().words == 2004
    answer = desk.post(url, parts(send="1"))
    assert (answer.status_code, "已有变动" in answer.text) == (409, True)
    answer = desk.post(url, parts(version=1, gaps="长" * 6001), **AUTOSAVE)
    assert (answer.status_code, "太长了" in answer.json()["refused"]) == (422, True)


def test_a_refusal_on_a_report_that_is_in_shows_what_stands(own, author):
    send_in(own, author)
    answer = at(author).post(report_url(own), parts(version=2))
    assert ("现在的状态不能这样办理" in answer.text, "换届慢" in answer.text) == (True, True)


def test_the_preview_is_the_paper(own, author, committee):
    hand_in(own, author)
    approved(own, author, committee)
    shown = main(at(author).get(reverse("appraisal-report-preview", args=[own.pk])))
    assert all(text in shown for text in ("2026年度述职报告", "一、履职情况与亮点", "附：三张清单", "骑手团支部"))
    assert "同级党组织审核：同意" in shown


def test_the_document_says_what_the_paper_says(own, author, committee):
    hand_in(own, author)
    approved(own, author, committee)
    answer = at(author).get(reverse("appraisal-report-file", args=[own.pk]))
    assert "2026%E5%B9%B4%E5%BA%A6%E8%BF%B0%E8%81%8C%E6%8A%A5%E5%91%8A" in answer.headers["Content-Disposition"]
    paper = Document(BytesIO(answer.content))
    texts = [one.text for one in paper.paragraphs]
    assert {"一、履职情况与亮点", "四、下步计划", "做了很多", "附：三张清单"} <= set(texts)
    assert texts[-1].startswith("同级党组织审核：同意")
    cells = {cell.text for table in paper.tables for row in table.rows for cell in row.cells}
    assert {"任务完成数", "1. 骑手团支部", "2027-06-30", "批复"} <= cells


# ---- queries ------------------------------------------------------------------------------------
@pytest.mark.parametrize("items", [1, 5])
def test_queries_do_not_grow_with_items(own, author, items, django_assert_num_queries):
    ChecklistItem.objects.bulk_create(
        ChecklistItem(participant=own, kind=kind, number=number, content="好")
        for kind in ("strength", "shortcoming", "plan")
        for number in range(1, items + 1)
    )
    desk = at(author)
    desk.get(lists_url(own))
    with django_assert_num_queries(10):
        desk.get(lists_url(own))
    desk.get(report_url(own))
    with django_assert_num_queries(45):
        desk.get(report_url(own))
