"""Nothing escapes the contract: every address, admin, model and text column has its place in it."""

from collections import Counter

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import override_settings

from orgs.scoped_admin import ScopedModelAdmin
from tests.contract.back_office import DESKS, back_office_visits
from tests.contract.canaries import NOT_PLANTED, text_columns
from tests.contract.pages import KIND_PAGES, PAGES
from tests.contract.portal import portal_visits
from tests.contract.records import DESCRIBED, our_models
from tests.contract.routes import routes, visited
from tests.contract.world import World
from youthleague.sheets.services.kinds import all_kinds

pytestmark = [pytest.mark.contract, pytest.mark.django_db]
# Tables that hold one row for everybody, or keys without names.
OF_NOBODY = {"audit.AuditHead", "protection.IndexKeys", "protection.TokenBucket"}


def unlisted() -> set[str]:
    """Name the portal's addresses that are not in the table."""
    return {route.name for route in routes() if not route.name.startswith("admin:")} - PAGES.keys()


def test_every_address_is_in_the_table():
    assert unlisted() == set()


def test_the_table_lists_no_address_that_is_gone():
    assert PAGES.keys() - {route.name for route in routes()} == set()


def test_every_kind_of_spreadsheet_is_in_the_table():
    of_kinds = {route.name for route in routes() if "code" in route.converters and route.name.startswith("sheet-")}
    assert {code: pages.keys() for code, pages in KIND_PAGES.items()} == dict.fromkeys(all_kinds(), of_kinds)


def test_an_address_has_a_name_of_its_own():
    names = Counter(route.name for route in routes())
    assert [name for name, count in names.items() if count > 1 and name != "admin:view_on_site"] == []


@override_settings(ROOT_URLCONF="tests.contract.leaky")
def test_an_address_that_nobody_listed_is_found():
    assert {"leaky-name", "leaky-list"} <= unlisted()


def test_every_address_is_visited(world: World):
    visitor = world.visitors["district_staff"]
    visits = [
        *portal_visits(world, visitor, routes(), is_full=False),
        *back_office_visits(world, visitor, is_full=False),
    ]
    assert {route.raw for route in routes()} - visited(visit.path for visit in visits) == set()


def test_every_admin_is_in_the_table():
    assert {model._meta.label for model in admin.site._registry} == DESKS.keys()


def test_every_admin_is_scoped():
    assert [row for row in admin.site._registry.values() if not isinstance(row, ScopedModelAdmin)] == []


def test_every_model_is_described():
    assert {model._meta.label for model in our_models()} == DESCRIBED.keys()


def test_every_model_has_rows_that_are_foreign_to_b(world: World):
    visitor = world.visitors["township_b"]
    foreign = {one.label for one in world.records.values() if not one.is_kept_by(visitor)}
    assert DESCRIBED.keys() - OF_NOBODY - foreign == set()


def uncovered_texts(world: World, model: type[Model]) -> list[str]:
    """Name the text columns of a model's rows that hold no canary, and hold something."""
    planted = {(one.record.label, one.record.pk, one.column) for one in world.aviary.by_text.values()}
    label = model._meta.label
    rows = [row for row in model._base_manager.all() if world.records[label, row.pk].kind != "machinery"]
    cells = [(row, field.name) for row in rows for field in text_columns(model)]
    bare = [(row, name) for row, name in cells if (label, row.pk, name) not in planted]
    # Two rows of one person share the person's key; a secret that is not there cannot leak.
    return [f"{label}.{name}" for row, name in bare if getattr(row, name) not in {*world.aviary.by_text, ""}]


def test_every_text_column_holds_a_canary(world: World):
    models = [model for model in our_models() if model._meta.app_label not in NOT_PLANTED]
    assert [name for model in models for name in uncovered_texts(world, model)] == []


def test_every_visitor_but_the_strangers_sees_something(world: World):
    seen = {
        name: any(one.may_be_seen_by(visitor) for one in world.aviary.by_text.values())
        for name, visitor in world.visitors.items()
    }
    assert [name for name, sees in seen.items() if not sees] == ["anonymous"]
