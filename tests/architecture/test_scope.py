"""Rooms that face the user never start from all rows of a scoped model."""

import ast

import pytest
from django.apps import apps

from tests.architecture.source import SourceFile, called_name, packages, snippet, source_files

FACING_THE_USER = {
    "context_processors",
    "filtersets",
    "forms",
    "panels",
    "scoped_views",
    "spreadsheets",
    "tables",
    "templatetags",
    "views",
    "widgets",
}
MANAGERS = {"objects", "_default_manager", "_base_manager"}
NARROWING = {"visible_to", "of_person", "none"}
SHORTCUTS = {"get_object_or_404", "get_list_or_404"}


def scoped_models() -> frozenset[str]:
    """Name the models whose rows belong to somebody's subtree."""
    ours = (model for model in apps.get_models() if model.__module__.split(".")[0] in packages())
    return frozenset(model.__name__ for model in ours if hasattr(model._default_manager.all(), "visible_to"))


def last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def chain(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> set[str]:
    """Collect the methods called one after the other on ``node``: ``Cadre.objects.visible_to(user).within(org)``."""
    names = set()
    while isinstance(parent := parents.get(node), ast.Attribute | ast.Call):
        if node not in (getattr(parent, "value", None), getattr(parent, "func", None)):
            break
        if isinstance(parent, ast.Attribute):
            names.add(parent.attr)
        node = parent
    return names


def unscoped(file: SourceFile, models: frozenset[str]) -> list[str]:
    """Find managers of scoped models without ``visible_to``, and shortcuts that are given the bare model."""
    tree = file.tree
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    suspects = models | {"model"}
    faults = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in MANAGERS and last_name(node.value) in suspects:
            if not chain(node, parents) & NARROWING:
                faults.append(f"{file.path}:{node.lineno} {last_name(node.value)}.{node.attr}")
        elif isinstance(node, ast.Call) and called_name(node) in SHORTCUTS and last_name(node.args[0]) in suspects:
            faults.append(f"{file.path}:{node.lineno} {called_name(node)}({last_name(node.args[0])})")
    return faults


def test_rooms_that_face_the_user_start_from_visible_rows():
    facing = [file for file in source_files() if file.is_in_room(FACING_THE_USER)]
    assert [fault for file in facing for fault in unscoped(file, scoped_models())] == []


def test_the_roster_and_the_tree_are_scoped():
    assert {"Organisation", "Cadre"} <= scoped_models()


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("rows = Cadre.objects.all()", True),
        ("rows = Cadre.objects.filter(a=1).order_by('b')", True),
        ("field.queryset = models.Cadre._default_manager", True),
        ("rows = self.model.objects.all()", True),
        ("row = get_object_or_404(Cadre, pk=pk)", True),
        ("rows = Cadre.objects.visible_to(user)", False),
        ("rows = Cadre.objects.in_force(day).visible_to(scope).count()", False),
        ("row = get_object_or_404(Cadre.objects.visible_to(user), pk=pk)", False),
        ("queryset = Cadre.objects.none()", False),
        ("rows = PolicyValue.objects.all()", False),
    ],
)
def test_unscoped_rows_are_found(line, found):
    assert bool(unscoped(snippet(line, "cadres/views.py"), frozenset({"Cadre"}))) is found
