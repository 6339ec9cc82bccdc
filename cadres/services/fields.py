"""Between the values of columns and forms, and the fields of the two tables."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from cadres.choices import POST_ORDER
from cadres.models import ID_NUMBER_INDEX, Appointment, Cadre, PostRequest
from youthleague.kernel.cells import fold_name
from youthleague.kernel.dates import PartialDate, Precision
from youthleague.kernel.identity_numbers import birth_date_of, gender_of
from youthleague.kernel.pinyin import pinyin_keys
from youthleague.protection.seal import indexes_of as blind_indexes_of

PERSON_TEXTS = (
    "native_place",
    "school_major",
    "remark",
    "ethnicity",
    "political_status",
    "fulltime_education",
    "inservice_education",
    "degree",
    "rank",
    "establishment_type",
    "source",
)
PERSON_DATES = ("joined_league_on", "joined_party_on", "work_started_on")
POST_DATES = ("appointed_on", "term_ends_on")
POST_FLAGS = ("is_party_gov_leader", "is_two_committee_member", "is_party_committee_member")
PERSON_COLUMNS = ("name", "id_number", "phone", "retains_league_membership", *PERSON_TEXTS, *PERSON_DATES)
POST_COLUMNS = ("organisation", "league_post", "employment_mode", "admin_post", *POST_DATES, *POST_FLAGS)


def indexes_of(id_number: str) -> tuple[str, ...]:
    """Give the blind indexes under any of which an identity number may be found: more than one while keys change."""
    return blind_indexes_of(id_number, purpose=ID_NUMBER_INDEX.purpose)


def person_fields(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give the fields that the person's columns among ``values`` set, but the blind index; a None clears."""
    fields: dict[str, Any] = {name: values[name] or "" for name in PERSON_TEXTS if name in values}
    if "name" in values:
        fields |= name_fields(values["name"])
    if "id_number" in values:
        number = values["id_number"]
        fields |= {"id_number": number, "gender": gender_of(number), "birth_date": birth_date_of(number)}
    if "phone" in values:
        fields["phone"] = values["phone"] or ""
    if "retains_league_membership" in values:
        fields["retains_league_membership"] = bool(values["retains_league_membership"])
    return fields | _date_fields(PERSON_DATES, values)


def fields_anew(values: Mapping[str, Any], cadre: Cadre) -> dict[str, Any]:
    """Give the fields that differ when somebody who has left is registered anew: what is not told is empty now.

    Who registers them does not see what was known of them, so nothing of it goes on; the field history keeps it.
    """
    told = {name: values.get(name) or None for name in PERSON_COLUMNS}
    stored = person_values(cadre)
    return person_fields({name: value for name, value in told.items() if value != stored.get(name)})


def post_fields(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give the fields that the post's columns among ``values`` set; the organisation is a primary key."""
    fields: dict[str, Any] = {name: values[name] for name in POST_FLAGS if name in values}
    if "organisation" in values:
        fields["organisation"] = values["organisation"]
    if "league_post" in values:
        fields |= {"league_post": values["league_post"], "post_order": POST_ORDER[values["league_post"]]}
    for name in ("employment_mode", "admin_post"):
        if name in values:
            fields[name] = values[name] or ""
    return fields | _date_fields(POST_DATES, values)


def values_after_change(post: Appointment, values: Mapping[str, Any], on: date) -> dict[str, Any]:
    """Give the values of the post that follows another from a day（变动）: kept, but for the term, where not told."""
    after = {**post_values(post), "term_ends_on": None, **values}
    begun: PartialDate | None = after["appointed_on"]
    if begun is None or begun.value != on:
        after["appointed_on"] = PartialDate(on, Precision.DAY)
    return after


def name_fields(name: str) -> dict[str, str]:
    """Give a name with the keys under which it is found."""
    keys = pinyin_keys(name)
    return {"name": name, "name_key": fold_name(name), "search_keys": f"{keys.full} {keys.initials}"[:200]}


def person_values(cadre: Cadre) -> dict[str, Any]:
    """Give a person's values by column name, as a sheet row would hold them; empty ones are left out."""
    values: dict[str, Any] = {name: getattr(cadre, name) for name in PERSON_TEXTS}
    values |= {"name": cadre.name, "id_number": cadre.id_number, "phone": cadre.phone, "gender": cadre.gender}
    values["birth_date"] = PartialDate.from_text(cadre.birth_date.isoformat())
    values |= {name: cadre.partial(name) for name in PERSON_DATES}
    values["retains_league_membership"] = cadre.retains_league_membership or None
    return {name: value for name, value in values.items() if value not in {None, ""}}


def post_values(post: Appointment | PostRequest) -> dict[str, Any]:
    """Give the values of a post, held or asked for, by column name; the organisation is a key; empty ones left out."""
    values: dict[str, Any] = {name: getattr(post, name) for name in POST_FLAGS}
    values |= {"organisation": post.organisation_id, "league_post": post.league_post}
    values |= {"employment_mode": post.employment_mode, "admin_post": post.admin_post}
    values |= {name: post.partial(name) for name in POST_DATES}
    return {name: value for name, value in values.items() if value is not None and value != ""}


def _date_fields(names: tuple[str, ...], values: Mapping[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name in names:
        if name in values:
            value: PartialDate | None = values[name]
            fields[name] = value.value if value else None
            fields[f"{name}_precision"] = value.precision.value if value else ""
    return fields
