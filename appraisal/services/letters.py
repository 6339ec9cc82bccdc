"""反馈函: drafted all at once from the locked cards, changed, reviewed, signed under a number, returned, withdrawn."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from appraisal.access import DECIDE, KEEP
from appraisal.choices import LetterAct, LetterKind, LetterState
from appraisal.models import AppraisalCycle, FeedbackLetter, LetterPerson, LetterSeries, LetterStep, Seal
from appraisal.reports.letters import LetterPlan, letter_plans
from appraisal.reports.seals import standing_seal
from appraisal.rules.letters import (
    ARRIVED,
    DEFAULT_WORD,
    SENDING_STATES,
    UNSIGNED,
    committee_name,
    department_name,
    letter_step_finding,
    next_number,
    number_finding,
    place_name,
    series_finding,
    suggestion_finding,
    suggestion_text,
)
from appraisal.rules.marking import cause_finding
from appraisal.services.keeping import (
    error,
    holds_district,
    lock_cycle,
    record_about,
    refuse,
    refuse_by_key,
    refuse_state,
    refuse_stranger,
    scope_for,
)
from appraisal.services.letter_keeping import (
    begin_letter,
    finish,
    lock_letter,
    move,
    note,
    refuse_named,
    refuse_same_person,
    save,
    tell_receivers,
    tell_writer,
)
from orgs.models import Organisation, User
from youthleague.kernel.findings import Finding

_NOT_SEALED = Finding("letter.seal", "这一年度的结果还没有锁定，不能拟反馈函。")
_REOPENED = "年度重开，函告的等次不再有效"
_ADDRESSEE = Finding("letter.addressee", "请写明主送。")


@dataclass(frozen=True)
class Drafted:
    """How many letters were drafted, how many of them correct one that was signed, how many stood already."""

    drafted: int
    corrections: int
    standing: int


# ---- the numbers of a year -------------------------------------------------------------
def series_of(year: int) -> LetterSeries:
    """Give the numbers of a calendar year as they stand; of a new one with the word of the last, not stored yet."""
    found = LetterSeries.objects.filter(year__lte=year).order_by("-year").first()
    if found is not None and found.year == year:
        return found
    return LetterSeries(year=year, word=found.word if found else DEFAULT_WORD)


@transaction.atomic
def set_series(*, cycle: AppraisalCycle, year: int, word: str, first: int, by: User, at: datetime) -> LetterSeries:
    """Say under which word, and from which number on, letters are signed in a calendar year.

    Letters that were signed keep theirs. Raises ``cycle.state``, ``appraisal.scope``, and by field ``letter.word``,
    ``letter.first``, ``letter.numbered``.
    """
    refuse_stranger(by, KEEP, at)
    refuse_state(lock_cycle(cycle), SENDING_STATES)
    row = _locked_series(year)
    word = word.strip()
    found = series_finding(word, first, year=year, last=row.last, standing_first=row.first)
    refuse_by_key([("word" if found.code == "letter.word" else "first", found)] if found else [])
    row.word, row.first = word, first
    row.save()
    record_about("letter.series", cycle, by, at, year=year, first=first)
    return row


# ---- drawing up ------------------------------------------------------------------------
@transaction.atomic
def draft_letters(*, cycle: AppraisalCycle, by: User, at: datetime) -> Drafted:
    """Draft the letters that a locked year asks for and that do not stand yet (拟稿).

    One in the place of a letter that was signed and withdrawn is a correction (更正) of it. Raises ``cycle.state``,
    ``appraisal.scope``, ``letter.seal``.
    """
    refuse_stranger(by, KEEP, at)
    cycle = lock_cycle(cycle)
    refuse_state(cycle, SENDING_STATES)
    seal = standing_seal(cycle)
    if seal is None:
        raise error(_NOT_SEALED)
    standing = set(cycle.letters.standing().filter(seal=seal).values_list("kind", "organisation"))
    plans = [one for one in letter_plans(cycle) if one.key not in standing]
    replaced = _replaced(cycle)
    for plan in plans:
        _draft(plan, seal, replaced.get(plan.key), by, at)
    corrections = sum(one.key in replaced for one in plans)
    if plans:
        record_about("letter.draft", cycle, by, at, letters=len(plans), corrections=corrections)
    return Drafted(len(plans), corrections, len(standing))


@transaction.atomic
def change_letter(
    *, letter: FeedbackLetter, version: int, addressee: str, suggestion: str, by: User, at: datetime
) -> FeedbackLetter:
    """Write addressee and suggestion of a draft anew.

    Raises ``cycle.state``, ``appraisal.scope``, ``row.stale``, ``letter.state``, ``appraisal.self`` for whom it names,
    and by field ``letter.addressee``, ``letter.suggestion``.
    """
    letter = begin_letter(letter, version, LetterAct.CHANGE, KEEP, by, at)
    refuse_named(letter, by)
    refuse(letter_step_finding(letter.state, "review"))
    found = (
        ("addressee", None if addressee.strip() else _ADDRESSEE),
        ("suggestion", suggestion_finding(suggestion)),
    )
    refuse_by_key((key, one) for key, one in found if one is not None)
    letter.addressee, letter.suggestion = addressee.strip(), suggestion.strip()
    return finish(letter, LetterAct.CHANGE, by, at)


# ---- step by step ----------------------------------------------------------------------
@transaction.atomic
def review_letter(*, letter: FeedbackLetter, version: int, by: User, at: datetime) -> FeedbackLetter:
    """Pass a letter on to be signed (审核), by another who keeps the year or decides in it.

    Raises ``cycle.state``, ``appraisal.scope``, ``row.stale``, ``letter.state``, ``letter.reopened``, and
    ``letter.same`` for whoever wrote it.
    """
    letter = lock_letter(letter, version, LetterAct.REVIEW)
    _refuse_outsider(by, at)
    move(letter, "review")
    refuse_same_person(letter, LetterAct.REVIEW, by)
    return finish(letter, LetterAct.REVIEW, by, at)


@transaction.atomic
def sign_letter(*, letter: FeedbackLetter, version: int, by: User, at: datetime) -> FeedbackLetter:
    """Sign a letter for the 团区委 (签发): it gets the next number of the calendar year, without gaps.

    Raises as above, ``letter.same`` for whoever reviewed it, too, ``appraisal.self`` for whoever it names,
    ``letter.full``.
    """
    letter = begin_letter(letter, version, LetterAct.SIGN, DECIDE, by, at)
    refuse_named(letter, by)
    move(letter, "sign")
    refuse_same_person(letter, LetterAct.SIGN, by)
    day = timezone.localdate(at)
    letter.signed_on, letter.signed_by = day, by
    series = _locked_series(day.year)
    series.last = next_number(series.first, series.last)
    refuse(number_finding(series.last, year=day.year))
    series.save()
    letter.word, letter.number_year, letter.number = series.word, day.year, series.last
    return finish(letter, LetterAct.SIGN, by, at)


@transaction.atomic
def return_letter(*, letter: FeedbackLetter, version: int, reason: str, by: User, at: datetime) -> FeedbackLetter:
    """Send a reviewed letter back to be written anew, with the reason; raises as above, ``fact.reason``."""
    letter = lock_letter(letter, version, LetterAct.RETURN)
    _refuse_outsider(by, at)
    refuse(cause_finding(reason))
    move(letter, "return")
    tell_writer(letter, f"反馈函被退回：{letter.addressee}", at, text=reason.strip())
    return finish(letter, LetterAct.RETURN, by, at, reason)


@transaction.atomic
def void_letter(*, letter: FeedbackLetter, version: int, reason: str, by: User, at: datetime) -> FeedbackLetter:
    """Withdraw a letter (作废): before it is signed by who keeps the year, later by a leader whom it does not name.

    Whom it was delivered to is told; the number stays used, and what is drafted in its place is a correction. Raises as
    above, ``fact.reason``.
    """
    letter = lock_letter(letter, version, LetterAct.VOID)
    refuse_stranger(by, KEEP if letter.state in UNSIGNED else DECIDE, at)
    if letter.state not in UNSIGNED:
        refuse_named(letter, by)
    refuse(cause_finding(reason))
    letter = _withdrawn(letter, reason, by, at)
    record_about("letter.void", letter.cycle, by, at, number=letter.number_text)
    return letter


@transaction.atomic
def withdraw_letters(*, cycle: AppraisalCycle, by: User, at: datetime) -> int:
    """Withdraw all letters of a year that was reopened, inside the service that reopens it; gives how many."""
    rows = list(FeedbackLetter.objects.standing().with_all().filter(cycle=cycle).order_by("pk"))
    for letter in rows:
        _withdrawn(letter, _REOPENED, by, at)
    if rows:
        record_about("letter.void", cycle, by, at, letters=len(rows))
    return len(rows)


# ---- parts -----------------------------------------------------------------------------
def _refuse_outsider(by: User, at: datetime) -> None:
    """Let those who keep the year of the district, or decide in it, pass; raises ``appraisal.scope``."""
    if not holds_district(scope_for(by, KEEP, at)):
        refuse_stranger(by, DECIDE, at)


def _withdrawn(letter: FeedbackLetter, reason: str, by: User, at: datetime) -> FeedbackLetter:
    has_arrived = letter.state in ARRIVED
    move(letter, "void")
    save(letter)
    note(letter, LetterAct.VOID, by, at, reason)
    if has_arrived:
        tell_receivers(letter, f"{letter.number_text}已作废", at, text=f"{reason.strip()}；更正的函另行送达。")
    return letter


def _locked_series(year: int) -> LetterSeries:
    """Lock the numbers of a year, so that of two who sign at once each gets the next."""
    row = series_of(year)
    if row.pk is None:
        LetterSeries.objects.get_or_create(year=year, defaults={"word": row.word})
    return LetterSeries.objects.select_for_update().get(year=year)


def _replaced(cycle: AppraisalCycle) -> dict[tuple[str, int], FeedbackLetter]:
    """Give the last letter that was signed and withdrawn, by kind and unit."""
    rows = cycle.letters.filter(state=LetterState.VOID, number__isnull=False).order_by("pk")
    return {(row.kind, row.organisation_id): row for row in rows}


def _draft(plan: LetterPlan, seal: Seal, replaced: FeedbackLetter | None, by: User, at: datetime) -> None:
    grades = [one.card.grade for one in plan.people if not one.is_copy]
    letter = FeedbackLetter(
        cycle=seal.cycle,
        seal=seal,
        kind=plan.kind,
        organisation=plan.unit,
        lineage=plan.unit.lineage,
        addressee=_addressee(plan.kind, plan.unit),
        suggestion=suggestion_text(grades),
        replaces=replaced,
    )
    letter.clean_fields(exclude={"cycle", "seal", "organisation", "replaces", "signed_by"})
    letter.save()
    LetterPerson.objects.bulk_create(
        LetterPerson(
            letter=letter,
            card=one.card,
            name=one.facts.name,
            post=one.post,
            group=one.facts.group,
            scores=one.facts.scores,
            is_copy=one.is_copy,
        )
        for one in plan.people
    )
    LetterStep.objects.create(letter=letter, act=LetterAct.DRAFT, by=by, at=at)


def _addressee(kind: LetterKind, unit: Organisation) -> str:
    place = place_name(unit.name, unit.short_name if kind == LetterKind.COMMITTEE else "")
    if kind == LetterKind.SUMMARY:
        return department_name(place)
    return committee_name(place, unit.level, unit.township_kind)
