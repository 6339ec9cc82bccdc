"""What 年终材料 and 反馈函 ask of an account: of the person, of 同级党（工）委, of who keeps the year or signs."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from appraisal.access import DECIDE, ENDORSE, KEEP
from appraisal.choices import (
    ASKED_STANDINGS,
    LISTS_IN,
    REPORT_IN,
    CycleState,
    DebriefState,
    LetterAct,
    LetterState,
    MaterialState,
)
from appraisal.models import Checklists, DebriefReport, FeedbackLetter, LetterStep, Participant, Seal
from appraisal.querysets import LetterQuerySet
from appraisal.reports.letters import received_letters
from appraisal.reports.materials import UNWRITTEN, with_materials
from appraisal.rules.cycle import WRITING_STATES
from appraisal.rules.letters import RECEIPT_STATES, SENDING_STATES
from orgs.access import Scope
from orgs.models import User

LISTS, REPORT = "三张清单", "述职报告"


@dataclass(frozen=True)
class MaterialToDo:
    """One thing: what (三张清单 or 述职报告), of which year, how far it is, and of which person or how many people."""

    what: str
    year: int
    word: str
    pk: int = 0
    name: str = ""
    count: int = 0


def own_materials(user: User) -> list[MaterialToDo]:
    """List what a person has still to hand in: in 年终材料, and at any time what came back."""
    own = Participant.objects.of_person(user).filter(cycle__state__in=WRITING_STATES, standing__in=ASKED_STANDINGS)
    rows: list[Any] = list(with_materials(own).select_related("cycle").order_by("cycle__year"))
    return [one for row in rows for one in _asked_of(row)]


def reports_to_review(user: User, scope: Scope) -> list[MaterialToDo]:
    """List the reports that wait for 同级党（工）委."""
    seen = DebriefReport.objects.visible_to(scope.holding(ENDORSE)).waiting()
    rows = seen.filter(participant__cycle__state__in=WRITING_STATES).exclude(
        participant__cadre__person_key=user.person_key
    )
    rows = rows.select_related("participant__cycle", "participant__cadre").order_by("sent_at", "pk")
    return [
        MaterialToDo(REPORT, row.participant.cycle.year, "待审核", row.pk, row.participant.cadre.name) for row in rows
    ]


def lists_to_receive(user: User, scope: Scope) -> list[MaterialToDo]:
    """Count by year the lists that wait to be received, one's own left out."""
    seen = Checklists.objects.visible_to(scope.holding(KEEP)).filter(
        state=MaterialState.SUBMITTED, participant__cycle__state=CycleState.MATERIALS
    )
    others = seen.exclude(participant__cadre__person_key=user.person_key).order_by()
    counts = others.values_list("participant__cycle__year").annotate(count=Count("pk"))
    return [MaterialToDo(LISTS, year, "待接收", count=count) for year, count in sorted(counts)]


@dataclass(frozen=True)
class LettersToDo:
    """Letters of a year that wait for an account: for which step, and how many."""

    year: int
    state: LetterState
    count: int


def letters_to_pass(user: User, scope: Scope) -> list[LettersToDo]:
    """Count by year the letters that wait to be reviewed, signed or delivered by somebody, what is barred left out."""
    rows = FeedbackLetter.objects.filter(cycle__state__in=SENDING_STATES, seal__in=_standing_seals())
    written = _done_by(user, LetterAct.DRAFT, LetterAct.CHANGE)
    reviewed = _done_by(user, LetterAct.REVIEW)
    named = rows.filter(people__card__participant__cadre__person_key=user.person_key)
    keeps, decides = scope.holding(KEEP), scope.holding(DECIDE)
    seen = rows.visible_to(keeps) | rows.visible_to(decides)
    unread = seen.exclude(pk__in=written)
    signed = (
        rows.visible_to(decides).exclude(pk__in=written).exclude(pk__in=reviewed).exclude(pk__in=named.values("pk"))
    )
    asked = ((LetterState.DRAFT, unread), (LetterState.REVIEWED, signed), (LetterState.SIGNED, rows.visible_to(keeps)))
    return [one for state, waiting in asked for one in _counted(state, waiting)]


def letters_to_receive(scope: Scope) -> list[FeedbackLetter]:
    """List the letters that were delivered to whom they are addressed, and have no receipt."""
    waiting = received_letters(scope, copies=False).filter(state=LetterState.DELIVERED, cycle__state__in=RECEIPT_STATES)
    return list(waiting.order_by("delivered_on", "pk"))


def _standing_seals() -> Any:
    return Seal.objects.standing().values("pk")


def _done_by(user: User, *acts: LetterAct) -> Any:
    return LetterStep.objects.filter(act__in=acts, by__person_key=user.person_key).values("letter")


def _counted(state: LetterState, rows: LetterQuerySet) -> Iterator[LettersToDo]:
    counts = rows.filter(state=state).order_by().values_list("cycle__year").annotate(count=Count("pk", distinct=True))
    yield from (LettersToDo(year, state, count) for year, count in sorted(counts))


def _asked_of(row: Any) -> Iterator[MaterialToDo]:
    is_collecting = row.cycle.state == CycleState.MATERIALS
    words = dict(MaterialState.choices)
    if row.lists_state == MaterialState.RETURNED or (is_collecting and row.lists_state not in LISTS_IN):
        yield MaterialToDo(LISTS, row.cycle.year, words.get(row.lists_state, UNWRITTEN), row.pk)
    waits = {*REPORT_IN, DebriefState.REVIEW}  # the others have it in hand
    is_due = is_collecting and row.owes_report and row.report_state not in waits
    if row.report_state == DebriefState.RETURNED or is_due:
        words = dict(DebriefState.choices)
        yield MaterialToDo(REPORT, row.cycle.year, words.get(row.report_state, UNWRITTEN), row.pk)
