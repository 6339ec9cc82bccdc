"""The audit page: for the auditor alone, by conditions, page by page, and every look leaves a trace."""

import ast
import re

import pytest
from django.db import transaction

from tests.architecture.source import called_name, source_files
from tests.factories import NOW, make_user
from youthleague.audit.models import AuditEvent
from youthleague.audit.services import record
from youthleague.workbench.choices import ACTION_TITLES
from youthleague.workbench.tables import action_title, fact_text, subject_title
from youthleague.workbench.views import audit

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]


def note(action, by=None, **particulars):
    with transaction.atomic():
        return record(action=action, by=by, at=NOW, **particulars)


@pytest.fixture
def read(auditor, signed_in):
    """Read the audit page as the auditor."""
    client = signed_in(auditor)

    def get(**query):
        return client.get("/audit/", query)

    return get


def shown(response):
    return [row.record.action for row in response.context["table"].rows]


@pytest.mark.parametrize("role", ["district_staff", "township_secretary", "leader", "sysadmin", "security_admin"])
def test_nobody_else_reads_it(district, signed_in, role):
    before = AuditEvent.objects.filter(action="audit.read").count()
    assert signed_in(make_user(role, district.top)).get("/audit/").status_code == 403
    assert AuditEvent.objects.filter(action="audit.read").count() == before


def test_reading_is_recorded_with_its_conditions(read, auditor):
    read(result="refused")
    event = AuditEvent.objects.order_by("-seq")[0]
    assert (event.action, event.actor_id, event.facts["filters"]) == ("audit.read", auditor.pk, ["result"])


def test_events_are_narrowed_by_each_condition(read, district):
    secretary = make_user("township_secretary", district.township_a, "chen")
    note("sheet.apply", by=secretary, facts={"rows": 3})
    note("policy.set", by=secretary, result="refused")
    assert shown(read(q="chen", action="sheet.apply")) == ["sheet.apply"]
    assert shown(read(q="chen", result="refused")) == ["policy.set"]
    assert shown(read(q="chen", since="2026-11-24")) == []
    assert shown(read(q="chen", until="2026-11-23")) == ["policy.set", "sheet.apply"]


def test_the_conditions_in_force_are_named_and_can_be_taken_away(read):
    active = read(q="chen", result="refused", before="9").context["active"]
    assert active == [
        {"word": "操作人 chen", "remove_url": "?result=refused"},
        {"word": "已拒绝", "remove_url": "?q=chen"},
    ]


def test_a_wrong_condition_does_not_break_the_page(read):
    assert read(since="soon", before="x", action="none").status_code == 200


def test_older_events_are_a_page_away(read, monkeypatch):
    monkeypatch.setattr(audit, "PAGE", 2)
    for number in range(5):
        note("policy.set", facts={"rows": number})
    first = read(action="policy.set")
    second = read(action="policy.set", before=str(first.context["table"].data[1].seq))
    assert [row.record.facts["rows"] for row in first.context["table"].rows] == [4, 3]
    assert [row.record.facts["rows"] for row in second.context["table"].rows] == [2, 1]
    assert "before=" in second.context["next_url"]
    assert second.context["newest_url"] == "?action=policy.set"


def test_codes_are_shown_in_words(read):
    note("sheet.apply", facts={"rows": 3}, subject="orgs.Organisation:7")
    text = read(action="sheet.apply").content.decode()
    assert "写入导入批次" in text
    assert "行数 3" in text
    assert "团组织 7 号" in text


def test_the_end_of_the_chain_can_be_copied_down(read):
    note("policy.set")
    head = AuditEvent.objects.order_by("-seq")[0]
    assert head.mac in read().content.decode()


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        (True, "是"),
        (False, "否"),
        ([], "无"),
        (["a", 2], "a、2"),
        (None, "无"),
        (7, "7"),
        ("auditor", "审计员"),
        ("idle", "长时间没有操作"),
        (["a"] * 7, "7 项"),
    ],
)
def test_a_fact_is_written_for_people(fact, text):
    assert fact_text(fact) == text


@pytest.mark.parametrize(
    ("subject", "title"), [("orgs.User:3", "账号 3 号"), ("lost.Model:3", "lost.Model 3 号"), ("plain", "plain")]
)
def test_a_subject_is_named_by_its_model(subject, title):
    assert subject_title(subject) == title


def test_the_number_of_queries_is_the_same_for_one_event_and_for_fifty(read, django_assert_num_queries):
    read()
    with django_assert_num_queries(12):
        read(action="policy.set")
    for _ in range(50):
        note("policy.set")
    with django_assert_num_queries(12):
        read(action="policy.set")


def recorded_actions():
    """Find the literal actions that services record: the first argument or ``action=`` of record and its wrappers."""
    for file in source_files():
        for call in (node for node in ast.walk(file.tree) if isinstance(node, ast.Call)):
            if called_name(call).lstrip("_") in {"record", "recorded"}:
                given = [key.value for key in call.keywords if key.arg == "action"] + call.args[:1]
                yield from (node.value for part in given for node in ast.walk(part) if isinstance(node, ast.Constant))


def test_every_action_that_is_recorded_has_a_word():
    codes = {code for code in recorded_actions() if isinstance(code, str) and re.fullmatch(r"[a-z]+\.[a-z-]+", code)}
    assert {"org.found", "account.sign-in", "audit.read"} <= codes
    assert sorted(codes - set(ACTION_TITLES)) == []


@pytest.mark.parametrize(
    ("code", "title"),
    [("org.move", "调整隶属关系"), ("orgs.change_organisation", "后台修改团组织"), ("unknown.act", "unknown.act")],
)
def test_an_action_is_named(code, title):
    assert action_title(code) == title


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("cadres", "团干部花名册"),
        ("district_staff", "机关干事"),
        ("term.branch_years", "团支部、团总支任期"),
        ("idle", "长时间没有操作"),
    ],
)
def test_codes_of_other_lists_are_said_in_chinese(code, word):
    assert fact_text(code) == word
