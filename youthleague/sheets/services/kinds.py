"""The kinds of spreadsheets that the applications declare."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps

from youthleague.kernel.sheet_kinds import SheetKind


@cache
def all_kinds() -> dict[str, SheetKind]:
    """Give every declared kind by code."""
    found: dict[str, SheetKind] = {}
    for app in apps.get_app_configs():
        if find_spec(f"{app.name}.spreadsheets") is None:
            continue
        for kind in getattr(import_module(f"{app.name}.spreadsheets"), "KINDS", ()):
            found[kind.code] = kind
    return found


def kind_by_code(code: str) -> SheetKind | None:
    """Give a kind, or None for an unknown code."""
    return all_kinds().get(code)
