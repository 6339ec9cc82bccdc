"""How rows of the appraisal are picked; each belongs to the unit of its person at the date, by stored lineage."""

from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.apps import apps
from django.db.models import Count, F, Max, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from appraisal.access import DECIDE_LOW_RANK, KEEP_LOW_RANK
from appraisal.choices import (
    CycleState,
    DebriefState,
    DecisionState,
    DistrictState,
    LetterState,
    ObjectionState,
    PledgeState,
    SealState,
    Standing,
)
from appraisal.rules.low_rank import OPEN_STATES, TOLD_STATES
from cadres.choices import LeaguePost
from orgs.access import as_scope
from orgs.choices import Level
from orgs.querysets import ScopedQuerySet

if TYPE_CHECKING:
    from appraisal.models import (  # noqa: F401 the strings below name them
        AppraisalCycle,
        AppraisedUnit,
        Calibration,
        DebriefReport,
        FeedbackLetter,
        LedgerEntry,
        LowRankCase,
        Participant,
        Publication,
        ResponsibilityPledge,
        ResultUsage,
        RollUp,
        Scorecard,
        Seal,
        SealedCard,
        UnitObjection,
    )
    from orgs.access import Scope
    from orgs.models import User

M = TypeVar("M", bound=Model)
NOT_YET_SIGNED = (PledgeState.DRAFT, PledgeState.OFFERED, PledgeState.CONFIRMED, PledgeState.REVIEWED)


class CycleQuerySet(QuerySet["AppraisalCycle"]):
    """Years of appraisal."""

    def open(self) -> Self:
        """Keep those that are not put away yet."""
        return self.exclude(state=CycleState.ARCHIVED)

    def unlocked(self) -> Self:
        """Leave out those whose results are locked."""
        return self.exclude(seals__state=SealState.LOCKED)


class ParticipantQuerySet(ScopedQuerySet["Participant"]):
    """Who is appraised."""

    lineage_field = "lineage"

    def of_person(self, user: "User") -> Self:
        """Keep those that an account is itself, by whichever of its person's accounts."""
        return self.filter(cadre__person_key=user.person_key)

    def appraised(self) -> Self:
        """Leave out those who are no longer appraised."""
        return self.exclude(standing=Standing.WITHDRAWN)

    def of_people_matching(self, text: str) -> Self:
        """Keep those with this in the name, or as the beginning of its pinyin or initials."""
        field = self.model._meta.get_field("cadre")  # noqa: SLF001 - Django's documented meta API
        people: Any = field.related_model
        return self.filter(cadre__in=people.objects.matching(text))


class OfParticipantQuerySet(ScopedQuerySet[M]):
    """Rows about somebody who is appraised."""

    lineage_field = "participant__lineage"

    def of_person(self, user: "User") -> Self:
        """Keep those about whoever an account is, by whichever of its person's accounts."""
        return self.filter(participant__cadre__person_key=user.person_key)


class ProposalQuerySet(OfParticipantQuerySet[M]):
    """Items that one enters and another approves."""

    def approved(self) -> Self:
        """Keep those that count."""
        return self.filter(Q(state=DecisionState.APPROVED))


class LedgerQuerySet(OfParticipantQuerySet["LedgerEntry"]):
    """Entries of the ledger."""

    def readable_by(self, user: "User") -> Self:
        """Leave out what is kept about oneself and, in a group in which one is appraised, what others entered."""
        own = {"participant__group__participants__cadre__person_key": user.person_key}
        peers = self.model._default_manager.filter(**own).exclude(entered_by__person_key=user.person_key)  # noqa: SLF001
        return self.exclude(participant__cadre__person_key=user.person_key).exclude(pk__in=peers.values("pk"))

    def standing(self) -> Self:
        """Keep those that were neither withdrawn nor corrected."""
        return self.filter(Q(withdrawn_at=None))


class RollUpQuerySet(QuerySet["RollUp"]):
    """Versions of results."""

    def latest_versions(self) -> Self:
        """Keep the last version of each group."""
        return self.annotate(last=Max("group__roll_ups__version")).filter(version=F("last"))


class ScorecardQuerySet(OfParticipantQuerySet["Scorecard"]):
    """Results of single people."""

    def with_final_grade(self) -> Self:
        """Add ``final_grade``: the calculated one, or the one that people made of it on this version."""
        made = apps.get_model("appraisal", "Calibration").objects.standing()
        of_card = made.filter(participant=OuterRef("participant"), roll_up=OuterRef("roll_up")).order_by("-pk")
        return self.annotate(final_grade=Coalesce(Subquery(of_card.values("after")[:1]), F("grade")))


class CalibrationQuerySet(OfParticipantQuerySet["Calibration"]):
    """Grades that people changed."""

    def standing(self) -> Self:
        """Leave out what was taken back."""
        return self.filter(Q(withdrawn_at=None))


class PublicationQuerySet(QuerySet["Publication"]):
    """Results made known."""

    def standing(self) -> Self:
        """Leave out those after which something changed."""
        return self.filter(Q(closed_at=None))


class SealQuerySet(QuerySet["Seal"]):
    """Locks of years."""

    def standing(self) -> Self:
        """Keep those by which results are locked now."""
        return self.filter(state=SealState.LOCKED)


class SealedCardQuerySet(OfParticipantQuerySet["SealedCard"]):
    """Scorecards as they were locked."""

    def standing(self) -> Self:
        """Keep those of the locks that stand."""
        return self.filter(Q(seal__state=SealState.LOCKED))


class DebriefQuerySet(OfParticipantQuerySet["DebriefReport"]):
    """Reports (述职报告)."""

    def waiting(self) -> Self:
        """Keep those that wait to be looked through."""
        return self.filter(state=DebriefState.REVIEW)

    def sent(self) -> Self:
        """Leave out those that their authors still write on."""
        return self.exclude(state__in=[DebriefState.DRAFT, DebriefState.RETURNED])


class PledgeQuerySet(OfParticipantQuerySet["ResponsibilityPledge"]):
    """岗位目标责任书."""

    def with_person(self) -> Self:
        """Read along whose it is, in which post and year."""
        return self.select_related(
            "participant__cadre", "participant__cycle", "participant__group", "participant__organisation"
        )

    def of_open_years(self) -> Self:
        """Keep those of years that are not put away, of people who are still appraised."""
        open_ones = self.exclude(participant__cycle__state=CycleState.ARCHIVED)
        return open_ones.exclude(participant__standing=Standing.WITHDRAWN)

    def to_countersign(self) -> Self:
        """Keep those that the 同级党（工）委 of a 街乡 signs too."""
        is_theirs = Q(participant__organisation__level=Level.TOWNSHIP, participant__league_post=LeaguePost.SECRETARY)
        return self.filter(is_theirs).exclude(state__in=NOT_YET_SIGNED)


class OfPledgeQuerySet(ScopedQuerySet[M]):
    """Rows of a 责任书."""

    lineage_field = "pledge__participant__lineage"

    def of_person(self, user: "User") -> Self:
        """Keep those of whoever an account is, by whichever of its person's accounts."""
        return self.filter(pledge__participant__cadre__person_key=user.person_key)


class UsageQuerySet(ProposalQuerySet["ResultUsage"]):
    """What results were used for."""


class LowRankQuerySet(QuerySet["LowRankCase"]):
    """Cases of consecutive low ranks: for the leaders there, the keeper that was named, the person once told."""

    def visible_to(self, subject: "User") -> Self:
        """Narrow to those that an account decides about or was named keeper of; never to its own, by any account."""
        scope, field = as_scope(subject), "participant__lineage"
        leads = scope.holding(DECIDE_LOW_RANK).where(field)
        keeps = Q(keeper=subject) & scope.holding(KEEP_LOW_RANK).where(field)
        return self.filter(leads | keeps).exclude(participant__cadre__person_key=subject.person_key)

    def of_person(self, user: "User") -> Self:
        """Narrow to those about whoever an account is, by whichever of its person's accounts, once they were decided.

        What the rule proposed, and whatever was planned, is not told.
        """
        return self.filter(participant__cadre__person_key=user.person_key, state__in=TOLD_STATES)

    def open(self) -> Self:
        """Keep those that wait for somebody to do something."""
        return self.filter(state__in=OPEN_STATES)

    def with_person(self) -> Self:
        """Read along whose it is, in which post and year."""
        about = ("participant__cadre", "participant__cycle", "participant__group", "participant__organisation")
        return self.select_related(*about, "keeper", "decided_by", "closed_by", "earlier")


class UnitQuerySet(ScopedQuerySet["AppraisedUnit"]):
    """Units that the 区综合考核 is about."""

    lineage_field = "lineage"

    def issued(self) -> Self:
        """Keep those whose table of indicators was issued."""
        return self.exclude(appraisal__state=DistrictState.DRAFT)

    def to_rate(self) -> Self:
        """Keep those that have not handed their 自评 in, while it is asked for."""
        return self.filter(appraisal__state=DistrictState.SELF_RATING, handed_in_at=None)

    def open(self) -> Self:
        """Keep those of years that were not reported yet."""
        return self.exclude(appraisal__state=DistrictState.REPORTED)


class OfUnitQuerySet(ScopedQuerySet[M]):
    """Rows about a unit: its points of an indicator, its results."""

    lineage_field = "unit__lineage"


class ObjectionQuerySet(ScopedQuerySet["UnitObjection"]):
    """Objections of units."""

    lineage_field = "points__unit__lineage"

    def waiting(self) -> Self:
        """Keep those that were not answered yet."""
        return self.filter(state=ObjectionState.RAISED)


class LetterQuerySet(ScopedQuerySet["FeedbackLetter"]):
    """反馈函; each belongs to the unit whose 同级党（工）委 it goes to, by stored lineage."""

    lineage_field = "lineage"

    def standing(self) -> Self:
        """Leave out those that no longer stand (作废)."""
        return self.exclude(state=LetterState.VOID)

    def received_by(self, scope: "Scope") -> Self:
        """Keep what was delivered to who receives letters in a scope, and what of that was withdrawn since.

        区委组织部 gets a copy of every letter (抄送), so that units suffice.
        """
        return self.filter(scope.where(self.lineage_field, units=True), delivered_on__isnull=False)

    def addressed_to(self, scope: "Scope") -> Self:
        """Keep what was delivered to whom it is addressed to; a copy is not."""
        lineages = {lineage for one in scope.grants for lineage in one.lineages}
        return self.filter(lineage__in=lineages, delivered_on__isnull=False)

    def with_all(self) -> Self:
        """Read along the year, the seal, the unit, who signed and what is replaced."""
        return self.select_related("cycle", "seal", "organisation", "signed_by", "replaces")

    def with_counts(self) -> Self:
        """Count whom each names: those it tells of (``named``), and those it only gets a copy about (``copied``)."""
        is_copy = Q(people__is_copy=True)
        return self.annotate(named=Count("people", filter=~is_copy), copied=Count("people", filter=is_copy))


class OfLetterQuerySet(ScopedQuerySet[M]):
    """Rows of a 反馈函."""

    lineage_field = "letter__lineage"
