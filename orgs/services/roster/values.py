"""Between the values of columns, and the fields of an organisation."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from orgs.choices import Formation, Level
from orgs.fields import COLUMNS
from orgs.models import Organisation
from orgs.policies import term_policy
from orgs.rules import term_years
from orgs.services.organisations import FACTS
from youthleague.kernel.columns import SerialColumn
from youthleague.kernel.dates import PartialDate, Precision

DATES = ("founded_on", "elected_on")
FLAGS = frozenset({"is_temporary", "is_student"})
OF_ELECTION = ("elected_on", "term_years")
FACT_COLUMNS = tuple(one.name for one in COLUMNS if one.name in FACTS)
_PLAIN = tuple(
    one.name for one in COLUMNS if not isinstance(one, SerialColumn) and one.name not in {"superior", "formation"}
)


def unit_values(unit: Organisation, superior: str) -> dict[str, Any]:
    """Give the values of a unit by column name; ``superior`` is the path above it. Empty ones are left out."""
    values: dict[str, Any] = {name: getattr(unit, name) for name in _PLAIN}
    values["superior"] = superior
    values["formation"] = unit.formation or (Formation.JOINT.value if unit.is_joint else "")
    for name in DATES:
        values[name] = PartialDate(values[name], Precision.DAY) if values[name] else None
    return {name: value for name, value in values.items() if value is not None and value != ""}


def fields_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give the fields that columns set; a None clears, a joint formation makes a joint unit."""
    fields = {name: _field(name, value) for name, value in values.items()}
    if "formation" in fields:
        fields["is_joint"] = fields["formation"] == Formation.JOINT
    return fields


def plain_fields(unit: Organisation, names: Mapping[str, Any]) -> dict[str, Any]:
    """Give fields of a unit as they stand, as a before-image keeps them."""
    found = {name: getattr(unit, name) for name in names}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in found.items()}


def fields_back(image: Mapping[str, Any]) -> dict[str, Any]:
    """Read the fields of a before-image again."""
    return {name: date.fromisoformat(value) if name in DATES and value else value for name, value in image.items()}


def level_of(values: Mapping[str, Any]) -> str:
    """Give the level of a new unit: the one written, else the one that its kind of place tells."""
    told: str | None = values.get("level")
    if told:
        return told
    if values.get("township_kind"):
        return Level.TOWNSHIP
    return Level.VILLAGE if values.get("village_kind") else Level.UNIT


def chosen_years(unit: Organisation, years: int | None, elected_on: date) -> int | None:
    """Give the years of a term as chosen; the length that the rules of that day give anyway is no choice."""
    usual = term_years(unit.kind, is_student=unit.is_student, values=asdict(term_policy(elected_on)))
    return None if years == usual else years


def _field(name: str, value: Any) -> Any:
    if isinstance(value, PartialDate):
        return value.value
    if value is not None:
        return value
    field = Organisation._meta.get_field(name)  # noqa: SLF001 - Django's documented meta API
    return False if name in FLAGS else None if field.null else ""
