"""What every act on a 责任书 begins and ends with: year and version, right and person; the step written down, told."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from appraisal.access import KEEP
from appraisal.choices import PledgeAct, Standing
from appraisal.models import Participant, PledgeStep, ResponsibilityPledge
from appraisal.rules.pledge import (
    PLEDGE,
    StepFacts,
    cycle_states_for,
    pledge_step_finding,
    same_person_finding,
)
from appraisal.services.keeping import (
    STALE,
    error,
    lock_cycle,
    record_about,
    refuse,
    refuse_foreign,
    refuse_state,
    scope_for,
    self_finding,
)
from appraisal.services.writing import endorsers_of, has_account
from orgs.access import is_same_person
from orgs.models import User
from youthleague.kernel.findings import Finding
from youthleague.kernel.notices import Letter
from youthleague.notices.services.sending import Occasion, send_notices

PLEDGE_ASKED, PLEDGE_ANSWERED = "pledge-asked", "pledge-answered"
_OTHERS = Finding("pledge.other", "本人有账号，请由本人确认。")
_WITHDRAWN = Finding("pledge.withdrawn", "本年度已不再参评，不再办理责任书。")
_WRITING = (PledgeAct.DRAFT, PledgeAct.CHANGE, PledgeAct.ADJUST)


def lock_pledge(pledge: ResponsibilityPledge, version: int, act: PledgeAct) -> ResponsibilityPledge:
    """Lock a pledge by way of its year; raises ``row.stale``, ``cycle.state``, ``pledge.withdrawn``."""
    cycle = lock_cycle(pledge.participant.cycle)
    locked = ResponsibilityPledge.objects.with_person().get(pk=pledge.pk)
    locked.participant.cycle = cycle
    if locked.version != version:
        raise error(STALE)
    refuse_state(cycle, cycle_states_for(act, locked.state))
    refuse_withdrawn(locked.participant)
    return locked


def refuse_withdrawn(participant: Participant) -> None:
    """Raise ``pledge.withdrawn`` for somebody who is no longer appraised."""
    refuse(_WITHDRAWN if participant.standing == Standing.WITHDRAWN else None)


def refuse_outsider(participant: Participant, permission: str, by: User, at: datetime) -> None:
    """Raise ``appraisal.scope`` without a permission on the person's unit, ``appraisal.self`` for one's own."""
    refuse_foreign([participant], scope_for(by, permission, at))
    refuse(self_finding(by, participant))


def confirms_on_paper(participant: Participant, by: User, at: datetime) -> bool:
    """Tell whether a confirmation given on paper is entered, for somebody without an account by who keeps the year.

    Raises ``pledge.other`` for somebody else's where the person has one, ``appraisal.scope``.
    """
    if is_same_person(by, participant.cadre):
        return False
    refuse(_OTHERS if has_account(participant) else None)
    refuse_outsider(participant, KEEP, by, at)
    return True


def signs_on_paper(participant: Participant, at: datetime) -> bool:
    """Tell whether the 同级党（工）委 has no account: then who keeps the year enters what it signed on paper."""
    return not endorsers_of(participant, timezone.localdate(at))


def refuse_state_of(pledge: ResponsibilityPledge, action: str) -> None:
    """Raise ``pledge.state`` unless a step starts from the state of a pledge."""
    refuse(pledge_step_finding(pledge.state, action))


def refuse_same_person(pledge: ResponsibilityPledge, act: PledgeAct, by: User) -> None:
    """Raise ``pledge.same`` when somebody would judge what they did themselves, by any account."""
    rows = pledge.steps.order_by("pk").values_list("act", "by__person_key")
    refuse(same_person_finding([StepFacts(*row) for row in rows], act, by.person_key))


def move(pledge: ResponsibilityPledge, action: str) -> None:
    """Take a pledge to the state to which a step leads; raises ``pledge.state``."""
    refuse_state_of(pledge, action)
    pledge.state = PLEDGE.target(pledge.state, action)


def save(pledge: ResponsibilityPledge) -> None:
    """Save a pledge that was locked, under its next version."""
    pledge.version += 1
    pledge.clean_fields(exclude={"participant"})
    pledge.save()


def note(pledge: ResponsibilityPledge, act: PledgeAct, by: User, at: datetime, reason: str = "") -> PledgeStep:
    """Write a step down."""
    row = PledgeStep(pledge=pledge, act=act, by=by, at=at, reason=reason.strip())
    row.clean_fields(exclude={"pledge", "by"})
    row.save()
    return row


def record_step(pledge: ResponsibilityPledge, act: PledgeAct, by: User, at: datetime, **facts: object) -> None:
    """Record a step in the audit log; the last statement of a service."""
    record_about(f"pledge.{act}", pledge.participant, by, at, **facts)


# ---- telling -------------------------------------------------------------------------
def tell_person(kind: str, pledge: ResponsibilityPledge, title: str, at: datetime, text: str = "") -> None:
    """Tell the person, on every account."""
    accounts = User.objects.filter(person_key=pledge.participant.cadre.person_key)
    url = reverse("appraisal-mine-pledge", args=[pledge.pk])
    _tell(kind, pledge, accounts.values_list("pk", flat=True), (title, text, url), at)


def tell_party(kind: str, pledge: ResponsibilityPledge, title: str, at: datetime, text: str = "") -> None:
    """Tell the 同级党（工）委 of the person's 街乡."""
    url = reverse("appraisal-endorse-pledge", args=[pledge.pk])
    _tell(kind, pledge, endorsers_of(pledge.participant, timezone.localdate(at)), (title, text, url), at)


def tell_writer(pledge: ResponsibilityPledge, title: str, at: datetime, text: str = "") -> None:
    """Tell whoever wrote it last."""
    last = pledge.steps.filter(act__in=_WRITING).order_by("pk").last()
    url = reverse("appraisal-pledge", args=[pledge.pk])
    _tell(PLEDGE_ANSWERED, pledge, [last.by_id] if last else [], (title, text, url), at)


def _tell(
    kind: str, pledge: ResponsibilityPledge, users: Iterable[int], words: tuple[str, str, str], at: datetime
) -> None:
    occasion = Occasion(kind, f"{pledge._meta.label}:{pledge.pk}", f"v{pledge.version}")  # noqa: SLF001 Django's documented way
    send_notices(occasion, [Letter(user, *words) for user in sorted(set(users))], at=at)
