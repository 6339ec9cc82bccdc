"""The field history of an organisation, told as what was changed by whom and when."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from orgs.models import Organisation

NOTHING = "空"
# Superiors are told by the placements, which know who may read their names.
TOLD = (
    "name",
    "short_name",
    "code",
    "kind",
    "level",
    "township_kind",
    "village_kind",
    "sector",
    "state",
    "is_joint",
    "is_temporary",
    "is_student",
    "founded_on",
    "elected_on",
    "member_count",
    "youth_count",
    "approved_seats",
    "formation",
    "host_unit",
    "uscc",
    "approval_number",
    "has_party_organisation",
    "has_youth_home",
    "is_in_national_system",
    "civil_seats",
    "civil_filled",
    "public_seats",
    "public_filled",
    "office_phone",
    "email",
)


@dataclass(frozen=True, slots=True)
class OrganisationChange:
    """One act on an organisation: when, by whom, and what it changed, each a short phrase."""

    at: datetime
    by: str
    details: tuple[str, ...]


def changes_of_organisation(organisation: Organisation, *, limit: int) -> list[OrganisationChange]:
    """List the newest changes of facts, in one query; the first record is the founding and tells nothing new."""
    records = list(
        organisation.history.select_related("history_user").order_by("-history_date", "-history_id")[: 4 * limit]
    )
    return list(_changes(records))[:limit]


def _changes(records: Sequence[Any]) -> Iterator[OrganisationChange]:
    for record, before in pairwise(records):
        details = tuple(_differences(before, record))
        if details:
            yield OrganisationChange(record.history_date, str(record.history_user or "系统"), details)


def _differences(before: Any, record: Any) -> Iterator[str]:
    for name in TOLD:
        title = _title(name)
        old, new = _shown(before, name), _shown(record, name)
        if old != new:
            yield f"{title} {old} → {new}"


def _title(name: str) -> str:
    column: Any = Organisation._meta.get_field(name)  # noqa: SLF001 - Django's documented meta API
    return str(column.verbose_name)


def _shown(record: Any, name: str) -> str:
    value = getattr(record, name)
    if isinstance(value, bool):
        return "是" if value else "否"
    display = getattr(record, f"get_{name}_display", None)
    shown = display() if display is not None else value
    return NOTHING if shown in {None, ""} else str(shown)
