"""Elections and extensions of terms (换届、延期换届); the organisation's own columns always say the latest."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from orgs.access import is_same_person
from orgs.choices import OPEN_EXTENSIONS, ElectionKind, ExtensionState
from orgs.models import Organisation, PolicyDocument, TermElection, TermExtension, User
from orgs.policies import TermTimeline, term_policy, term_timeline
from orgs.rules import (
    EXTENSIONS,
    by_election_findings,
    end_of_term,
    extension_findings,
    grace_months,
    may_choose_term,
    no_term_finding,
    renewal_findings,
    years_findings,
)
from orgs.services.keeping import lock_open, record_about, save_with_history
from youthleague.kernel.findings import Finding
from youthleague.kernel.transitions import IllegalTransition

STALE = "这条记录已被别人改动，这次没有保存。"


@dataclass(frozen=True, slots=True)
class ElectionFacts:
    """What is known of an election: which kind, when, for how many years (None: as the rules say), approved by what."""

    kind: str
    held_on: date
    term_years: int | None = None
    number: str = ""


@dataclass(frozen=True, slots=True)
class Approval:
    """A written approval (批复): its number and day, and the document itself if it is on file."""

    number: str
    given_on: date
    document: PolicyDocument | None = None


# ---- elections -----------------------------------------------------------------
@transaction.atomic
def record_election(*, organisation: Organisation, facts: ElectionFacts, by: User, at: datetime) -> TermElection:
    """Enter an election; a 换届 begins a term and ends an extension of the last one, a 补选 leaves the term alone.

    Raises ``org.term`` where there are no elections, ``election.future``, ``election.order``, ``election.years`` by
    field, and ``org.state``.
    """
    organisation = lock_open(organisation)
    refuse_without_term(organisation)
    election = TermElection(organisation=organisation)
    _set_facts(election, facts, timezone.localdate(at))
    election.save()
    if election.kind == ElectionKind.RENEWAL:
        _end_extensions(organisation, election.held_on)
    _settle(organisation, by)
    record_about("term.elect", organisation, by, at)
    return election


@transaction.atomic
def correct_election(
    *, election: TermElection, version: int, facts: ElectionFacts, by: User, at: datetime
) -> TermElection:
    """Correct what was entered wrongly of an election, its kind excepted; the term of the organisation follows.

    Raises ``row.stale`` on a lost update and the codes of ``record_election``.
    """
    organisation = lock_open(election.organisation)
    election = TermElection.objects.select_for_update().get(pk=election.pk)
    if election.version != version:
        raise ValidationError(STALE, code="row.stale")
    refuse_without_term(organisation)
    _set_facts(election, replace(facts, kind=election.kind), timezone.localdate(at))
    election.version += 1
    election.save()
    _settle(organisation, by)
    record_about("term.correct", organisation, by, at)
    return election


def set_first_term(organisation: Organisation) -> None:
    """Set the end of the first term of an organisation to be founded; raises ``org.term``, ``election.years``."""
    if organisation.elected_on is None:
        return
    refuse_without_term(organisation)
    policy = term_policy(organisation.elected_on)
    _refuse(
        "term_years",
        years_findings(organisation.kind, organisation.term_years, least=policy.committee_min, most=policy.committee),
    )
    organisation.term_ends_on = end_of_term(
        organisation, organisation.elected_on, asdict(policy), years=organisation.term_years
    )


def begin_first_term(organisation: Organisation) -> None:
    """Enter the election with which an organisation was founded, if there was one."""
    if organisation.elected_on is not None:
        TermElection.objects.create(
            organisation=organisation,
            held_on=organisation.elected_on,
            term_years=organisation.term_years,
            ends_on=organisation.term_ends_on,
        )


def refuse_without_term(organisation: Organisation) -> None:
    """Raise ``org.term`` for an organisation that has no elections."""
    finding = no_term_finding(organisation)
    if finding is not None:
        raise ValidationError(finding.message, code=finding.code)


def settle_terms_of(organisation: Organisation) -> None:
    """Reckon the terms of an organisation anew after its kind was corrected; the caller saves it."""
    timeline = term_timeline()
    for election in organisation.elections.filter(kind=ElectionKind.RENEWAL):
        election.organisation = organisation
        election.ends_on = _end_of(election, timeline)
        election.save(update_fields=["ends_on"])
        if election.held_on == organisation.elected_on:
            organisation.term_ends_on = election.ends_on


def settle_terms_since(day: date) -> None:
    """Reckon the ends of all terms anew that began on a day or later, after the rule of their length was corrected."""
    timeline = term_timeline()
    changed: list[TermElection] = []
    elections = TermElection.objects.filter(kind=ElectionKind.RENEWAL, held_on__gte=day).select_related("organisation")
    for election in elections:
        ends_on = _end_of(election, timeline)
        if ends_on != election.ends_on:
            election.ends_on = ends_on
            changed.append(election)
    TermElection.objects.bulk_update(changed, ["ends_on"], batch_size=500)
    current = [one for one in changed if one.held_on == one.organisation.elected_on]
    for election in current:
        election.organisation.term_ends_on = election.ends_on
    Organisation.objects.bulk_update((one.organisation for one in current), ["term_ends_on"], batch_size=500)


# ---- extensions ----------------------------------------------------------------
@transaction.atomic
def file_extension(
    *, organisation: Organisation, extended_to: date, reason: str, party: Approval | None, by: User, at: datetime
) -> TermExtension:
    """File that the election of an organisation be put off (拟报), with the approval of its 同级党组织 if it stands.

    Raises ``org.term`` where there is no term, ``extension.unknown`` without an election on file, ``extension.date``
    and ``extension.limit`` by field, ``extension.open`` beside another one, ``org.state``.
    """
    organisation, day = lock_open(organisation), timezone.localdate(at)
    refuse_without_term(organisation)
    if organisation.term_ends_on is None:
        raise ValidationError("还没有登记本届选举，不知道何时届满；请先登记换届。", code="extension.unknown")
    if organisation.extensions.filter(state__in=OPEN_EXTENSIONS).exists():
        raise ValidationError("这个团组织已有一件延期换届，请先办完或撤销。", code="extension.open")
    months = grace_months(organisation.kind, asdict(term_policy(day)))
    _refuse("extended_to", extension_findings(extended_to, organisation.term_ends_on, months=months))
    extension = TermExtension(
        organisation=organisation,
        ends_on=organisation.term_ends_on,
        extended_to=extended_to,
        reason=reason,
        filed_by=by,
        filed_on=day,
    )
    if party is not None:
        _set_party(extension, party, day)
    extension.full_clean()
    extension.save()
    record_about("extension.file", organisation, by, at)
    return extension


@transaction.atomic
def record_party_approval(*, extension: TermExtension, party: Approval, by: User, at: datetime) -> TermExtension:
    """Enter the approval of the 同级党组织; raises ``extension.state``, ``extension.approval`` for a day to come."""
    extension = _lock_extension(extension)
    if extension.state != ExtensionState.FILED:
        raise ValidationError("这件延期换届已经办结，不能再登记批复。", code="extension.state")
    _set_party(extension, party, timezone.localdate(at))
    _save_extension(extension)
    record_about("extension.party", extension.organisation, by, at)
    return extension


@transaction.atomic
def approve_extension(*, extension: TermExtension, league: Approval, by: User, at: datetime) -> TermExtension:
    """Approve as the 上级团组织; from now on the term runs to the day asked for.

    Raises ``extension.self`` for whoever filed it, ``extension.party`` before the 同级党组织 has approved,
    ``extension.state``, ``extension.approval`` for a day of the future.
    """
    extension = _lock_extension(extension)
    if is_same_person(extension.filed_by, by):
        raise ValidationError("自己报的延期换届不能自己批准，请由上级团组织的另一位同志办理。", code="extension.self")
    if not extension.has_party_approval:
        raise ValidationError("还没有登记同级党组织的批复，两个批复都有才能批准。", code="extension.party")
    _move(extension, "approve")
    _refuse_future("league_on", league.given_on, timezone.localdate(at))
    extension.league_number, extension.league_on = league.number, league.given_on
    extension.league_document, extension.approved_by = league.document, by
    _save_extension(extension)
    _settle(extension.organisation, by)
    record_about("extension.approve", extension.organisation, by, at)
    return extension


@transaction.atomic
def withdraw_extension(*, extension: TermExtension, by: User, at: datetime) -> TermExtension:
    """Take an extension back, filed or approved (撤销); raises ``extension.state`` when it is closed already."""
    extension = _lock_extension(extension)
    was_approved = extension.state == ExtensionState.APPROVED
    _move(extension, "withdraw")
    extension.closed_on = timezone.localdate(at)
    _save_extension(extension)
    if was_approved:
        _settle(extension.organisation, by)
    record_about("extension.withdraw", extension.organisation, by, at)
    return extension


# ---- shared --------------------------------------------------------------------
def _set_facts(election: TermElection, facts: ElectionFacts, day: date) -> None:
    """Set and check the facts of an election; the end of the term is by the rule of its day."""
    organisation, is_renewal = election.organisation, facts.kind == ElectionKind.RENEWAL
    others = TermElection.objects.filter(organisation=organisation, kind=ElectionKind.RENEWAL).exclude(pk=election.pk)
    before, after = _neighbours(others, election.held_on if election.pk else None)
    if is_renewal:
        _refuse("held_on", renewal_findings(facts.held_on, day, before=before, after=after))
        policy = term_policy(facts.held_on)
        findings = years_findings(
            organisation.kind, facts.term_years, least=policy.committee_min, most=policy.committee
        )
        _refuse("term_years", findings)
    else:
        first = min((one.held_on for one in others), default=None)
        _refuse("held_on", by_election_findings(facts.held_on, day, begun=first))
    election.kind, election.held_on, election.number = facts.kind, facts.held_on, facts.number
    election.term_years = facts.term_years if is_renewal else None
    election.ends_on = _end_of(election, term_timeline()) if is_renewal else None
    election.full_clean()


def _neighbours(others: Iterable[TermElection], held_on: date | None) -> tuple[date | None, date | None]:
    """Give the days of the 换届 before and after one; a new one comes after all."""
    days = sorted(one.held_on for one in others)
    before = [one for one in days if held_on is None or one < held_on]
    after = [one for one in days if held_on is not None and one > held_on]
    return max(before, default=None), min(after, default=None)


def _end_of(election: TermElection, timeline: TermTimeline) -> date | None:
    values = asdict(timeline.on(election.held_on))
    years = election.term_years if may_choose_term(election.organisation.kind) else None
    return end_of_term(election.organisation, election.held_on, values, years=years)


def _settle(organisation: Organisation, by: User | None) -> None:
    """Let the organisation's own columns say its latest 换届 and the extension in force."""
    latest = organisation.elections.filter(kind=ElectionKind.RENEWAL).order_by("-held_on").first()
    extension = organisation.extensions.filter(state=ExtensionState.APPROVED).first()
    organisation.elected_on = latest.held_on if latest else None
    organisation.term_years = latest.term_years if latest else None
    organisation.term_ends_on = latest.ends_on if latest else None
    organisation.extended_to = extension.extended_to if extension else None
    save_with_history(organisation, by)


def _end_extensions(organisation: Organisation, on: date) -> None:
    for extension in organisation.extensions.select_for_update().filter(state__in=OPEN_EXTENSIONS):
        _move(extension, "end")
        extension.closed_on = on
        _save_extension(extension)


def _lock_extension(extension: TermExtension) -> TermExtension:
    organisation = lock_open(extension.organisation)
    locked = TermExtension.objects.select_for_update(of=("self",)).select_related("filed_by").get(pk=extension.pk)
    locked.organisation = organisation
    return locked


def _move(extension: TermExtension, action: str) -> None:
    try:
        extension.state = EXTENSIONS.target(extension.state, action)
    except IllegalTransition:
        raise ValidationError("这件延期换届已经办结，不能再办这一步。", code="extension.state") from None


def _save_extension(extension: TermExtension) -> None:
    extension.version += 1
    extension.full_clean()
    extension.save()


def _set_party(extension: TermExtension, party: Approval, day: date) -> None:
    _refuse_future("party_on", party.given_on, day)
    extension.party_number, extension.party_on, extension.party_document = party.number, party.given_on, party.document


def _refuse_future(name: str, given_on: date, day: date) -> None:
    if given_on > day:
        raise ValidationError({name: ValidationError("批复日期不能晚于今天。", code="extension.approval")})


def _refuse(name: str, findings: Iterable[Finding]) -> None:
    errors = [ValidationError(one.message, code=one.code, params=dict(one.params)) for one in findings]
    if errors:
        raise ValidationError({name: errors})
