"""The triggers of the lock: no statement changes what makes up a locked result, on either engine, whoever sends it.

A row is locked when it, or the row that it would replace, leads to a year whose seal stands. The conditions are SQL
that SQLite and PostgreSQL read alike.
"""

from collections.abc import Iterable, Sequence

from django.db import models

from appraisal.models.cycle import AppraisalCycle
from appraisal.models.locking import BY_LABEL, YEAR, Locked
from appraisal.models.sealing import Seal, SealedCard
from appraisal.rules.sealing import SEALED_STATES
from youthleague.audit.triggers import SQLITE, Operation, register_append_only, register_trigger

MESSAGE = "年度结果已经锁定，不能改动；确有差错的，由两人办理重开。"
_REOPENING = frozenset(
    {"state", "reason", "asked_by_id", "asked_at", "confirmed_by_id", "confirmed_at", "reopening_mark"}
)
_LABEL = "lock"


def register_locks() -> None:
    """Name the triggers of every table that a lock holds, and of the locks themselves."""
    for locked in BY_LABEL.values():
        _guard(locked)
    _guard_seals()
    _guard_cards()


def _guard(locked: Locked) -> None:
    """Refuse to write rows of a locked year, to move rows into it, and to replace its rows (SQLite)."""
    table = _table(locked.model)
    changed = _is_changed(locked)
    register_trigger(
        table, Operation.DELETE, Operation.TRUNCATE, message=MESSAGE, when=_holds(locked, "OLD"), label=_LABEL
    )
    moved = f"({_holds(locked, 'OLD')} OR {_holds(locked, 'NEW')}) AND ({changed})"
    register_trigger(table, Operation.UPDATE, message=MESSAGE, when=moved, label=_LABEL)
    if locked.model is not AppraisalCycle:
        register_trigger(table, Operation.INSERT, message=MESSAGE, when=_holds(locked, "NEW"), label=_LABEL)
    replaced = _replaces(locked.model, _holds(locked, "former"))
    for operation, more in ((Operation.INSERT, ""), (Operation.UPDATE, ' AND former."id" <> OLD."id"')):
        condition = f'EXISTS (SELECT 1 FROM "{table}" AS former WHERE {replaced}{more})'  # noqa: S608 names in code
        register_trigger(table, operation, message=MESSAGE, when=condition, label="replace", vendors=SQLITE)


def _guard_seals() -> None:
    """A seal is made where none stands and stays as it was made; what is asked of a reopening may be written."""
    table = _table(Seal)
    register_trigger(table, Operation.DELETE, Operation.TRUNCATE, message=MESSAGE, label=_LABEL)
    fixed = _differ(one for one in _columns(Seal) if one not in _REOPENING)
    register_trigger(table, Operation.UPDATE, message=MESSAGE, when=f"OLD.state <> 'locked' OR {fixed}", label=_LABEL)
    twins = "former.cycle_id = NEW.cycle_id AND (former.state = 'locked' OR former.version = NEW.version)"
    condition = f'EXISTS (SELECT 1 FROM "{table}" AS former WHERE former.id = NEW.id OR ({twins}))'  # noqa: S608 names in code
    register_trigger(table, Operation.INSERT, message=MESSAGE, when=condition, label=_LABEL)


def _guard_cards() -> None:
    """Sealed cards are written once, as many as the seal says, while it stands."""
    table = _table(SealedCard)
    register_append_only(table)
    counted = "held.id = NEW.seal_id AND held.state = 'locked' AND NEW.number <= held.people"
    condition = f'NOT EXISTS (SELECT 1 FROM "{_table(Seal)}" AS held WHERE {counted})'  # noqa: S608 names in code
    register_trigger(table, Operation.INSERT, message=MESSAGE, when=condition, label=_LABEL)
    replaced = _replaces(SealedCard, "1 = 1")
    condition = f'EXISTS (SELECT 1 FROM "{table}" AS former WHERE {replaced})'  # noqa: S608 names in code
    register_trigger(table, Operation.INSERT, message=MESSAGE, when=condition, label="replace", vendors=SQLITE)


# ---- conditions -------------------------------------------------------------------------
def _holds(locked: Locked, row: str) -> str:
    """Give the condition that a row leads to a year whose seal stands."""
    return " OR ".join(_leads(locked.model, path.split("__"), row) for path in locked.paths)


def _leads(model: type[models.Model], path: Sequence[str], row: str) -> str:
    first, *further = path
    column, reached = _step(model, first)
    joins, key = "", f'{row}."{column}"'
    alias = "held.cycle_id"
    where = f"{alias} = {key}"
    if further:
        steps = [(f"t{number}", name) for number, name in enumerate(further)]
        where = f't0."id" = {key}'
        for number, (name, lookup) in enumerate(steps):
            column, after = _step(reached, lookup)
            goal = "held.cycle_id" if number == len(steps) - 1 else f't{number + 1}."id"'
            joins = f'JOIN "{_table(reached)}" AS {name} ON {goal} = {name}."{column}" ' + joins
            reached = after
    return (
        f'EXISTS (SELECT 1 FROM "{_table(Seal)}" AS held {joins}'  # noqa: S608 names in code
        f"WHERE held.state = 'locked' AND {where})"
    )


def _step(model: type[models.Model], name: str) -> tuple[str, type[models.Model]]:
    field = model._meta.pk if name == "pk" else model._meta.get_field(name)  # noqa: SLF001 - Django's meta API
    return str(field.column), field.related_model or model  # type: ignore[union-attr]


def _is_changed(locked: Locked) -> str:
    """Give the condition that an update touches what is locked; where nothing is free, any update does."""
    if not locked.free:
        return "1 = 1"
    changed = _differ(locked.columns)
    if locked is not YEAR:
        return changed
    states = ", ".join(f"'{one.value}'" for one in sorted(SEALED_STATES))
    return f"{changed} OR NEW.state NOT IN ({states})"


def _differ(columns: Iterable[str]) -> str:
    """Give the condition that a column differs, NULL from a value too."""
    return " OR ".join(
        f'NEW."{one}" <> OLD."{one}" OR (NEW."{one}" IS NULL) <> (OLD."{one}" IS NULL)' for one in columns
    )


def _replaces(model: type[models.Model], held: str) -> str:
    """Give the condition that NEW would take the place of a held row: one with its key or with its unique values."""
    meta = model._meta  # noqa: SLF001 - Django's documented meta API
    singles = [[str(one.column)] for one in meta.concrete_fields if one.unique]
    joined = [
        [str(meta.get_field(name).column) for name in one.fields]  # type: ignore[union-attr]
        for one in meta.constraints
        if isinstance(one, models.UniqueConstraint) and one.condition is None
    ]
    same = " OR ".join(
        "(" + " AND ".join(f'former."{name}" = NEW."{name}"' for name in names) + ")" for names in (*singles, *joined)
    )
    return f"({same}) AND ({held})"


def _columns(model: type[models.Model]) -> list[str]:
    return [str(one.column) for one in model._meta.concrete_fields]  # noqa: SLF001 - Django's documented meta API


def _table(model: type[models.Model]) -> str:
    return model._meta.db_table  # noqa: SLF001 - Django's documented meta API
