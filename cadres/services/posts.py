"""One person or post at a time: register, correct, appoint, end, transfer; rules and writer are the roster's."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cadres.choices import EndReason
from cadres.fields import PERSON_REQUIRED, POST_REQUIRED
from cadres.models import Account, Appointment, Cadre
from cadres.rules import (
    HELD,
    NOT_YET,
    REQUIRED,
    change_findings,
    education_findings,
    end_findings,
    identity_findings,
    person_findings,
    post_findings,
)
from cadres.services.elsewhere import ELSEWHERE, counting_elsewhere
from cadres.services.fields import (
    fields_anew,
    indexes_of,
    person_fields,
    person_values,
    post_fields,
    post_values,
    values_after_change,
)
from cadres.services.known import open_on
from cadres.services.mains import settle_main_posts
from cadres.services.plan import Edit, NewPerson, NewPost, RosterPlan, write_plan
from orgs.models import Organisation, User
from orgs.services import lock_accounts, refuse_separated_roles
from youthleague.audit.services import record
from youthleague.kernel.dates import PartialDate, Precision
from youthleague.kernel.findings import Finding
from youthleague.kernel.identity_numbers import birth_date_of


def register_cadre(*, values: Mapping[str, Any], by: User, at: datetime, day: date) -> Cadre:
    """Enter a person with a first post, or bring somebody back who holds none; values by column name.

    Raises the codes of the roster's rules by column; ``person.elsewhere`` when a post in force is on file already, and
    ``elsewhere.limit`` when the day's answers of that kind are used up: call it outside a transaction.
    """
    refuse_missing(values, (*PERSON_REQUIRED, *POST_REQUIRED))
    birth = birth_date_of(values["id_number"])
    refuse_findings([*identity_findings(values), *person_findings(values, birth), *education_findings(values)])
    refuse_findings(post_findings(values, day))
    with counting_elsewhere(values["id_number"], by=by, at=at), transaction.atomic():
        plan = RosterPlan()
        person = _entered(values, plan, day)
        plan.new_posts.append(NewPost(post_fields(values), person))
        _write(plan, [], "登记", by, at)
        cadre_pk = person if isinstance(person, int) else person.pk
        return _recorded("cadre.register", cadre_pk, _lineage(values["organisation"]), by, at)


def correct_cadre(*, cadre: Cadre, version: int, values: Mapping[str, Any], by: User, at: datetime) -> Cadre:
    """Set facts of a person from values by column name (None clears); raises ``row.stale`` on a lost update.

    Another number is refused with ``person.elsewhere`` or ``elsewhere.limit`` as that of a new person is.
    """
    merged = {**person_values(cadre), **values}
    refuse_missing(merged, PERSON_REQUIRED)
    typed = {name: value for name, value in merged.items() if name not in {"birth_date", "gender"}}
    refuse_findings(person_findings(typed, birth_date_of(merged["id_number"])))
    changed = {name: value for name, value in values.items() if person_values(cadre).get(name) != (value or None)}
    if "id_number" not in changed:
        return _correct(cadre, version, changed, by, at) if changed else cadre
    with counting_elsewhere(changed["id_number"], by=by, at=at):
        return _correct(cadre, version, changed, by, at)


@transaction.atomic
def appoint(*, cadre: Cadre, values: Mapping[str, Any], by: User, at: datetime, day: date) -> Appointment:
    """Begin a post of a person, from values by column name; the first one is the main post.

    Raises ``post.held`` for a post held already, and the codes of the roster's rules by column.
    """
    refuse_missing(values, POST_REQUIRED)
    refuse_findings(post_findings(values, day))
    refuse_findings(held_findings(cadre.pk, values))
    post = NewPost(post_fields(values), cadre.pk)
    _write(RosterPlan(new_posts=[post]), [cadre.pk], "任职", by, at)
    _recorded("post.begin", cadre.pk, _lineage(values["organisation"]), by, at)
    return Appointment.objects.get(pk=post.pk)


@transaction.atomic
def correct_post(
    *, post: Appointment, version: int, values: Mapping[str, Any], by: User, at: datetime, day: date
) -> Appointment:
    """Correct what was entered wrongly of a post (更正); history keeps what stood there.

    Raises ``post.held``, ``date.end_early`` and the codes of the roster's rules by column.
    """
    merged = {**post_values(post), **values}
    refuse_missing(merged, POST_REQUIRED)
    refuse_findings(post_findings(merged, day, ended_on=post.ended_on))
    if post.ended_on is None:
        refuse_findings(held_findings(post.cadre_id, merged, besides=post.pk))
    changed = {name: value for name, value in values.items() if post_values(post).get(name) != value}
    if changed:
        edit = Edit(post.pk, version, post_fields(changed))
        write_plan(RosterPlan(posts=[edit]), by_id=by.pk, reason="更正", at=at)
        _recorded("post.correct", post.cadre_id, post.organisation.lineage, by, at)
    return Appointment.objects.get(pk=post.pk)


@transaction.atomic
def end_appointment(*, post: Appointment, on: date, reason: str, by: User, at: datetime) -> None:
    """End a post on a day; another post in force becomes the main one when the main post ends.

    Raises ``post.ended`` for one that has ended, ``date.end_early`` for a day before it began, ``date.future``.
    """
    post = _hold(post)
    refuse_findings(end_findings(on, post.appointed_on, timezone.localdate(at)))
    plan = RosterPlan()
    plan.end(post.pk, post.version, on, reason)
    _write(plan, [post.cadre_id], EndReason(reason).label, by, at)
    _recorded("post.end", post.cadre_id, post.organisation.lineage, by, at)


@transaction.atomic
def transfer(*, post: Appointment, values: Mapping[str, Any], on: date, by: User, at: datetime) -> Appointment:
    """End a post and begin another of the same person on the same day (变动); the new one inherits the main mark.

    Raises ``post.ended``, ``post.held``, ``date.change_needed``, ``date.future`` and the codes of the roster's rules.
    """
    post, day = _hold(post), timezone.localdate(at)
    after = values_after_change(post, values, on)
    refuse_missing(after, POST_REQUIRED)
    refuse_findings(change_findings(on, post.appointed_on, day) or post_findings(after, day))
    refuse_findings(held_findings(post.cadre_id, after, besides=post.pk))
    new = NewPost(post_fields(after), post.cadre_id, is_main=post.is_main)
    plan = RosterPlan(new_posts=[new])
    plan.end(post.pk, post.version, on, EndReason.CHANGED)
    _write(plan, [post.cadre_id], "变动", by, at)
    _recorded("post.transfer", post.cadre_id, post.organisation.lineage, by, at)
    return Appointment.objects.get(pk=new.pk)


@transaction.atomic
def move_posts_of_unit(*, organisation_id: int, into_id: int, on: date, by: User, at: datetime) -> None:
    """Let every post of a unit end and go on in another one; a post held there already takes over the main mark only.

    Raises ``date.future``.
    """
    _refuse_future(on, at)
    plan, posts = RosterPlan(), list(_posts_of(organisation_id))
    there = {(post.cadre_id, post.league_post): post for post in _posts_of(into_id)}
    for post in posts:
        day = max(on, post.appointed_on)
        plan.end(post.pk, post.version, day, EndReason.UNIT_CLOSED)
        same = there.get((post.cadre_id, post.league_post))
        if same is None:
            begun = PartialDate(day, Precision.DAY)
            fields = post_fields(post_values(post) | {"organisation": into_id, "appointed_on": begun})
            plan.new_posts.append(NewPost(fields, post.cadre_id, is_main=post.is_main))
        elif post.is_main:
            plan.posts.append(Edit(same.pk, same.version, {"is_main": True}))
    _write(plan, {post.cadre_id for post in posts}, "机构合并", by, at)


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


def held_findings(cadre_id: int, values: Mapping[str, Any], *, besides: int | None = None) -> list[tuple[str, Finding]]:
    """Find that a person holds the post asked for already, by another row than ``besides``."""
    asked = {name: values[name] for name in ("organisation", "league_post") if values.get(name)}
    others = Appointment.objects.filter(cadre_id=cadre_id, ended_on=None).exclude(pk=besides or 0)
    return [("league_post", HELD)] if len(asked) == 2 and others.filter(**asked).exists() else []


def refuse_missing(values: Mapping[str, Any], names: Iterable[str]) -> None:
    """Raise ``column.required`` for each of the columns that holds nothing."""
    refuse_findings([(name, REQUIRED) for name in names if values.get(name) in {None, ""}])


def refuse_findings(findings: Iterable[tuple[str, Finding]]) -> None:
    """Raise what rules have found, by column, if they have found anything."""
    errors = {name: ValidationError(one.message, code=one.code, params=dict(one.params)) for name, one in findings}
    if errors:
        raise ValidationError(errors)


@transaction.atomic
def _correct(cadre: Cadre, version: int, changed: Mapping[str, Any], by: User, at: datetime) -> Cadre:
    if "id_number" in changed and _is_taken(changed["id_number"], cadre):
        refuse_findings([("id_number", ELSEWHERE)])
    edit = Edit(cadre.pk, version, person_fields(changed))
    write_plan(RosterPlan(people=[edit]), by_id=by.pk, reason="更正", at=at)
    return _recorded("cadre.correct", cadre.pk, _main_lineage(cadre), by, at, columns=len(changed))


def _entered(values: Mapping[str, Any], plan: RosterPlan, day: date) -> NewPerson | int:
    """Plan the person of a first post: a new one, or one who left and is registered anew, whoever knew them."""
    indexes = indexes_of(values["id_number"])
    known = Cadre.objects.select_for_update().filter(id_number_index__in=indexes).first()
    if known is None:
        plan.new_people.append(NewPerson(person_fields(values)))
        return plan.new_people[0]
    if Appointment.objects.filter(open_on(day), cadre=known).exists():
        refuse_findings([("id_number", ELSEWHERE)])
    fields = fields_anew(values, known)
    plan.people += [Edit(known.pk, known.version, fields)] if fields else []
    return known.pk


def _hold(post: Appointment) -> Appointment:
    """Lock a post that is to end, so that it ends once."""
    locked = Appointment.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=post.pk)
    if locked.ended_on is not None:
        raise ValidationError("这个职务已经结束。", code="post.ended")
    return locked


def _write(plan: RosterPlan, cadres: Collection[int], reason: str, by: User, at: datetime) -> None:
    """Write a plan that ends or begins posts of these people, each of whom keeps one main post."""
    settle_main_posts(plan, Appointment.objects.filter(cadre_id__in=cadres, ended_on=None))
    write_plan(plan, by_id=by.pk, reason=reason, at=at)


def _posts_of(organisation_id: int) -> Any:
    return Appointment.objects.filter(organisation_id=organisation_id, ended_on=None).order_by("pk")


def _is_taken(id_number: str, cadre: Cadre) -> bool:
    return Cadre.objects.filter(id_number_index__in=indexes_of(id_number)).exclude(pk=cadre.pk).exists()


def _refuse_future(on: date, at: datetime) -> None:
    if on > timezone.localdate(at):
        raise ValidationError(NOT_YET.message, code=NOT_YET.code)


def _lineage(organisation_id: int) -> str:
    return Organisation.objects.get(pk=organisation_id).lineage


def _main_lineage(cadre: Cadre) -> str:
    post = cadre.appointments.select_related("organisation").order_by("-is_main", "pk").first()
    return post.organisation.lineage if post else ""


def _recorded(action: str, cadre_pk: int, lineage: str, by: User, at: datetime, **facts: int) -> Cadre:
    record(action=action, by=by, at=at, subject=f"cadres.Cadre:{cadre_pk}", lineage=lineage, facts=facts)
    return Cadre.objects.get(pk=cadre_pk)
