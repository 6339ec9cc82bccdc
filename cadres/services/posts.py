"""One person or post at a time: register, correct, appoint, end, transfer; rules and writer are the roster's."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from cadres.choices import EndReason
from cadres.fields import COLUMN_BY_NAME, PERSON_REQUIRED, POST_REQUIRED
from cadres.models import Account, Appointment, Cadre
from cadres.rules import REQUIRED, identity_findings, person_findings, post_findings
from cadres.services.fields import index_of, person_fields, person_values, post_fields, post_values
from cadres.services.matching import ELSEWHERE
from cadres.services.plan import Edit, NewPerson, NewPost, RosterPlan, write_plan
from orgs.models import Organisation, User
from orgs.services import lock_accounts, refuse_separated_roles
from youthleague.audit.services import record
from youthleague.kernel.dates import PartialDate
from youthleague.kernel.findings import Finding
from youthleague.kernel.identity_numbers import birth_date_of


@transaction.atomic
def register_cadre(*, values: Mapping[str, Any], by: User, at: datetime, day: date) -> Cadre:
    """Enter a person with a first post, from values by column name.

    Raises the codes of the roster's rules by column; ``person.elsewhere`` when the number is on file already.
    """
    _refuse_missing(values, (*PERSON_REQUIRED, *POST_REQUIRED))
    birth = birth_date_of(values["id_number"])
    _refuse(
        [*identity_findings(values), *person_findings(values, birth), *post_findings(values, day)],
    )
    if Cadre.objects.filter(id_number_index=index_of(values["id_number"])).exists():  # whoever sees it
        _refuse([("id_number", ELSEWHERE)])
    person = NewPerson(person_fields(values))
    post = NewPost(post_fields(values), person, is_main=True)
    write_plan(RosterPlan(new_people=[person], new_posts=[post]), by_id=by.pk, reason="登记", at=at)
    return _recorded("cadre.register", person.pk, _lineage(values["organisation"]), by, at)


@transaction.atomic
def correct_cadre(*, cadre: Cadre, version: int, values: Mapping[str, Any], by: User, at: datetime) -> Cadre:
    """Set facts of a person from values by column name (None clears); raises ``row.stale`` on a lost update."""
    merged = {**person_values(cadre), **values}
    _refuse_missing(merged, PERSON_REQUIRED)
    typed = {name: value for name, value in merged.items() if name not in {"birth_date", "gender"}}
    _refuse(person_findings(typed, birth_date_of(merged["id_number"])))
    changed = {name: value for name, value in values.items() if person_values(cadre).get(name) != (value or None)}
    if not changed:
        return cadre
    if "id_number" in changed and _is_taken(changed["id_number"], cadre):
        _refuse([("id_number", ELSEWHERE)])
    edit = Edit(cadre.pk, version, person_fields(changed))
    write_plan(RosterPlan(people=[edit]), by_id=by.pk, reason="更正", at=at)
    return _recorded("cadre.correct", cadre.pk, _main_lineage(cadre), by, at, columns=len(changed))


@transaction.atomic
def appoint(*, cadre: Cadre, values: Mapping[str, Any], by: User, at: datetime, day: date) -> Appointment:
    """Begin a post of a person, from values by column name; the first one is the main post.

    Raises ``post.held`` for a post held already, and the codes of the roster's rules.
    """
    _refuse_missing(values, POST_REQUIRED)
    _refuse(post_findings(values, day))
    held = cadre.appointments.in_force(day)
    if held.filter(organisation_id=values["organisation"], league_post=values["league_post"]).exists():
        raise ValidationError({"league_post": ValidationError("此人在该团组织已有同一职务。", code="post.held")})
    post = NewPost(post_fields(values), cadre.pk, is_main=not held.filter(is_main=True).exists())
    write_plan(RosterPlan(new_posts=[post]), by_id=by.pk, reason="任职", at=at)
    _recorded("post.begin", cadre.pk, _lineage(values["organisation"]), by, at)
    return Appointment.objects.get(pk=post.pk)


@transaction.atomic
def correct_post(
    *, post: Appointment, version: int, values: Mapping[str, Any], by: User, at: datetime, day: date
) -> Appointment:
    """Correct what was entered wrongly of a post (更正); history keeps what stood there."""
    merged = {**post_values(post), **values}
    _refuse_missing(merged, POST_REQUIRED)
    _refuse(post_findings(merged, day))
    changed = {name: value for name, value in values.items() if post_values(post).get(name) != value}
    if changed:
        edit = Edit(post.pk, version, post_fields(changed))
        write_plan(RosterPlan(posts=[edit]), by_id=by.pk, reason="更正", at=at)
        _recorded("post.correct", post.cadre_id, post.organisation.lineage, by, at)
    return Appointment.objects.get(pk=post.pk)


@transaction.atomic
def end_appointment(*, post: Appointment, on: date, reason: str, by: User, at: datetime) -> None:
    """End a post on a day; another post in force becomes the main one when the main post ends.

    Raises ``post.ended`` for one that has ended, ``date.end_early`` for a day before it began.
    """
    post = Appointment.objects.select_for_update().select_related("organisation").get(pk=post.pk)
    if post.ended_on is not None:
        raise ValidationError("这个职务已经结束。", code="post.ended")
    if on < post.appointed_on:
        raise ValidationError({"on": ValidationError("离任时间不能早于任职时间。", code="date.end_early")})
    plan = RosterPlan()
    plan.end(post.pk, post.version, on, reason)
    plan.posts += _next_main(post) if post.is_main else []
    write_plan(plan, by_id=by.pk, reason=EndReason(reason).label, at=at)
    _recorded("post.end", post.cadre_id, post.organisation.lineage, by, at)


@transaction.atomic
def transfer(*, post: Appointment, values: Mapping[str, Any], on: date, by: User, at: datetime) -> Appointment:
    """End a post and begin another of the same person on the same day (变动); the new one inherits the main mark."""
    if on < post.appointed_on:
        raise ValidationError({"on": ValidationError("变动日期不能早于原任职时间。", code="date.end_early")})
    begun = PartialDate.from_text(on.isoformat())
    kept = {name: value for name, value in post_values(post).items() if name != "term_ends_on"}
    fields = post_fields(kept | dict(values) | {"appointed_on": begun})
    new = NewPost(fields, post.cadre_id, is_main=post.is_main)
    plan = RosterPlan(new_posts=[new])
    plan.end(post.pk, post.version, on, EndReason.CHANGED)
    write_plan(plan, by_id=by.pk, reason="变动", at=at)
    _recorded("post.transfer", post.cadre_id, post.organisation.lineage, by, at)
    return Appointment.objects.get(pk=new.pk)


@transaction.atomic
def end_posts_of_unit(*, organisation_id: int, on: date, by: User, at: datetime, reason: str) -> None:
    """End every post of a unit."""
    plan = RosterPlan()
    for post in _posts_of(organisation_id, on):
        plan.end(post.pk, post.version, max(on, post.appointed_on), reason)
    write_plan(plan, by_id=by.pk, reason=EndReason(reason).label, at=at)


@transaction.atomic
def move_posts_of_unit(*, organisation_id: int, into_id: int, on: date, by: User, at: datetime) -> None:
    """Let every post of a unit end and go on in another one; a post held there already is only ended."""
    plan = RosterPlan()
    held = set(_posts_of(into_id, on).values_list("cadre_id", "league_post"))
    for post in _posts_of(organisation_id, on):
        day = max(on, post.appointed_on)
        plan.end(post.pk, post.version, day, EndReason.UNIT_CLOSED)
        if (post.cadre_id, post.league_post) not in held:
            begun = PartialDate.from_text(day.isoformat())
            fields = post_fields(post_values(post) | {"organisation": into_id, "appointed_on": begun})
            plan.new_posts.append(NewPost(fields, post.cadre_id, is_main=post.is_main))
    write_plan(plan, by_id=by.pk, reason="机构合并", at=at)


@transaction.atomic
def link_account(*, user: User, cadre: Cadre, by: User | None, at: datetime) -> Account:
    """Say that an account is a person's; all accounts of one person share the person's key.

    Raises ``role.separated`` when 三员 would meet in the person, ``unique`` for an account that is somebody's already.
    """
    cadre = Cadre.objects.select_for_update().get(pk=cadre.pk)
    refuse_separated_roles(lock_accounts(user, cadre.person_key), cadre.person_key)
    account = Account(user=user, cadre=cadre)
    account.full_clean()
    account.save()
    user.person_key = cadre.person_key
    user.save(update_fields=["person_key"])
    record(action="account.link", by=by, at=at, subject=f"cadres.Cadre:{cadre.pk}", lineage=_main_lineage(cadre))
    return account


def _posts_of(organisation_id: int, on: date) -> Any:
    return Appointment.objects.filter(organisation_id=organisation_id).in_force(on).order_by("pk")


def _next_main(post: Appointment) -> list[Edit]:
    others = Appointment.objects.filter(cadre_id=post.cadre_id, ended_on__isnull=True).exclude(pk=post.pk)
    successor = others.order_by("appointed_on", "pk").first()
    return [Edit(successor.pk, successor.version, {"is_main": True})] if successor else []


def _is_taken(id_number: str, cadre: Cadre) -> bool:
    return Cadre.objects.filter(id_number_index=index_of(id_number)).exclude(pk=cadre.pk).exists()


def _refuse_missing(values: Mapping[str, Any], names: Iterable[str]) -> None:
    _refuse([(name, REQUIRED) for name in names if values.get(name) in {None, ""}])


def _refuse(findings: Iterable[tuple[str, Finding]]) -> None:
    errors = {name: ValidationError(one.message, code=one.code, params=dict(one.params)) for name, one in findings}
    if errors:
        raise ValidationError({name: error for name, error in errors.items() if name in COLUMN_BY_NAME})


def _lineage(organisation_id: int) -> str:
    return Organisation.objects.get(pk=organisation_id).lineage


def _main_lineage(cadre: Cadre) -> str:
    post = cadre.appointments.select_related("organisation").order_by("-is_main", "pk").first()
    return post.organisation.lineage if post else ""


def _recorded(action: str, cadre_pk: int, lineage: str, by: User, at: datetime, **facts: int) -> Cadre:
    record(action=action, by=by, at=at, subject=f"cadres.Cadre:{cadre_pk}", lineage=lineage, facts=facts)
    return Cadre.objects.get(pk=cadre_pk)
