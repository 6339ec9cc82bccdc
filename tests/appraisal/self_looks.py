"""A plain look at whether anybody judged themselves, or approved what they had entered, by any account.

It asks nothing of the services: it reads the rows that they leave.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet

from appraisal.models import (
    Appeal,
    DistrictAppraisal,
    LetterStep,
    Participant,
    PeriodMark,
    PledgeStep,
    SealedCard,
    UnitObjection,
    UnitPoints,
)
from cadres.models import YearGrade
from orgs.models import OrgAssignment, User

Look = Iterator[tuple[str, QuerySet[Any]]]

# What people do about their own year: nobody else's appraisal is judged by it.
OWN_WORK = {
    ("Checklists", "written_by"),
    ("Checklists", "handed_in_by"),
    ("DebriefReport", "written_by"),
    ("DebriefReport", "sent_by"),
    ("DebriefReport", "handed_in_by"),
    ("Appeal", "filed_by"),
    ("PledgeStep", "by"),  # confirming it is: see below
}
# One enters, asks or keeps, another decides.
PAIRS = {
    ("Adjustment", "entered_by", "approved_by"),
    ("Veto", "entered_by", "approved_by"),
    ("ResultUsage", "entered_by", "approved_by"),
    ("Seal", "asked_by", "confirmed_by"),
    ("LowRankCase", "keeper", "decided_by"),
    ("LowRankCase", "keeper", "closed_by"),
    ("UnitObjection", "raised_by", "decided_by"),
    ("UnitObjection", "points__scored_by", "decided_by"),
    ("DistrictAppraisal", "units__points__scored_by", "reported_by"),
}


def own_judgements() -> list[str]:
    """Name the rows in which somebody judged themselves, or decided what they had entered, by any account."""
    statement, values = _statement()
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [f"{what} {key}" for what, key in cursor.fetchall()]


@cache
def _statement() -> tuple[str, tuple[object, ...]]:
    """Ask everything at once: the machine looks some thousand times."""
    looks = (_about_oneself, _by_one_person, _own_pledges, _own_years, _own_marks, _own_letters, _own_units)
    parts, values = [], []
    for what, rows in (found for look in looks for found in look()):
        text, given = rows.order_by().values_list("pk").query.sql_with_params()
        parts.append(f"SELECT '{what}', found.* FROM ({text}) found")  # noqa: S608
        values += given
    return " UNION ALL ".join(parts), tuple(values)


def people_paths(model: type[Model]) -> Iterator[tuple[str, str]]:
    """Give each account that a row about a person names, with the path to that person."""
    whom = list(_paths_to_person(model))
    for one in model._meta.concrete_fields:
        if one.related_model is User and (model.__name__, one.name) not in OWN_WORK:
            yield from ((one.name, f"{path}__cadre__person_key") for path in whom)


def _paths_to_person(model: type[Model]) -> Iterator[str]:
    """Give the ways from a row to the person it is about, by way of one other row at most."""
    for one in model._meta.concrete_fields:
        if one.related_model is Participant:
            yield one.name
        elif one.is_relation and one.related_model is not model and one.related_model._meta.app_label == "appraisal":
            far = [two.name for two in one.related_model._meta.concrete_fields if two.related_model is Participant]
            yield from (f"{one.name}__{name}" for name in far)


def _about_oneself() -> Look:
    for model in apps.get_app_config("appraisal").get_models():
        for account, path in people_paths(model):
            rows = model._base_manager.filter(**{f"{account}__person_key": F(path)})
            yield f"{model.__name__}.{account}", rows


def _by_one_person() -> Look:
    for name, first, second in sorted(PAIRS):
        rows = apps.get_model("appraisal", name)._base_manager.filter(
            **{f"{first}__person_key": F(f"{second}__person_key")}
        )
        yield f"{name}.{first}={second}", rows.distinct()


def _own_pledges() -> Look:
    """Find what somebody did with their own pledge but for confirming it."""
    own = PledgeStep.objects.filter(by__person_key=F("pledge__participant__cadre__person_key"))
    yield "PledgeStep.by", own.exclude(act__in=("confirm", "return"))


def _own_years() -> Look:
    """Find cards of years that were locked or reopened by the person themselves, and grades given to oneself."""
    for account in ("sealed_by", "asked_by", "confirmed_by"):
        own = {f"seal__{account}__person_key": F("participant__cadre__person_key")}
        yield f"SealedCard.seal.{account}", SealedCard.objects.filter(**own)
    yield "YearGrade", YearGrade.history.filter(history_user__person_key=F("cadre__person_key"))


def _own_marks() -> Look:
    """Find objections to daily marks that were decided by who gave one of the marks."""
    given = {"participant": OuterRef("participant"), "component": OuterRef("component")}
    own = PeriodMark.objects.filter(**given, rater__person_key=OuterRef("decided_by__person_key"))
    yield "Appeal.decided_by=rater", Appeal.objects.filter(Exists(own))


def _own_letters() -> Look:
    """Find letters of which one person took two steps that two have to take, or signed what names them."""
    before = LetterStep.objects.filter(
        letter=OuterRef("letter"), pk__lt=OuterRef("pk"), by__person_key=OuterRef("by__person_key")
    )
    written, reviewed = (Exists(before.filter(act__in=acts)) for acts in (["draft", "change"], ["review"]))
    yield "LetterStep.review=draft", LetterStep.objects.filter(written, act="review")
    yield "LetterStep.sign=draft", LetterStep.objects.filter(written, act="sign")
    yield "LetterStep.sign=review", LetterStep.objects.filter(reviewed, act="sign")
    signed = Q(act__in=["change", "sign"]) | Q(act="acknowledge", reason="") | Q(act="void", letter__number__gt=0)
    named = {"by__person_key": F("letter__people__card__participant__cadre__person_key")}
    yield "LetterStep.by=named", LetterStep.objects.filter(signed, **named)


def _own_units() -> Look:
    """Find points and answers that somebody gave a unit for which they speak, and results so reported."""
    for model, account, unit in (
        (UnitPoints, "scored_by", "unit"),
        (UnitObjection, "decided_by", "points__unit"),
        (DistrictAppraisal, "reported_by", "units"),
    ):
        key = {"user__person_key": OuterRef(f"{account}__person_key")}
        held = OrgAssignment.objects.filter(
            **key, role="township_secretary", organisation=OuterRef(f"{unit}__organisation")
        )
        handed_in = {f"{unit}__handed_in_by__person_key": F(f"{account}__person_key"), f"{unit}__is_on_behalf": False}
        yield f"{model.__name__}.{account}=unit", model.objects.filter(Exists(held) | Q(**handed_in))
