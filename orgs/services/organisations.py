"""What changes organisations; each act leaves placements, history and one audit event."""

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from orgs.access import lineage_of
from orgs.choices import Formation, OrganisationState
from orgs.models import Organisation, OrganisationPlacement, User
from orgs.rules import is_inside, may_have_children, may_stand_under
from orgs.services.keeping import fetch_locked as _fetch
from orgs.services.keeping import lock_open as _lock
from orgs.services.keeping import record_about as _record
from orgs.services.keeping import require_open as _check_open
from orgs.services.keeping import save_with_history as _save_with_history
from orgs.services.lineages import add_former_lineages, lock_tree, rewrite_lineages
from orgs.services.placements import (
    begin_placement,
    change_first_day,
    end_placement,
    open_placement,
    refuse_future,
    refuse_superior_since,
    refuse_units_since,
    reopen_placement,
)
from orgs.services.roles import end_roles_of_unit
from orgs.services.terms import begin_first_term, refuse_without_term, set_first_term, settle_terms_of
from orgs.signals import closing_asked, organisation_closed, organisation_merged, organisation_moved
from youthleague.kernel.pinyin import pinyin_keys

# The facts that may be corrected; names, superiors and elections are dated and have acts of their own.
FACTS = (
    "short_name",
    "code",
    "kind",
    "township_kind",
    "village_kind",
    "sector",
    "is_joint",
    "is_temporary",
    "is_student",
    "founded_on",
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


@transaction.atomic
def found_organisation(*, organisation: Organisation, on: date, by: User | None, at: datetime) -> Organisation:
    """Enter a new organisation in the tree with its first placement.

    Raises ``org.parent`` when it may not stand where it is put, ``org.state`` under one that is off the register,
    ``org.term`` for an elected 团工委, ``election.years`` for a length of its term that the rules do not know,
    ``date.future`` for one that is still to be founded.
    """
    lock_tree()
    parent = organisation.parent = _lock(organisation.parent) if organisation.parent else None
    started_on = organisation.founded_on or on
    refuse_future(started_on, timezone.localdate(at))
    if parent is not None:
        _check_place(organisation, parent)
    set_first_term(organisation)
    organisation.search_keys = search_keys_for(organisation.name, organisation.short_name)
    organisation.lineage = f"?{secrets.token_hex(8)}"
    organisation.full_clean(exclude=["lineage"])
    _save_with_history(organisation, by)
    organisation.lineage = lineage_of(parent.lineage if parent else "", organisation.pk)
    Organisation.objects.filter(pk=organisation.pk).update(lineage=organisation.lineage)
    OrganisationPlacement.objects.create(
        organisation=organisation, parent=parent, name=organisation.name, started_on=started_on
    )
    begin_first_term(organisation)
    _record("org.found", organisation, by, at)
    return organisation


@transaction.atomic
def correct_organisation(
    *, organisation: Organisation, version: int, values: Mapping[str, object], by: User, at: datetime
) -> Organisation:
    """Set facts of an organisation from values by field name, those of ``FACTS`` only; history keeps what stood there.

    Raises ``row.stale`` on a lost update, ``org.state`` off the register, ``org.parent`` for a 团支部 with units below
    it, ``org.term`` for an elected 团工委, ``date.future`` and ``org.date`` for a founding day that cannot be,
    ``org.formation`` for a 联合组织 that is not formed as one.
    """
    lock_tree()
    organisation = _lock(organisation, version)
    changed = {name: values[name] for name in FACTS if name in values and values[name] != getattr(organisation, name)}
    if not changed:
        return organisation
    for name, value in changed.items():
        setattr(organisation, name, value)
    if changed.keys() & {"kind", "is_temporary"}:
        _check_kind(organisation)
    if changed.keys() & {"formation", "is_joint"}:
        _check_formation(organisation)
    if "founded_on" in changed and organisation.founded_on is not None:
        refuse_future(organisation.founded_on, timezone.localdate(at))
        change_first_day(organisation, organisation.founded_on)
    organisation.search_keys = search_keys_for(organisation.name, organisation.short_name)
    if changed.keys() & {"kind", "is_student", "is_temporary"}:
        settle_terms_of(organisation)
    organisation.full_clean(exclude=["lineage"])
    _save_with_history(organisation, by)
    _record("org.correct", organisation, by, at, columns=len(changed))
    return organisation


@transaction.atomic
def move_organisation(
    *, organisation: Organisation, parent: Organisation, on: date, by: User, at: datetime, version: int | None = None
) -> None:
    """Put an organisation with its subtree under another superior from a day on.

    Records keep the lineage they were made under; ``organisation_moved`` lets open records follow.
    Raises ``org.parent``, ``org.twin`` for a name that stands there already, ``org.date`` for a day that contradicts
    the past, ``date.future``, ``org.state`` when one of the two is off the register, ``row.stale`` when the
    organisation is no longer of the ``version`` that was seen.
    """
    lock_tree()
    refuse_future(on, timezone.localdate(at))
    organisation = _move(_lock(organisation, version), _lock(parent), on, by, at)
    _record("org.move", organisation, by, at)


@transaction.atomic
def rename_organisation(
    *, organisation: Organisation, name: str, on: date, by: User, at: datetime, version: int | None = None
) -> None:
    """Give an organisation another name from a day on; reports about earlier days keep the old one.

    Raises ``org.name`` for the present name, ``org.twin`` for one that stands beside it already, ``org.date`` for a
    day before the present one began, ``date.future``, ``org.state`` off the register, ``row.stale``.
    """
    lock_tree()
    refuse_future(on, timezone.localdate(at))
    organisation = _lock(organisation, version)
    if name == organisation.name:
        raise ValidationError("新名称与现名称相同。", code="org.name")
    _refuse_twin(organisation, organisation.parent_id, name)
    organisation.name = name
    organisation.search_keys = search_keys_for(name, organisation.short_name)
    organisation.full_clean(exclude=["lineage"])
    _save_with_history(organisation, by)
    begin_placement(organisation, on)
    _record("org.rename", organisation, by, at)


@transaction.atomic
def merge_organisation(
    *, organisation: Organisation, into: Organisation, on: date, by: User, at: datetime, version: int | None = None
) -> None:
    """Merge an organisation into another: units below it move along, its records stay visible to the other.

    Roles on it end; who keeps its records in the other unit is for the district to say.
    Raises ``org.parent`` when one stands inside the other or the other is of a lower level, ``org.twin`` when a unit
    of both bears one name, ``org.date`` for a day that contradicts the past, ``date.future``, ``org.state`` when one
    is no longer on the register, ``row.stale``.
    """
    lock_tree()
    refuse_future(on, timezone.localdate(at))
    organisation, into = _lock(organisation, version), _lock(into)
    _check_merger(organisation, into)
    children = [
        _move(child, into, on, by, at)
        for child in Organisation.objects.filter(parent=organisation).active().order_by("lineage")
    ]
    refuse_superior_since(organisation, into, on)
    lineages = {organisation.lineage, *organisation.former_lineages.values_list("lineage", flat=True)}
    add_former_lineages([(into.pk, lineage) for lineage in sorted(lineages)], on)
    organisation.merged_into = into
    _close(organisation, OrganisationState.MERGED, on, by)
    organisation_merged.send(Organisation, organisation_id=organisation.pk, into_id=into.pk, on=on, by=by, at=at)
    end_roles_of_unit(organisation=organisation, on=on, by=by, at=at)
    for child in children:
        _record("org.move", child, by, at)
    _record("org.merge", organisation, by, at, into=into.pk)


@transaction.atomic
def close_organisation(
    *, organisation: Organisation, on: date, by: User, at: datetime, version: int | None = None
) -> None:
    """Strike an organisation off the register; roles on it end.

    Raises ``org.children`` while units stand under it, what ``closing_asked`` is answered (``org.posts``),
    ``org.date`` for a day that contradicts the past, ``date.future``, ``org.state``, ``row.stale``.
    """
    lock_tree()
    refuse_future(on, timezone.localdate(at))
    organisation = _lock(organisation, version)
    if Organisation.objects.filter(parent=organisation).active().exists():
        raise ValidationError("请先撤销、合并或划转它的下级团组织。", code="org.children")
    _refuse_objections(organisation)
    _close(organisation, OrganisationState.CLOSED, on, by)
    organisation_closed.send(Organisation, organisation_id=organisation.pk, on=on, by=by, at=at)
    end_roles_of_unit(organisation=organisation, on=on, by=by, at=at)
    _record("org.close", organisation, by, at)


@transaction.atomic
def reopen_organisation(*, organisation: Organisation, version: int, by: User, at: datetime) -> None:
    """Take a closure back, as if it had not been; roles that ended with it are given anew by those who keep accounts.

    Raises ``org.reopen`` for one that is not closed (a merger has passed everything on and stays), ``org.state`` when
    its superior is off the register by now, ``org.twin`` when another took its name, ``row.stale``.
    """
    lock_tree()
    organisation = _fetch(organisation, version)
    if organisation.state != OrganisationState.CLOSED:
        raise ValidationError("只有已撤销的团组织可以撤回撤销；合并的已经移交，不能撤回。", code="org.reopen")
    if organisation.parent is not None:
        _check_open(organisation.parent)
    _refuse_twin(organisation, organisation.parent_id, organisation.name)
    organisation.state, organisation.closed_on = OrganisationState.ACTIVE, None
    _save_with_history(organisation, by)
    reopen_placement(organisation)
    _record("org.reopen", organisation, by, at)


def search_keys_for(name: str, short_name: str) -> str:
    """Give the pinyin by which an organisation is found: full and initials of both names."""
    keys = [pinyin_keys(text, surname=False) for text in (name, short_name) if text]
    return " ".join(part for key in keys for part in (key.full, key.initials))[:400]


def _move(organisation: Organisation, parent: Organisation, on: date, by: User, at: datetime) -> Organisation:
    """Move without a record, which comes last in a transaction."""
    _check_place(organisation, parent)
    if organisation.parent_id == parent.pk:
        raise ValidationError("该组织已经在这个上级之下。", code="org.parent")
    _refuse_twin(organisation, parent.pk, organisation.name)
    refuse_superior_since(organisation, parent, on)
    old, new = organisation.lineage, lineage_of(parent.lineage, organisation.pk)
    rewrite_lineages(organisation, new, on)
    organisation.parent = parent
    _save_with_history(organisation, by)
    begin_placement(organisation, on)
    said = {"organisation_id": organisation.pk, "old_lineage": old, "new_lineage": new, "on": on}
    organisation_moved.send(Organisation, **said, by=by, at=at)
    return organisation


def _check_place(organisation: Organisation, parent: Organisation) -> None:
    if organisation.lineage and is_inside(parent.lineage, organisation.lineage):
        raise ValidationError("不能放到自己或自己的下级之下。", code="org.parent")
    if not may_have_children(parent.kind):
        raise ValidationError("团支部之下不能再设团组织。", code="org.parent")
    if not may_stand_under(organisation.level, parent.level):
        raise ValidationError("下级团组织的层级不能高于上级。", code="org.parent")


def _check_merger(organisation: Organisation, into: Organisation) -> None:
    if is_inside(into.lineage, organisation.lineage):
        raise ValidationError("不能并入自己或自己的下级。", code="org.parent")
    if not may_stand_under(organisation.level, into.level):
        raise ValidationError("不能并入层级更低的团组织。", code="org.parent")


def _refuse_objections(organisation: Organisation) -> None:
    """Ask the apps above whether something of theirs still stands on a unit, and refuse with the first objection."""
    answers: list[Any] = [answer for _, answer in closing_asked.send(Organisation, organisation_id=organisation.pk)]
    for finding in filter(None, answers):
        raise ValidationError(finding.message, code=finding.code, params=dict(finding.params))


def _check_kind(organisation: Organisation) -> None:
    if organisation.elected_on is not None:
        refuse_without_term(organisation)
    below = Organisation.objects.filter(parent=organisation).active()
    if not may_have_children(organisation.kind) and below.exists():
        raise ValidationError("它有下级团组织，不能改为团支部。", code="org.parent")


def _check_formation(organisation: Organisation) -> None:
    is_joint = organisation.formation == Formation.JOINT
    if organisation.formation and is_joint != organisation.is_joint:
        sentence = "“联合组织”与组建方式“%(formation)s”不一致；请把两处写成一样。"
        params = {"formation": organisation.get_formation_display()}
        raise ValidationError({"formation": ValidationError(sentence, code="org.formation", params=params)})


def _refuse_twin(organisation: Organisation, parent_id: int | None, name: str) -> None:
    others = Organisation.objects.filter(parent_id=parent_id, name=name).active().exclude(pk=organisation.pk)
    if others.exists():
        raise ValidationError(f"这个上级之下已有同名团组织“{name}”。", code="org.twin")


def _close(organisation: Organisation, state: OrganisationState, on: date, by: User) -> None:
    placement = open_placement(organisation, on)
    refuse_units_since(organisation, on)
    organisation.state = state
    organisation.closed_on = on
    _save_with_history(organisation, by)
    end_placement(placement, on)
