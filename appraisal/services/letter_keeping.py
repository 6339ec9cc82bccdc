"""What every act on a 反馈函 begins and ends with: year and version, right and person; the step written down, told."""

from collections.abc import Iterable
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone

from appraisal.access import RECEIVE
from appraisal.choices import LetterAct
from appraisal.models import FeedbackLetter, LetterStep
from appraisal.rules.letters import LETTER, letter_same_finding, letter_states_for, letter_step_finding
from appraisal.rules.pledge import StepFacts
from appraisal.services.keeping import (
    SELF,
    STALE,
    error,
    lock_cycle,
    record_about,
    refuse,
    refuse_state,
    refuse_stranger,
)
from orgs.access import Scope
from orgs.models import OrgAssignment, User
from orgs.roles import ROLES
from youthleague.kernel.findings import Finding
from youthleague.kernel.notices import Letter
from youthleague.notices.services.sending import Occasion, send_notices

LETTER_ARRIVED, LETTER_ANSWERED = "letter-arrived", "letter-answered"
_REOPENED = Finding("letter.reopened", "这一年度已经重开，这份反馈函不再办理；重新锁定以后另行拟稿。")
_FOREIGN = Finding("letter.foreign", "这份反馈函不是给本单位的，不能办理。")
_RECEIVERS = [role.code for role in ROLES if RECEIVE in role.permissions]
_WRITING = (LetterAct.DRAFT, LetterAct.CHANGE)


def lock_letter(letter: FeedbackLetter, version: int, act: LetterAct) -> FeedbackLetter:
    """Lock a letter by way of its year; raises ``row.stale``, ``cycle.state``, ``letter.reopened``."""
    cycle = lock_cycle(letter.cycle)
    locked = FeedbackLetter.objects.with_all().get(pk=letter.pk)
    locked.cycle = cycle
    if locked.version != version:
        raise error(STALE)
    refuse_state(cycle, letter_states_for(act))
    refuse(None if locked.seal.stands else _REOPENED)
    return locked


def begin_letter(
    letter: FeedbackLetter, version: int, act: LetterAct, permission: str, by: User, at: datetime
) -> FeedbackLetter:
    """Lock a letter for somebody who runs the year of the district; raises as ``lock_letter``, ``appraisal.scope``."""
    locked = lock_letter(letter, version, act)
    refuse_stranger(by, permission, at)
    return locked


def refuse_named(letter: FeedbackLetter, by: User) -> None:
    """Raise ``appraisal.self`` for whoever the letter names, by any account."""
    own = letter.people.filter(card__participant__cadre__person_key=by.person_key)
    refuse(SELF if own.exists() else None)


def refuse_same_person(letter: FeedbackLetter, act: LetterAct, by: User) -> None:
    """Raise ``letter.same`` for whoever wrote it, and before 签发 for whoever reviewed it, by any account."""
    rows = letter.steps.order_by("pk").values_list("act", "by__person_key")
    refuse(letter_same_finding([StepFacts(*row) for row in rows], act, by.person_key))


def receives(letter: FeedbackLetter, scope: Scope) -> bool:
    """Tell whether a scope is that of whom the letter is addressed to; a copy is not."""
    held = scope.holding(RECEIVE).grants
    return any(letter.lineage in one.lineages for one in held)


def refuse_stranger_to(letter: FeedbackLetter, scope: Scope) -> None:
    """Raise ``letter.foreign`` unless the letter is addressed to who asks."""
    refuse(None if receives(letter, scope) else _FOREIGN)


def receivers_of(letter: FeedbackLetter, day: date) -> list[int]:
    """Give the accounts of whom a letter is addressed to."""
    held = OrgAssignment.objects.in_force(day).filter(
        role__in=_RECEIVERS, organisation=letter.organisation_id, user__is_active=True
    )
    return sorted(set(held.values_list("user_id", flat=True)))


def units_with_account(day: date) -> frozenset[int]:
    """Give the keys of the units whose letters can be delivered through the portal."""
    held = OrgAssignment.objects.in_force(day).filter(role__in=_RECEIVERS, user__is_active=True)
    return frozenset(held.values_list("organisation_id", flat=True))


def move(letter: FeedbackLetter, action: str) -> None:
    """Take a letter to the state to which a step leads; raises ``letter.state``."""
    refuse(letter_step_finding(letter.state, action))
    letter.state = LETTER.target(letter.state, action)


def save(letter: FeedbackLetter) -> None:
    """Save a letter that was locked, under its next version."""
    letter.version += 1
    letter.clean_fields(exclude={"cycle", "seal", "organisation", "replaces", "signed_by"})
    letter.save()


def note(letter: FeedbackLetter, act: LetterAct, by: User, at: datetime, reason: str = "") -> LetterStep:
    """Write a step down."""
    row = LetterStep(letter=letter, act=act, by=by, at=at, reason=reason.strip())
    row.clean_fields(exclude={"letter", "by"})
    row.save()
    return row


def finish(letter: FeedbackLetter, act: LetterAct, by: User, at: datetime, reason: str = "") -> FeedbackLetter:
    """Save a letter, write the step down and record it in the audit log; the last statement of a service."""
    save(letter)
    note(letter, act, by, at, reason)
    record_about(f"letter.{act}", letter.cycle, by, at, number=letter.number_text)
    return letter


# ---- telling -------------------------------------------------------------------------
def tell_receivers(letter: FeedbackLetter, title: str, at: datetime, text: str = "") -> None:
    """Tell whom the letter is addressed to."""
    url = reverse("letter", args=[letter.pk])
    _tell(LETTER_ARRIVED, letter, receivers_of(letter, timezone.localdate(at)), (title, text, url), at)


def tell_writer(letter: FeedbackLetter, title: str, at: datetime, text: str = "") -> None:
    """Tell whoever wrote it last."""
    last = letter.steps.filter(act__in=_WRITING).order_by("pk").last()
    url = reverse("appraisal-letter", args=[letter.pk])
    _tell(LETTER_ANSWERED, letter, [last.by_id] if last else [], (title, text, url), at)


def _tell(kind: str, letter: FeedbackLetter, users: Iterable[int], words: tuple[str, str, str], at: datetime) -> None:
    occasion = Occasion(kind, f"{letter._meta.label}:{letter.pk}", f"v{letter.version}")  # noqa: SLF001 Django's documented way
    send_notices(occasion, [Letter(user, *words) for user in users], at=at)
