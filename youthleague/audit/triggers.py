"""The one list of database triggers: what no statement may do to a table, whoever sends it.

An app names its guards in ``AppConfig.ready()``; ``post_migrate`` puts missing ones back, because SQLite loses the
triggers of a table whenever a migration rebuilds it. A refused statement ends in Django's ``IntegrityError``.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

MAX_NAME = 63
EVERYWHERE = ("sqlite", "postgresql")
SQLITE = ("sqlite",)


class Operation(StrEnum):
    """What a trigger can refuse."""

    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"
    TRUNCATE = "truncate"


# pg_trigger.tgtype: 1 for each row, 2 before, and one bit per statement.
_TGTYPE = {Operation.INSERT: 7, Operation.DELETE: 11, Operation.UPDATE: 19, Operation.TRUNCATE: 34}


@dataclass(frozen=True)
class Trigger:
    """Refuses one operation on one table, always or when an SQL condition over OLD and NEW holds."""

    table: str
    operation: Operation
    message: str
    when: str = ""
    label: str = "guard"
    vendors: tuple[str, ...] = EVERYWHERE

    @property
    def name(self) -> str:
        return f"{self.table}_{self.label}_{self.operation}"

    @property
    def quoted_message(self) -> str:
        return "'" + self.message.replace("'", "''") + "'"


_registry: dict[str, Trigger] = {}


def register_trigger(
    table: str,
    *operations: Operation,
    message: str,
    when: str = "",
    label: str = "guard",
    vendors: tuple[str, ...] = EVERYWHERE,
) -> None:
    """Refuse operations on a table with an error of this text.

    ``when`` is SQL that both engines read, over ``OLD.x`` and ``NEW.x``, subqueries allowed (it must not write); it
    does not apply to TRUNCATE, which is refused whole. A second set of guards on one table needs its own ``label``.
    """
    for operation in operations:
        if operation is Operation.TRUNCATE:
            _add(Trigger(table, operation, message, "", label, ("postgresql",)))
        else:
            _add(Trigger(table, operation, message, when, label, vendors))


def register_append_only(table: str, *, key: str = "id") -> None:
    """Refuse UPDATE, DELETE, TRUNCATE, and SQLite's INSERT OR REPLACE, which deletes without firing a trigger."""
    operations = (Operation.UPDATE, Operation.DELETE, Operation.TRUNCATE)
    register_trigger(table, *operations, message=f"表 {table} 只能追加，不能修改或删除。", label="append_only")
    register_no_replace(table, key=key)


def register_no_replace(table: str, *, key: str = "id") -> None:
    """Refuse SQLite's INSERT OR REPLACE over an existing key; PostgreSQL has no such statement."""
    taken = f'EXISTS (SELECT 1 FROM "{table}" AS former WHERE former."{key}" = NEW."{key}")'  # noqa: S608 both are names in code
    message = f"表 {table} 中已有该行，不能覆盖。"
    _add(Trigger(table, Operation.INSERT, message, taken, "no_replace", SQLITE))


def _add(trigger: Trigger) -> None:
    if len(trigger.name) > MAX_NAME:
        raise ValueError(f"The trigger name {trigger.name} is longer than {MAX_NAME} characters.")
    if _registry.setdefault(trigger.name, trigger) != trigger:
        raise ValueError(f"Another trigger is already called {trigger.name}; give this one its own label.")


def registered(vendor: str) -> tuple[Trigger, ...]:
    """Return the triggers that a database of this kind must have."""
    return tuple(trigger for trigger in _registry.values() if vendor in trigger.vendors)


def create_statements(trigger: Trigger, vendor: str) -> list[str]:
    """Return the SQL that puts a trigger in place, over a former one if need be."""
    if vendor == "sqlite":
        return [*drop_statements(trigger, vendor), _sqlite_create(trigger)]
    return [_postgresql_function(trigger), *_postgresql_create(trigger)]


def drop_statements(trigger: Trigger, vendor: str) -> list[str]:
    """Return the SQL that takes a trigger away."""
    if vendor == "sqlite":
        return [f'DROP TRIGGER IF EXISTS "{trigger.name}"']
    return [f'DROP TRIGGER IF EXISTS "{trigger.name}" ON "{trigger.table}"']


def _sqlite_create(trigger: Trigger) -> str:
    condition = f"WHEN {trigger.when} " if trigger.when else ""
    return (
        f'CREATE TRIGGER "{trigger.name}" BEFORE {trigger.operation.upper()} ON "{trigger.table}" FOR EACH ROW '
        f"{condition}BEGIN SELECT RAISE(ABORT, {trigger.quoted_message}); END"
    )


def _postgresql_function(trigger: Trigger) -> str:
    head = f'CREATE OR REPLACE FUNCTION "{trigger.name}"() RETURNS trigger LANGUAGE plpgsql'
    return f"{head} AS $guard${_postgresql_body(trigger)}$guard$"


def _postgresql_create(trigger: Trigger) -> tuple[str, str]:
    event = f'BEFORE {trigger.operation.upper()} ON "{trigger.table}"'
    scope = "STATEMENT" if trigger.operation is Operation.TRUNCATE else "ROW"
    return (
        f'CREATE OR REPLACE TRIGGER "{trigger.name}" {event} FOR EACH {scope} EXECUTE FUNCTION "{trigger.name}"()',
        f'ALTER TABLE "{trigger.table}" ENABLE TRIGGER "{trigger.name}"',
    )


def _postgresql_body(trigger: Trigger) -> str:
    refuse = f"RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = {trigger.quoted_message};"
    if not trigger.when:
        return f"BEGIN {refuse} END"
    row = "OLD" if trigger.operation is Operation.DELETE else "NEW"
    return f"BEGIN IF {trigger.when} THEN {refuse} END IF; RETURN {row}; END"


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Name the triggers that are absent, disabled, or not as they stand in this list."""
    return [trigger.name for trigger in _missing(connection)]


def install(connection: BaseDatabaseWrapper) -> list[str]:
    """Put missing triggers back on the tables that exist; return their names."""
    with transaction.atomic(using=connection.alias):
        absent = _lost(connection)
        for trigger in absent:
            _execute(connection, create_statements(trigger, connection.vendor))
    return [trigger.name for trigger in absent]


def lost(connection: BaseDatabaseWrapper) -> list[str]:
    """Name the triggers that are missing on tables that exist."""
    return [trigger.name for trigger in _lost(connection)]


def lift_conditional(connection: BaseDatabaseWrapper) -> None:
    """Take away SQLite's conditional triggers before a migration: one that reads a table stops that table's rebuild."""
    if connection.vendor == "sqlite":
        for trigger in registered("sqlite"):
            if trigger.when:
                _execute(connection, drop_statements(trigger, "sqlite"))


def _lost(connection: BaseDatabaseWrapper) -> list[Trigger]:
    tables = set(connection.introspection.table_names())
    return [trigger for trigger in _missing(connection) if trigger.table in tables]


def _missing(connection: BaseDatabaseWrapper) -> list[Trigger]:
    find = _sqlite_state if connection.vendor == "sqlite" else _postgresql_state
    present = find(connection)
    return [trigger for trigger in registered(connection.vendor) if not _stands(trigger, present, connection.vendor)]


def _stands(trigger: Trigger, present: dict[str, tuple[object, ...]], vendor: str) -> bool:
    if vendor == "sqlite":
        return present.get(trigger.name) == (_sqlite_create(trigger),)
    wanted = (trigger.table, _postgresql_body(trigger), _TGTYPE[trigger.operation])
    return present.get(trigger.name) == wanted


def _sqlite_state(connection: BaseDatabaseWrapper) -> dict[str, tuple[object, ...]]:
    return _state(connection, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")


def _postgresql_state(connection: BaseDatabaseWrapper) -> dict[str, tuple[object, ...]]:
    return _state(
        connection,
        "SELECT t.tgname, c.relname, p.prosrc, t.tgtype FROM pg_trigger t "
        "JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid "
        "WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND t.tgqual IS NULL AND pg_table_is_visible(c.oid)",
    )


def _state(connection: BaseDatabaseWrapper, query: str) -> dict[str, tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {row[0]: tuple(row[1:]) for row in cursor.fetchall()}


def _execute(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
