"""异议: filed by the person about the own results, accepted by the office, upheld or corrected."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from appraisal.access import DECIDE, KEEP
from appraisal.choices import OPEN_APPEALS, Component, CycleState
from appraisal.models import Appeal, Participant
from appraisal.reports.appeals import givers_of
from appraisal.reports.review import last_cards, published
from appraisal.rules.cycle import REVIEW_STATES
from appraisal.rules.marking import cause_finding
from appraisal.rules.review import APPEAL, UNPUBLISHED, appeal_step_finding, decider_finding, filing_finding
from appraisal.services.keeping import (
    STALE,
    error,
    lock_cycle,
    record_about,
    refuse,
    refuse_foreign,
    refuse_rival,
    refuse_state,
    scope_for,
    self_finding,
)
from orgs.access import is_same_person
from orgs.models import User
from youthleague.kernel.findings import Finding
from youthleague.kernel.notices import Letter
from youthleague.notices.services.sending import Occasion, send_notices

APPEAL_ANSWERED = "appeal-answered"
_OTHERS = Finding("appeal.foreign", "只能对自己的结果提出异议。")
_NO_COMPONENT = Finding("appeal.component", "您这一组不设这一项，请另选。")
_ANSWERED_IN = REVIEW_STATES | {CycleState.TOTALLING, CycleState.EVALUATION}  # of what is being corrected, too


@transaction.atomic
def file_appeal(*, participant: Participant, component: Component | None, text: str, by: User, at: datetime) -> Appeal:
    """Object to one's own results, within the days; None is about the total or the grade.

    Raises ``appeal.foreign``, ``cycle.state``, ``appeal.unpublished``, ``appeal.days``, ``appeal.twice``,
    ``appeal.component``, ``fact.reason``.
    """
    cycle = lock_cycle(participant.cycle)
    refuse(None if is_same_person(by, participant.cadre) else _OTHERS)
    refuse_state(cycle, REVIEW_STATES)
    shown = published(cycle)
    card = last_cards(cycle).with_final_grade().filter(participant=participant).first()
    if shown is None or card is None:
        raise error(UNPUBLISHED)
    filed = participant.appeals.filter(publication=shown) | participant.appeals.filter(state__in=OPEN_APPEALS)
    refuse(filing_finding(shown.last_day, timezone.localdate(at), has_filed=filed.exists()))
    has_it = component is None or participant.group.components.filter(component=component).exists()
    refuse((None if has_it else _NO_COMPONENT) or cause_finding(text))
    row = Appeal(participant=participant, publication=shown, component=component, text=text.strip())
    row.filed_by, row.filed_at, row.before, row.before_grade = by, at, card, card.final_grade
    row.clean_fields(exclude={"participant", "publication", "filed_by", "before", "accepted_by", "decided_by", "after"})
    row.save()
    record_about("appeal.file", participant, by, at)
    return row


@transaction.atomic
def accept_appeal(*, appeal: Appeal, version: int, by: User, at: datetime) -> Appeal:
    """Accept an objection (受理).

    Raises ``cycle.state``, ``row.stale``, ``appraisal.scope``, ``appraisal.self``, ``review.foreign``,
    ``appeal.state``.
    """
    appeal = _locked(appeal, version, by, (KEEP,), at)
    _step(appeal, "accept")
    appeal.accepted_by, appeal.accepted_at = by, at
    _save(appeal)
    _tell(appeal, f"{appeal.participant.cycle}考核结果的异议已经受理", at)
    record_about("appeal.accept", appeal.participant, by, at)
    return appeal


@transaction.atomic
def uphold_appeal(*, appeal: Appeal, version: int, answer: str, by: User, at: datetime) -> Appeal:
    """Leave the results as they are (维持), with a reason; also of what was to be corrected and turned out right.

    Raises as ``correct_appeal``.
    """
    return _decided(appeal, version, "uphold", answer, by, at)


@transaction.atomic
def correct_appeal(*, appeal: Appeal, version: int, answer: str, by: User, at: datetime) -> Appeal:
    """Decide that something has to be corrected (更正); it is finished once results are made known anew.

    Raises as ``accept_appeal``, ``appeal.self`` for who gave what it is about, ``fact.reason``.
    """
    return _decided(appeal, version, "correct", answer, by, at)


# ---- parts ---------------------------------------------------------------------------
def _decided(appeal: Appeal, version: int, action: str, answer: str, by: User, at: datetime) -> Appeal:
    appeal = _locked(appeal, version, by, (KEEP, DECIDE), at)
    refuse(decider_finding(by.person_key, givers_of(appeal)))
    refuse(cause_finding(answer))
    _step(appeal, action)
    appeal.answer, appeal.decided_by, appeal.decided_at = answer.strip(), by, at
    _save(appeal)
    _tell(appeal, f"{appeal.participant.cycle}考核结果的异议：{appeal.get_state_display()}", at, appeal.answer)
    record_about(f"appeal.{action}", appeal.participant, by, at)
    return appeal


def _locked(appeal: Appeal, version: int, by: User, rights: Sequence[str], at: datetime) -> Appeal:
    """Lock an objection by way of its year, and ask who acts."""
    cycle = lock_cycle(appeal.participant.cycle)
    locked = Appeal.objects.select_related("participant__cadre", "participant__group").get(pk=appeal.pk)
    locked.participant.cycle = cycle
    refuse(None if locked.version == version else STALE)
    refuse_state(cycle, _ANSWERED_IN)
    right = next((one for one in rights if scope_for(by, one, at).covers(locked.participant.lineage)), rights[0])
    refuse_foreign([locked.participant], scope_for(by, right, at))
    refuse(self_finding(by, locked.participant))
    refuse_rival(locked.participant, by)
    return locked


def _step(appeal: Appeal, action: str) -> None:
    refuse(appeal_step_finding(appeal.state, action))
    appeal.state = APPEAL.target(appeal.state, action)


def _save(appeal: Appeal) -> None:
    appeal.version += 1
    appeal.clean_fields(
        exclude={"participant", "publication", "filed_by", "before", "accepted_by", "decided_by", "after"}
    )
    appeal.save()


def _tell(appeal: Appeal, title: str, at: datetime, text: str = "") -> None:
    """Tell the person, on every account, how the objection stands."""
    accounts = User.objects.filter(person_key=appeal.participant.cadre.person_key, is_active=True)
    url = reverse("appraisal-own-appeals", args=[appeal.participant_id])
    letters = [Letter(key, title, text, url) for key in accounts.order_by("pk").values_list("pk", flat=True)]
    send_notices(Occasion(APPEAL_ANSWERED, f"appraisal.Appeal:{appeal.pk}", f"v{appeal.version}"), letters, at=at)
