"""A plain look at whether anybody judged themselves, or approved what they had entered, by any account.

It asks nothing of the services: it reads the rows that they leave.
"""

from collections.abc import Iterator

from django.apps import apps
from django.db.models import Exists, F, Model, OuterRef, Q

from appraisal.choices import DAILY_COMPONENTS
from appraisal.models import (
    Appeal,
    AppraisedUnit,
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
_WRITING = ("draft", "change")


def own_judgements() -> list[str]:
    """Name the rows in which somebody judged themselves, or decided what they had entered, by any account."""
    looks = (_about_oneself, _by_one_person, _own_pledges, _own_years, _own_marks, _own_letters, _own_units)
    return [found for look in looks for found in look()]


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


def _about_oneself() -> Iterator[str]:
    for model in apps.get_app_config("appraisal").get_models():
        for account, path in people_paths(model):
            rows = model._base_manager.filter(**{f"{account}__person_key": F(path)})
            yield from (f"{model.__name__}.{account} {row.pk}" for row in rows)


def _by_one_person() -> Iterator[str]:
    for name, first, second in sorted(PAIRS):
        rows = apps.get_model("appraisal", name)._base_manager.filter(
            **{f"{first}__person_key": F(f"{second}__person_key")}
        )
        yield from (f"{name} {row.pk}: {first} = {second}" for row in rows.distinct())


def _own_pledges() -> Iterator[str]:
    """Find what somebody did with their own pledge but for confirming it."""
    own = PledgeStep.objects.filter(by__person_key=F("pledge__participant__cadre__person_key"))
    yield from (f"PledgeStep.{row.act} {row.pk}" for row in own.exclude(act__in=("confirm", "return")))


def _own_years() -> Iterator[str]:
    """Find years that were locked or reopened by somebody who has a card in them, and grades given to oneself."""
    for account in ("sealed_by", "asked_by", "confirmed_by"):
        own = {f"seal__{account}__person_key": F("participant__cadre__person_key")}
        yield from (f"Seal.{account} {row.seal_id}" for row in SealedCard.objects.filter(**own))
    grades = YearGrade.history.filter(history_user__person_key=F("cadre__person_key"))
    yield from (f"YearGrade {row.pk}" for row in grades)


def _own_marks() -> Iterator[str]:
    """Find objections to daily marks that were decided by who gave one of the marks."""
    for component in DAILY_COMPONENTS:
        given = {"participant": OuterRef("participant"), "component": component}
        own = PeriodMark.objects.filter(**given, rater__person_key=OuterRef("decided_by__person_key"))
        rows = Appeal.objects.filter(Exists(own), component=component)
        yield from (f"Appeal.decided_by {row.pk}: marks" for row in rows)


def _own_letters() -> Iterator[str]:
    """Find letters of which one person took two steps that two have to take, or signed what names them."""
    before = LetterStep.objects.filter(
        letter=OuterRef("letter"), pk__lt=OuterRef("pk"), by__person_key=OuterRef("by__person_key")
    )
    twice = LetterStep.objects.filter(act__in=["review", "sign"]).filter(Exists(before.filter(act__in=_WRITING)))
    twice |= LetterStep.objects.filter(act="sign").filter(Exists(before.filter(act="review")))
    yield from (f"LetterStep.{row.act} {row.pk}: twice" for row in twice)
    signed = Q(act__in=["change", "sign"]) | Q(act="acknowledge", reason="") | Q(act="void", letter__number__gt=0)
    named = LetterStep.objects.filter(signed, by__person_key=F("letter__people__card__participant__cadre__person_key"))
    yield from (f"LetterStep.{row.act} {row.pk}: named" for row in named)


def _own_units() -> Iterator[str]:
    """Find points and answers that somebody gave a unit for which they speak, and results so reported."""
    for model, account, path in (
        (UnitPoints, "scored_by", "unit"),
        (UnitObjection, "decided_by", "points__unit"),
        (DistrictAppraisal, "reported_by", "units"),
    ):
        for row in model.objects.exclude(**{account: None}).select_related(account):
            units = AppraisedUnit.objects.filter(pk__in=model.objects.filter(pk=row.pk).values(path))
            if _speaks_for(getattr(row, account), units):
                yield f"{model.__name__}.{account} {row.pk}: unit"


def _speaks_for(user: User, units) -> bool:
    roles = OrgAssignment.objects.filter(role="township_secretary", user__person_key=user.person_key)
    held = Q(organisation__in=roles.values("organisation"))
    return units.filter(held | Q(handed_in_by__person_key=user.person_key, is_on_behalf=False)).exists()
