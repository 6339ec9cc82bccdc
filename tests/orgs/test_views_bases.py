"""The pages of what work rests on: who reads, who keeps, what is said of a file, what a download is."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from orgs.models import DutyItem, PolicyDocument
from orgs.roles import ROLES
from orgs.services.bases import keep_document
from tests.contract.visitors import ROSTER
from tests.factories import FOUNDED, NOW, TODAY, factory_user, make_user
from tests.protection.polyglots import HTML, pdf, photograph
from youthleague.audit.models import AuditEvent
from youthleague.protection.uploads import checked_upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files", "quick_hashes")]
DOCUMENTS, DUTIES = "/documents/", "/documents/duties/"
GIVEN = {
    "kind": "notice",
    "title": "通知",
    "number": "2 号",
    "issued_on": "2026.11.1",
    "issuer": "团区委",
    "version": 1,
}
QUERIES = 9


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def client_of(client):
    def sign_in(user):
        client.force_login(user, backend="orgs.backends.RoleBackend")
        return client

    return sign_in


@pytest.fixture
def staff(district, client_of):
    return client_of(make_user("district_staff", district.top))


@pytest.fixture
def secretary_desk(district, client_of):
    return client_of(make_user("township_secretary", district.township_a))


def document(name="办法.pdf", content=None, **values):
    given = {"kind": "measure", "title": "办法", "number": "1 号", "issued_on": FOUNDED, "issuer": "团区委"}
    upload = checked_upload(name, content or pdf(), most_bytes=1 << 20)
    return keep_document(document=PolicyDocument(**given | values), upload=upload, by=factory_user(), at=NOW)


def duty(code="履-01", **values):
    given = {"title": "联系青年", "kind": "basic", "category": "青年服务", "valid_from": FOUNDED}
    return DutyItem.objects.create(code=code, **given | values)


def upload(name, content):
    return SimpleUploadedFile(name, content)


def codes(page):
    return {name: [one.code for one in errors.as_data()] for name, errors in page.context["form"].errors.items()}


# ---- who --------------------------------------------------------------------------
@pytest.mark.parametrize("role", [role.code for role in ROLES])
def test_who_reads_and_who_keeps(district, client_of, role):
    paper, item = document(), duty()
    client = client_of(make_user(role, district.top))
    reads = 200 if role in ROSTER else 403
    keeps = 200 if role == "district_staff" else 403
    assert [client.get(url).status_code for url in (DOCUMENTS, DUTIES, f"{DOCUMENTS}{paper.pk}/file/")] == [reads] * 3
    kept = (
        f"{DOCUMENTS}new/",
        f"{DOCUMENTS}{paper.pk}/",
        f"{DUTIES}new/",
        f"{DUTIES}{item.pk}/",
        f"{DUTIES}{item.pk}/end/",
    )
    assert [client.get(url).status_code for url in kept] == [keeps] * 5
    assert [client.post(url, {"on": "2026-11-01"}).status_code for url in kept[:-1]] == [keeps] * 4
    assert ("制度文件" in client.get("/").text.split("<main")[0]) is (reads == 200)


def test_acts_are_offered_to_whoever_keeps(staff, district, client):
    paper, item = document(), duty()
    links = (f'href="{DOCUMENTS}{paper.pk}/"', f'href="{DOCUMENTS}new/"', f'href="{DUTIES}{item.pk}/end/"')
    shown = staff.get(DOCUMENTS).text + staff.get(DUTIES).text
    assert all(link in shown for link in links)
    client.force_login(make_user("village_secretary", district.village_a1), backend="orgs.backends.RoleBackend")
    shown = client.get(DOCUMENTS).text + client.get(DUTIES).text
    assert not any(link in shown for link in links)
    assert f"{DOCUMENTS}{paper.pk}/file/" in shown


def test_what_is_not_there_is_not_found(staff):
    paper = document()
    bare = keep_document(
        document=PolicyDocument(kind="rule", title="无文件", issued_on=FOUNDED, issuer="团区委"),
        upload=None,
        by=factory_user(),
        at=NOW,
    )
    gone = paper.pk + 1000
    urls = (f"{DOCUMENTS}{gone}/", f"{DOCUMENTS}{gone}/file/", f"{DUTIES}{gone}/", f"{DUTIES}{gone}/end/")
    assert [staff.get(url).status_code for url in (*urls, f"{DOCUMENTS}{bare.pk}/file/")] == [404] * 5


# ---- documents --------------------------------------------------------------------
@pytest.mark.parametrize("count", [1, 30])
def test_the_lists_ask_no_query_a_row(secretary_desk, count, django_assert_num_queries):
    for number in range(count):
        document(title=f"办法{number}")
        duty(f"履-{number}")
    for url in (DOCUMENTS, DUTIES):
        secretary_desk.get(url)
        with django_assert_num_queries(QUERIES):
            assert len(list(secretary_desk.get(url).context["table"].records)) == count


def test_documents_are_found_by_text_and_kind(secretary_desk):
    for title, kind in (("办法", "measure"), ("通知", "notice"), ("又一通知", "notice")):
        document(title=title, kind=kind)

    def titles(query):
        return {row.title for row in secretary_desk.get(f"{DOCUMENTS}?{query}").context["table"].records}

    assert titles("q=通知&kind=notice") == {"通知", "又一通知"}
    assert (titles("kind=measure"), titles("q=没有")) == ({"办法"}, set())


def test_a_file_is_sent_to_be_saved_and_nothing_is_recorded(secretary_desk):
    paper = document("“办法”（试行）.pdf")
    events = AuditEvent.objects.count()
    answer = secretary_desk.get(f"{DOCUMENTS}{paper.pk}/file/")
    assert answer.content == pdf()
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%E2%80%9C%E5%8A%9E")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"] or "no-cache" in answer["Cache-Control"]
    assert AuditEvent.objects.count() == events


def test_a_document_is_entered_with_a_file_made_harmless(staff):
    answer = staff.post(f"{DOCUMENTS}new/", GIVEN | {"upload": upload("../照片.JPEG", photograph())})
    assert answer.status_code == 302
    paper = PolicyDocument.objects.get()
    assert (paper.title, paper.issued_on, paper.file_name) == ("通知", date(2026, 11, 1), "照片.jpg")
    assert b"Exif" not in staff.get(f"{DOCUMENTS}{paper.pk}/file/").content


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("通知.pdf", HTML, "file.mismatch"),
        ("通知.svg", b"<svg/>", "file.kind"),
        ("通知.pdf", b"", "empty"),
        ("通知.pdf", b"%PDF-" + b"x" * (10 << 20), "file.too_big"),
    ],
)
def test_a_file_that_is_refused_stores_nothing(staff, name, content, code):
    page = staff.post(f"{DOCUMENTS}new/", GIVEN | {"upload": upload(name, content)})
    assert (page.status_code, codes(page)) == (200, {"upload": [code]})
    assert not PolicyDocument.objects.exists()


def test_a_document_is_corrected_and_keeps_its_file(staff):
    beside, paper = document(title="旁"), document()
    page = staff.get(f"{DOCUMENTS}{paper.pk}/")
    assert "现在的文件是“办法.pdf”" in page.text
    assert staff.post(f"{DOCUMENTS}{paper.pk}/", GIVEN).status_code == 302
    paper.refresh_from_db()
    beside.refresh_from_db()
    assert (paper.title, paper.file_name, paper.version) == ("通知", "办法.pdf", 2)
    assert (beside.title, beside.version) == ("旁", 1)
    stale = staff.post(f"{DOCUMENTS}{paper.pk}/", GIVEN | {"title": "晚了"})
    assert (stale.status_code, codes(stale)) == (409, {"__all__": ["row.stale"]})


def test_what_is_missing_is_said_beside_the_field(staff):
    page = staff.post(f"{DOCUMENTS}new/", {"version": 1})
    assert set(codes(page)) == {"kind", "title", "issued_on", "issuer"}


def test_an_empty_list_says_what_to_do(staff, district, client):
    assert "登记以后" in staff.get(DOCUMENTS).text
    assert "履行职责事项清单" in staff.get(DUTIES).text
    client.force_login(make_user("leader", district.top), backend="orgs.backends.RoleBackend")
    assert "由团区委登记" in client.get(DOCUMENTS).text
    assert "由团区委登记" in client.get(DUTIES).text


# ---- duty items -------------------------------------------------------------------
def test_duties_are_entered_line_by_line(staff):
    lines = "履-01 联系青年\n\n履-02\t青年之家 管理"
    data = {"lines": lines, "kind": "supporting", "category": "", "valid_from": "2026-01-01"}
    assert staff.post(f"{DUTIES}new/", data).status_code == 302
    rows = set(DutyItem.objects.values_list("code", "title", "kind"))
    assert rows == {("履-01", "联系青年", "supporting"), ("履-02", "青年之家 管理", "supporting")}


def test_wrong_lines_are_all_told_and_nothing_is_stored(staff):
    data = {"lines": "履-01\n履-02 甲\n履-02 乙", "kind": "basic", "valid_from": "2026-01-01"}
    page = staff.post(f"{DUTIES}new/", data)
    assert codes(page) == {"lines": ["duty.line", "duty.twice"]}
    assert all(text in page.text for text in ("第 1 行请写成", "第 3 行的编号 履-02"))
    assert not DutyItem.objects.exists()


def test_a_duty_is_corrected_and_ended(staff):
    item = duty()
    data = {"code": "履-09", "title": "改", "kind": "basic", "category": "", "valid_from": "2026-01-01", "version": 1}
    assert staff.post(f"{DUTIES}{item.pk}/", data).status_code == 302
    early = staff.post(f"{DUTIES}{item.pk}/end/", {"on": "2025-12-31"})
    assert codes(early) == {"__all__": ["duty.date"]}
    assert staff.post(f"{DUTIES}{item.pk}/end/", {"on": f"{TODAY}"}).status_code == 302
    item.refresh_from_db()
    assert (item.code, item.title, item.valid_until) == ("履-09", "改", TODAY)


def test_duties_are_listed_by_what_holds_today(secretary_desk):
    duty("1", title="现行")
    duty("2", title="以前", valid_until=date(2021, 1, 1))
    duty("3", title="以后", valid_from=date(2999, 1, 1), kind="withdrawn")

    def titles(query=""):
        return {row.title for row in secretary_desk.get(f"{DUTIES}?{query}").context["table"].records}

    assert (titles(), titles("state=gone")) == ({"现行"}, {"以前", "以后"})
    assert (titles("state=all&kind=withdrawn"), titles("state=all&q=2")) == ({"以后"}, {"以前"})
