"""Random imports taken back: every column is what it was, and of those edited meanwhile exactly the others go back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cadres.models import Appointment, Cadre
from cadres.services.applying import RETURNED, apply_roster
from cadres.services.checking import check_roster
from cadres.services.matching import match_roster
from cadres.services.posts import correct_cadre, correct_post, end_appointment
from cadres.services.undoing import foresee_roster_undo, undo_roster
from orgs.access import scope_of
from tests.factories import NOW, TODAY, cadre_values, make_user
from youthleague.kernel.dates import PartialDate
from youthleague.kernel.sheet_kinds import AppliedRow, Change, SheetContext, SheetRow, UndoOutcome

pytestmark = pytest.mark.django_db

slow = settings(
    max_examples=max(15, settings.default.max_examples // 4), suppress_health_check=list(HealthCheck), deadline=None
)
PEOPLE = 4
POSTS = ("secretary", "deputy_secretary", "member")
DAYS = ("2024-09", "2025-03-01", "2026-05")

facts = st.fixed_dictionaries(
    {},
    optional={
        "remark": st.sampled_from(("轮岗", "挂职", None)),
        "phone": st.sampled_from(("19900007777", "19900008888")),
        "joined_league_on": st.sampled_from(("2010-05", "2010-05-04")),
    },
)
posts = st.fixed_dictionaries(
    {"person": st.integers(1, PEOPLE), "unit": st.integers(0, 1), "league_post": st.sampled_from(POSTS)},
    optional={
        "admin_post": st.sampled_from(("主任", "网格员", None)),
        "appointed_on": st.sampled_from(DAYS),
        "is_two_committee_member": st.booleans(),
    },
)
people = st.lists(facts, min_size=PEOPLE, max_size=PEOPLE)


def with_facts(drawn: tuple[list[dict[str, Any]], list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Let every row of a person say the same of them."""
    return [{**drawn[1][post["person"] - 1], **post} for post in drawn[0]]


def triple(post: dict[str, Any]) -> tuple[Any, ...]:
    return post["person"], post["unit"], post["league_post"]


sheets = st.tuples(st.lists(posts, min_size=2, max_size=7, unique_by=triple), people).map(with_facts)
leavers = st.sets(st.integers(0, 8), max_size=3)
edits = st.sets(st.integers(0, 12), max_size=3)


@pytest.fixture
def context(district) -> SheetContext:
    secretary = make_user("township_secretary", district.township_a, "sec_a")
    scope = scope_of(secretary, TODAY).holding("cadres.change_cadre")
    return SheetContext(by=secretary, scope=scope, day=TODAY, at=NOW, organisation_id=district.township_a.pk)


@contextmanager
def forgotten() -> Iterator[None]:
    """Do something, and leave no trace of it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def written(sheet: list[dict[str, Any]], context: SheetContext, district) -> list[AppliedRow]:
    """Write those rows of a sheet that are right."""
    units = (district.village_a1, district.village_a2)
    rows = [_row(number, cell, units[cell["unit"]]) for number, cell in enumerate(sheet, start=2)]
    match_roster(rows, context)
    check_roster(rows, context)
    right = [row for row in rows if not row.errors and row.change in {Change.NEW, Change.CHANGED}]
    return [one for one in apply_roster(right, context) if one.touched] if right else []


def _row(number: int, cell: dict[str, Any], unit) -> SheetRow:
    values = cadre_values(unit, cell["person"], fulltime_education="21")
    for name, value in cell.items():
        if name not in {"person", "unit"}:
            values[name] = PartialDate.from_text(value) if value in DAYS or name == "joined_league_on" else value
    cleared = frozenset(name for name, value in values.items() if value is None)
    return SheetRow(number, {name: value for name, value in values.items() if value is not None}, cleared)


def leave(places: set[int], by) -> None:
    """End some of the posts, so that others become main ones and people are out of office."""
    posts = list(Appointment.objects.filter(ended_on=None).order_by("pk"))
    for post in [posts[place] for place in sorted(places) if place < len(posts)]:
        end_appointment(post=Appointment.objects.get(pk=post.pk), on=TODAY, reason="resigned", by=by, at=NOW)


def stored() -> dict[tuple[str, int], dict[str, Any]]:
    """Give every column of both tables but the versions; the sealed ones opened."""
    found = {}
    for label, model in (("cadres.Cadre", Cadre), ("cadres.Appointment", Appointment)):
        names = [field.attname for field in model._meta.concrete_fields if field.name != "version"]
        for one in model.objects.all():
            found[label, one.pk] = {name: getattr(one, name) for name in names}
    return found


def keys(row: AppliedRow) -> set[tuple[str, int]]:
    return {(one.model, one.pk) for one in row.touched}


def mains_are_right() -> bool:
    held = Appointment.objects.filter(ended_on=None).values_list("cadre_id", "is_main")
    people = {cadre for cadre, _ in held}
    return all([main for cadre, main in held if cadre == person].count(True) == 1 for person in people)


@given(sheets, leavers, sheets)
@slow
def test_an_import_taken_back_at_once_leaves_everything_as_it_was(context, district, first, left, second):
    with forgotten():
        written(first, context, district)
        leave(left, context.by)
        before, lines = stored(), Cadre.history.count() + Appointment.history.count()
        rows = written(second, context, district)
        foreseen = foresee_roster_undo(rows, context)
        assert {one.outcome for one in foreseen} <= {UndoOutcome.RESTORED}
        assert undo_roster(rows, context) == foreseen
        assert stored() == before
        records = set().union(*map(keys, rows))
        assert Cadre.history.count() + Appointment.history.count() == lines + 2 * len(records)
        assert mains_are_right()


@given(sheets, leavers, sheets, edits)
@slow
def test_after_edits_exactly_the_rows_that_nobody_went_on_from_go_back(context, district, first, left, second, places):
    with forgotten():
        written(first, context, district)
        leave(left, context.by)
        before = stored()
        rows = written(second, context, district)
        edited = edit(sorted(set().union(*map(keys, rows))), places, context)
        between = stored()
        staying = those_that_stay(rows, edited, between)
        done = undo_roster(rows, replace(context, batch_id=1))
        assert {one.number for one in done if one.outcome is not UndoOutcome.RESTORED} == staying
        kept = set().union(*(keys(row) for row in rows if row.number in staying)) if staying else set()
        went = set().union(*(keys(row) for row in rows)) - kept if rows else set()
        after = stored()
        assert {key: after.get(key) for key in went} == {key: before.get(key) for key in went}
        assert all(_alike(after[key], between[key]) for key in kept)
        assert {key: after[key] for key in before.keys() - went - kept} == {
            key: between[key] for key in before.keys() - went - kept
        }
        assert mains_are_right()


def edit(touched: list[tuple[str, int]], places: set[int], context: SheetContext) -> set[tuple[str, int]]:
    """Correct some of the records that an import touched."""
    chosen = [touched[place] for place in sorted(places) if place < len(touched)]
    for label, pk in chosen:
        if label == "cadres.Cadre":
            cadre = Cadre.objects.get(pk=pk)
            said = {"school_major": "示范学院"}
            correct_cadre(cadre=cadre, version=cadre.version, values=said, by=context.by, at=NOW)
        else:
            post = Appointment.objects.get(pk=pk)
            said = {"admin_post": "副主任"}
            correct_post(post=post, version=post.version, values=said, by=context.by, at=NOW, day=TODAY)
    return set(chosen)


def those_that_stay(rows: list[AppliedRow], edited: set[tuple[str, int]], now: dict) -> set[int]:
    """Say in plain terms which rows stay: edited ones, and what those that stay need of the same person."""

    def person_of(row: AppliedRow) -> int:
        label, pk = next(iter(sorted(keys(row), reverse=True)))
        return pk if label == "cadres.Cadre" else now[label, pk]["cadre_id"]

    staying = {row.number for row in rows if keys(row) & edited}
    while True:
        more = set()
        for row in rows:
            people = {key for key in keys(row) if key[0] == "cadres.Cadre"}
            images = row.before or {}
            beside = [one for one in rows if one.number in staying and person_of(one) == person_of(row)]
            enters = any(f"{label}:{pk}" not in images for label, pk in people) or RETURNED in images
            shares = any(people & keys(one) for one in beside)
            if beside and people and (enters or shares):
                more.add(row.number)
        if more <= staying:
            return staying
        staying |= more


def _alike(after: dict[str, Any], between: dict[str, Any]) -> bool:
    """Compare a record that stayed: it may have become the main post, nothing else."""
    return {**after, "is_main": None} == {**between, "is_main": None}
