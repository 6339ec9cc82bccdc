"""Every row of the portal with the units whose roles may see it: a plain second opinion on the scope layer.

Nothing here asks ``Scope``, ``visible_to`` or the table of roles.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Model

from cadres.models import Account
from tests.contract.visitors import KEEPERS, ROSTER, UNITS, Visitor

OURS = ("orgs", "cadres", "sheets", "audit", "protection", "notices", "linkage", "appraisal")
TWO_YEARS = timedelta(days=730)
NOBODY: frozenset[str] = frozenset()
NEUTRAL = "factory"  # the account that enters everybody's rows, whose name histories may tell

POLICY_READERS = frozenset({"district_staff", "sysadmin"})
DOCUMENT_READERS = frozenset({"district_staff"})
ACCOUNT_KEEPERS = frozenset({"security_admin"})
AUDITORS = frozenset({"auditor"})
SHOWN_UPWARDS = frozenset({"name", "short_name", "full_name"})  # of one's superiors


@dataclass(frozen=True)
class Record:
    """One row: its model, its key, what kind of thing it is, whose it is."""

    label: str
    pk: int
    kind: str
    lineages: frozenset[str] = NOBODY  # units whose roles see the whole row
    known_to: frozenset[str] = NOBODY  # units that also know its name
    owner: int | None = None
    ties: frozenset[str] = NOBODY  # units all of which one must keep to change the row

    def is_seen_by(self, visitor: Visitor, column: str = "") -> bool:
        """Tell whether a visitor may read a column of this row."""
        return SEEN[self.kind](self, visitor, column)

    def is_known_to(self, visitor: Visitor) -> bool:
        """Tell whether a visitor may know that this row exists, by its name at least."""
        return self.is_seen_by(visitor) or self.is_seen_by(visitor, "name")

    def is_kept_by(self, visitor: Visitor) -> bool:
        """Tell whether a visitor may change this row."""
        return KEPT[self.kind](self, visitor)


def _unit_is_seen(record: Record, visitor: Visitor, column: str) -> bool:
    upwards = any(map(visitor.stands_under, record.lineages)) or visitor.covers(ROSTER, record.known_to)
    return visitor.covers(UNITS, record.lineages) or (column in SHOWN_UPWARDS and upwards)


def _person_is_seen(record: Record, visitor: Visitor, column: str) -> bool:
    return visitor.covers(ROSTER, record.lineages) or (column == "name" and visitor.covers(ROSTER, record.known_to))


def _account_is_seen(record: Record, visitor: Visitor, column: str) -> bool:
    upwards = any(map(visitor.stands_under, record.lineages)) or visitor.covers(ROSTER, record.known_to)
    told = column in SHOWN_UPWARDS and (upwards or visitor.holds(AUDITORS))  # every event names who acted
    return told or _is_own(record, visitor) or _account_is_kept(record, visitor)


def _account_is_kept(record: Record, visitor: Visitor) -> bool:
    """Tell whether a visitor keeps an account: its roles lie in the subtree, or it has none yet."""
    return visitor.covers(ACCOUNT_KEEPERS, record.lineages) or (not record.lineages and visitor.holds(ACCOUNT_KEEPERS))


def _account_may_be_changed(record: Record, visitor: Visitor) -> bool:
    """Tell whether a visitor may shut an account out: it holds no role today where the visitor keeps none."""
    inside = all(visitor.covers(ACCOUNT_KEEPERS, frozenset({one})) for one in record.ties)
    return inside and _account_is_kept(record, visitor)


def _is_own(record: Record, visitor: Visitor) -> bool:
    return visitor.user is not None and record.owner == visitor.user.pk


SEEN: dict[str, Callable[[Record, Visitor, str], bool]] = {
    "unit": _unit_is_seen,
    "person": _person_is_seen,
    "account": _account_is_seen,
    "assignment": lambda record, visitor, _: visitor.covers(ACCOUNT_KEEPERS, record.lineages),
    "own": lambda record, visitor, _: _is_own(record, visitor),
    "policy": lambda _record, visitor, _: visitor.holds(POLICY_READERS),
    "document": lambda _record, visitor, _: visitor.holds(DOCUMENT_READERS),
    "event": lambda _record, visitor, _: visitor.holds(AUDITORS),
    "secret": lambda _record, _visitor, _: False,
    "machinery": lambda _record, _visitor, _: True,
}

KEPT: dict[str, Callable[[Record, Visitor], bool]] = {
    "unit": lambda record, visitor: visitor.covers(frozenset({"district_staff"}), record.lineages),
    "person": lambda record, visitor: visitor.covers(KEEPERS, record.lineages),
    "account": lambda record, visitor: _is_own(record, visitor) or _account_may_be_changed(record, visitor),
    "assignment": lambda record, visitor: visitor.covers(ACCOUNT_KEEPERS, record.lineages),
    "own": _is_own,
    "policy": lambda _record, visitor: visitor.holds(POLICY_READERS),
    "document": lambda _record, visitor: visitor.holds(DOCUMENT_READERS),
    "event": lambda _record, _visitor: False,
    "secret": lambda record, visitor: _is_own(record, visitor) or _account_may_be_changed(record, visitor),
    "machinery": lambda _record, _visitor: True,
}


def our_models() -> list[type[Model]]:
    """List the models of the portal, their histories included."""
    return [model for model in apps.get_models() if model._meta.app_label in OURS and model._meta.managed]


def all_records(today: date) -> dict[tuple[str, int], Record]:
    """Describe every row there is; a model that nobody has described fails here."""
    return {
        (model._meta.label, row.pk): DESCRIBED[model._meta.label](row, today)
        for model in our_models()
        for row in model._base_manager.all()
    }


def units_in_force(cadre: Any, today: date) -> frozenset[str]:
    """Give the units in which a person holds a post today."""
    posts = list(cadre.appointments.all())
    return frozenset(
        post.organisation.lineage
        for post in posts
        if post.appointed_on <= today and (post.ended_on is None or post.ended_on > today)
    )


def units_that_remember(cadre: Any, today: date) -> frozenset[str]:
    """Give the units in which a person's post ended at most two years ago, or has not ended."""
    posts = list(cadre.appointments.all())
    return frozenset(
        post.organisation.lineage for post in posts if post.ended_on is None or post.ended_on >= today - TWO_YEARS
    )


def units_of_roles(user: Any, today: date) -> frozenset[str]:
    """Give the units on which an account holds a role today."""
    held = [one for one in user.assignments.all() if one.ended_on is None or one.ended_on > today]
    return frozenset(one.organisation.lineage for one in held)


def _unit(row: Any, today: date) -> Record:
    """Describe a unit; who sees a person whole also reads the names of the units of that person's other posts."""
    organisation = getattr(row, "organisation", row)
    posts = organisation.appointments.all()
    known_to = frozenset(lineage for post in posts for lineage in units_in_force(post.cadre, today))
    return Record(row._meta.label, row.pk, "unit", frozenset({organisation.lineage}), known_to=known_to)


def _account(row: Any, today: date) -> Record:
    """Describe an account; who sees its person whole also reads whose it is."""
    link = Account.objects.filter(user=row).first()
    known_to = units_in_force(link.cadre, today) if link else NOBODY
    lineages = frozenset(one.organisation.lineage for one in row.assignments.all())
    kind = "machinery" if row.username == NEUTRAL else "account"
    return Record(row._meta.label, row.pk, kind, lineages, known_to, owner=row.pk, ties=units_of_roles(row, today))


def _belongings(kind: str, owner: str) -> Callable[[Any, date], Record]:
    """Describe rows that are one account's own; ``owner`` is the path to it."""

    def describe(row: Any, today: date) -> Record:
        user = row
        for name in owner.split("."):
            user = getattr(user, name)
        lineages = frozenset(one.organisation.lineage for one in user.assignments.all())
        return Record(row._meta.label, row.pk, kind, lineages, owner=user.pk, ties=units_of_roles(user, today))

    return describe


def _assignment(row: Any, today: date) -> Record:
    return Record(row._meta.label, row.pk, "assignment", frozenset({row.organisation.lineage}), owner=row.user_id)


def _person(row: Any, today: date) -> Record:
    remembered = units_that_remember(row, today)
    return Record(row._meta.label, row.pk, "person", units_in_force(row, today), known_to=remembered)


def _of_person(row: Any, today: date) -> Record:
    return Record(row._meta.label, row.pk, "person", units_in_force(row.cadre, today))


def _post(row: Any, today: date) -> Record:
    is_remembered = row.ended_on is None or row.ended_on >= today - TWO_YEARS
    own = frozenset({row.organisation.lineage}) if is_remembered else NOBODY
    return Record(row._meta.label, row.pk, "person", own | units_in_force(row.cadre, today))


def _past(describe: Callable[[Any, date], Record]) -> Callable[[Any, date], Record]:
    """Describe a row of history as the row that it is about."""

    def of_history(row: Any, today: date) -> Record:
        about = describe(row.instance_type._base_manager.get(pk=row.id), today)
        return Record(row._meta.label, row.pk, about.kind, about.lineages, about.known_to)

    return of_history


def _plain(kind: str) -> Callable[[Any, date], Record]:
    return lambda row, _today: Record(row._meta.label, row.pk, kind)


DESCRIBED: dict[str, Callable[[Any, date], Record]] = {
    "orgs.Organisation": _unit,
    "orgs.OrganisationPlacement": _unit,
    "orgs.FormerLineage": _unit,
    "orgs.HistoricalOrganisation": _past(_unit),
    "orgs.User": _account,
    "orgs.PasswordRecord": _belongings("secret", "user"),
    "orgs.Authenticator": _belongings("secret", "user"),
    "orgs.RecoveryCode": _belongings("secret", "authenticator.user"),
    "orgs.OrgAssignment": _assignment,
    "orgs.PolicyValue": _plain("policy"),
    "orgs.PolicyDocument": _plain("document"),
    "cadres.Cadre": _person,
    "cadres.HistoricalCadre": _past(_person),
    "cadres.Appointment": _post,
    "cadres.HistoricalAppointment": _past(_post),
    "cadres.Account": _of_person,
    "sheets.ImportBatch": _belongings("own", "uploaded_by"),
    "sheets.ImportRow": _belongings("own", "batch.uploaded_by"),
    "audit.AuditEvent": _plain("event"),
    "audit.AuditHead": _plain("machinery"),
    "protection.TokenBucket": _plain("machinery"),
}


def foreign_to(visitor: Visitor, records: Iterable[Record]) -> list[Record]:
    """List the rows that a visitor may not change."""
    return [record for record in records if not record.is_kept_by(visitor)]
