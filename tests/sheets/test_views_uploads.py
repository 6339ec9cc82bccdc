"""Taking a file in: the form, what it refuses, replacing an earlier batch, naming the columns."""

import io
import json

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from orgs.models import Organisation
from tests.factories import make_user
from tests.rosters import NAMES, checked, row_of, uploaded, workbook_of, worked
from youthleague.sheets.choices import BatchState
from youthleague.sheets.models import ImportBatch
from youthleague.sheets.services.batches import MAX_BYTES
from youthleague.sheets.tasks import nudge
from youthleague.workbooks.refusals import SENTENCES

pytestmark = pytest.mark.django_db

UPLOAD = "/sheets/cadres/upload/"


def file_of(content: bytes, name: str = "三季度名册.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def send(portal, unit: Organisation, content: bytes, address: str = UPLOAD, **options: str):
    return portal.post(address, {"organisation": unit.pk, "file": file_of(content, **options)})


# ---- upload -------------------------------------------------------------------
def test_the_form_offers_the_own_units_with_the_topmost_preset(portal, district):
    response = portal.get(UPLOAD)
    offered = [label.strip("　") for _value, label in response.context["form"].fields["organisation"].choices]
    assert offered == ["青禾街道团工委", "松涛社区团支部", "长荷社区团支部"]
    assert response.context["form"]["organisation"].value() == district.township_a.pk
    text = response.content.decode()
    assert "严禁上传涉密文件" in text
    assert reverse("sheet-template", args=["cadres"]) in text


def test_a_unit_can_be_preset(portal, district):
    response = portal.get(f"{UPLOAD}?unit={district.village_a2.pk}")
    assert f'<option value="{district.village_a2.pk}" selected>' in response.content.decode()


def test_whoever_manages_no_unit_any_more_is_told_so(district, signed_in):
    client = signed_in(make_user("village_secretary", district.village_a1))
    Organisation.objects.filter(pk=district.village_a1.pk).update(state="closed")  # past the service: the role stays
    response = client.get(UPLOAD)
    assert "没有可以导入的团组织" in response.content.decode()
    assert client.get(reverse("sheet-template", args=["cadres"])).status_code == 404


def test_a_file_becomes_a_batch_and_a_worker_is_told(portal, secretary, district, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as told:
        response = send(portal, district.township_a, workbook_of([row_of(1)]))
    batch = ImportBatch.objects.get()
    assert response["Location"] == reverse("sheet-batch", args=[batch.pk])
    assert (batch.state, batch.filename, batch.uploaded_by) == (BatchState.UPLOADED, "三季度名册.xlsx", secretary)
    assert batch.organisation == district.township_a
    assert len(told) == 1
    assert worked(batch).state == BatchState.CHECKED


@pytest.mark.usefixtures("broken_queue")
def test_without_a_broker_the_page_answers_all_the_same(portal, district, django_capture_on_commit_callbacks):
    assert nudge(0) is False
    with django_capture_on_commit_callbacks(execute=True):
        response = send(portal, district.township_a, workbook_of([row_of(1)]))
    assert response.status_code == 302
    assert "已排队" in portal.get(response["Location"]).content.decode()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", SENTENCES["file.empty"]),
        (b"x" * (MAX_BYTES + 1), "文件超过 10 MB，不能上传；请删去图片和多余的工作表，或分成几份。"),
    ],
)
def test_what_cannot_be_taken_in_is_said_beside_the_file(portal, district, content, sentence):
    response = send(portal, district.township_a, content)
    assert response.context["form"].errors == {"file": [sentence]}
    assert sentence in response.content.decode()
    assert not ImportBatch.objects.exists()


def test_a_form_without_a_file_says_so(portal, district):
    response = portal.post(UPLOAD, {"organisation": district.township_a.pk})
    assert response.context["form"].errors == {"file": ["请选择要上传的表格文件。"]}


@pytest.mark.parametrize("unit", ["township_b", "village_b1", "top"])
def test_a_foreign_unit_cannot_be_chosen(portal, district, unit):
    response = send(portal, getattr(district, unit), workbook_of([row_of(1)]))
    assert response.context["form"].errors == {"organisation": ["您不能选择这个团组织；请从列表中选择您管理的团组织。"]}
    assert not ImportBatch.objects.exists()


def test_too_many_uploads_are_an_error_of_the_form(portal, district):
    for _ in range(30):
        assert send(portal, district.township_a, b"x").status_code == 302
    response = send(portal, district.township_a, b"x")
    assert response.context["form"].non_field_errors() == ["上传得太频繁，请过一会儿再试。"]


def test_a_corrected_upload_replaces_the_earlier_batch(portal, district, secretary):
    first = checked([row_of(1, phone="12")], district.village_a1, secretary)
    address = f"{UPLOAD}?replaces={first.pk}"
    assert f'<option value="{district.village_a1.pk}" selected>' in portal.get(address).content.decode()
    send(portal, district.village_a1, workbook_of([row_of(1)]), address)
    first.refresh_from_db()
    second = ImportBatch.objects.latest("pk")
    assert (first.state, second.replaces) == (BatchState.CANCELLED, first)
    worked(second)
    assert "取代“花名册.xlsx”" in portal.get(reverse("sheet-batch", args=[second.pk])).content.decode()


@pytest.mark.parametrize("text", ["", "x", "-1", "99999999", "9" * 30, "1 OR 1=1"])
def test_a_number_that_is_no_own_batch_is_passed_over(portal, district, text):
    assert portal.get(UPLOAD, {"replaces": text}).status_code == 200
    assert send(portal, district.township_a, workbook_of([row_of(1)]), f"{UPLOAD}?replaces={text}").status_code == 302


def test_somebody_elses_batch_is_not_replaced(portal, district):
    other = checked([row_of(1)], district.township_a, make_user("township_secretary", district.township_a))
    response = portal.get(f"{UPLOAD}?replaces={other.pk}")
    assert response.context["earlier"] is None
    send(portal, district.township_a, workbook_of([row_of(1)]), f"{UPLOAD}?replaces={other.pk}")
    other.refresh_from_db()
    assert other.state == BatchState.CHECKED


# ---- which column is which ----------------------------------------------------
def without_titles(*changed: tuple[str, str]) -> bytes:
    """Make a roster some of whose headers mean nothing to us, with a second sheet beside it."""
    book = openpyxl.load_workbook(io.BytesIO(workbook_of([row_of(1), row_of(2)])))
    for cell in book.active[1]:
        cell.value = dict(changed).get(cell.value, cell.value)
    book.create_sheet("旧表").append(["姓名", "手机号码"])
    book["旧表"].append(["测试甲", "19900000009"])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.fixture
def unclear(portal, district):
    """A batch whose number column was not recognised."""
    send(portal, district.township_a, without_titles(("身份证号", "证件"), ("民族", "族别")))
    return worked(ImportBatch.objects.get())


def columns(batch: ImportBatch, **chosen: str) -> dict[str, str]:
    """Give the answers of the form: what was recognised, and what is chosen by letter."""
    found = {f"column_{index}": name for index, name in batch.mapping.items()}
    return found | {f"column_{ord(letter) - ord('A')}": name for letter, name in chosen.items()}


def test_the_page_asks_for_the_columns_that_identify_a_row(portal, unclear):
    response = portal.get(reverse("sheet-batch", args=[unclear.pk]))
    text = response.content.decode()
    assert response.context["missing"] == ["身份证号"]
    assert [(letters, header) for letters, header, *_field in response.context["form"].rows()][:3] == [
        ("A", "姓名"),
        ("B", "证件"),
        ("C", "族别"),
    ]
    assert "旧表" in text
    assert (unclear.state, unclear.mapping_confirmed) == (BatchState.MAPPED, False)


def test_the_answer_has_the_batch_checked(portal, unclear, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as told:
        address = reverse("sheet-mapping", args=[unclear.pk])
        portal.post(address, columns(unclear, B="id_number", C="ethnicity"))
    assert len(told) == 1
    assert worked(unclear).state == BatchState.CHECKED
    assert (unclear.counts["new"], unclear.counts["error"]) == (2, 0)


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        ({"C": "ethnicity"}, "还没有指明“身份证号”是哪一列。"),
        ({"B": "name"}, "同一项内容不能对应两列，请只留一列。"),
    ],
)
def test_an_answer_that_will_not_do_is_said(portal, unclear, chosen, sentence):
    response = portal.post(reverse("sheet-mapping", args=[unclear.pk]), columns(unclear, **chosen))
    assert response.context["form"].non_field_errors() == [sentence]
    unclear.refresh_from_db()
    assert not unclear.mapping_confirmed


def test_a_column_that_does_not_exist_cannot_be_chosen(portal, unclear):
    response = portal.post(reverse("sheet-mapping", args=[unclear.pk]), columns(unclear, B="password"))
    assert response.context["form"].errors == {"column_1": ["没有这一项内容；请从列表中选择。"]}


def test_wrong_columns_are_mended_after_the_check(portal, district, secretary):
    batch = checked([row_of(1, admin_post="干事")], district.township_a, secretary)
    page = portal.get(reverse("sheet-mapping", args=[batch.pk]))
    assert "行政职务" in page.content.decode()
    last = len(NAMES)
    assert batch.mapping[str(last)] == "admin_post"
    answers = columns(batch) | {f"column_{last}": "remark"}
    portal.post(reverse("sheet-mapping", args=[batch.pk]), answers)
    worked(batch)
    facts = dict(portal.get(reverse("sheet-batch", args=[batch.pk])).context["rows"].lines[0].facts)
    assert facts["备注"] == "干事"
    assert "行政职务" not in facts


def test_a_doubled_column_is_told_with_its_letters(portal, district):
    send(portal, district.township_a, without_titles(("民族", "姓名")))
    batch = worked(ImportBatch.objects.get())
    assert (
        "“姓名”出现在 A、C 列，只能用其中一列。" in portal.get(reverse("sheet-batch", args=[batch.pk])).content.decode()
    )


def test_another_sheet_is_read_anew(portal, unclear):
    portal.post(reverse("sheet-choose", args=[unclear.pk]), {"sheet": "旧表", "header_row": ""})
    assert worked(unclear).sheet_name == "旧表"
    response = portal.get(reverse("sheet-batch", args=[unclear.pk]))
    assert [header for _letters, header, *_field in response.context["form"].rows()] == ["姓名", "手机号码"]


def test_another_header_row_is_read_anew(portal, district):
    book = openpyxl.Workbook()
    for line in (["姓名", "手机号码"], ["测试甲", "19900000001"], ["姓名", "备注", "籍贯"], ["测试乙", "无", "河北"]):
        book.active.append(line)
    buffer = io.BytesIO()
    book.save(buffer)
    send(portal, district.township_a, buffer.getvalue())
    batch = worked(ImportBatch.objects.get())
    portal.post(reverse("sheet-choose", args=[batch.pk]), {"sheet": batch.sheet_name, "header_row": "1"})
    assert (worked(batch).header_row, batch.mapping) == (1, {"0": "name", "1": "phone"})
    portal.post(reverse("sheet-choose", args=[batch.pk]), {"sheet": batch.sheet_name, "header_row": "3"})
    assert (worked(batch).header_row, batch.mapping) == (3, {"0": "name", "1": "remark", "2": "native_place"})


def test_a_row_of_data_chosen_as_header_asks_for_the_columns_and_tells_no_numbers(portal, check):
    batch = check(row_of(1), row_of(2), row_of(3))
    portal.post(reverse("sheet-choose", args=[batch.pk]), {"sheet": batch.sheet_name, "header_row": "2"})
    assert (worked(batch).state, batch.header_row, batch.mapping, batch.message) == (BatchState.MAPPED, 2, {}, "")
    page = portal.get(reverse("sheet-batch", args=[batch.pk]))
    assert [header for _letters, header, *_field in page.context["form"].rows()][:2] == [row_of(1)["name"], "＊＊＊"]
    for name in ("id_number", "phone"):
        assert row_of(1)[name] not in json.dumps(batch.layout) + page.content.decode()
    portal.post(reverse("sheet-choose", args=[batch.pk]), {"sheet": batch.sheet_name, "header_row": "1"})
    assert (worked(batch).state, batch.counts["new"]) == (BatchState.CHECKED, 3)


@pytest.mark.parametrize("answer", [{"sheet": "没有这张"}, {"sheet": "花名册", "header_row": "0"}, {}])
def test_a_sheet_that_is_not_there_cannot_be_chosen(portal, unclear, answer):
    response = portal.post(reverse("sheet-choose", args=[unclear.pk]), answer)
    assert response.status_code == 200
    assert response.context["sheet_form"].errors
    unclear.refresh_from_db()
    assert unclear.state == BatchState.MAPPED


@pytest.mark.parametrize("state", [BatchState.APPLYING, BatchState.APPLIED, BatchState.CANCELLED, BatchState.FAILED])
def test_columns_are_no_longer_asked_once_the_batch_went_on(portal, unclear, state):
    ImportBatch.objects.update(state=state)
    for name in ("sheet-mapping", "sheet-choose"):
        response = portal.post(reverse(name, args=[unclear.pk]), columns(unclear, B="id_number"))
        assert response["Location"] == reverse("sheet-batch", args=[unclear.pk])
    unclear.refresh_from_db()
    assert (unclear.state, unclear.mapping_confirmed) == (state, False)


def test_a_file_that_cannot_be_read_becomes_a_sentence(portal, district):
    send(portal, district.township_a, b"PK\x03\x04 nothing")
    batch = worked(ImportBatch.objects.get())
    assert batch.state == BatchState.FAILED
    text = portal.get(reverse("sheet-batch", args=[batch.pk])).content.decode()
    assert batch.message in text
    assert "重新上传" in text


# ---- the list -----------------------------------------------------------------
def test_the_list_says_where_each_batch_stands(portal, district, secretary):
    checked([row_of(1), row_of(2, phone="12")], district.township_a, secretary)
    checked([row_of(1)], district.township_a, secretary)
    uploaded([row_of(1)], district.township_a, secretary)
    lines = portal.get(reverse("sheet-batches")).context["lines"]
    assert [(one["standing"].word, one["standing"].verb, one["counts"]) for one in lines] == [
        ("已排队", "看进度", ""),
        ("可以写入", "去写入", "新增 1"),
        ("1 行有错误", "去更正", "新增 1，错误 1"),
    ]


def test_an_empty_list_says_what_to_do(portal):
    text = portal.get(reverse("sheet-batches")).content.decode()
    assert "还没有导入过" in text
    assert reverse("sheet-upload", args=["cadres"]) in text


def test_the_workbench_names_what_waits(portal, district, secretary):
    checked([row_of(1), row_of(2, phone="12")], district.township_a, secretary)
    ImportBatch.objects.update(uploaded_at="2099-01-01T00:00:00Z")
    text = portal.get(reverse("workbench")).content.decode()
    assert "导入：青禾街道团工委团干部花名册" in text
    assert "去更正" in text
