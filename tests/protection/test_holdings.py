"""Nothing encrypted is missed by a change of keys: columns by their class, sealed blobs by their purpose."""

import ast
from pathlib import Path

from django.apps import apps
from django.db import models

from youthleague.protection.fields import EncryptedTextField
from youthleague.protection.holdings import columns, folders, indexes, sealed_purposes

ROOT = Path(__file__).parents[2]
APPS = ("youthleague", "orgs", "cadres", "linkage", "appraisal")
# Sealed by ``keep``, which refuses a folder that nobody has named.
KEPT = {"orgs.document", "sheets.original", "linkage.evidence"}
OURS = tuple(config.label for config in apps.get_app_configs() if config.name.split(".")[0] in APPS)


def sources():
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def constants(tree):
    """Give the texts that names of a module stand for."""
    named = (node for node in tree.body if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant))
    return {target.id: node.value.value for node in named for target in node.targets if isinstance(target, ast.Name)}


def purposes_of(function):
    """Give the purposes with which a function of ``protection.seal`` is called anywhere."""
    for path, tree in sources():
        known = constants(tree)
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", "") == function
                and "protection" not in path.parts
            ):
                (given,) = (word.value for word in node.keywords if word.arg == "purpose")
                yield given.value if isinstance(given, ast.Constant) else known[given.id]


def test_every_sealed_purpose_is_reached():
    """A red line here: name the new column or folder with ``register_sealed_…`` in the app's ``ready``."""
    used = set(purposes_of("seal"))
    assert {"sheets.row", "sheets.before"} <= used
    assert used | KEPT == sealed_purposes()


def test_every_binary_column_is_reached():
    """A column of bytes holds what is sealed, or is named here as plain."""
    plain: set[tuple[str, str]] = set()
    reached = {(one.model._meta.label, one.field.name) for one in columns() if one.is_binary}
    found = {
        (model._meta.label, one.name)
        for model in apps.get_models()
        if model._meta.app_label in OURS
        for one in model._meta.local_concrete_fields
        if isinstance(one, models.BinaryField)
    }
    assert found - plain == reached


def test_every_encrypted_column_is_reached_with_the_place_it_is_bound_to():
    reached = {one.place for one in columns() if not one.is_binary}
    assert {
        "orgs.Authenticator.seed",
        "orgs.RecoveryCode.digest",
        "cadres.Cadre.id_number",
        "cadres.Cadre.phone",
    } <= reached
    for model in apps.get_models(include_auto_created=True):
        for one in model._meta.local_concrete_fields:
            assert not isinstance(one, EncryptedTextField) or one.field_label in reached


def test_every_kept_index_is_reached():
    """``index_under`` makes what is stored for good; each of its purposes has a second column."""
    assert set(purposes_of("blind_index")) <= {"orgs.sign-in"}  # counted for a while, see protection.seal
    assert {one.purpose for one in indexes()} == {"cadres.id_number"}
    for one in indexes():
        names = {constraint.fields for constraint in one.model._meta.constraints if hasattr(constraint, "fields")}
        assert {(one.column,), (one.coming,)} <= {tuple(each) for each in names}


def test_folders_hold_files_without_their_drafts(settings, tmp_path):
    settings.UPLOAD_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    (tmp_path / ".draft").write_bytes(b"")
    (tmp_path / "open").mkdir()
    (tmp_path / "sealed").write_bytes(b"")
    assert [path.name for one in folders() for path in one.files()] == ["sealed"]
