"""The back office is thin: attributes, displays, actions that name a service, and no filter that shows foreign rows."""

import ast

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import get_fields_from_path

from tests.architecture.source import SourceFile, called_name, packages, snippet, source_files

FORBIDDEN_CALLS = {"filter", "exclude", "annotate", "aggregate", "save", "update", "create", "bulk_create", "delete"}


def work_in_admin(file: SourceFile) -> list[str]:
    """Find calls that belong into a queryset or a service."""
    calls = (node for node in ast.walk(file.tree) if isinstance(node, ast.Call))
    return [
        f"{file.path}:{node.lineno} .{called_name(node)}()" for node in calls if called_name(node) in FORBIDDEN_CALLS
    ]


def bare_relations(model_admin: admin.ModelAdmin) -> list[str]:
    """Find entries of ``list_filter`` that would offer every row of the related table as a choice."""
    plain = [entry for entry in model_admin.list_filter if isinstance(entry, str)]
    return [name for name in plain if get_fields_from_path(model_admin.model, name)[-1].is_relation]


def our_admins() -> list[admin.ModelAdmin]:
    admin.autodiscover()
    return [row for row in admin.site._registry.values() if type(row).__module__.split(".")[0] in packages()]


def test_admin_modules_hold_no_work():
    assert [fault for file in source_files() if file.is_in_room({"admin"}) for fault in work_in_admin(file)] == []


def test_work_in_an_admin_module_is_found():
    bad = snippet("def end(self, request, queryset):\n    queryset.filter(a=1).update(b=2)\n", "orgs/admin.py")
    assert work_in_admin(bad) == ["orgs/admin.py:2 .update()", "orgs/admin.py:2 .filter()"]


def test_filters_offer_no_foreign_rows():
    assert [f"{type(row).__name__}: {name}" for row in our_admins() for name in bare_relations(row)] == []


def test_a_bare_relation_is_found():
    class Careless(admin.ModelAdmin):
        list_filter = ["action_flag", "user", ("content_type", admin.RelatedOnlyFieldListFilter)]

    assert bare_relations(Careless(LogEntry, admin.site)) == ["user"]
