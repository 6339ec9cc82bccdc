"""Keeping a box (票箱) from its draft to its opening: who is voted about, codes or voters sealed once."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from appraisal.access import KEEP
from appraisal.choices import BALLOT_COMPONENTS, LINK_MODES, BoxMode, BoxState
from appraisal.models import (
    AppraisalCycle,
    BallotBox,
    BoxPerson,
    BoxVoter,
    ComponentPool,
    Participant,
    VotingCode,
)
from appraisal.reports.voting import CODE_PURPOSE, digest_of_codes, digest_of_voters
from appraisal.rules.voting import (
    BOX,
    CODE_BITS,
    PREPARING_STATES,
    VOTING_STATES,
    box_finding,
    box_step_finding,
    codes_finding,
    mode_finding,
    modes_finding,
    people_finding,
    write_code,
)
from appraisal.services.keeping import (
    STALE,
    error,
    lock_cycle,
    people_of,
    refuse,
    refuse_state,
    refuse_stranger,
    scope_for,
    self_finding,
)
from orgs.models import User
from youthleague.audit.services import record
from youthleague.kernel.findings import Finding
from youthleague.protection.seal import sign

_OWN_GROUP = Finding("box.own_group", "您在这一组参评，这一组的票箱请由别的同志办理。")
_POOL = Finding("result.pool", "这一组没有这种票别或环节。")
_TWICE = Finding("box.person", "%(name)s在这一票别已经有别的票箱；请先作废那一个。")
_TAMPERED = Finding("box.sealed", "投票码或投票人的个数、摘要与封存时不一致，不能继续；请作废这个票箱，并告诉审计员。")


@dataclass(frozen=True)
class BoxPlan:
    """What a box is about: its pool, the people by key in the order of the ballot, and on which days it takes votes.

    A consultation has no pool, and may be about people of several groups.
    """

    pool_id: int | None
    title: str
    people: Collection[int]
    opens_on: date
    closes_on: date
    mode: str = BoxMode.CODES


@transaction.atomic
def prepare_box(*, cycle: AppraisalCycle, plan: BoxPlan, by: User, at: datetime) -> BallotBox:
    """Draw a box up. Nobody keeps a box about themselves, by whichever account.

    Raises ``cycle.state`` outside 年终材料 and 测评, ``appraisal.scope``, ``appraisal.self``, ``box.own_group`` for
    whoever is appraised in the same group, ``result.pool``, ``box.mode`` for a pool that a way of voting does not fit,
    ``box.people``, ``box.person`` for somebody who has a box of this pool already, ``box.title``, ``box.days``.
    """
    refuse_stranger(by, KEEP, at)
    cycle = lock_cycle(cycle)
    refuse_state(cycle, PREPARING_STATES)
    people = people_of(cycle, plan.people, scope_for(by, KEEP, at))
    pool = None if plan.pool_id is None else _pool_of(cycle, plan.pool_id)
    refuse(mode_finding(plan.mode, pool.component.component if pool else None))
    refuse(box_finding(plan.title.strip(), plan.opens_on, plan.closes_on, timezone.localdate(at)))
    groups = [one.group_id for one in people.values()]
    refuse(people_finding(groups, pool.component.group_id if pool else None, mode=plan.mode))
    _refuse_people(people.values(), pool, by)
    days = {"opens_on": plan.opens_on, "closes_on": plan.closes_on}
    box = BallotBox.objects.create(cycle=cycle, mode=plan.mode, pool=pool, title=plan.title.strip(), **days)
    order = enumerate(dict.fromkeys(plan.people), start=1)
    BoxPerson.objects.bulk_create(BoxPerson(box=box, participant_id=one, position=number) for number, one in order)
    record_box("ballot.prepare", box, by, at, people=len(people))
    return box


@transaction.atomic
def issue_codes(*, box: BallotBox, version: int, count: int, by: User, at: datetime) -> list[str]:
    """Make the one-time codes and seal them by count and digest; the codes are given here and never again.

    Only their signatures are stored. Raises what ``begin_step`` raises, ``box.other_mode``, ``box.codes``.
    """
    box = begin_step(box, version, "seal", by, at)
    refuse(modes_finding(box.mode, [BoxMode.CODES]))
    refuse(codes_finding(count, counted_from=least_of(box)))
    codes = [write_code(secrets.randbits(CODE_BITS)) for _ in range(count)]
    _seal_codes(box, codes, by, at)
    return codes


@transaction.atomic
def issue_shared_code(*, box: BallotBox, version: int, by: User, at: datetime) -> BallotBox:
    """Make the one code of a consultation, which everybody may have; raises what ``issue_codes`` raises."""
    box = begin_step(box, version, "seal", by, at)
    refuse(modes_finding(box.mode, [BoxMode.CONSULTATION]))
    box.shared_code = write_code(secrets.randbits(CODE_BITS))
    _seal_codes(box, [box.shared_code], by, at)
    return box


@transaction.atomic
def open_box(*, box: BallotBox, version: int, by: User, at: datetime) -> BallotBox:
    """Let a box take votes. Raises what ``begin_step`` raises, ``box.days`` after its last day, ``box.sealed``."""
    box = begin_step(box, version, "open", by, at)
    refuse(box_finding(box.title, box.opens_on, box.closes_on, timezone.localdate(at)))
    refuse_tampered(box)
    end_step(box, "open")
    record_box("ballot.open", box, by, at, **sealed_facts(box))
    return box


# ---- what every step begins and ends with ------------------------------------------------
def begin_step(box: BallotBox, version: int, action: str, by: User, at: datetime) -> BallotBox:
    """Lock the year and a box; whoever is voting waits until the step is through.

    Raises ``appraisal.scope``, ``cycle.state``, ``row.stale``, ``box.state``, ``appraisal.self``,
    ``box.own_group``.
    """
    refuse_stranger(by, KEEP, at)
    cycle = lock_cycle(box.cycle)
    refuse_state(cycle, VOTING_STATES if action in {"open", "close"} else PREPARING_STATES)
    locked = BallotBox.objects.select_for_update().get(pk=box.pk)
    refuse(STALE if locked.version != version else box_step_finding(locked.state, action))
    refuse_own(locked, by)
    locked.cycle = cycle
    return locked


def refuse_own(box: BallotBox, by: User) -> None:
    """Raise ``appraisal.self`` or ``box.own_group`` for whoever a box is about, or is appraised beside those."""
    people = [row.participant for row in BoxPerson.objects.filter(box=box).select_related("participant__cadre")]
    for one in people:
        refuse(self_finding(by, one))
    _refuse_peer({one.group_id for one in people}, by)


def end_step(box: BallotBox, action: str) -> None:
    """Take a box to its next state and version."""
    box.state = BOX.target(box.state, action)
    box.version += 1
    box.save()


def refuse_tampered(box: BallotBox) -> None:
    """Raise ``box.sealed`` unless the stored codes, or voters, are those that were sealed."""
    if box.mode in LINK_MODES:
        voters = list(BoxVoter.objects.filter(box=box))
        found = len(voters), digest_of_voters(voters)
    else:
        marks = list(VotingCode.objects.filter(box=box).values_list("pk", flat=True))
        found = len(marks), digest_of_codes(marks)
    if found != (box.codes_count, box.codes_digest):
        raise error(_TAMPERED)


def sealed_facts(box: BallotBox) -> dict[str, object]:
    """Give what an event says of the codes or voters of a box: how many, and their digest."""
    words = ("voters", "voter_digest") if box.mode in LINK_MODES else ("issued", "code_digest")
    return dict(zip(words, (box.codes_count, box.codes_digest), strict=True))


def least_of(box: BallotBox) -> int:
    """Give how many ballots about somebody count at least; of a consultation none ever do."""
    return box.pool.component.minimum_size if box.pool else 0


def record_box(action: str, box: BallotBox, by: User, at: datetime, **facts: object) -> None:
    """Record an act on a box: counts and digests."""
    record(action=action, by=by, at=at, subject=f"{box._meta.label}:{box.pk}", facts=facts)  # noqa: SLF001


def _pool_of(cycle: AppraisalCycle, key: int) -> ComponentPool:
    pools = ComponentPool.objects.filter(component__group__cycle=cycle, component__component__in=BALLOT_COMPONENTS)
    pool = pools.filter(pk=key).select_related("component").first()
    if pool is None:
        raise error(_POOL)
    return pool


def _seal_codes(box: BallotBox, codes: Collection[str], by: User, at: datetime) -> None:
    marks = sorted(sign(one, purpose=CODE_PURPOSE) for one in codes)  # stored in another order than printed
    VotingCode.objects.bulk_create((VotingCode(mark=one, box=box) for one in marks), batch_size=500)
    box.codes_count, box.codes_digest = len(marks), digest_of_codes(marks)
    end_step(box, "seal")
    record_box("ballot.seal", box, by, at, **sealed_facts(box))


def _refuse_people(people: Collection[Participant], pool: ComponentPool | None, by: User) -> None:
    held = BoxPerson.objects.filter(participant__in=people, box__pool=pool).exclude(box__state=BoxState.VOID)
    taken = set(held.values_list("participant", flat=True)) if pool else set()
    for one in people:
        refuse(self_finding(by, one))
        refuse(_TWICE.about(name=one.cadre.name) if one.pk in taken else None)
    _refuse_peer({one.group_id for one in people}, by)


def _refuse_peer(groups: Collection[int], by: User) -> None:
    is_peer = Participant.objects.of_person(by).appraised().filter(group__in=groups).exists()
    refuse(_OWN_GROUP if is_peer else None)
