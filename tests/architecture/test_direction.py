"""Foreign keys and migrations point downwards through the house, which import-linter cannot see."""

from collections.abc import Iterable

import pytest
from django.apps import apps
from django.db.migrations.loader import MigrationLoader

# From the roof to the ground.
HOUSE = ("workbench", "appraisal", "linkage", "cadres", "sheets", "notices", "orgs", "audit", "protection")
RANK = {label: rank for rank, label in enumerate(reversed(HOUSE))}


def upward(edges: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Find edges between our applications that lead to a higher one; frameworks stand outside the house."""
    inside = ((source, target) for source, target in edges if source in RANK and target in RANK)
    return sorted({edge for edge in inside if RANK[edge[1]] > RANK[edge[0]]})


def relations():
    fields = [field for model in apps.get_models() for field in model._meta.get_fields() if field.is_relation]
    own = [field for field in fields if not field.auto_created and field.related_model]
    return [(field.model._meta.app_label, field.related_model._meta.app_label) for field in own]


def migration_edges() -> list[tuple[str, str]]:
    migrations = MigrationLoader(None, ignore_no_migrations=True).disk_migrations.values()
    after = [(row.app_label, label) for row in migrations for label, _ in row.dependencies]
    before = [(label, row.app_label) for row in migrations for label, _ in row.run_before]
    return after + before


def test_foreign_keys_point_downwards():
    assert upward(relations()) == []


def test_migrations_depend_downwards():
    assert upward(migration_edges()) == []


def test_the_event_log_has_no_foreign_keys():
    assert [edge for edge in relations() if edge[0] == "audit"] == []


def test_appraisal_has_no_foreign_key_into_linkage():
    assert ("appraisal", "linkage") not in relations()


def test_every_application_of_ours_has_its_place_in_the_house():
    ours = {config.label for config in apps.get_app_configs() if "site-packages" not in config.path}
    assert ours - set(HOUSE) - {"admin"} == set()


@pytest.mark.parametrize(
    ("edge", "found"),
    [
        (("orgs", "cadres"), True),
        (("audit", "orgs"), True),
        (("sheets", "workbench"), True),
        (("cadres", "orgs"), False),
        (("cadres", "cadres"), False),
        (("otp_totp", "orgs"), False),
        (("orgs", "contenttypes"), False),
    ],
)
def test_an_upward_edge_is_found(edge, found):
    assert upward([edge]) == ([edge] if found else [])
