"""The addresses of the appraisal for the table of pages."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from cadres.models import Account
from orgs.models import OrgAssignment
from tests.contract.queries import LISTING
from tests.contract.visitors import KEEPERS, Visitor

VIEWERS = frozenset({"district_staff", "leader"})
YEAR_KEEPERS = frozenset({"district_staff"})
OF_KEEPERS: dict[str, Any] = {"roles": YEAR_KEEPERS, "of_district": True}
OF_DECIDERS: dict[str, Any] = {"roles": frozenset({"leader"}), "get": None, "post": 302}
THIS_YEAR = {"year": timezone.localdate().year}
PERSON = {"pk": "appraisal.Participant"}
ENTRY = {"pk": "appraisal.LedgerEntry"}
OWNERS = KEEPERS | {"leader", "committee_member"}
PERSON = {"pk": "appraisal.Participant"}
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
    return keeps(visitor, row) or decides(visitor, row)


def signs(visitor: Visitor, row: Any) -> bool:
    """Tell whether a visitor signs a pledge for the 同级党（工）委."""
    waits = row.is_countersigned and row.state == "countersigning"
    return waits and visitor.covers(PARTY, frozenset({row.scope_lineage}))


def is_own(visitor: Visitor, row: Any) -> bool:
    """Tell whether a pledge is the visitor's."""
    return visitor.user is not None and row.participant.cadre.person_key == visitor.user.person_key


def has_none(visitor: Visitor, row: Any) -> bool:
    """Tell whether somebody has no pledge yet, of whom the visitor keeps the year."""
    return keeps(visitor, row) and not hasattr(row, "pledge")


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
    return keeps(visitor, row) and not Account.objects.filter(cadre=row.cadre).exists()


def keeps(visitor: Visitor, row: Any) -> bool:
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
KEPT_PAGE: dict[str, Any] = {"roles": YEAR_KEEPERS, "keys": PERSON, "pick": keeps}
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

APPRAISAL_PAGES: Mapping[str, Mapping[str, Any]] = {
    "appraisal": {"roles": VIEWERS},
    "appraisal-mine": {"roles": OWNERS},
    # ---- the year
    "appraisal-new": {**OF_KEEPERS, "post": 200},
    "appraisal-year": {"roles": VIEWERS, "fixed": THIS_YEAR},
    "appraisal-step": {**OF_KEEPERS, "fixed": {**THIS_YEAR, "action": "collect"}, "get": None, "post": 302},
    "appraisal-people": {
        "roles": VIEWERS,
        "fixed": THIS_YEAR,
        "queries": (*LISTING, "?group=x", "?standing=ranked", "?organisation={elsewhere}", "?export=xlsx"),
        "logged": ("?export=xlsx",),
    },
    "appraisal-draw": {**OF_KEEPERS, "fixed": THIS_YEAR, "post": 302},
    "appraisal-raters": {
        **OF_KEEPERS,
        "fixed": THIS_YEAR,
        "post": 200,
        "told": frozenset({"orgs.User.full_name"}),  # of those who may be named
    },
    "appraisal-results": {"roles": VIEWERS, "fixed": THIS_YEAR},
    "appraisal-results-part": {
        "roles": VIEWERS,
        "fixed": {**THIS_YEAR, "position": 1, "component": "debrief"},
        "queries": ("?pool=2", "?pool=x:404", "?sheets=20", "?sheets=x", "?page=9", "?page=x"),
    },
    "appraisal-results-enter": {
        "roles": YEAR_KEEPERS,
        "fixed": {**THIS_YEAR, "position": 1, "component": "debrief"},
        "get": None,
        "post": 302,
    },
    "appraisal-gaps": {"roles": VIEWERS, "fixed": THIS_YEAR},
    "appraisal-gap": {"roles": VIEWERS, "fixed": {**THIS_YEAR, "code": "results"}},
    "appraisal-items": {"roles": VIEWERS, "fixed": THIS_YEAR},
    "appraisal-adjustment-add": {"roles": YEAR_KEEPERS, "fixed": THIS_YEAR, "post": 200},
    "appraisal-veto-add": {"roles": YEAR_KEEPERS, "fixed": THIS_YEAR, "post": 200},
    "appraisal-exemption-add": {"roles": YEAR_KEEPERS, "fixed": THIS_YEAR, "post": 200},
    "appraisal-adjustment-approve": {**OF_DECIDERS, "keys": {"pk": "appraisal.Adjustment"}},
    "appraisal-adjustment-refuse": {**OF_DECIDERS, "keys": {"pk": "appraisal.Adjustment"}},
    "appraisal-veto-approve": {**OF_DECIDERS, "keys": {"pk": "appraisal.Veto"}},
    "appraisal-veto-refuse": {**OF_DECIDERS, "keys": {"pk": "appraisal.Veto"}},
    "appraisal-roll-up": {"roles": VIEWERS, "fixed": THIS_YEAR},
    "appraisal-roll-up-start": {**OF_KEEPERS, "fixed": THIS_YEAR, "get": None, "post": 302},
    "appraisal-roll-up-progress": {"roles": VIEWERS, "fixed": THIS_YEAR},
    "appraisal-version": {"roles": VIEWERS, "fixed": {**THIS_YEAR, "position": 1, "version": 1}},
    "appraisal-tie": {"roles": frozenset({"leader"}), "fixed": {**THIS_YEAR, "position": 1}, "post": 200},
    # ---- 复核、审定; the year of the contract is in 筹备: whatever is sent is refused with a sentence
    "appraisal-calibration": {"roles": VIEWERS, "fixed": THIS_YEAR},
    "appraisal-publish": {**OF_KEEPERS, "fixed": THIS_YEAR, "get": None, "post": 302},
    "appraisal-calibrate": {"roles": frozenset({"leader"}), "keys": PERSON, "post": 200},
    "appraisal-calibration-back": {**OF_DECIDERS, "keys": {"pk": "appraisal.Calibration"}},
    "appraisal-appeals": {"roles": VIEWERS, "fixed": THIS_YEAR},
    "appraisal-appeal": {"roles": VIEWERS, "keys": APPEAL, "post": 200},
    "appraisal-appeal-accept": {"roles": YEAR_KEEPERS, "keys": APPEAL, "get": None, "post": 302},
    "appraisal-own-appeals": {**OWN_PAGE, "post": 200},
    "appraisal-approval": {"roles": VIEWERS, "fixed": THIS_YEAR, "post": 200},
    "appraisal-scheme": {"roles": VIEWERS, "fixed": THIS_YEAR},
    "appraisal-scheme-edit": {**OF_KEEPERS, "fixed": THIS_YEAR, "post": 200},
    "appraisal-scheme-add": {**OF_KEEPERS, "fixed": THIS_YEAR, "post": 200},
    "appraisal-scheme-group": {**OF_KEEPERS, "fixed": {**THIS_YEAR, "position": 1}, "post": 200},
    "appraisal-scheme-remove": {
        **OF_KEEPERS,
        "fixed": {**THIS_YEAR, "position": 1},
        "get": None,
        "post": 302,
    },
    # ---- scorecards
    "appraisal-scorecard": CARD,
    "appraisal-figure": {**CARD, "fixed": TOTAL},
    "appraisal-scorecard-file": {**CARD, "logged": ("",)},
    "appraisal-own-scorecard-file": OWN_CARD,
    "appraisal-remark": {**CARD, "post": 200},
    "appraisal-own-scorecard": OWN_CARD,
    "appraisal-own-figure": {**OWN_CARD, "fixed": TOTAL},
    # ---- daily marks and the ledger
    "appraisal-marks": {
        "roles": VIEWERS,
        "fixed": THIS_YEAR,
        "queries": ("?of=x:404", "?group=x:404", "?period=x:404", "?period=1"),
    },
    "appraisal-marks-save": {"roles": VIEWERS, "fixed": THIS_YEAR, "get": None, "post": 200},
    "appraisal-ledger": {
        "roles": VIEWERS,
        "keys": PERSON,
        "queries": ("?kind=positive", "?kind=x"),
        "told": frozenset({"orgs.User.full_name"}),
    },
    "appraisal-ledger-add": {"roles": YEAR_KEEPERS, "keys": PERSON, "post": 200},
    "appraisal-ledger-correct": {"roles": YEAR_KEEPERS, "keys": ENTRY, "post": 200},
    "appraisal-ledger-withdraw": {"roles": YEAR_KEEPERS, "keys": ENTRY, "post": 200},
    "appraisal-mine-ledger": {**OWN_PAGE, "queries": ("?kind=positive", "?kind=x")},
    "appraisal-scorecards": {
        "roles": VIEWERS,
        "fixed": THIS_YEAR,
        "queries": (*LISTING, "?sort=-total", "?group=x", "?grade=1", "?grade=x", "?standing=ranked", "?export=xlsx"),
        "logged": ("?export=xlsx",),
    },
    "appraisal-compare": {
        "roles": VIEWERS,
        "fixed": THIS_YEAR,
        "queries": ("?person=x:404", "?person=99999999999999999999:404", "?person=99999999:404"),
    },
    # ---- locked results
    "verify": {"roles": None, "post": 200},
    "appraisal-seal": {**BOX, "post": 200},
    "appraisal-seal-ask": {**OF_LEADERS, "post": 200},
    "appraisal-seal-step": {**OF_LEADERS, "fixed": {**THIS_YEAR, "action": "confirm"}, "get": None, "post": 302},
    # ---- votes
    "vote": {"roles": None, "post": 200},
    "vote-thanks": {"roles": None},
    # ---- 述职会 and the contest
    "judge": {"roles": None, "post": 200},
    "judge-save": {"roles": None, "get": None, "post": 302},
    "judge-now": {"roles": None, "get": 302},
    "judge-report": {"roles": None, "get": 302, "fixed": {"number": 1}},
    "judging": {"roles": JUDGES},
    "judging-sheet": SEAT,
    "judging-save": {**SEAT, "get": None, "post": 302},
    "judging-now": SEAT,
    "judging-report": {**SEAT, "fixed": {"number": 1}},
    "appraisal-meetings": BOX,
    "appraisal-meeting-new": {**OF_KEEPERS, "fixed": THIS_YEAR, "post": 200},
    "appraisal-meeting": MEETING_PAGE,
    "appraisal-meeting-progress": MEETING_PAGE,
    "appraisal-meeting-agenda": MEETING_PAGE,
    "appraisal-meeting-paper": MEETING_PAGE,
    "appraisal-meeting-edit": MEETING_FORM,
    "appraisal-meeting-judges": {**MEETING_FORM, "told": frozenset({"orgs.User.full_name"})},  # who may be one
    "appraisal-meeting-reopen": MEETING_FORM,
    "appraisal-meeting-step": {**MEETING_ACT, "fixed": {**MEETING, "action": "close"}},
    "appraisal-meeting-order": {**MEETING_ACT, "data": lambda _unit: {"act": "lots"}},
    "appraisal-meeting-off": MEETING_ACT,
    "appraisal-meeting-links": MEETING_ACT,
    "appraisal-contest": BOX,
    "appraisal-occasion": {
        **OF_KEEPERS,
        "fixed": THIS_YEAR,
        "keys": {"pk": "appraisal.ContestRound"},
        "pick": lambda _visitor, row: hasattr(row, "occasion"),
        "post": 200,
    },
    "appraisal-boxes": BOX,
    "appraisal-box-new": {**OF_KEEPERS, "fixed": THIS_YEAR, "post": 200},
    "appraisal-box": {**BOX, "fixed": {**THIS_YEAR, "number": 1}},
    "appraisal-box-codes": {**OF_KEEPERS, "fixed": {**THIS_YEAR, "number": 1}, "get": None, "post": 302},
    "ballot": {
        "keys": {"pk": "appraisal.BoxVoter"},
        "post": 200,
        "queries": ("?saved",),
        "told": frozenset({"cadres.Cadre.name", "orgs.Organisation.name", "appraisal.BallotBox.title"}),
    },
    "appraisal-box-voters": {
        **OF_KEEPERS,
        "fixed": {**THIS_YEAR, "number": 3},
        "post": 200,
        "told": frozenset({"orgs.User.full_name"}),  # of those who may be asked
    },
    # of a box that is not open: it sends nothing
    "appraisal-box-remind": {**OF_KEEPERS, "fixed": {**THIS_YEAR, "number": 3}, "get": None, "post": 302},
    "appraisal-box-poster": {**OF_KEEPERS, "fixed": {**THIS_YEAR, "number": 4}},
    "appraisal-box-screening": {
        **OF_KEEPERS,
        "fixed": {**THIS_YEAR, "number": 5},
        "post": 200,
        "queries": ("?page=9", "?page=x"),
        "told": frozenset({"appraisal.BallotComment.text", "appraisal.BallotComment.reason"}),
    },
    "appraisal-box-step": {
        **OF_KEEPERS,
        "fixed": {**THIS_YEAR, "number": 1, "action": "close"},
        "get": None,
        "post": 302,
    },
    # ---- what results are used for; the year of the contract is not locked
    "appraisal-usages": {"roles": VIEWERS, "fixed": THIS_YEAR},
    "appraisal-usage-add": {"roles": YEAR_KEEPERS, "fixed": THIS_YEAR, "post": 200},
    "appraisal-candidates": {
        "roles": VIEWERS,
        "fixed": THIS_YEAR,
        "queries": (*LISTING, "?group=x", "?grade=1", "?grade=x", "?kind=award", "?kind=x", "?export=xlsx"),
        "logged": ("?export=xlsx",),
    },
    "appraisal-usage-approve": {**OF_DECIDERS, "keys": {"pk": "appraisal.ResultUsage"}},
    "appraisal-usage-refuse": {**OF_DECIDERS, "keys": {"pk": "appraisal.ResultUsage"}},
    # ---- consecutive low ranks
    "appraisal-low-ranks": {"roles": VIEWERS},
    "appraisal-low-rank-ask": {
        "roles": frozenset({"leader"}),
        "of_district": True,
        "fixed": THIS_YEAR,
        "get": None,
        "post": 302,
    },
    "appraisal-low-rank": {"roles": VIEWERS, "keys": CASE},
    "appraisal-low-rank-entrust": {**LED_CASE, "told": frozenset({"orgs.User.full_name"})},
    "appraisal-low-rank-decide": LED_CASE,
    "appraisal-low-rank-decline": LED_CASE,
    "appraisal-low-rank-release": LED_CASE,
    "appraisal-low-rank-consult": KEPT_CASE,
    "appraisal-low-rank-talk": KEPT_CASE,
    "appraisal-low-rank-check": KEPT_CASE,
    "appraisal-low-rank-statement": KEPT_CASE,
    "appraisal-low-rank-follow": {**KEPT_CASE, "get": None, "post": 302},
    "appraisal-mine-low-rank": OWN_CASE,
    "appraisal-mine-low-rank-statement": {**OWN_CASE, "post": 200},
    # ---- 责任书
    "appraisal-pledges": {
        "roles": VIEWERS,
        "fixed": THIS_YEAR,
        "queries": (*LISTING, "?group=x", "?state=none", "?state=x", "?organisation={elsewhere}", "?export=xlsx"),
        "logged": ("?export=xlsx",),
    },
    "appraisal-pledges-draft": {"roles": YEAR_KEEPERS, "fixed": THIS_YEAR, "post": 200},
    "appraisal-pledges-offer": {"roles": YEAR_KEEPERS, "fixed": THIS_YEAR, "post": 200},
    "appraisal-pledges-review": {"roles": YEAR_KEEPERS, "fixed": THIS_YEAR, "post": 200},
    "appraisal-pledges-sign": {"roles": frozenset({"leader"}), "fixed": THIS_YEAR, "post": 200},
    "appraisal-pledges-archive": {"roles": frozenset({"leader"}), "fixed": THIS_YEAR, "post": 200},
    "appraisal-duties": {"roles": VIEWERS, "fixed": THIS_YEAR},
    "appraisal-pledge-add": {"roles": YEAR_KEEPERS, "keys": PERSON, "pick": has_none, **FORM},
    "appraisal-pledge": {"roles": VIEWERS, "keys": PLEDGE, "pick": views},
    "appraisal-pledge-document": {"roles": VIEWERS, "keys": PLEDGE, "pick": views},
    "appraisal-pledge-edit": {**KEPT, **FORM},
    "appraisal-pledge-offer": {**KEPT, **ONE_CLICK},
    "appraisal-pledge-confirm": {**KEPT, **ONE_CLICK},
    "appraisal-pledge-countersign": {**KEPT, **ONE_CLICK},
    "appraisal-pledge-review": {**KEPT, **ONE_CLICK},
    "appraisal-pledge-sign": {**DECIDED, **ONE_CLICK},
    "appraisal-pledge-return": {"roles": VIEWERS, "keys": PLEDGE, "pick": views, **FORM},
    "appraisal-pledge-adjust": {**KEPT, **FORM},
    "appraisal-pledge-settle": {**KEPT, **FORM},
    "appraisal-pledge-archive": {**DECIDED, **ONE_CLICK},
    "appraisal-mine-pledge": MINE,
    "appraisal-mine-pledge-document": MINE,
    "appraisal-mine-pledge-confirm": {**MINE, **ONE_CLICK},
    "appraisal-mine-pledge-return": {**MINE, **FORM},
    "appraisal-endorse-pledges": {"roles": PARTY},
    "appraisal-endorse-pledge": SIGNED,
    "appraisal-endorse-pledge-document": SIGNED,
    "appraisal-endorse-pledge-countersign": {**SIGNED, **ONE_CLICK},
    "appraisal-endorse-pledge-return": {**SIGNED, **FORM},
    # ---- 反馈函; the year of the contract was reopened: whatever is done with a letter is refused with a sentence
    "appraisal-letters": {"roles": VIEWERS, "fixed": THIS_YEAR, "queries": ("?state=delivered", "?state=x")},
    "appraisal-letters-draft": {**OF_KEEPERS, "fixed": THIS_YEAR, "post": 200},
    "appraisal-letters-series": {**OF_KEEPERS, "fixed": THIS_YEAR, "post": 200},
    "appraisal-letters-review": {"roles": VIEWERS, "fixed": THIS_YEAR, "post": 200},
    "appraisal-letters-sign": {"roles": frozenset({"leader"}), "fixed": THIS_YEAR, "post": 200},
    "appraisal-letters-deliver": {"roles": YEAR_KEEPERS, "fixed": THIS_YEAR, "post": 200},
    "appraisal-letters-archive": {"roles": VIEWERS, "fixed": THIS_YEAR, "logged": ("",)},
    "appraisal-letter": OF_LETTER,
    "appraisal-letter-document": {**OF_LETTER, "logged": ("",)},
    "appraisal-letter-edit": {**KEPT_LETTER, **FORM},
    "appraisal-letter-review": {**OF_LETTER, **ONE_CLICK},
    "appraisal-letter-sign": {**OF_LETTER, "roles": frozenset({"leader"}), **ONE_CLICK},
    "appraisal-letter-return": {**OF_LETTER, **FORM},
    "appraisal-letter-deliver": {**KEPT_LETTER, **FORM},
    "appraisal-letter-receipt": {**KEPT_LETTER, **FORM},
    "appraisal-letter-void": {**OF_LETTER, **FORM},
    "letters": {"roles": RECEIVERS},
    "letter": GOT,
    "letter-document": {**GOT, "logged": ("",)},
    "letter-receipt": {**GOT, "pick": is_addressed, **FORM},
    # ---- 年终材料; the year of the contract is in 筹备: whatever is sent is refused with a sentence
    "appraisal-materials": {
        "roles": VIEWERS,
        "fixed": THIS_YEAR,
        "queries": (*LISTING, "?group=x", "?lists=missing", "?report=review", "?report=x", "?export=xlsx"),
        "logged": ("?export=xlsx",),
    },
    "appraisal-lists": {**OWN_PAGE, "post": 200, "queries": ("?more=plan", "?more=x&at=y")},
    "appraisal-report": {**OWN_PAGE, "post": 200},
    "appraisal-report-preview": OWN_PAGE,
    "appraisal-report-file": OWN_PAGE,
    "appraisal-person-materials": CARD,
    "appraisal-person-lists": {**FOR_OTHERS, "post": 200},
    "appraisal-person-report": {**FOR_OTHERS, "post": 200},
    "appraisal-person-preview": FOR_OTHERS,
    "appraisal-person-file": FOR_OTHERS,
    "appraisal-lists-receive": {**KEPT_PAGE, "get": None, "post": 302},
    "appraisal-lists-return": {**KEPT_PAGE, "post": 200},
    "appraisal-report-send-back": {**KEPT_PAGE, "post": 200},
    "appraisal-person-review": {"roles": YEAR_KEEPERS, "keys": REPORT, "pick": keeps, "post": 200},
    "appraisal-reviews": {"roles": ENDORSERS},
    "appraisal-review": {"roles": ENDORSERS, "keys": REPORT, "pick": looks_through, "post": 200},
    # ---- 区综合考核
    "appraisal-district": {**OF_DISTRICT, "queries": ("?sort=-score", "?sort=name", "?sort=x")},
    "appraisal-district-prepare": {**OF_KEEPERS, "fixed": THIS_YEAR, **ONE_CLICK},
    "appraisal-district-items": {**OF_KEEPERS, "fixed": THIS_YEAR, **FORM},
    "appraisal-district-units": {**OF_KEEPERS, "fixed": THIS_YEAR, **FORM},
    "appraisal-district-step": {**OF_KEEPERS, "fixed": {**THIS_YEAR, "action": "issue"}, **ONE_CLICK},
    "appraisal-district-report": {**OF_DECIDERS, "of_district": True, "fixed": THIS_YEAR},
    "appraisal-district-file": {**OF_DISTRICT, "logged": ("",)},
    "appraisal-district-scores": {**OF_DISTRICT, "fixed": FIRST_ITEM},
    "appraisal-district-enter": {**OF_KEEPERS, "fixed": FIRST_ITEM, **ONE_CLICK},
    "appraisal-district-adopt": {**OF_KEEPERS, "fixed": FIRST_ITEM, **ONE_CLICK},
    "appraisal-district-unit": {"roles": VIEWERS, "keys": UNIT},
    "appraisal-district-rate": {"roles": YEAR_KEEPERS, "keys": UNIT, "pick": keeps_for, **FORM},
    "appraisal-district-object": {
        "roles": YEAR_KEEPERS,
        "keys": UNIT,
        "pick": keeps_for,
        "fixed": {"position": 1},
        **FORM,
    },
    "appraisal-objection": {"roles": frozenset({"leader"}), "keys": {"pk": "appraisal.UnitObjection"}, **FORM},
    "appraisal-units": {"roles": RATERS},
    "appraisal-unit": {"roles": RATERS, "keys": UNIT, **FORM},
    "appraisal-unit-object": {"roles": RATERS, "keys": UNIT, "fixed": {"position": 1}, **FORM},
}
