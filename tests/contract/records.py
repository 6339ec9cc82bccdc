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
from tests.contract.appraised import (
    ABOUT,
    APPRAISERS,
    OF_UNIT,
    SCHEME,
    WHO_SEES,
    case_is_kept,
    of_unit,
    unit_is_rated,
)
from tests.contract.tasks import task_units, units_beside
from tests.contract.visitors import KEEPERS, ROSTER, UNITS, Visitor

OURS = ("orgs", "cadres", "sheets", "audit", "protection", "notices", "linkage", "appraisal")
TWO_YEARS = timedelta(days=730)
NOBODY: frozenset[str] = frozenset()
NEUTRAL = "factory"  # the account that enters everybody's rows, whose name histories may tell

POLICY_READERS = frozenset({"district_staff", "sysadmin"})
DOCUMENT_READERS = ROSTER
DOCUMENT_KEEPERS = frozenset({"district_staff"})
DISTRICT = frozenset({"district_staff"})
ACCOUNT_KEEPERS = frozenset({"security_admin"})
AUDITORS = frozenset({"auditor"})
SYSADMINS = frozenset({"sysadmin"})
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


def _request_is_seen(record: Record, visitor: Visitor, _column: str = "") -> bool:
    """Tell whether a visitor filed a request for a unit still kept, or keeps both units from the district."""
    decides = all(visitor.covers(DISTRICT, frozenset({one})) for one in record.ties)
    return decides or (_is_own(record, visitor) and visitor.covers(KEEPERS, record.lineages))


def _may_send(record: Record, visitor: Visitor) -> bool:
    """Tell whether a draft is a visitor's: of their unit, or below their 街乡; the district has its own alone."""
    below = frozenset({"township_secretary", "village_secretary"})
    is_district = any(role == "district_staff" and {held} == record.lineages for role, held in visitor.roles)
    return is_district or visitor.covers(below, record.lineages)


def _is_own(record: Record, visitor: Visitor) -> bool:
    return visitor.user is not None and record.owner == visitor.user.pk


SEEN: dict[str, Callable[[Record, Visitor, str], bool]] = {
    "unit": _unit_is_seen,
    "term": lambda record, visitor, _: visitor.covers(UNITS, record.lineages),
    "person": _person_is_seen,
    "draft": lambda record, visitor, _: _may_send(record, visitor),
    "grade": lambda record, visitor, _: visitor.covers(APPRAISERS | {"party_committee"}, record.lineages),
    "account": _account_is_seen,
    "assignment": lambda record, visitor, _: visitor.covers(ACCOUNT_KEEPERS, record.lineages),
    "own": lambda record, visitor, _: _is_own(record, visitor),
    "policy": lambda _record, visitor, _: visitor.holds(POLICY_READERS),
    "document": lambda _record, visitor, _: visitor.holds(DOCUMENT_READERS),
    "event": lambda _record, visitor, _: visitor.holds(AUDITORS),
    "request": _request_is_seen,
    "installation": lambda _record, visitor, _: visitor.holds(SYSADMINS),
    "undelivered": lambda _record, visitor, column: visitor.holds(SYSADMINS) and column in {"name", "title", "fault"},
    "scheme": lambda _record, visitor, _: visitor.holds(APPRAISERS | ROSTER | {"committee_member"}),
    **WHO_SEES,
    "result": lambda record, visitor, _: visitor.covers(APPRAISERS, record.lineages),
    "rated": unit_is_rated,
    "secret": lambda _record, _visitor, _: False,
    "machinery": lambda _record, _visitor, _: True,
}

KEPT: dict[str, Callable[[Record, Visitor], bool]] = {
    "unit": lambda record, visitor: visitor.covers(frozenset({"district_staff"}), record.lineages),
    "term": lambda record, visitor: visitor.covers(KEEPERS, record.lineages),
    "person": lambda record, visitor: visitor.covers(KEEPERS, record.lineages),
    "draft": _may_send,
    "grade": lambda _record, _visitor: False,  # nobody writes a grade by hand
    "account": lambda record, visitor: _is_own(record, visitor) or _account_may_be_changed(record, visitor),
    "assignment": lambda record, visitor: visitor.covers(ACCOUNT_KEEPERS, record.lineages),
    "own": _is_own,
    "policy": lambda _record, visitor: visitor.holds(POLICY_READERS),
    "document": lambda _record, visitor: visitor.holds(DOCUMENT_KEEPERS),
    "event": lambda _record, _visitor: False,
    "request": _request_is_seen,
    "installation": lambda _record, visitor: visitor.holds(SYSADMINS),
    "undelivered": lambda _record, visitor: visitor.holds(SYSADMINS),
    "scheme": lambda _record, visitor: visitor.holds(DISTRICT),
    **WHO_SEES,
    "appraised": lambda record, visitor: visitor.covers(APPRAISERS, record.lineages),
    "low-rank": case_is_kept,
    "result": lambda record, visitor: visitor.covers(APPRAISERS, record.lineages),
    "rated": unit_is_rated,
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
    """Describe a unit; who sees a person whole also reads the names of the units of that person's other posts.

    Units that take part in the same task between equals read each other's name.
    """
    organisation = getattr(row, "organisation", row)
    posts = organisation.appointments.all()
    known_to = frozenset(lineage for post in posts for lineage in units_in_force(post.cadre, today))
    if organisation is row:
        known_to |= units_beside(row)
    return Record(row._meta.label, row.pk, "unit", frozenset({organisation.lineage}), known_to=known_to)


def _of_unit(row: Any, _today: date) -> Record:
    """Describe what belongs to a unit itself."""
    return Record(row._meta.label, row.pk, "term", frozenset({row.organisation.lineage}))


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


def _of_cadre(kind: str) -> Callable[[Any, date], Record]:
    return lambda row, today: Record(row._meta.label, row.pk, kind, units_in_force(row.cadre, today))


def _post(row: Any, today: date) -> Record:
    is_remembered = row.ended_on is None or row.ended_on >= today - TWO_YEARS
    own = frozenset({row.organisation.lineage}) if is_remembered else NOBODY
    return Record(row._meta.label, row.pk, "person", own | units_in_force(row.cadre, today))


def _request(row: Any, _today: date) -> Record:
    ties = frozenset({row.lineage, row.held_lineage})
    return Record(row._meta.label, row.pk, "request", frozenset({row.lineage}), owner=row.requester_id, ties=ties)


def _past(describe: Callable[[Any, date], Record]) -> Callable[[Any, date], Record]:
    """Describe a row of history as the row that it is about."""

    def of_history(row: Any, today: date) -> Record:
        about = describe(row.instance_type._base_manager.get(pk=row.id), today)
        return Record(row._meta.label, row.pk, about.kind, about.lineages, about.known_to)

    return of_history


def _weekly(row: Any, today: date) -> Record:
    """Describe a week of a unit: whoever sees the people of the unit as it stood then."""
    return Record(row._meta.label, row.pk, "person", frozenset({row.lineage}))


def _task(row: Any, _today: date) -> Record:
    """Describe a task of the linkage: of whoever sent or leads it, and of the units that were asked to do a part."""
    if row.state == "draft":
        return Record(row._meta.label, row.pk, "draft", frozenset({row.lineage}))
    return Record(row._meta.label, row.pk, "person", task_units(row))


def _of_task(row: Any, today: date) -> Record:
    """Describe what belongs to a task: to one unit's part of it, or to the whole."""
    part = row if row._meta.model_name == "taskassignment" else getattr(row, "assignment", None)
    if (part or row).task.state == "draft":
        return Record(row._meta.label, row.pk, "draft", frozenset({(part or row).task.lineage}))
    if part is None:
        withdrawn = getattr(row, "state", "") in {"draft", "void"}  # a partner that the lead alone knows of
        lineages = frozenset({row.task.lineage}) if withdrawn else task_units(row.task)
        return Record(row._meta.label, row.pk, "person", lineages)
    lineages = {part.task.lineage} if part.state == "draft" else {part.lineage, part.task.lineage}
    return Record(row._meta.label, row.pk, "person", frozenset(lineages))


def _about(kind: str, whose: Callable[[Any], dict[str, Any]]) -> Callable[[Any, date], Record]:
    """Describe rows of the appraisal; ``whose`` tells of one where it lies and whose it is."""
    return lambda row, _today: Record(row._meta.label, row.pk, kind, **whose(row))


def _of_group(row: Any, _today: date) -> Record:
    """Describe what is calculated or decided about a whole group."""
    lineages = frozenset(row.group.participants.values_list("lineage", flat=True))
    return Record(row._meta.label, row.pk, "result", lineages)


def _notice(row: Any, today: date) -> Record:
    """Describe a row of the ledger: the inbox is one's own; what did not go out is the keeper's; the rest nobody's."""
    if row.state == "failed":
        return Record(row._meta.label, row.pk, "undelivered")
    return _belongings("own" if row.channel == "inbox" else "secret", "recipient")(row, today)


def _plain(kind: str) -> Callable[[Any, date], Record]:
    return lambda row, _today: Record(row._meta.label, row.pk, kind)


DESCRIBED: dict[str, Callable[[Any, date], Record]] = {
    "orgs.Organisation": _unit,
    "orgs.OrganisationPlacement": _unit,
    "orgs.FormerLineage": _unit,
    "orgs.HistoricalOrganisation": _past(_unit),
    "orgs.TermElection": _of_unit,
    "orgs.TermExtension": _of_unit,
    "orgs.User": _account,
    "orgs.SavedList": _belongings("own", "user"),
    "orgs.ColumnChoice": _belongings("own", "user"),
    "orgs.PasswordRecord": _belongings("secret", "user"),
    "orgs.Authenticator": _belongings("secret", "user"),
    "orgs.RecoveryCode": _belongings("secret", "authenticator.user"),
    "orgs.OrgAssignment": _assignment,
    "orgs.PolicyValue": _plain("policy"),
    "orgs.PolicyDocument": _plain("document"),
    "orgs.DutyItem": _plain("document"),
    "cadres.Cadre": _person,
    "cadres.HistoricalCadre": _past(_person),
    "cadres.Appointment": _post,
    "cadres.PostRequest": _request,
    "cadres.HistoricalAppointment": _past(_post),
    "cadres.Account": _of_cadre("person"),
    "cadres.YearGrade": _of_cadre("grade"),
    "cadres.HistoricalYearGrade": _past(_of_cadre("grade")),
    "notices.Notice": _notice,
    "notices.Muted": _belongings("own", "user"),
    "notices.Robot": _plain("installation"),
    "notices.SpecialDay": _plain("installation"),
    "linkage.WeeklyReport": _weekly,
    "linkage.LinkageTask": _task,
    "linkage.TaskAssignment": _of_task,
    "linkage.TaskRecord": _of_task,
    "linkage.TaskExtension": _of_task,
    "linkage.TaskEvidence": _of_task,
    "linkage.TaskPartner": _of_task,
    "linkage.TaskReminder": _belongings("secret", "user"),
    **{f"appraisal.{name}": _plain("scheme") for name in SCHEME},
    **{f"appraisal.{name}": _about(*how) for name, how in ABOUT.items()},
    **{f"appraisal.{name}": _of_group for name in ("RollUp", "CapDecision", "GroupRater")},
    "appraisal.BoxVoter": _belongings("own", "voter"),
    **{f"appraisal.{name}": _about("rated", of_unit) for name in OF_UNIT},
    **{f"appraisal.{name}": _plain("secret") for name in ("VotingCode", "YouthBallot", "BallotComment", "MeetingMark")},
    "sheets.ImportBatch": _belongings("own", "uploaded_by"),
    "sheets.ImportRow": _belongings("own", "batch.uploaded_by"),
    "sheets.RememberedMapping": _belongings("own", "user"),
    "audit.AuditEvent": _plain("event"),
    "audit.AuditHead": _plain("machinery"),
    "protection.IndexKeys": _plain("machinery"),
    "protection.TokenBucket": _plain("machinery"),
}


def foreign_to(visitor: Visitor, records: Iterable[Record]) -> list[Record]:
    """List the rows that a visitor may not change."""
    return [record for record in records if not record.is_kept_by(visitor)]
