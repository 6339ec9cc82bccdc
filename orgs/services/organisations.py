"""What changes organisations; each act leaves placements, history and one audit event."""

import secrets
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat, Substr

from orgs.access import lineage_of
from orgs.choices import OrganisationState
from orgs.models import FormerLineage, Organisation, OrganisationPlacement, User
from orgs.rules import has_term, is_inside, may_have_children, may_stand_under
from orgs.services.roles import end_roles_of_unit
from orgs.signals import organisation_closed, organisation_merged, organisation_moved
from youthleague.audit.services import record
from youthleague.kernel.pinyin import pinyin_keys


@transaction.atomic
def found_organisation(*, organisation: Organisation, on: date, by: User | None, at: datetime) -> Organisation:
    """Enter a new organisation in the tree with its first placement.

    Raises ``org.parent`` when it may not stand where it is put, ``org.state`` under one that is off the register,
    ``org.term`` for an elected 团工委.
    """
    parent = organisation.parent = _lock(organisation.parent) if organisation.parent else None
    if parent is not None:
        _check_place(organisation, parent)
    if organisation.elected_on is not None and not has_term(organisation.kind):
        raise ValidationError("团工委是派出机构，不经选举产生，不能填写选举日期。", code="org.term")
    organisation.search_keys = search_keys_for(organisation.name, organisation.short_name)
    organisation.lineage = f"?{secrets.token_hex(8)}"
    organisation.full_clean(exclude=["lineage"])
    _save_with_history(organisation, by)
    organisation.lineage = lineage_of(parent.lineage if parent else "", organisation.pk)
    Organisation.objects.filter(pk=organisation.pk).update(lineage=organisation.lineage)
    OrganisationPlacement.objects.create(
        organisation=organisation, parent=parent, name=organisation.name, started_on=organisation.founded_on or on
    )
    _record("org.found", organisation, by, at)
    return organisation


@transaction.atomic
def move_organisation(*, organisation: Organisation, parent: Organisation, on: date, by: User, at: datetime) -> None:
    """Put an organisation with its subtree under another superior from a day on.

    Records keep the lineage they were made under; ``organisation_moved`` lets open records follow.
    Raises ``org.parent``, ``org.date``, ``org.state`` when one of the two is off the register.
    """
    organisation, parent = _lock(organisation), _lock(parent)
    _check_place(organisation, parent)
    old, new = organisation.lineage, lineage_of(parent.lineage, organisation.pk)
    if organisation.parent_id == parent.pk:
        raise ValidationError("该组织已经在这个上级之下。", code="org.parent")
    _remember_lineages(organisation, on)
    tail = Concat(Value(new), Substr("lineage", len(old) + 1))
    Organisation.objects.within(organisation).update(lineage=tail)
    organisation.refresh_from_db()
    organisation.parent = parent
    _save_with_history(organisation, by)
    _reopen_placement(organisation, on)
    said = {"organisation_id": organisation.pk, "old_lineage": old, "new_lineage": new, "on": on}
    organisation_moved.send(Organisation, **said, by=by, at=at)
    _record("org.move", organisation, by, at)


@transaction.atomic
def rename_organisation(*, organisation: Organisation, name: str, on: date, by: User, at: datetime) -> None:
    """Give an organisation another name from a day on; reports about earlier days keep the old one.

    Raises ``org.name`` for the present name, ``org.date`` for a day before it began, ``org.state`` when the
    organisation is off the register, and the code of the constraint for a name that stands beside it already.
    """
    organisation = _lock(organisation)
    if name == organisation.name:
        raise ValidationError("新名称与现名称相同。", code="org.name")
    organisation.name = name
    organisation.search_keys = search_keys_for(name, organisation.short_name)
    organisation.full_clean(exclude=["lineage"])
    _save_with_history(organisation, by)
    _reopen_placement(organisation, on)
    _record("org.rename", organisation, by, at)


@transaction.atomic
def merge_organisation(*, organisation: Organisation, into: Organisation, on: date, by: User, at: datetime) -> None:
    """Merge an organisation into another: units below it move along, its records stay visible to the other.

    Roles on it end; who keeps its records in the other unit is for the district to say.
    Raises ``org.parent`` when one stands inside the other, ``org.state`` when one is no longer on the register,
    ``org.date`` for a day before the present name and superior began.
    """
    organisation, into = _lock(organisation), _lock(into)
    if is_inside(into.lineage, organisation.lineage):
        raise ValidationError("不能并入自己或自己的下级。", code="org.parent")
    _check_open(into)
    for child in Organisation.objects.filter(parent=organisation).active():
        move_organisation(organisation=child, parent=into, on=on, by=by, at=at)
    lineages = {organisation.lineage, *organisation.former_lineages.values_list("lineage", flat=True)}
    _add_former_lineages([(into.pk, lineage) for lineage in lineages], on)
    organisation.merged_into = into
    _close(organisation, OrganisationState.MERGED, on, by)
    end_roles_of_unit(organisation=organisation, on=on, by=by, at=at)
    organisation_merged.send(Organisation, organisation_id=organisation.pk, into_id=into.pk, on=on, by=by, at=at)
    _record("org.merge", organisation, by, at, into=into.pk)


@transaction.atomic
def close_organisation(*, organisation: Organisation, on: date, by: User, at: datetime) -> None:
    """Strike an organisation off the register; roles on it end.

    Raises ``org.children`` while units stand under it, ``org.date`` for a day before its present placement began.
    """
    organisation = _lock(organisation)
    if Organisation.objects.filter(parent=organisation).active().exists():
        raise ValidationError("请先撤销、合并或划转它的下级团组织。", code="org.children")
    _close(organisation, OrganisationState.CLOSED, on, by)
    end_roles_of_unit(organisation=organisation, on=on, by=by, at=at)
    organisation_closed.send(Organisation, organisation_id=organisation.pk, on=on, by=by, at=at)
    _record("org.close", organisation, by, at)


def search_keys_for(name: str, short_name: str) -> str:
    """Give the pinyin by which an organisation is found: full and initials of both names."""
    keys = [pinyin_keys(text, surname=False) for text in (name, short_name) if text]
    return " ".join(part for key in keys for part in (key.full, key.initials))[:400]


def _lock(organisation: Organisation) -> Organisation:
    locked = Organisation.objects.select_for_update().get(pk=organisation.pk)
    _check_open(locked)
    return locked


def _check_open(organisation: Organisation) -> None:
    if not organisation.is_open:
        raise ValidationError("该团组织已撤销或合并，不能再变动。", code="org.state")


def _check_place(organisation: Organisation, parent: Organisation) -> None:
    if organisation.lineage and is_inside(parent.lineage, organisation.lineage):
        raise ValidationError("不能放到自己或自己的下级之下。", code="org.parent")
    if not may_have_children(parent.kind):
        raise ValidationError("团支部之下不能再设团组织。", code="org.parent")
    if not may_stand_under(organisation.level, parent.level):
        raise ValidationError("下级团组织的层级不能高于上级。", code="org.parent")


def _close(organisation: Organisation, state: OrganisationState, on: date, by: User) -> None:
    organisation.state = state
    organisation.closed_on = on
    _save_with_history(organisation, by)
    _end(_open_placement(organisation, on), on)


def _save_with_history(organisation: Organisation, by: User | None) -> None:
    if organisation.pk:
        organisation.version += 1
    organisation._history_user = by  # type: ignore[attr-defined]  # noqa: SLF001 - the documented way to name who
    organisation.save()


def _reopen_placement(organisation: Organisation, on: date) -> None:
    current = _open_placement(organisation, on)
    if on == current.started_on:
        current.delete()
    else:
        _end(current, on)
    OrganisationPlacement.objects.create(
        organisation=organisation, parent=organisation.parent, name=organisation.name, started_on=on
    )


def _open_placement(organisation: Organisation, on: date) -> OrganisationPlacement:
    current = organisation.placements.get(ended_on__isnull=True)
    if on < current.started_on:
        raise ValidationError("生效日期不能早于现行沿革的起始日期。", code="org.date")
    return current


def _end(placement: OrganisationPlacement, on: date) -> None:
    placement.ended_on = on
    placement.save(update_fields=["ended_on"])


def _remember_lineages(organisation: Organisation, on: date) -> None:
    rows = Organisation.objects.within(organisation).values_list("pk", "lineage")
    _add_former_lineages(list(rows), on)


def _add_former_lineages(rows: list[tuple[int, str]], on: date) -> None:
    FormerLineage.objects.bulk_create(
        [FormerLineage(organisation_id=pk, lineage=lineage, ended_on=on) for pk, lineage in rows],
        ignore_conflicts=True,
    )


def _record(action: str, organisation: Organisation, by: User | None, at: datetime, **facts: int) -> None:
    subject = f"orgs.Organisation:{organisation.pk}"
    record(action=action, by=by, at=at, subject=subject, lineage=organisation.lineage, facts=facts)
