"""Who opens which pages of the appraisal: roles, keys and picks for the table of pages."""

from typing import Any

from django.utils import timezone

from cadres.models import Account
from orgs.models import OrgAssignment
from tests.contract.visitors import KEEPERS, Visitor

VIEWERS = frozenset({"district_staff", "leader"})
YEAR_KEEPERS = frozenset({"district_staff"})
OF_KEEPERS: dict[str, Any] = {"roles": YEAR_KEEPERS, "of_district": True}
OF_DECIDERS: dict[str, Any] = {"roles": frozenset({"leader"}), "get": None, "post": 302}
THIS_YEAR = {"year": timezone.localdate().year}
PERSON = {"pk": "appraisal.Participant"}
ENTRY = {"pk": "appraisal.LedgerEntry"}
OWNERS = KEEPERS | {"leader", "committee_member"}
CARD: dict[str, Any] = {"roles": VIEWERS, "keys": PERSON}
# The year of the contract is not fed back yet: nobody reads the own card.
OWN_CARD: dict[str, Any] = {"roles": OWNERS, "keys": PERSON, "pick": lambda _visitor, _row: False}
APPEAL = {"pk": "appraisal.Appeal"}
TOTAL = {"figure": "total"}
PARTY = frozenset({"party_committee"})
PLEDGE = {"pk": "appraisal.ResponsibilityPledge"}
FORM: dict[str, Any] = {"get": 200, "post": 200}
ONE_CLICK: dict[str, Any] = {"get": None, "post": 302}


def keeps(visitor: Visitor, row: Any) -> bool:
    """Tell whether a visitor keeps the year where the person of a pledge is."""
    return visitor.covers(YEAR_KEEPERS, frozenset({row.scope_lineage}))


def decides(visitor: Visitor, row: Any) -> bool:
    """Tell whether a visitor signs for the 团区委 there."""
    return visitor.covers(frozenset({"leader"}), frozenset({row.scope_lineage}))


def views(visitor: Visitor, row: Any) -> bool:
    """Tell whether a visitor runs the year there."""
    return keeps_person(visitor, row) or decides(visitor, row)


def signs(visitor: Visitor, row: Any) -> bool:
    """Tell whether a visitor signs a pledge for the 同级党（工）委."""
    waits = row.is_countersigned and row.state == "countersigning"
    return waits and visitor.covers(PARTY, frozenset({row.scope_lineage}))


def is_own(visitor: Visitor, row: Any) -> bool:
    """Tell whether a pledge is the visitor's."""
    return visitor.user is not None and row.participant.cadre.person_key == visitor.user.person_key


def has_none(visitor: Visitor, row: Any) -> bool:
    """Tell whether somebody has no pledge yet, of whom the visitor keeps the year."""
    return keeps_person(visitor, row) and not hasattr(row, "pledge")


BOX: dict[str, Any] = {"roles": VIEWERS, "of_district": True, "fixed": THIS_YEAR}
MEETING = {**THIS_YEAR, "number": 1}
MEETING_PAGE: dict[str, Any] = {**BOX, "fixed": MEETING}
MEETING_FORM: dict[str, Any] = {**OF_KEEPERS, "fixed": MEETING, "post": 200}
MEETING_ACT: dict[str, Any] = {**OF_KEEPERS, "fixed": MEETING, "get": None, "post": 302}
JUDGES = VIEWERS | {"party_committee", "org_department", "committee_member", "judge"}
# Nobody of the contract is a judge with an account: there is no seat to open.
SEAT: dict[str, Any] = {
    "roles": JUDGES,
    "keys": {"pk": "appraisal.DebriefMeeting"},
    "pick": lambda _visitor, _row: False,
}
OF_LEADERS: dict[str, Any] = {"roles": frozenset({"leader"}), "of_district": True, "fixed": THIS_YEAR}
KEPT: dict[str, Any] = {"roles": YEAR_KEEPERS, "keys": PLEDGE, "pick": keeps}
DECIDED: dict[str, Any] = {"roles": frozenset({"leader"}), "keys": PLEDGE, "pick": decides}
MINE: dict[str, Any] = {"roles": OWNERS, "keys": PLEDGE, "pick": is_own}
SIGNED: dict[str, Any] = {"roles": PARTY, "keys": PLEDGE, "pick": signs}
ENDORSERS = frozenset({"party_committee"})


def is_oneself(visitor: Visitor, row: Any) -> bool:
    """Tell whether somebody who is appraised is the visitor."""
    return visitor.user is not None and row.cadre.person_key == visitor.user.person_key


def has_none_to_write(visitor: Visitor, row: Any) -> bool:
    """Tell whether a visitor keeps the year where somebody without an account is."""
    return keeps_person(visitor, row) and not Account.objects.filter(cadre=row.cadre).exists()


def keeps_person(visitor: Visitor, row: Any) -> bool:
    """Tell whether a visitor keeps the year where somebody else is."""
    person = getattr(row, "participant", row)
    return visitor.covers(YEAR_KEEPERS, frozenset({person.lineage})) and not is_oneself(visitor, person)


def looks_through(visitor: Visitor, row: Any) -> bool:
    """Tell whether a visitor is 同级党（工）委 of whoever wrote a report."""
    return visitor.covers(ENDORSERS, frozenset({row.participant.lineage}))


def keeps_for(visitor: Visitor, row: Any) -> bool:
    """Tell whether a visitor keeps the year where a unit is that nobody can sign in for."""
    held = OrgAssignment.objects.filter(organisation=row.organisation, role="township_secretary", ended_on=None)
    return visitor.covers(YEAR_KEEPERS, frozenset({row.lineage})) and not held.exists()


RATERS = frozenset({"township_secretary"})
UNIT = {"pk": "appraisal.AppraisedUnit"}
OF_DISTRICT: dict[str, Any] = {"roles": VIEWERS, "of_district": True, "fixed": THIS_YEAR}
FIRST_ITEM = {**THIS_YEAR, "position": 1}


def runs(visitor: Visitor, row: Any) -> bool:
    """Tell whether a visitor runs the year where a letter went."""
    return visitor.covers(VIEWERS, frozenset({row.lineage}))


def runs_of_all(visitor: Visitor, row: Any) -> bool:
    """Tell whether a visitor runs the year where everybody is whom a letter names, wherever their units went since."""
    people = row.people.values_list("card__participant__lineage", flat=True)
    return runs(visitor, row) and all(visitor.covers(VIEWERS, frozenset({one})) for one in people)


def got(visitor: Visitor, row: Any) -> bool:
    """Tell whether a letter was delivered to a visitor, or copied."""
    return visitor.covers(RECEIVERS, frozenset({row.lineage}))


def is_addressed(visitor: Visitor, row: Any) -> bool:
    """Tell whether a letter is addressed to a visitor, a copy is not."""
    held = (*visitor.roles, *visitor.inherited)
    return any(role in RECEIVERS and lineage == row.lineage for role, lineage in held)


RECEIVERS = frozenset({"party_committee", "org_department"})
LETTER = {"pk": "appraisal.FeedbackLetter"}
OF_LETTER: dict[str, Any] = {"roles": VIEWERS, "keys": LETTER, "pick": runs}
KEPT_LETTER: dict[str, Any] = {**OF_LETTER, "roles": YEAR_KEEPERS}
GOT: dict[str, Any] = {
    "roles": RECEIVERS,
    "keys": LETTER,
    "pick": got,
    "told": frozenset({"appraisal.Seal.minutes_number"}),  # a letter names the meeting that approved
}
REPORT = {"pk": "appraisal.DebriefReport"}
OWN_PAGE: dict[str, Any] = {"roles": OWNERS, "keys": PERSON, "pick": is_oneself}
KEPT_PAGE: dict[str, Any] = {"roles": YEAR_KEEPERS, "keys": PERSON, "pick": keeps_person}
FOR_OTHERS: dict[str, Any] = {"roles": YEAR_KEEPERS, "keys": PERSON, "pick": has_none_to_write}

CASE = {"pk": "appraisal.LowRankCase"}


def leads_case(visitor: Visitor, row: Any) -> bool:
    """Tell whether a visitor decides about a case of somebody else."""
    return visitor.covers(frozenset({"leader"}), frozenset({row.scope_lineage})) and not is_oneself(
        visitor, row.participant
    )


def keeps_case(visitor: Visitor, row: Any) -> bool:
    """Tell whether a visitor was named keeper of a case."""
    return visitor.user is not None and row.keeper_id == visitor.user.pk


def is_told_case(visitor: Visitor, row: Any) -> bool:
    """Tell whether a case is the visitor's own, and was decided."""
    return is_oneself(visitor, row.participant) and row.state == "followed"


LED_CASE: dict[str, Any] = {"roles": frozenset({"leader"}), "keys": CASE, "pick": leads_case, "get": 200, "post": 200}
KEPT_CASE: dict[str, Any] = {"roles": VIEWERS, "keys": CASE, "pick": keeps_case, "get": 200, "post": 200}
OWN_CASE: dict[str, Any] = {"roles": OWNERS, "keys": CASE, "pick": is_told_case}
