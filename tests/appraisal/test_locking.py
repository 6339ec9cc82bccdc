"""Nothing changes a locked result: no statement on either engine, no query of the ORM, no service."""

from functools import partial

import pytest
from django.db import DatabaseError, connection, transaction

from appraisal.choices import Component
from appraisal.models import Adjustment, AppraisalCycle, AppraisalGroup, Participant, Seal, SealedCard, Veto
from appraisal.models.locking import BY_LABEL
from appraisal.services import (
    cycles,
    debriefs,
    items,
    marking,
    materials,
    population,
    raters,
    remarks,
    results,
    rolling,
    sealing,
    voting,
)
from appraisal.services.results import Results
from tests.appraisal.conftest import NOON, fresh, refused
from tests.appraisal.seals import MINUTES, locked, rows_of
from tests.factories import make_user
from youthleague.audit.triggers import missing, registered

pytestmark = pytest.mark.django_db
HELD = [*(one.model for one in BY_LABEL.values()), Seal, SealedCard]
TABLES = [model._meta.db_table for model in HELD]


@pytest.fixture
def seal(cycle, leader, staff):
    """Lock the year."""
    return locked(cycle, leader, staff)


def stored():
    return {table: rows_of(table, columns_of(table)) for table in TABLES}


def is_refused(statement, *values):
    """Tell whether the database refuses a statement; what it lets through is taken back."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            transaction.set_rollback(True)
    except DatabaseError:
        return True
    return False


def columns_of(table):
    return [one.column for model in HELD if model._meta.db_table == table for one in model._meta.concrete_fields]


def held_columns(table):
    found = [one for one in BY_LABEL.values() if one.model._meta.db_table == table]
    return found[0].columns if found else []


def other_value(value):
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int) else f"{value[:-1]}改"


# ---- the database ---------------------------------------------------------------------
def test_every_table_of_a_result_holds_a_row_in_these_tests(seal):
    assert {table: len(rows) for table, rows in stored().items() if not rows} == {}


@pytest.mark.parametrize("table", TABLES)
def test_no_statement_changes_takes_away_or_adds_a_locked_row(seal, table):
    before = stored()
    assert is_refused(f'DELETE FROM "{table}"')  # noqa: S608
    held = held_columns(table) or ["content", "mark"]
    filled = [
        name for name, values in zip(columns_of(table), zip(*before[table], strict=True), strict=True) if any(values)
    ]
    columns = [name for name in filled if name in held and name != "id"]
    assert columns
    assert [name for name in columns if not is_refused(f'UPDATE "{table}" SET "{name}" = NULL')] == []  # noqa: S608
    names = ", ".join(f'"{name}"' for name in columns_of(table) if name != "id")
    assert is_refused(f'INSERT INTO "{table}" ({names}) SELECT {names} FROM "{table}"')  # noqa: S608
    if connection.vendor == "postgresql":
        assert is_refused(f'TRUNCATE "{table}" CASCADE')
    assert stored() == before


@pytest.mark.parametrize("model", HELD, ids=lambda model: model.__name__)
def test_single_columns_are_held_one_by_one(seal, model):
    """Only values that the column would take are tried, so that it is the lock that refuses."""
    row = model.objects.order_by("pk").first()
    free = (
        {"state", "version"}
        if model is AppraisalCycle
        else BY_LABEL[model._meta.label].free
        if (model._meta.label in BY_LABEL)
        else set()
    )
    free |= (
        {"reason", "asked_by_id", "asked_at", "confirmed_by_id", "confirmed_at", "reopening_mark", "state"}
        if (model is Seal)
        else set()
    )
    taken = []
    for field in model._meta.concrete_fields:
        if field.primary_key or field.attname in free or field.is_relation or field.null:
            continue
        value = getattr(row, field.attname)
        if not isinstance(value, bool | int | str) or field.choices:
            continue
        changed = other_value(value)
        with pytest.raises(DatabaseError) as caught, transaction.atomic():
            model.objects.filter(pk=row.pk).update(**{field.attname: changed})
        taken.append("锁定" in str(caught.value) or "只能追加" in str(caught.value))
    assert all(taken)


@pytest.mark.parametrize("model", HELD, ids=lambda model: model.__name__)
def test_the_orm_is_refused_as_well(seal, model):
    before = stored()
    rows = list(model.objects.order_by("pk"))
    again = model(**{one.attname: getattr(rows[0], one.attname) for one in model._meta.concrete_fields})
    again.pk = None
    for change in (
        model.objects.all().delete,
        rows[0].delete,
        partial(model.objects.bulk_create, [again]),
        again.save,
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert stored() == before


def test_what_is_free_may_still_change(seal, leader):
    person = Participant.objects.filter(cycle=seal.cycle).first()
    Participant.objects.filter(pk=person.pk).update(appointment=None)
    person.checklist_items.update(outcome="done", outcome_note="办成了")
    AppraisalCycle.objects.filter(pk=seal.cycle_id).update(state="feedback", version=99)
    sealing.ask_reopening(seal=seal, reason="票数有误", by=leader, at=NOON)


def test_a_locked_year_does_not_go_back(seal):
    for state in ("preparation", "evaluation", "totalling", "review"):
        with pytest.raises(DatabaseError, match="锁定"), transaction.atomic():
            AppraisalCycle.objects.filter(pk=seal.cycle_id).update(state=state)


def test_another_year_is_open(seal, staff):
    other = cycles.prepare_cycle(year=2027, by=staff, at=NOON, copy_of=seal.cycle)
    cycles.change_scheme(cycle=other, version=other.version, scheme=cycles.DEFAULT_SCHEME, by=staff, at=NOON)
    assert other.groups.count() > 0


def test_rows_are_not_moved_into_a_locked_year_or_out_of_it(seal, staff):
    other = cycles.prepare_cycle(year=2027, by=staff, at=NOON)
    group, into = other.groups.first(), seal.cycle.groups.first()
    before = stored()
    assert is_refused("UPDATE appraisal_appraisalgroup SET cycle_id = %s WHERE id = %s", seal.cycle_id, group.pk)
    assert is_refused("UPDATE appraisal_appraisalgroup SET cycle_id = %s WHERE id = %s", other.pk, into.pk)
    assert is_refused("UPDATE appraisal_groupselection SET group_id = %s WHERE group_id = %s", into.pk, group.pk)
    assert stored() == before


def test_a_card_of_another_year_is_not_put_into_a_locked_version(seal, staff, people):
    other = cycles.prepare_cycle(year=2027, by=staff, at=NOON)
    population.draw_population(cycle=other, by=staff, at=NOON)
    person = Participant.objects.filter(cycle=other).first()
    version = seal.cycle.groups.get(roll_ups__isnull=False, participants__cadre=people["a"]).roll_ups.first()
    columns = "roll_up_id, participant_id, group_id, adjustment, standing, is_tied"
    statement = f"INSERT INTO appraisal_scorecard ({columns}) VALUES (%s, %s, %s, 0, 'incomplete', %s)"  # noqa: S608
    assert is_refused(statement, version.pk, person.pk, person.group_id, False)


REPLACING = {
    "sqlite": "INSERT OR REPLACE INTO {table} ({names}) SELECT {taken} FROM {table} WHERE id = {key}",
    "postgresql": (
        "INSERT INTO {table} ({names}) SELECT {taken} FROM {table} WHERE id = {key} "
        "ON CONFLICT (id) DO UPDATE SET {first} = excluded.{first}"
    ),
}
TAKING_A_KEY = {
    "sqlite": "UPDATE OR REPLACE appraisal_optionvalue SET id = {held} WHERE id = {free}",
    "postgresql": "UPDATE appraisal_optionvalue SET id = {held} WHERE id = {free}",
}


@pytest.mark.parametrize("table", TABLES)
def test_a_row_of_another_year_does_not_take_the_place_of_a_locked_one(seal, table, staff):
    other = cycles.prepare_cycle(year=2027, by=staff, at=NOON)
    before = stored()
    names = columns_of(table)
    where = {"cycle_id": other.pk, "group_id": other.groups.first().pk, "year": 2031}
    taken = ", ".join(str(where.get(name, f'"{name}"')) for name in names)
    listed = ", ".join(f'"{name}"' for name in names)
    first = next((name for name in where if name in names), names[1])
    told = {"table": f'"{table}"', "taken": taken, "names": listed, "first": f'"{first}"', "key": before[table][0][0]}
    assert is_refused(REPLACING[connection.vendor].format(**told))
    assert stored() == before


def test_a_row_of_another_year_does_not_take_the_key_of_a_locked_one(seal, staff):
    other = cycles.prepare_cycle(year=2027, by=staff, at=NOON)
    before = stored()
    keys = {"held": seal.cycle.options.first().pk, "free": other.options.first().pk}
    assert is_refused(TAKING_A_KEY[connection.vendor].format(**keys))
    assert stored() == before


def test_no_card_is_added_to_a_seal(seal, people):
    card = seal.cards.first()
    values = {one.attname: getattr(card, one.attname) for one in SealedCard._meta.concrete_fields}
    for number in (0, 1, 4, 99):
        with pytest.raises(DatabaseError), transaction.atomic():
            SealedCard.objects.create(**{**values, "id": None, "number": number, "code": f"{number:026d}"})
    assert seal.cards.count() == 3


def test_a_second_seal_does_not_take_the_place_of_the_one_that_stands(seal):
    values = {one.attname: getattr(seal, one.attname) for one in Seal._meta.concrete_fields}
    with pytest.raises(DatabaseError, match="锁定"), transaction.atomic():
        Seal.objects.create(**{**values, "id": None, "version": 2})


def test_one_person_alone_reopens_nothing_by_hand(seal, leader):
    asked = "UPDATE appraisal_seal SET state = 'reopened', reason = '改', asked_by_id = %s, asked_at = %s"
    both = f"{asked}, confirmed_by_id = %s, confirmed_at = %s"
    assert is_refused(asked, leader.pk, NOON)
    assert is_refused(both, leader.pk, NOON, leader.pk, NOON)
    assert is_refused("UPDATE appraisal_seal SET state = 'reopened'")


def test_the_locks_are_in_place_and_counted(seal):
    assert missing(connection) == []
    names = {one.table for one in registered(connection.vendor)}
    assert set(TABLES) <= names


# ---- the services -----------------------------------------------------------------------
def attempts(seal, leader, staff):
    """Call every service that writes what a result is made of, as somebody who could while the year is open."""
    cycle = fresh(seal.cycle)
    person = Participant.objects.select_related("cycle", "group", "cadre").filter(cycle=cycle).order_by("pk").first()
    group = AppraisalGroup.objects.select_related("cycle").get(pk=person.group_id)
    adjustment = Adjustment.objects.select_related("participant__cycle", "participant__cadre").first()
    veto = Veto.objects.select_related("participant__cycle", "participant__cadre").first()
    who, keeper, leads = {"participant": person}, {"by": staff, "at": NOON}, {"by": leader, "at": NOON}
    year = {"cycle": cycle, "version": cycle.version}
    plan = voting.BoxPlan(0, "青年议", [person.pk], NOON.date(), NOON.date())
    marks = {"cycle": cycle, "component": Component.LEADER_REVIEW, "entries": []}
    return {
        "cycles.change_scheme": partial(cycles.change_scheme, **year, scheme=cycles.DEFAULT_SCHEME, **keeper),
        "cycles.open_cycle": partial(cycles.open_cycle, **year, **keeper),
        "cycles.advance_cycle reopen": partial(cycles.advance_cycle, **year, action="reopen", **keeper),
        "cycles.advance_cycle total": partial(cycles.advance_cycle, **year, action="total", **keeper),
        "population.draw_population": partial(population.draw_population, cycle=cycle, **keeper),
        "raters.name_raters": partial(raters.name_raters, **year, named={}, **keeper),
        "marking.mark_people": partial(marking.mark_people, **marks, **leads),
        "marking.mark_what_can_be": partial(marking.mark_what_can_be, **marks, **leads),
        "results.enter_results": partial(results.enter_results, cycle=cycle, results=Results(), **keeper),
        "items.exempt": partial(items.exempt, **who, component=Component.DEBRIEF, reason="借调", **keeper),
        "items.propose_adjustment": partial(items.propose_adjustment, **who, value=500, reason="表彰", **keeper),
        "items.propose_veto": partial(items.propose_veto, **who, kind=veto.kind, reason="通报", **keeper),
        "items.decide_adjustment": partial(items.decide_adjustment, item=adjustment, version=1, approved=True, **leads),
        "items.decide_veto": partial(items.decide_veto, item=veto, version=1, approved=True, **leads),
        "remarks.write_remark": partial(remarks.write_remark, **who, version=1, text="改过的评语", **leads),
        "rolling.roll_up": partial(rolling.roll_up, cycle=cycle, **keeper),
        "rolling.request_roll_up": partial(rolling.request_roll_up, cycle=cycle, **keeper),
        "rolling.decide_tie": partial(rolling.decide_tie, group=group, chosen=[], reason="选定", **leads),
        "voting.prepare_box": partial(voting.prepare_box, cycle=cycle, plan=plan, **keeper),
        "sealing.seal_year": partial(sealing.seal_year, cycle=cycle, minutes_number=MINUTES, **leads),
    }


def attempts_at_materials(seal, staff):
    """Call every service about lists and reports, as somebody who could while they are written."""
    person = Participant.objects.select_related("cycle", "group", "cadre").filter(cycle=seal.cycle).first()
    report = {"participant": person, "version": 0, "by": staff, "at": NOON}
    return {
        "materials.write_lists": partial(materials.write_lists, **report, items=[]),
        "materials.carry_rest": partial(materials.carry_rest, **report),
        "materials.hand_in_lists": partial(materials.hand_in_lists, **report),
        "materials.recall_lists": partial(materials.recall_lists, **report),
        "materials.receive_lists": partial(materials.receive_lists, **report),
        "materials.return_lists": partial(materials.return_lists, **report, reason="不实"),
        "debriefs.write_report": partial(debriefs.write_report, **report, parts={}),
        "debriefs.send_report": partial(debriefs.send_report, **report),
        "debriefs.hand_in_report": partial(debriefs.hand_in_report, **report),
        "debriefs.send_back_report": partial(debriefs.send_back_report, **report, reason="不实"),
    }


def test_every_service_refuses_with_one_sentence_and_changes_nothing(seal, leader, staff):
    AppraisalCycle.objects.filter(pk=seal.cycle_id).update(state="feedback")
    before = stored()
    tried = {**attempts(seal, leader, staff), **attempts_at_materials(seal, staff)}
    codes = {name: refused(call) for name, call in tried.items()}
    assert set(codes.values()) == {"cycle.locked"}, codes
    assert stored() == before


def test_a_remark_is_refused_while_the_year_is_still_in_the_state_of_the_decision(seal, leader):
    person = Participant.objects.select_related("cycle", "cadre").filter(cycle=seal.cycle).first()
    written = partial(remarks.write_remark, participant=person, version=1, text="改", by=leader, at=NOON)
    assert refused(written) == "cycle.locked"


def test_people_of_a_locked_year_stay_where_they_were_when_units_move(seal, district):
    before = stored()
    low = district.township_a.lineage
    population.follow_move(old_lineage=low, new_lineage=district.township_b.lineage + low[-8:])
    population.follow_merger(organisation_id=district.township_a.pk, into_id=district.township_b.pk)
    assert stored() == before


def test_after_two_persons_reopened_it_the_year_is_open_again(seal, leader, staff, district):
    asked = sealing.ask_reopening(seal=seal, reason="票数有误", by=leader, at=NOON)
    sealing.confirm_reopening(seal=asked, by=make_user("leader", district.top), at=NOON)
    AppraisalCycle.objects.filter(pk=seal.cycle_id).update(state="totalling")
    person = Participant.objects.select_related("cycle", "group", "cadre").filter(cycle=seal.cycle).first()
    before = [stored()[table] for table in TABLES[-2:]]
    items.propose_adjustment(
        participant=person, value=500, reason="表彰", by=make_user("district_staff", district.top), at=NOON
    )
    assert is_refused("UPDATE appraisal_seal SET state = 'locked', confirmed_by_id = NULL, confirmed_at = NULL")
    assert is_refused("DELETE FROM appraisal_sealedcard")
    assert [stored()[table] for table in TABLES[-2:]] == before
