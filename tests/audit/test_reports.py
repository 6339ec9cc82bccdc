"""Tampering with the database: each kind is found, and at the right place (test L-1)."""

import shutil

import pytest
from django.db import connection

from tests.audit.conftest import START, add_event
from tests.audit_flush import lift
from youthleague.audit.models import AuditEvent, AuditHead
from youthleague.audit.reports import chain_report
from youthleague.audit.rules import Anchor
from youthleague.audit.services import EVENT_PURPOSE, HEAD_PURPOSE
from youthleague.protection.keyfile import add_keys, create_key_file
from youthleague.protection.seal import sign

COLUMNS = "at, actor_id, actor_name, actor_lineage, ip, action, subject, subject_lineage, result, facts, previous, mac"
COPY = f"INSERT INTO audit_auditevent (seq, {COLUMNS}) SELECT %s, {COLUMNS} FROM audit_auditevent WHERE seq = %s"  # noqa: S608


def first(anchors=()):
    fault = chain_report(anchors).findings[0]
    return fault.code, fault.params["seq"]


def test_an_untouched_chain_is_sound(chain):
    report = chain_report()
    assert (report.is_sound, report.count, report.last_seq) == (True, 6, 6)


@pytest.mark.django_db
def test_an_empty_chain_is_sound():
    report = chain_report()
    assert (report.is_sound, report.count, report.last_seq) == (True, 0, 0)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "2026-03-02 01:03:01+00:00"),
        ("actor_id", 8),
        ("actor_name", "他人"),
        ("actor_lineage", "0001"),
        ("ip", ""),
        ("action", "cadres.remove"),
        ("subject", "cadres.Cadre:9"),
        ("subject_lineage", ""),
        ("result", "refused"),
        ("facts", '{"rows": 4}'),
        ("previous", "k1:0"),
        ("mac", "k1:0"),
        ("mac", ""),
    ],
)
def test_an_edited_column_is_found(tamper, column, value):
    tamper(f"UPDATE audit_auditevent SET {column} = %s WHERE seq = 3", value)  # noqa: S608
    assert first() == ("audit.altered", 3)


def test_a_deleted_event_is_found(tamper):
    tamper("DELETE FROM audit_auditevent WHERE seq = 4")
    assert first() == ("audit.gap", 4)


def test_a_deleted_event_is_found_after_renumbering(tamper):
    tamper("DELETE FROM audit_auditevent WHERE seq = 4")
    tamper("UPDATE audit_auditevent SET seq = 4 WHERE seq = 5")
    tamper("UPDATE audit_auditevent SET seq = 5 WHERE seq = 6")
    assert first() == ("audit.altered", 4)


def test_a_deleted_beginning_is_found(tamper):
    tamper("DELETE FROM audit_auditevent WHERE seq < 3")
    assert first() == ("audit.gap", 1)


@pytest.mark.parametrize("seq", [0, -1])
def test_an_event_inserted_before_the_first_is_found(tamper, seq):
    tamper(COPY, seq, 2)
    assert first() == ("audit.inserted", seq)


def test_an_event_inserted_in_between_is_found(tamper):
    for seq in (6, 5, 4):
        tamper("UPDATE audit_auditevent SET seq = %s WHERE seq = %s", seq + 1, seq)
    tamper(COPY, 4, 3)
    tamper("UPDATE audit_audithead SET seq = 7")
    assert first() == ("audit.altered", 4)


def test_swapped_events_are_found(tamper):
    for new, old in ((99, 2), (2, 5), (5, 99)):
        tamper("UPDATE audit_auditevent SET seq = %s WHERE seq = %s", new, old)
    assert first() == ("audit.altered", 2)


def test_a_cut_tail_is_found_by_the_head(tamper):
    tamper("DELETE FROM audit_auditevent WHERE seq > 4")
    assert first() == ("audit.tail_cut", 5)


def test_a_cut_tail_is_found_though_the_head_was_wound_back(tamper, chain):
    tamper("DELETE FROM audit_auditevent WHERE seq > 4")
    tamper("UPDATE audit_audithead SET seq = 4, mac = %s", chain[3].mac)
    assert first() == ("audit.head_forged", 5)


def test_a_cut_tail_is_found_by_an_anchor_though_an_old_head_was_put_back(tamper, chain):
    old = AuditHead.objects.get()
    anchor = Anchor(7, add_event(7).mac)
    tamper("DELETE FROM audit_auditevent WHERE seq > 6")
    tamper("UPDATE audit_audithead SET seq = 6, mac = %s, proof = %s", old.mac, old.proof)
    assert chain_report().is_sound
    assert first([anchor]) == ("audit.tail_cut", 7)


def test_a_log_emptied_with_its_head_is_found_by_an_anchor(tamper, chain):
    tamper("DELETE FROM audit_auditevent")
    tamper("DELETE FROM audit_audithead")
    assert first([Anchor(6, chain[-1].mac)]) == ("audit.tail_cut", 1)


def test_a_chain_signed_anew_with_another_key_is_found(tamper, settings, tmp_path):
    genuine = settings.KEY_FILE
    settings.KEY_FILE = tmp_path / "keys.json"
    create_key_file(settings.KEY_FILE)
    former = AuditEvent.objects.get(pk=2).mac
    for event in AuditEvent.objects.filter(seq__gte=3).order_by("seq"):
        event.facts, event.previous = {"rows": 0}, former
        former = event.mac = sign(event.body(), purpose=EVENT_PURPOSE, use="audit")
        event.save()
    head = AuditHead.objects.get()
    head.mac = former
    head.proof = sign(head.body(), purpose=HEAD_PURPOSE, use="audit")
    head.save()
    settings.KEY_FILE = genuine
    assert first() == ("audit.altered", 3)


def test_a_chain_goes_over_to_a_new_key_and_an_old_one_appends_no_more(tamper, settings, tmp_path):
    genuine = settings.KEY_FILE
    settings.KEY_FILE = tmp_path / "keys.json"
    shutil.copy(genuine, settings.KEY_FILE)
    add_keys(settings.KEY_FILE, ["audit"], "sm4gcm-hmacsm3", START)
    assert [add_event(number).mac[:3] for number in (7, 8)] == ["k2:", "k2:"]
    assert chain_report().is_sound

    head, event = AuditHead.objects.get(), AuditEvent.objects.get(pk=8)
    settings.KEY_FILE = genuine  # the old key alone
    event.mac = sign(event.body(), purpose=EVENT_PURPOSE, use="audit")
    event.save()
    head.mac = event.mac
    head.proof = sign(head.body(), purpose=HEAD_PURPOSE, use="audit")
    head.save()
    settings.KEY_FILE = tmp_path / "keys.json"
    assert first() == ("audit.old_key", 8)


def test_a_head_signed_with_an_older_key_than_its_event_is_forged(tamper, settings, tmp_path):
    genuine = settings.KEY_FILE
    settings.KEY_FILE = tmp_path / "keys.json"
    shutil.copy(genuine, settings.KEY_FILE)
    add_keys(settings.KEY_FILE, ["audit"], "aes256gcm-hmacsha256", START)
    add_event(7)
    head = AuditHead.objects.get()
    settings.KEY_FILE = genuine
    head.proof = sign(head.body(), purpose=HEAD_PURPOSE, use="audit")
    head.save()
    settings.KEY_FILE = tmp_path / "keys.json"
    assert first() == ("audit.head_forged", 8)


def test_a_history_rewritten_with_the_true_key_is_found_by_an_anchor(tamper, chain):
    event = AuditEvent.objects.get(pk=6)
    event.facts = {"rows": 0}
    event.mac = sign(event.body(), purpose=EVENT_PURPOSE, use="audit")
    event.save()
    head = AuditHead.objects.get()
    head.mac = event.mac
    head.proof = sign(head.body(), purpose=HEAD_PURPOSE, use="audit")
    head.save()
    assert chain_report().is_sound
    assert first([Anchor(6, chain[-1].mac)]) == ("audit.differs", 6)


def test_a_clock_set_back_is_found(chain):
    add_event(7, at=START.replace(year=2025))
    add_event(8)
    assert first() == ("audit.clock", 7)
    assert len(chain_report().findings) == 1


def test_a_cloned_event_is_found(tamper):
    tamper(COPY, 7, 6)
    assert first() == ("audit.altered", 7)
    assert [fault.code for fault in chain_report().findings] == ["audit.altered", "audit.beyond_head"]


def test_a_cloned_event_is_found_though_the_head_moved_on(tamper):
    tamper(COPY, 7, 6)
    tamper("UPDATE audit_audithead SET seq = 7")
    assert first() == ("audit.altered", 7)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("DELETE FROM audit_audithead", ("audit.head_missing", 6)),
        ("UPDATE audit_audithead SET seq = 9", ("audit.tail_cut", 7)),
        ("UPDATE audit_audithead SET seq = 3", ("audit.differs", 3)),
        ("UPDATE audit_audithead SET mac = 'k1:0'", ("audit.differs", 6)),
        ("UPDATE audit_audithead SET proof = 'k1:0'", ("audit.head_forged", 7)),
    ],
)
def test_a_tampered_head_is_found(tamper, change, expected):
    tamper(change)
    assert first() == expected


def test_many_findings_are_shown_in_order_and_cut_short(db):
    for number in range(1, 31):
        add_event(number)
    lift(connection)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_auditevent SET ip = ''")
    report = chain_report()
    assert [fault.params["seq"] for fault in report.findings] == list(range(1, 21))
    assert report.count == 30


# Moments that the engine stores and Python cannot hold.
UNREADABLE = {"sqlite": "2026-13-45 00:00:00", "postgresql": "20000-01-01 00:00:00+00"}


def test_an_event_that_cannot_be_read_spoils_itself_only(tamper):
    tamper("UPDATE audit_auditevent SET at = %s WHERE seq = 3", UNREADABLE[connection.vendor])
    assert [(fault.code, fault.params["seq"]) for fault in chain_report().findings] == [("audit.altered", 3)]


def test_a_chain_longer_than_one_slice_is_read_whole(chain, monkeypatch):
    monkeypatch.setattr("youthleague.audit.reports.CHUNK", 4)
    assert (chain_report().count, chain_report().is_sound) == (6, True)
