"""How rows of the organisation app are picked; ``visible_to`` is the only way from a user to rows."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.contrib.auth.base_user import BaseUserManager
from django.db.models import Case, CharField, Exists, F, Model, OuterRef, Q, QuerySet, Subquery, Value, When

from orgs.access import Scope, as_scope, subtree_range
from orgs.choices import OPEN_STATES, POLICY_BY_KEY, DutyKind, ElectionKind, ExtensionState, OrganisationKind
from orgs.rules import BRANCHES, TermLimits, may_be_put_on_townships
from youthleague.kernel.terms import TermStatus

if TYPE_CHECKING:
    from orgs.models import (  # noqa: F401 the strings below name them
        ColumnChoice,
        DutyItem,
        Organisation,
        OrganisationPlacement,
        OrgAssignment,
        PolicyDocument,
        PolicyValue,
        SavedList,
        TermElection,
        TermExtension,
        User,
    )

M = TypeVar("M", bound=Model)
# 等保 2.0：多余、过期的账号要清理。
STALE_DAYS = 90


class ScopedQuerySet(QuerySet[M]):
    """Rows that belong to an organisation; subclasses say which column holds its lineage."""

    lineage_field = "organisation__lineage"

    def visible_to(self, subject: "User | Scope") -> Self:
        """Narrow to the rows in the scope of an account (today) or of a given Scope."""
        return self.filter(as_scope(subject).where(self.lineage_field))

    def within(self, organisation: "Organisation") -> Self:
        """Narrow to the subtree of an organisation."""
        low, high = subtree_range(organisation.lineage)
        return self.filter(**{f"{self.lineage_field}__gte": low, f"{self.lineage_field}__lt": high})


def in_force_on(day: date, start: str = "started_on", end: str = "ended_on") -> Q:
    """Give the condition “begun by the day and not ended before or on it” for a pair of date columns."""
    return Q(**{f"{start}__lte": day}) & (Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gt": day}))


class OrganisationQuerySet(ScopedQuerySet["Organisation"]):
    """Organisations."""

    lineage_field = "lineage"

    def visible_to(self, subject: "User | Scope") -> Self:
        """Narrow to organisations in the scope; roles that see units only see these too."""
        return self.filter(as_scope(subject).where(self.lineage_field, units=True))

    def active(self) -> Self:
        """Keep organisations on the register (在册) or being set up (筹建)."""
        return self.filter(state__in=OPEN_STATES)

    def matching(self, text: str) -> Self:
        """Find by a part of either name, or by the beginning of its pinyin or initials."""
        words = text.strip()
        fits = Q(name__contains=words) | Q(short_name__contains=words)
        if words.isascii():
            fits |= Q(search_keys__startswith=words.lower()) | Q(search_keys__contains=f" {words.lower()}")
        return self.filter(fits)

    def on_register(self, day: date) -> Self:
        """Keep organisations that were on the register, or being set up, on a day."""
        placements: Any = self.model._meta.get_field("placements").related_model  # noqa: SLF001 - Django's meta API
        return self.filter(pk__in=placements.objects.as_of(day).values("organisation_id"))

    def with_term_of_day(self) -> Self:
        """Add the latest election, the end of its term and the extension in force, as the organisation keeps them."""
        return self.annotate(
            named=F("name"), elected=F("elected_on"), term_end=F("term_ends_on"), extended=F("extended_to")
        )

    def with_term_as_of(self, day: date) -> Self:
        """Add name, latest election, the end of its term and the extension in force as they were on a day."""
        meta, own = self.model._meta, {"organisation": OuterRef("pk")}  # noqa: SLF001 - Django's documented meta API
        related: Any = {name: meta.get_field(name).related_model for name in ("placements", "elections", "extensions")}
        held = related["elections"].objects.renewals().filter(**own, held_on__lte=day).order_by("-held_on")
        extended = related["extensions"].objects.in_force(day).filter(**own).order_by("-pk")
        return self.annotate(
            named=Subquery(related["placements"].objects.as_of(day).filter(**own).values("name")[:1]),
            elected=Subquery(held.values("held_on")[:1]),
            term_end=Subquery(held.values("ends_on")[:1]),
            extended=Subquery(extended.values("extended_to")[:1]),
        )

    def with_filed_extension(self) -> Self:
        """Add as ``is_filed`` whether an extension waits for approval."""
        extensions: Any = self.model._meta.get_field("extensions").related_model  # noqa: SLF001 - Django's meta API
        waiting = extensions.objects.filter(organisation=OuterRef("pk"), state=ExtensionState.FILED)
        return self.annotate(is_filed=Exists(waiting))

    def with_term_status(self, limits: TermLimits) -> Self:
        """Add how the terms added before stand on the day of the limits, as ``kernel.terms.term_status`` says it."""
        is_branch, day = Q(kind__in=BRANCHES), limits.day
        overdue = (is_branch & Q(term_end__lte=limits.branches_until)) | (
            ~is_branch & Q(term_end__lte=limits.others_until)
        )
        steps = (
            (Q(kind=OrganisationKind.WORK_COMMITTEE) | Q(is_temporary=True), TermStatus.NO_TERM),
            (Q(term_end__isnull=True), TermStatus.UNKNOWN),
            (Q(term_end__gt=limits.soon_until), TermStatus.NORMAL),
            (Q(term_end__gte=day), TermStatus.DUE_SOON),
            (Q(extended__gte=day), TermStatus.EXTENDED),
            (Q(extended__isnull=False) | overdue, TermStatus.OVERDUE),
        )
        cases = [When(condition, then=Value(status.value)) for condition, status in steps]
        return self.annotate(term_status=Case(*cases, default=Value(TermStatus.ENDED.value), output_field=CharField()))

    def with_superior(self, scope: Scope) -> Self:
        """Add the superior's name as ``superior``; empty where it is foreign, as of a unit merged into one's own."""
        known = scope.where("parent__lineage", units=True) | Q(parent_id__in=scope.superiors())
        return self.annotate(superior=Case(When(known, then=F("parent__name")), default=Value("")))


class UnitRecordQuerySet(ScopedQuerySet[M]):
    """What belongs to organisations themselves; roles that see units only see it too."""

    def visible_to(self, subject: "User | Scope") -> Self:
        """Narrow to what belongs to organisations in the scope."""
        return self.filter(as_scope(subject).where(self.lineage_field, units=True))


class ElectionQuerySet(UnitRecordQuerySet["TermElection"]):
    """Elections of organisations."""

    def renewals(self) -> Self:
        """Keep those that began a term (换届)."""
        return self.filter(kind=ElectionKind.RENEWAL)


class ExtensionQuerySet(UnitRecordQuerySet["TermExtension"]):
    """Extensions of terms."""

    def in_force(self, day: date) -> Self:
        """Keep those that both sides had approved by a day, and that nothing had ended."""
        lasting = Q(closed_on__isnull=True) | Q(closed_on__gt=day)
        return self.filter(lasting, party_on__lte=day, league_on__lte=day)


class PlacementQuerySet(UnitRecordQuerySet["OrganisationPlacement"]):
    """Dated names and superiors of organisations."""

    def as_of(self, day: date) -> Self:
        """Keep what organisations were called and whom they stood under on a day, one row at most for each."""
        return self.filter(in_force_on(day))


class AssignmentQuerySet(QuerySet["OrgAssignment"]):
    """Roles held on organisations."""

    def in_force(self, day: date) -> Self:
        """Keep the assignments in force on a day."""
        return self.filter(in_force_on(day))

    def visible_to(self, subject: "User | Scope") -> Self:
        """Narrow to assignments on organisations in the scope."""
        return self.filter(as_scope(subject).where("organisation__lineage", units=True))


class PolicyValueQuerySet(QuerySet["PolicyValue"]):
    """Dated policy values."""

    def number_on(self, key: str, day: date) -> int:
        """Give the number of a key in force on a day."""
        return self.numbers_on([key], day)[key]

    def numbers_on(self, keys: Iterable[str], day: date) -> dict[str, int]:
        """Give the numbers of several keys in force on a day, in one query; where nothing is stored, the default.

        Every page stands on these numbers: one out of bounds, which only the shell can store, is passed over.
        """
        policies = {key: POLICY_BY_KEY[key] for key in keys}
        stored = {key: value for _begun, key, value in self.filter(effective_from__lte=day).steps_of(policies)}
        return {key: policy.default for key, policy in policies.items()} | stored

    def steps_of(self, keys: Iterable[str]) -> list[tuple[date, str, int]]:
        """Give the stored numbers of keys with the days from which they hold, the earliest first."""
        rows = self.filter(key__in=list(keys)).order_by("effective_from").values_list("effective_from", "key", "value")
        return [row for row in rows if POLICY_BY_KEY[row[1]].takes(row[2])]


class SavedListQuerySet(QuerySet["SavedList"]):
    """Kept conditions of list pages."""

    def visible_to(self, subject: "User") -> Self:
        """Narrow to an account's own."""
        return self.filter(user=subject)


class ColumnChoiceQuerySet(QuerySet["ColumnChoice"]):
    """Chosen columns of list pages."""

    def visible_to(self, subject: "User") -> Self:
        """Narrow to an account's own."""
        return self.filter(user=subject)


class UserManager(BaseUserManager["User"]):
    """Accounts: made with a name and a password, never with rights of their own."""

    def create_user(self, username: str, password: str | None = None, **fields: object) -> "User":
        """Make an account; what it may do comes from its assignments only."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class UserQuerySet(QuerySet["User"]):
    """Accounts."""

    def visible_to(self, subject: "User | Scope") -> Self:
        """Narrow to accounts that hold, or held, a role in the scope, and to those with none yet for its keepers."""
        scope = as_scope(subject).holding("orgs.view_user")
        condition = scope.where("assignments__organisation__lineage", units=True)
        if scope.ranges(units=True):
            condition |= Q(assignments__isnull=True)
        return self.filter(condition).distinct()

    def stale(self, at: datetime) -> Self:
        """Keep the accounts in use that nobody has signed in with for ``STALE_DAYS`` days, or since they were made."""
        before = at - timedelta(days=STALE_DAYS)
        unused = Q(last_login__lt=before) | Q(last_login__isnull=True, date_joined__lt=before)
        return self.filter(unused, is_active=True)

    def kept_by(self, subject: "User | Scope") -> Self:
        """Narrow to accounts that a keeper may shut out: visible, and holding no role outside the scope today."""
        scope = as_scope(subject).holding("orgs.change_user")
        related: Any = self.model._meta.get_field("assignments").related_model  # noqa: SLF001 - Django's meta API
        held = related.objects.in_force(scope.day)
        beyond = held.exclude(scope.where("organisation__lineage", units=True))
        return self.visible_to(scope).exclude(pk__in=beyond.values("user_id"))


class PolicyDocumentQuerySet(QuerySet["PolicyDocument"]):
    """Documents, which the whole district cites."""

    def matching(self, text: str) -> Self:
        """Keep those with this in title, number or issuer."""
        wanted = text.strip()
        return self.filter(Q(title__contains=wanted) | Q(number__contains=wanted) | Q(issuer__contains=wanted))


class DutyItemQuerySet(QuerySet["DutyItem"]):
    """Duty items, which hold in the whole district."""

    def in_force(self, day: date) -> Self:
        """Keep those in force on a day."""
        return self.filter(in_force_on(day, "valid_from", "valid_until"))

    def that_may_be_put_on_townships(self, day: date) -> Self:
        """Keep those in force that may be the basis of work put on a 街乡: what was taken back never is."""
        return self.in_force(day).filter(kind__in=[kind for kind in DutyKind if may_be_put_on_townships(kind)])

    def clashing(self, codes: Iterable[str], since: date, until: date | None = None) -> Self:
        """Keep those that bear one of these codes at some time of a span."""
        overlap = Q(valid_until__isnull=True) | Q(valid_until__gt=since)
        if until is not None:
            overlap &= Q(valid_from__lt=until)
        return self.filter(overlap, code__in=list(codes))

    def matching(self, text: str) -> Self:
        """Keep those with this in code, title or category."""
        wanted = text.strip()
        return self.filter(Q(code__contains=wanted) | Q(title__contains=wanted) | Q(category__contains=wanted))
