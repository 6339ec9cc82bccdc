"""What a person said about the columns of a kind is kept for the next file with the same headers, until forgotten.

A header is known by a digest: a row of data that was taken for a header leaves no name behind.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from orgs.models import User
from youthleague.audit.services import record
from youthleague.kernel.columns import fold_header
from youthleague.kernel.sheet_kinds import SheetKind
from youthleague.sheets.models import ImportBatch, RememberedMapping

HEADERS_KEPT = 500
_HEADER_LENGTH = 60


def remember_mapping(*, batch: ImportBatch, mapping: Mapping[int, str], at: datetime) -> None:
    """Keep what was said of each header of a batch's file that differs from what had been found in it."""
    layout = batch.layout
    if "detected" not in layout:
        return
    found = {int(index): name for index, name in layout.get("detected", {}).items()}
    keys = keys_of({int(index): text for index, text in layout.get("headers", ())})
    said = {keys[at]: [mapping.get(at, ""), found.get(at, "")] for at in keys}
    changed = {key: names for key, names in said.items() if names[0] != names[1]}
    rows = RememberedMapping.objects.visible_to(batch.uploaded_by)
    kept = rows.select_for_update().filter(kind=batch.kind).first()
    if kept is None and not changed:
        return
    kept = kept or RememberedMapping(user=batch.uploaded_by, kind=batch.kind)
    others = {key: names for key, names in kept.choices.items() if key not in said}
    kept.choices = dict([*others.items(), *changed.items()][-HEADERS_KEPT:])
    kept.remembered_at = at
    kept.save()


def recalled_mapping(
    *, user: User, kind: SheetKind, headers: Mapping[int, str], found: Mapping[int, str]
) -> dict[int, str]:
    """Give by place what was said earlier of these headers and differs from what is found in them ("": not imported).

    It counts only where the header names what it named then; a column that another header names by now stays there.
    """
    rows = RememberedMapping.objects.visible_to(user).filter(kind=kind.code)
    known = rows.values_list("choices", flat=True).first() or {}
    columns, said = {"", *kind.by_name}, dict[int, str]()
    for at, key in keys_of(headers).items():
        chosen, found_then = known.get(key, ("", None))
        if found_then == found.get(at, "") and chosen in columns and (not chosen or chosen not in said.values()):
            said[at] = chosen
    return _without_clashes(said, found)


def has_remembered(user: User, kind: SheetKind) -> bool:
    """Tell whether anything is kept for somebody."""
    return RememberedMapping.objects.visible_to(user).filter(kind=kind.code).exists()


@transaction.atomic
def forget_mappings(*, kind: SheetKind, by: User, at: datetime) -> None:
    """Forget what somebody said of the columns of a kind."""
    forgotten, _by_model = RememberedMapping.objects.visible_to(by).filter(kind=kind.code).delete()
    if forgotten:
        record(action="sheet.forget-map", by=by, at=at, subject=f"orgs.User:{by.pk}", facts={"kind": kind.code})


def keys_of(headers: Mapping[int, str]) -> dict[int, str]:
    """Give the digest under which each header of a file is remembered; of equal ones, each has its own."""
    seen: Counter[str] = Counter()
    keys: dict[int, str] = {}
    for at, text in sorted(headers.items()):
        folded = fold_header(text[:_HEADER_LENGTH])
        seen[folded] += 1
        keys[at] = hashlib.sha256(f"{folded}#{seen[folded]}".encode("utf-8", "replace")).hexdigest()[:20]
    return keys


def _without_clashes(said: dict[int, str], found: Mapping[int, str]) -> dict[int, str]:
    """Drop what would take a column away from a header that names it; that may bring another one back."""
    named = {name for at, name in found.items() if at not in said}
    clear = {at: name for at, name in said.items() if name not in named}
    return clear if len(clear) == len(said) else _without_clashes(clear, found)
