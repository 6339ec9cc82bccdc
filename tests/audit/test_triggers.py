"""The registry of triggers on a real database: what they refuse, and how their absence shows."""

from dataclasses import replace

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import IntegrityError, connection, transaction
from django.db.migrations import Migration

from tests.audit.conftest import add_event
from tests.audit_flush import lift, lifted
from youthleague.audit import triggers
from youthleague.audit.models import AuditEvent, AuditHead
from youthleague.audit.triggers import (
    Operation,
    Trigger,
    create_statements,
    drop_statements,
    install,
    lift_conditional,
    missing,
    register_trigger,
)

EVENT_TRIGGERS = {
    "sqlite": {
        "audit_auditevent_append_only_update",
        "audit_auditevent_append_only_delete",
        "audit_auditevent_no_replace_insert",
        "audit_audithead_guard_update",
        "audit_audithead_guard_delete",
        "audit_audithead_no_replace_insert",
    },
    "postgresql": {
        "audit_auditevent_append_only_update",
        "audit_auditevent_append_only_delete",
        "audit_auditevent_append_only_truncate",
        "audit_audithead_guard_update",
        "audit_audithead_guard_delete",
        "audit_audithead_guard_truncate",
    },
}
WAYS_TO_DESTROY = {
    "sqlite": [
        "INSERT OR REPLACE INTO audit_auditevent SELECT * FROM audit_auditevent WHERE seq = 3",
        "REPLACE INTO audit_audithead SELECT * FROM audit_audithead",
    ],
    "postgresql": [
        "TRUNCATE audit_auditevent",
        "TRUNCATE audit_audithead, audit_auditevent CASCADE",
        "INSERT INTO audit_auditevent SELECT * FROM audit_auditevent ON CONFLICT (seq) DO UPDATE SET ip = ''",
    ],
}
GUARD = "audit_auditevent_append_only_update"
CALL = f"EXECUTE FUNCTION {GUARD}()"
WAYS_TO_DISARM = {
    "sqlite": [
        (f"DROP TRIGGER {GUARD}",),
        (
            f"DROP TRIGGER {GUARD}",
            f"CREATE TRIGGER {GUARD} BEFORE UPDATE ON audit_auditevent BEGIN SELECT 1; END",
        ),
    ],
    "postgresql": [
        (f"DROP TRIGGER {GUARD} ON audit_auditevent",),
        (f"ALTER TABLE audit_auditevent DISABLE TRIGGER {GUARD}",),
        (f"CREATE OR REPLACE FUNCTION {GUARD}() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$",),
        (f"CREATE OR REPLACE TRIGGER {GUARD} BEFORE INSERT ON audit_auditevent FOR EACH ROW {CALL}",),
        (f"CREATE OR REPLACE TRIGGER {GUARD} BEFORE UPDATE ON audit_auditevent FOR EACH ROW WHEN (false) {CALL}",),
    ],
}


def execute(*statements):
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def refused(*statements):
    """Tell whether the database refused; the savepoint keeps the test's transaction usable."""
    try:
        with transaction.atomic():
            execute(*statements)
    except IntegrityError:
        return True
    return False


def rows():
    return list(AuditEvent.objects.order_by("seq").values_list()), list(AuditHead.objects.values_list())


@pytest.fixture
def registry(monkeypatch):
    """Let a test register triggers that are forgotten afterwards."""
    monkeypatch.setattr(triggers, "_registry", dict(triggers._registry))


@pytest.fixture
def periods(db, registry):
    """A table of marks that a locked period guards, as a scoring application would have it."""
    execute(
        "CREATE TABLE period (id integer PRIMARY KEY, locked integer NOT NULL)",
        "CREATE TABLE mark (id integer PRIMARY KEY, period_id integer NOT NULL, points integer NOT NULL)",
        "INSERT INTO period VALUES (1, 0), (2, 1)",
        "INSERT INTO mark VALUES (1, 1, 10), (2, 2, 20)",
    )
    for operation, row in ((Operation.INSERT, "NEW"), (Operation.UPDATE, "OLD"), (Operation.DELETE, "OLD")):
        locked = f"EXISTS (SELECT 1 FROM period p WHERE p.id = {row}.period_id AND p.locked = 1)"  # noqa: S608
        register_trigger("mark", operation, message="该考核期已锁定，'成绩'不能改动。", when=locked)
    install(connection)


@pytest.mark.django_db
def test_every_trigger_is_in_place_after_migrate():
    assert missing(connection) == []
    assert {trigger.name for trigger in triggers.registered(connection.vendor)} >= EVENT_TRIGGERS[connection.vendor]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditevent SET ip = ''",
        "UPDATE audit_auditevent SET seq = 99 WHERE seq = 6",
        "DELETE FROM audit_auditevent WHERE seq = 6",
        "DELETE FROM audit_auditevent",
        "DELETE FROM audit_audithead",
        "UPDATE audit_audithead SET seq = 4",
        "UPDATE audit_audithead SET mac = ''",
        "UPDATE audit_audithead SET seq = 8",
    ],
)
def test_no_statement_changes_an_event_or_winds_the_head_back(chain, statement):
    before = rows()
    assert refused(statement)
    assert rows() == before


def test_what_one_engine_alone_offers_is_refused_too(chain):
    before = rows()
    assert [refused(statement) for statement in WAYS_TO_DESTROY[connection.vendor]] == [True] * len(
        WAYS_TO_DESTROY[connection.vendor]
    )
    assert rows() == before


def test_the_orm_is_refused_as_well(chain):
    before = rows()
    for change in (
        lambda: AuditEvent.objects.update(ip=""),
        lambda: AuditEvent.objects.all().delete(),
        chain[0].save,
        chain[0].delete,
        lambda: AuditEvent.objects.bulk_update(chain, ["ip"]),
    ):
        with pytest.raises(IntegrityError, match="只能追加"), transaction.atomic():
            change()
    assert rows() == before


def test_events_can_still_be_added(chain):
    assert add_event(7).seq == 7


@pytest.mark.django_db
def test_missing_triggers_are_named_and_put_back():
    lift(connection)
    assert set(missing(connection)) >= EVENT_TRIGGERS[connection.vendor]
    assert set(install(connection)) >= EVENT_TRIGGERS[connection.vendor]
    assert missing(connection) == []
    assert install(connection) == []


def test_a_disarmed_trigger_counts_as_missing(chain):
    for statements in WAYS_TO_DISARM[connection.vendor]:
        execute(*statements)
        assert missing(connection) == [GUARD]
        assert not refused("UPDATE audit_auditevent SET ip = ip")
        install(connection)
        assert missing(connection) == []
        assert refused("UPDATE audit_auditevent SET ip = ip")


@pytest.mark.django_db
def test_migrate_puts_lost_triggers_back():
    lift(connection)
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
    assert missing(connection) == []


@pytest.mark.django_db
def test_triggers_wait_for_their_table(registry):
    register_trigger("not_yet_migrated", Operation.UPDATE, message="不能改。")
    assert install(connection) == []
    assert missing(connection) == ["not_yet_migrated_guard_update"]


def test_a_condition_lets_through_what_it_does_not_name(periods):
    assert not refused("UPDATE mark SET points = 11 WHERE id = 1")
    assert not refused("INSERT INTO mark VALUES (3, 1, 30)")
    assert not refused("DELETE FROM mark WHERE id = 3")
    assert refused("UPDATE mark SET points = 21 WHERE id = 2")
    assert refused("UPDATE mark SET points = points + 1")
    assert refused("INSERT INTO mark VALUES (3, 2, 30)")
    assert refused("DELETE FROM mark WHERE id = 2")
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, period_id, points FROM mark ORDER BY id")
        assert cursor.fetchall() == [(1, 1, 11), (2, 2, 20)]


def test_the_message_reaches_the_error(periods):
    with pytest.raises(IntegrityError, match="该考核期已锁定，'成绩'不能改动。"), transaction.atomic():
        execute("DELETE FROM mark WHERE id = 2")


def test_a_table_that_a_condition_reads_can_be_rebuilt(periods):
    plan = [(Migration("0002_more", "audit"), False)]
    emit_pre_migrate_signal(0, False, "default", apps=apps, plan=plan)
    execute(
        "CREATE TABLE new_period (id integer PRIMARY KEY, locked integer NOT NULL, title integer)",
        "INSERT INTO new_period SELECT id, locked, NULL FROM period",
        "DROP TABLE period",
        "ALTER TABLE new_period RENAME TO period",
    )
    emit_post_migrate_signal(0, False, "default")
    assert missing(connection) == []
    assert refused("DELETE FROM mark WHERE id = 2")


def test_a_migrate_without_work_leaves_triggers_alone(periods):
    emit_pre_migrate_signal(0, False, "default", apps=apps, plan=[])
    assert missing(connection) == []


def test_plain_triggers_are_never_lifted(chain):
    lift_conditional(connection)
    assert refused("UPDATE audit_auditevent SET ip = ''")
    assert refused("DELETE FROM audit_auditevent")


def test_a_name_too_long_for_postgresql_is_refused(registry):
    with pytest.raises(ValueError, match="longer than 63"):
        register_trigger("t" * 60, Operation.UPDATE, message="不能改。")


def test_two_different_triggers_need_two_labels(registry):
    register_trigger("mark", Operation.UPDATE, message="不能改。")
    register_trigger("mark", Operation.UPDATE, message="不能改。")
    with pytest.raises(ValueError, match="own label"):
        register_trigger("mark", Operation.UPDATE, message="另一句。")
    register_trigger("mark", Operation.UPDATE, message="另一句。", label="second")


@pytest.mark.django_db(transaction=True)
def test_the_log_cannot_be_flushed_away_outside_of_tests():
    add_event(1)
    with pytest.raises(CommandError):
        call_command("flush", interactive=False, verbosity=0)
    assert AuditEvent.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_flush_of_tests_leaves_every_trigger_in_place():
    add_event(1)
    with lifted(connection):
        call_command("flush", interactive=False, verbosity=0)
    assert (AuditEvent.objects.count(), AuditHead.objects.count()) == (0, 0)
    assert missing(connection) == []


LOCKED = Trigger("mark", Operation.UPDATE, "已'锁定'。", when="OLD.locked = 1")
REFUSAL = "RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = '已''锁定''。';"


def test_the_sql_for_sqlite():
    assert create_statements(LOCKED, "sqlite") == [
        'DROP TRIGGER IF EXISTS "mark_guard_update"',
        (
            'CREATE TRIGGER "mark_guard_update" BEFORE UPDATE ON "mark" FOR EACH ROW WHEN OLD.locked = 1 '
            "BEGIN SELECT RAISE(ABORT, '已''锁定''。'); END"
        ),
    ]
    assert " WHEN " not in create_statements(replace(LOCKED, when=""), "sqlite")[1]
    assert drop_statements(LOCKED, "sqlite") == ['DROP TRIGGER IF EXISTS "mark_guard_update"']


def test_the_sql_for_postgresql():
    assert create_statements(LOCKED, "postgresql") == [
        (
            'CREATE OR REPLACE FUNCTION "mark_guard_update"() RETURNS trigger LANGUAGE plpgsql AS '
            f"$guard$BEGIN IF OLD.locked = 1 THEN {REFUSAL} END IF; RETURN NEW; END$guard$"
        ),
        (
            'CREATE OR REPLACE TRIGGER "mark_guard_update" BEFORE UPDATE ON "mark" '
            'FOR EACH ROW EXECUTE FUNCTION "mark_guard_update"()'
        ),
        'ALTER TABLE "mark" ENABLE TRIGGER "mark_guard_update"',
    ]
    assert drop_statements(LOCKED, "postgresql") == ['DROP TRIGGER IF EXISTS "mark_guard_update" ON "mark"']


@pytest.mark.parametrize(
    ("operation", "when", "body", "scope"),
    [
        (Operation.DELETE, "OLD.locked = 1", f"IF OLD.locked = 1 THEN {REFUSAL} END IF; RETURN OLD; END", "ROW"),
        (Operation.DELETE, "", f"BEGIN {REFUSAL} END$", "ROW"),
        (Operation.TRUNCATE, "", f"BEGIN {REFUSAL} END$", "STATEMENT"),
    ],
)
def test_other_operations_on_postgresql(operation, when, body, scope):
    function, trigger, _ = create_statements(replace(LOCKED, operation=operation, when=when), "postgresql")
    assert body in function
    assert f"BEFORE {operation.upper()} ON" in trigger
    assert f"FOR EACH {scope} " in trigger
