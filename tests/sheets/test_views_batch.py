"""The page of a batch: every state, every filter, writing and giving up."""

import pytest
from django.urls import reverse

from cadres.models import Appointment, Cadre
from tests.factories import NOW, valid_identity_number
from tests.rosters import NAMES, row_of, worked
from tests.sheets.pages import address, page_of, said
from youthleague.sheets.choices import ApplyMode, BatchState
from youthleague.sheets.models import ImportBatch
from youthleague.sheets.services.batches import cancel_batch

pytestmark = pytest.mark.django_db

BAD_NUMBER = "990101199506150011"


# ---- every state --------------------------------------------------------------
@pytest.mark.parametrize(
    ("state", "word"),
    [
        (BatchState.UPLOADED, "已排队"),
        (BatchState.READING, "正在读取"),
        (BatchState.APPLYING, "正在写入"),
        (BatchState.UNDOING, "正在撤销"),
    ],
)
def test_while_a_worker_is_busy_the_page_says_so(portal, check, state, word):
    batch = check(row_of(1))
    ImportBatch.objects.filter(pk=batch.pk).update(state=state)
    text = page_of(portal, batch)
    assert word in text
    assert f'hx-get="{address("sheet-progress", batch)}"' in text
    assert "可以离开这个页面" in text


def test_checking_shows_how_many_rows_are_done(portal, check):
    batch = check(row_of(1))
    ImportBatch.objects.filter(pk=batch.pk).update(
        state=BatchState.MAPPED, mapping_confirmed=True, done=3000, total=12000
    )
    response = portal.get(address("sheet-progress", batch))
    assert "已检查 3000 行，共 12000 行" in response.content.decode()
    assert 'width="25"' in response.content.decode()
    assert "HX-Refresh" not in response


def test_when_the_worker_is_done_the_page_is_loaded_anew(portal, check):
    assert portal.get(address("sheet-progress", check(row_of(1))))["HX-Refresh"] == "true"


def test_a_failed_batch_says_why_and_what_to_do(portal, check):
    batch = check(row_of(1))
    ImportBatch.objects.update(state=BatchState.FAILED, message="文件加了密码，无法读取。", message_code="gate.locked")
    text = page_of(portal, batch)
    assert "文件加了密码，无法读取。" in text
    assert 'data-code="gate.locked"' in text
    assert f"{reverse('sheet-upload', args=['cadres'])}?replaces={batch.pk}" in text


def test_a_cancelled_batch_shows_none_of_its_rows(portal, check, secretary):
    batch = check(row_of(1, phone="12"))
    cancel_batch(batch=batch, by=secretary, at=NOW)
    text = page_of(portal, batch)
    assert "已经作废" in text
    assert "测试乙" not in text


# ---- errors -------------------------------------------------------------------
def test_errors_come_first_with_cell_column_reason(portal, check):
    batch = check(row_of(1), row_of(2, phone="1991234"), row_of(3, political_status="居民"))
    response = portal.get(address("sheet-batch", batch))
    rows = response.context["rows"].lines
    phone, politics = (row.faults[0] for row in rows)
    assert (phone.place, phone.column, phone.written) == ("J3", "手机号码", "199**34")
    assert (politics.place, politics.column, politics.written) == ("D4", "政治面貌", "居民")
    assert "手机号码应为 11 位数字" in phone.reason
    assert [row.name for row in rows] == ["测试丙", "测试丁"]
    assert "还有 2 处错误" in response.content.decode()


def test_identity_numbers_are_never_shown(portal, check):
    right = valid_identity_number(2)
    batch = check(row_of(1, id_number=BAD_NUMBER), row_of(2, gender="女"), row_of(3, id_number=990101199506150000))
    for show in ("error", "new", "same", "changed", "absent", "left_out"):
        text = page_of(portal, batch, show=show)
        assert BAD_NUMBER not in text
        assert right not in text
        assert right[-4:] not in text
    lines = portal.get(address("sheet-batch", batch, show="error")).context["rows"].lines
    written = {fault.written for row in lines for fault in row.faults if fault.column == "身份证号"}
    assert written == {"已录 18 位（不显示）", "被表格当作数字（不显示）"}


def test_a_number_in_the_wrong_column_is_hidden_too(portal, check):
    batch = check(row_of(1, political_status=valid_identity_number(7)))
    assert valid_identity_number(7) not in page_of(portal, batch)


def test_a_long_text_is_cut(portal, check):
    batch = check(row_of(1, political_status="青" * 90))
    [row] = portal.get(address("sheet-batch", batch)).context["rows"].lines
    assert row.faults[0].written == "青" * 60 + "……"


def test_a_column_that_the_file_lacks_is_told_by_its_row(portal, check):
    batch = check({**row_of(1)}, names=[name for name in NAMES if name != "phone"])
    [row] = portal.get(address("sheet-batch", batch)).context["rows"].lines
    assert [(fault.place, fault.column, fault.written) for fault in row.faults] == [("第 2 行", "手机号码", "（空）")]


def test_errors_of_one_kind_are_counted_and_can_be_picked(portal, check):
    batch = check(
        row_of(1, phone="12"), row_of(2, phone="13"), row_of(3, political_status="居民"), row_of(4, ethnicity="甲乙")
    )
    groups = portal.get(address("sheet-batch", batch)).context["groups"]
    assert (groups[0].column, groups[0].rows) == ("手机号码", 2)
    assert {group.key for group in groups} == {
        "phone:phone.length",
        "political_status:choice.unknown",
        "ethnicity:choice.unknown",
    }
    picked = portal.get(address("sheet-batch", batch, show="error", code="phone:phone.length"))
    assert [row.number for row in picked.context["rows"].lines] == [2, 3]
    assert portal.get(address("sheet-batch", batch, show="error", code="%")).context["rows"].lines == []
    assert portal.get(address("sheet-batch", batch, show="error", code="\0")).context["rows"].lines


def test_rows_of_one_file_that_contradict_name_the_other_row(portal, check):
    [group] = portal.get(address("sheet-batch", check(row_of(1), row_of(1)))).context["groups"]
    assert group.reason == "与第 2 行重复：同一人、同一团组织、同一职务；请删去其中一行。"
    batch = check(row_of(1), row_of(1), row_of(2), row_of(2))
    [group] = portal.get(address("sheet-batch", batch)).context["groups"]
    assert group.reason == "与第 … 行重复：同一人、同一团组织、同一职务；请删去其中一行。"


# ---- the other filters --------------------------------------------------------
def test_new_rows_show_their_facts_masked(portal, check):
    batch = check(row_of(1))
    [row] = portal.get(address("sheet-batch", batch, show="new")).context["rows"].lines
    facts = dict(row.facts)
    assert (facts["手机号码"], facts["身份证号"]) == ("199****0001", "已录 18 位（不显示）")
    assert (facts["所在团组织"], facts["民族"]) == ("松涛社区团支部", "汉族")
    assert (row.unit, row.post) == ("松涛社区团支部", "书记")


def test_hints_do_not_block(portal, check):
    batch = check(row_of(1, political_status="中共党员"))
    text = page_of(portal, batch, show="new")
    assert "入党时间：中共党员宜填写入党时间" in text
    assert "可以写入" in text


def test_people_that_the_file_leaves_out_are_listed_and_kept(portal, enter, check):
    enter(row_of(1), row_of(2))
    batch = check(row_of(1))
    response = portal.get(address("sheet-batch", batch, show="absent"))
    assert [(one.title, one.detail) for one in response.context["rows"].lines] == [("测试丙", "松涛社区团支部，书记")]
    assert "表中没有，不会改动" in response.content.decode()


def test_whoever_stands_in_a_wrong_row_is_not_said_to_be_missing(portal, enter, check):
    enter(row_of(1), row_of(2))
    batch = check(row_of(1, id_number=BAD_NUMBER))
    response = portal.get(address("sheet-batch", batch, show="absent"))
    assert [one.title for one in response.context["rows"].lines] == ["测试丙"]


def test_a_filter_that_does_not_exist_falls_back_to_errors(portal, check):
    batch = check(row_of(1, phone="12"))
    assert portal.get(address("sheet-batch", batch, show="everything")).context["show"] == "error"


def test_without_errors_the_changes_come_first_then_new_rows(portal, enter, check):
    enter(row_of(1))
    assert portal.get(address("sheet-batch", check(row_of(1, remark="新")))).context["show"] == "changed"
    assert portal.get(address("sheet-batch", check(row_of(1), row_of(2)))).context["show"] == "new"
    assert portal.get(address("sheet-batch", check(row_of(1)))).context["show"] == "same"


def test_notes_of_the_reading_are_told(portal, check):
    batch = check(row_of(1))
    ImportBatch.objects.filter(pk=batch.pk).update(layout={**batch.layout, "notes": ["有 1 行被隐藏，仍会导入。"]})
    assert "有 1 行被隐藏，仍会导入。" in page_of(portal, batch)


# ---- writing ------------------------------------------------------------------
def test_errors_block_writing_unless_only_right_rows_are_wanted(portal, check):
    batch = check(row_of(1), row_of(2, phone="12"))
    assert portal.get(address("sheet-batch", batch)).context["may_apply"] is False
    assert said(portal.post(address("sheet-apply", batch), {"mode": "all"})) == [
        "还有错误的行，请先改正或选择只导入正确的行。"
    ]
    assert portal.get(address("sheet-batch", batch, mode="valid")).context["may_apply"] is True
    portal.post(address("sheet-apply", batch), {"mode": "valid"})
    assert worked(batch).mode == ApplyMode.VALID
    assert (batch.state, Cadre.objects.count()) == (BatchState.APPLIED, 1)


def test_nothing_to_write_is_said(portal, enter, check):
    enter(row_of(1))
    batch = check(row_of(1))
    assert "没有要写入的内容" in page_of(portal, batch)
    assert said(portal.post(address("sheet-apply", batch))) == ["没有需要写入的内容。"]


def test_the_result_names_what_was_written_and_links_to_it(portal, enter):
    batch = enter(row_of(1), row_of(2))
    text = page_of(portal, batch)
    assert "已写入：新增 2 行，变更 0 行，无变化 0 行。" in text
    people = {cadre.name: reverse("cadre", args=[cadre.pk]) for cadre in Cadre.objects.all()}
    for name, link in people.items():
        assert f'<a class="who" href="{link}">{name}</a>' in text
    assert reverse("roster") in text


def test_what_was_written_of_people_who_left_since_has_no_link(portal, enter, district):
    batch = enter(row_of(1))
    Appointment.objects.update(organisation=district.village_b1)
    text = page_of(portal, batch)
    assert reverse("cadre", args=[Cadre.objects.get().pk]) not in text
    assert "测试乙" in text


def test_a_worker_is_told_when_something_is_to_be_done(portal, check, django_capture_on_commit_callbacks):
    batch = check(row_of(1))
    with django_capture_on_commit_callbacks() as told:
        portal.post(address("sheet-apply", batch))
    assert len(told) == 1
    with django_capture_on_commit_callbacks() as told:
        portal.post(address("sheet-apply", batch))
    assert told == []


def test_a_batch_is_checked_again_with_its_decisions(portal, enter, check):
    enter(row_of(1))
    batch = check(row_of(1, league_post="副书记"))
    portal.post(address("sheet-decide", batch, 2), {"decision": "addition"})
    portal.post(address("sheet-check", batch))
    assert worked(batch).state == BatchState.CHECKED
    assert batch.rows.get().decision == "addition"


def test_a_batch_is_given_up(portal, check):
    batch = check(row_of(1))
    assert "data-confirm" in page_of(portal, batch)
    portal.post(address("sheet-cancel", batch))
    batch.refresh_from_db()
    assert (batch.state, batch.stored_name, batch.rows.count()) == (BatchState.CANCELLED, "", 0)


def test_a_batch_whose_original_is_gone_is_not_read_again(portal, check):
    batch = check(row_of(1))
    ImportBatch.objects.filter(pk=batch.pk).update(stored_name="")
    assert "重新检查" not in page_of(portal, batch)
    for name in ("sheet-check", "sheet-choose"):
        response = portal.post(address(name, batch), {"sheet": batch.sheet_name})
        assert said(response)[-1:] == ["原文件已按规定删除，不能再重新读取；请重新上传。"]
    batch.refresh_from_db()
    assert batch.state == BatchState.CHECKED
