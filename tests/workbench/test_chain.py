"""The page of the chain: its head, its anchors, its check, and who is told when it is broken."""

import pytest
from django.db import connection, transaction

from tests.audit_flush import lifted
from tests.factories import NOW, make_user
from youthleague.audit.models import AuditEvent, AuditHead
from youthleague.audit.services import ANCHOR_FILE, record, write_anchor
from youthleague.audit.tasks import verify
from youthleague.audit.verification import last_verification, stored_anchors
from youthleague.workbench.views import chain

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def client_of(district, signed_in):
    return lambda role: signed_in(make_user(role, district.top))


@pytest.fixture
def broken(district):
    """Somebody has cut an event out of the middle."""
    with transaction.atomic():
        record(action="policy.set", by=None, at=NOW)
        record(action="policy.set", by=None, at=NOW)
    with lifted(connection):
        AuditEvent.objects.filter(pk=AuditHead.objects.get().seq - 1).delete()
    return AuditHead.objects.get().seq - 1


def last(action):
    return AuditEvent.objects.filter(action=action).order_by("-seq").first()


@pytest.mark.parametrize("role", ["sysadmin", "security_admin", "district_staff", "leader"])
@pytest.mark.parametrize("path", ["/audit/chain/", "/audit/anchor/"])
def test_nobody_but_the_auditor_looks(client_of, role, path):
    client = client_of(role)
    assert client.get(path).status_code == 403
    assert client.post("/audit/verify/").status_code == 403
    assert last("audit.verify") is None


def test_the_page_shows_head_and_anchors_and_notes_the_look(client_of, settings):
    client = client_of("auditor")
    anchor = write_anchor(NOW)
    page = client.get("/audit/chain/").content.decode()
    assert anchor.mac in page
    assert "还没有核对过" in page
    assert last("audit.read").facts["filters"] == ["chain"]


def test_a_check_says_that_the_chain_is_sound_and_is_noted(client_of):
    client = client_of("auditor")
    write_anchor(NOW)
    assert client.post("/audit/verify/")["Location"] == "/audit/chain/"
    event = last("audit.verify")
    assert (event.result, event.facts["anchors"], event.facts["codes"]) == ("done", 1, [])
    assert event.facts["rows"] == event.seq - 1
    assert client.get("/audit/chain/").context["check"]["word"] == "完好"


def test_a_broken_chain_is_found_and_located(client_of, broken):
    client = client_of("auditor")
    client.post("/audit/verify/")
    event = last("audit.verify")
    assert (event.result, event.facts["codes"], event.facts["first"]) == ("refused", ["audit.gap"], broken)
    page = client.get("/audit/chain/")
    assert page.context["check"]["where"] == f"第一处在第 {broken} 条：缺少事件"


def test_a_long_chain_is_left_to_the_worker(client_of, monkeypatch, django_capture_on_commit_callbacks):
    client = client_of("auditor")
    monkeypatch.setattr(chain, "LONGEST_AT_ONCE", 0)
    with django_capture_on_commit_callbacks() as waiting:
        client.post("/audit/verify/")
    assert len(waiting) == 1
    assert last("audit.verify") is None


@pytest.mark.parametrize(
    ("role", "told"), [("auditor", True), ("sysadmin", True), ("security_admin", False), ("leader", False)]
)
def test_the_nightly_check_tells_auditor_and_sysadmin(client_of, broken, role, told):
    client = client_of(role)
    assert "审计链" not in client.get("/").content.decode().split("<main")[-1]
    verify()
    assert ("审计日志可能被改动" in client.get("/").content.decode()) is told


def test_nobody_is_told_of_a_sound_chain(client_of):
    client = client_of("auditor")
    verify()
    assert last_verification().result == "done"
    assert "审计日志可能被改动" not in client.get("/").content.decode()


def test_the_anchor_is_downloaded_and_that_is_noted(client_of):
    client = client_of("auditor")
    head = AuditHead.objects.get()
    answer = client.get("/audit/anchor/")
    text = answer.content.decode()
    assert f" {head.seq} {head.mac}" in text
    assert "签字" in text
    assert answer["Content-Disposition"].startswith("attachment")
    assert last("audit.anchor").facts == {"rows": head.seq}


def test_other_lines_in_the_anchor_file_are_passed_over(settings):
    (settings.VAR_DIR / ANCHOR_FILE).write_text("notes\nsoon 3 k1:ab\n2026-11-23T02:00:00+00:00 3 k1:ab\n")
    assert [(one.at, one.anchor.seq) for one in stored_anchors()] == [(NOW, 3)]
