"""Recording: complete, gap-free, inside the transaction of the act, and without values of people."""

from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.transaction import TransactionManagementError

from tests.audit.conftest import START, Account, add_event
from tests.protection.crowd import Crowd
from youthleague.audit.models import AuditEvent, AuditHead
from youthleague.audit.reports import chain_report
from youthleague.audit.rules import Anchor
from youthleague.audit.services import record, write_anchor


@pytest.mark.django_db
def test_an_event_holds_who_did_what_when_and_how_it_ended():
    add_event(1, result="refused")
    event = AuditEvent.objects.get()
    assert (event.seq, event.at, event.action, event.result) == (
        1,
        START + timedelta(minutes=1),
        "cadres.appoint",
        "refused",
    )
    assert (event.actor_id, event.actor_name, event.actor_lineage) == (7, "示范干事", "00010002")
    assert (event.subject, event.subject_lineage, event.ip) == ("cadres.Cadre:1", "00010001", "198.51.100.7")
    assert event.facts == {"rows": 1, "columns": ["name", "post"], "complete": True, "note": None}
    assert event.previous == ""
    assert str(event) == "1 cadres.appoint"


@pytest.mark.django_db
def test_the_system_records_with_the_least():
    with transaction.atomic():
        event = record(action="sheets.sweep", by=None, at=START)
    stored = AuditEvent.objects.get()
    assert stored.mac == event.mac
    assert (stored.actor_id, stored.actor_name, stored.actor_lineage) == (None, "系统", "")
    assert (stored.subject, stored.subject_lineage, stored.ip, stored.result, stored.facts) == ("", "", "", "done", {})


def test_events_are_numbered_and_linked(chain):
    assert [event.seq for event in chain] == [1, 2, 3, 4, 5, 6]
    assert [event.previous for event in chain] == ["", *(event.mac for event in chain[:-1])]
    assert len({event.mac for event in chain}) == 6
    head = AuditHead.objects.get()
    assert (head.seq, head.mac, str(head)) == (6, chain[-1].mac, "末条 6")


def test_what_is_returned_equals_what_is_stored(chain):
    assert [event.body() for event in chain] == [event.body() for event in AuditEvent.objects.order_by("seq")]


def test_the_signed_text_covers_every_column_but_the_signature(chain):
    event = chain[0]
    before = event.body()
    for field in AuditEvent._meta.concrete_fields:
        value = getattr(event, field.attname)
        setattr(event, field.attname, "changed")
        assert (event.body() == before) is (field.attname == "mac"), field.attname
        setattr(event, field.attname, value)


def test_a_rolled_back_event_leaves_no_gap(chain):
    with transaction.atomic():
        add_event(7)
        transaction.set_rollback(True)
    assert add_event(7).seq == 7
    assert chain_report().is_sound


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused():
    with pytest.raises(TransactionManagementError):
        record(action="cadres.appoint", by=None, at=START)
    assert AuditEvent.objects.count() == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"at": datetime(2026, 3, 2)},
        {"facts": {"phone": "19900000001"}},
        {"facts": {"ratio": 0.5}},
        {"subject": "cadres.Cadre:990101199001010015"},
    ],
)
def test_unsuitable_values_are_refused_before_anything_is_written(chain, changes):
    with pytest.raises(ValueError, match="审计"):
        add_event(7, **changes)
    assert (AuditEvent.objects.count(), AuditHead.objects.get().seq) == (6, 6)


@pytest.mark.parametrize(
    ("changes", "column", "code"),
    [
        ({"action": "任命"}, "action", "invalid"),
        ({"action": "appoint\n"}, "action", "invalid"),
        ({"action": ""}, "action", "blank"),
        ({"result": "perhaps"}, "result", "invalid_choice"),
        ({"subject": "x" * 201}, "subject", "max_length"),
        ({"ip": "x" * 46}, "ip", "max_length"),
        ({"lineage": "0" * 256}, "subject_lineage", "max_length"),
    ],
)
def test_values_that_fit_no_column_are_refused(chain, changes, column, code):
    with pytest.raises(ValidationError) as refusal:
        add_event(7, **changes)
    assert [error.code for error in refusal.value.error_dict[column]] == [code]
    assert (AuditEvent.objects.count(), AuditHead.objects.get().seq) == (6, 6)


@pytest.mark.django_db
def test_a_tuple_is_stored_as_a_list_and_still_verifies():
    assert add_event(1, facts={"codes": ("a", "b")}).facts == {"codes": ["a", "b"]}
    assert chain_report().is_sound


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("by", "pk", "name"),
    [
        (None, None, "系统"),
        (AnonymousUser(), None, "未登录"),
        (Account(full_name=""), 7, "demo"),
        (Account(full_name="", username="19900000001"), 7, "＊＊＊"),
        (Account(full_name="甲\n2026 登录成功"), 7, "甲?2026 登录成功"),
        (Account(full_name="甲" * 200), 7, "甲" * 150),
        (Account(full_name="", username=""), 7, "未登录"),
    ],
)
def test_the_name_is_fit_for_a_log(by, pk, name):
    event = add_event(1, by=by)
    assert (event.actor_id, event.actor_name) == (pk, name)


@pytest.mark.django_db
def test_an_account_without_a_lineage_can_act():
    class Plain:
        pk = 3

    event = add_event(1, by=Plain())
    assert (event.actor_id, event.actor_name, event.actor_lineage) == (3, "未登录", "")


def test_an_anchor_notes_the_head(chain, tmp_path):
    path = tmp_path / "anchors.txt"
    assert write_anchor(START, path) == Anchor(6, chain[-1].mac)
    later = add_event(7)
    assert write_anchor(START + timedelta(days=1), path) == Anchor(7, later.mac)
    assert path.read_text() == (
        f"2026-03-02T01:00:00+00:00 6 {chain[-1].mac}\n2026-03-03T01:00:00+00:00 7 {later.mac}\n"
    )
    assert path.stat().st_mode & 0o777 == 0o600


def test_anchors_go_to_the_data_folder(chain, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    write_anchor(START)
    assert (tmp_path / "audit-anchors.txt").read_text().startswith("2026-03-02T01:00:00+00:00 6 k1:")


@pytest.mark.django_db
def test_there_is_no_anchor_before_the_first_event(tmp_path):
    assert write_anchor(START, tmp_path / "anchors.txt") is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db(transaction=True)
def test_twenty_threads_leave_one_chain_without_gaps(tmp_path):
    crowd = Crowd(tmp_path)
    written = crowd.run(lambda _: [add_event(number).seq for number in range(1, 6)], count=20)
    assert sorted(seq for own in written for seq in own) == list(range(1, 101))
    report = crowd.run(lambda _: chain_report())[0]
    assert (report.count, report.last_seq, report.findings) == (100, 100, ())
