"""How rows of the organisation app are picked; ``visible_to`` is the only way from a user to rows."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.contrib.auth.base_user import BaseUserManager
from django.db.models import Case, F, Model, Q, QuerySet, Value, When

from orgs.access import Scope, as_scope, subtree_range
from orgs.choices import OPEN_STATES, POLICY_BY_KEY

if TYPE_CHECKING:
    from orgs.models import (  # noqa: F401 the strings below name them
        Organisation,
        OrganisationPlacement,
        OrgAssignment,
        PolicyValue,
        User,
    )

M = TypeVar("M", bound=Model)


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

    def with_superior(self, scope: Scope) -> Self:
        """Add the superior's name as ``superior``; empty where it is foreign, as of a unit merged into one's own."""
        known = scope.where("parent__lineage", units=True) | Q(parent_id__in=scope.superiors())
        return self.annotate(superior=Case(When(known, then=F("parent__name")), default=Value("")))


class PlacementQuerySet(ScopedQuerySet["OrganisationPlacement"]):
    """Dated names and superiors of organisations."""

    def visible_to(self, subject: "User | Scope") -> Self:
        """Narrow to what organisations in the scope were called; roles that see units only see these too."""
        return self.filter(as_scope(subject).where(self.lineage_field, units=True))

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
        rows = self.filter(key__in=policies, effective_from__lte=day).order_by("effective_from")
        stored = {key: value for key, value in rows.values_list("key", "value") if policies[key].takes(value)}
        return {key: policy.default for key, policy in policies.items()} | stored


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

    def kept_by(self, subject: "User | Scope") -> Self:
        """Narrow to accounts that a keeper may shut out: visible, and holding no role outside the scope today."""
        scope = as_scope(subject).holding("orgs.change_user")
        related: Any = self.model._meta.get_field("assignments").related_model  # noqa: SLF001 - Django's meta API
        held = related.objects.in_force(scope.day)
        beyond = held.exclude(scope.where("organisation__lineage", units=True))
        return self.visible_to(scope).exclude(pk__in=beyond.values("user_id"))
