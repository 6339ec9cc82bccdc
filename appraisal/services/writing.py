"""年终材料 as acts: who writes them, who looks them through, who is told; and what every act begins with."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TypeVar

from django.urls import reverse
from django.utils import timezone

from appraisal.access import ENDORSE, KEEP
from appraisal.choices import CycleState, Standing
from appraisal.models import Checklists, DebriefReport, Participant
from appraisal.rules.materials import step_finding
from appraisal.services.keeping import STALE, error, lock_cycle, refuse, refuse_foreign, refuse_state, scope_for
from orgs.access import is_same_person
from orgs.models import OrgAssignment, User
from orgs.roles import ROLES
from youthleague.kernel.findings import Finding
from youthleague.kernel.notices import Letter
from youthleague.kernel.transitions import TransitionTable
from youthleague.notices.services.sending import Occasion, send_notices

M = TypeVar("M", Checklists, DebriefReport)
ANSWERED, TO_REVIEW = "material-answered", "report-waits"
_SITTING = timedelta(minutes=30)
_WITHDRAWN = Finding("material.withdrawn", "已不再参评，不用写清单和述职报告。")
_ACCOUNT = Finding("material.account", "本人有账号，请由本人填写。")
_MISSING = Finding("material.missing", "还没有写，不能这样办理。")


# ---- who ------------------------------------------------------------------------------
def has_account(participant: Participant) -> bool:
    """Tell whether somebody can sign in to write for oneself."""
    return User.objects.filter(person_key=participant.cadre.person_key, is_active=True).exists()


def refuse_writer(participant: Participant, by: User, at: datetime) -> None:
    """Let the person write, by any account; else who keeps the year, for somebody without an account (代填).

    Raises ``appraisal.scope``, ``material.account``, ``material.withdrawn``.
    """
    if not is_same_person(by, participant.cadre):
        refuse_foreign([participant], scope_for(by, KEEP, at))
        refuse(_ACCOUNT if has_account(participant) else None)
    refuse(_WITHDRAWN if participant.standing == Standing.WITHDRAWN else None)


def endorsers_of(participant: Participant, day: date) -> list[int]:
    """Give the accounts that look a report through for 同级党（工）委: those that endorse where the person is."""
    roles = [role.code for role in ROLES if ENDORSE in role.permissions]
    held = OrgAssignment.objects.in_force(day).filter(role__in=roles, user__is_active=True)
    rows = held.exclude(user__person_key=participant.cadre.person_key)
    units = rows.values_list("user_id", "organisation__lineage")
    return sorted({user for user, lineage in units if participant.lineage.startswith(lineage)})


def may_review(participant: Participant, by: User, at: datetime) -> bool:
    """Tell whether somebody looks a report through: 同级党（工）委 there, else who keeps the year; never the person.

    Who keeps the year does so for units of the district itself and those whose party committee has no account.
    """
    if is_same_person(by, participant.cadre):
        return False
    if scope_for(by, ENDORSE, at).covers(participant.lineage):
        return True
    has_committee = bool(endorsers_of(participant, timezone.localdate(at)))
    return not has_committee and scope_for(by, KEEP, at).covers(participant.lineage)


# ---- what an act begins with ----------------------------------------------------------
def begin(participant: Participant, allowed: frozenset[CycleState]) -> None:
    """Lock the year; raises ``cycle.state`` unless it is in one of some states."""
    cycle = lock_cycle(participant.cycle)
    refuse_state(cycle, allowed)
    participant.cycle = cycle


def stored_lists(participant: Participant, version: int) -> Checklists | None:
    """Give the lists as they stand, None when nothing was written; raises ``row.stale`` unless seen so."""
    row = Checklists.objects.filter(participant=participant).select_related("written_by", "handed_in_by").first()
    _refuse_stale(row, version)
    return row


def stored_report(participant: Participant, version: int) -> DebriefReport | None:
    """Give the report as it stands; see ``stored_lists``."""
    row = DebriefReport.objects.filter(participant=participant).select_related("written_by", "sent_by").first()
    _refuse_stale(row, version)
    return row


def existing(row: M | None) -> M:
    """Give what was written; raises ``material.missing`` when nothing was."""
    if row is None:
        raise error(_MISSING)
    return row


def step(row: Checklists | DebriefReport, table: TransitionTable, action: str) -> None:
    """Move lists or a report on; raises ``material.state``."""
    refuse(step_finding(table, row.state, action))
    row.state = table.target(row.state, action)


def sign(row: Checklists | DebriefReport, participant: Participant, by: User, at: datetime) -> bool:
    """Write down who wrote and when; tells whether a new sitting began, so that a draft is one event and not fifty."""
    is_new = not row.pk or row.written_by_id != by.pk or at - row.written_at > _SITTING
    row.written_by, row.written_at = by, at
    row.is_on_behalf = not is_same_person(by, participant.cadre)
    return is_new


def save(row: Checklists | DebriefReport) -> None:
    """Save a row under its next version."""
    row.version = row.version + 1 if row.pk else 1
    row.clean_fields(exclude={"participant", "written_by", "handed_in_by", "received_by", "sent_by", "reviewed_by"})
    row.save()


# ---- who is told ----------------------------------------------------------------------
def tell_person(row: Checklists | DebriefReport, title: str, text: str, at: datetime) -> None:
    """Tell the person, on every account, how lists or a report were answered."""
    person = row.participant
    accounts = User.objects.filter(person_key=person.cadre.person_key, is_active=True).values_list("pk", flat=True)
    name = "appraisal-lists" if isinstance(row, Checklists) else "appraisal-report"
    _tell(ANSWERED, row, accounts, Letter(0, title, text, reverse(name, args=[person.pk])), at)


def tell_reviewers(row: DebriefReport, at: datetime) -> None:
    """Tell 同级党（工）委 that a report waits for them."""
    person = row.participant
    title = f"述职报告待审核：{person.cadre.name}"
    text = f"{person.organisation.name}，{person.cycle}述职报告，请审核后通过或者退回。"
    said = Letter(0, title, text, reverse("appraisal-review", args=[row.pk]))
    _tell(TO_REVIEW, row, endorsers_of(person, timezone.localdate(at)), said, at)


def _tell(kind: str, row: Checklists | DebriefReport, users: Iterable[int], said: Letter, at: datetime) -> None:
    occasion = Occasion(kind, f"{row._meta.label}:{row.pk}", f"v{row.version}")  # noqa: SLF001 Django's documented way
    send_notices(occasion, [replace(said, recipient=user) for user in sorted(users)], at=at)


def _refuse_stale(row: Checklists | DebriefReport | None, version: int) -> None:
    if (row.version if row else 0) != version:
        raise error(STALE)
