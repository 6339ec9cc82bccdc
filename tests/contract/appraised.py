"""Rows of the appraisal: which kinds there are, whose each is, and who sees it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from cadres.models import Account
from tests.contract.visitors import Visitor

if TYPE_CHECKING:
    from tests.contract.records import Record

# The scheme of a year: whoever is appraised by it may read it, those who run the year write it.
SCHEME = (
    *("AppraisalCycle", "AppraisalGroup", "GroupSelection", "GroupComponent", "ComponentPool", "ContestRound"),
    *("OptionValue", "GradeBand", "VetoKind", "Publication", "ContestOccasion", "LetterSeries"),
    *("DistrictAppraisal", "DistrictAppraisalItem", "DistrictRollUp"),
)
# About one person of a year: those who run it where the person is, and the person.
OF_APPRAISED = (
    *("PeriodMark", "BallotTally", "PanelMark", "RoundMark", "ResultSheet", "BoxPerson", "MeetingSpeaker"),
    *(
        "Exemption",
        "Adjustment",
        "Veto",
        "LedgerEntry",
        "Scorecard",
        "SealedCard",
        "ResultUsage",
        "Remark",
        "Calibration",
        "Appeal",
    ),
)
# What people hand in: those who run the year, the person, and 同级党（工）委 that looks it through.
HANDED_IN = ("Participant", "Checklists", "ChecklistItem", "DebriefReport")
OF_LETTER = ("FeedbackLetter", "LetterPerson")
OF_PLEDGE = ("PledgeGoal", "PledgeStep", "PledgeChange")
# About one unit of the 区综合考核: those who run it, and the unit.
OF_UNIT = ("AppraisedUnit", "UnitPoints", "UnitObjection", "DistrictResult")
APPRAISERS = frozenset({"district_staff", "leader"})
PARTY = frozenset({"party_committee"})
RATERS = frozenset({"township_secretary"})
RECEIVERS = PARTY | {"org_department"}


def of_person(row: Any) -> dict[str, Any]:
    """Say whose a row about somebody is: their account is the one that they are linked to."""
    person = getattr(row, "participant", row)
    link = Account.objects.filter(cadre=person.cadre).first()
    return {"lineages": frozenset({person.lineage}), "owner": link.user_id if link else None}


def of_box(row: Any) -> dict[str, Any]:
    """Say where the people of a vote are; what was voted is nobody's to read, and codes are not kept."""
    return {"lineages": frozenset(row.people.values_list("participant__lineage", flat=True))}


def of_seal(row: Any) -> dict[str, Any]:
    """Say where the people of a locked year are."""
    return {"lineages": frozenset(row.cards.values_list("participant__lineage", flat=True))}


def of_meeting(row: Any) -> dict[str, Any]:
    """Say where the people of a 述职会 are, or of one of its judges; what she gave is nobody's to read."""
    speakers = getattr(row, "meeting", row).speakers
    return {"lineages": frozenset(speakers.values_list("participant__lineage", flat=True))}


def of_letter(row: Any) -> dict[str, Any]:
    """Say to which unit's 同级党（工）委 a 反馈函 went, or what it says."""
    return {"lineages": frozenset({getattr(row, "letter", row).lineage})}


def letter_is_seen(record: "Record", visitor: Visitor, _column: str = "") -> bool:
    """Tell whether a visitor runs the year there, or got the letter: those of the contract were all delivered."""
    return visitor.covers(APPRAISERS | RECEIVERS, record.lineages)


def of_pledge(row: Any) -> dict[str, Any]:
    """Say whose a 责任书 is, or what belongs to one; ``ties`` are the units whose 同级党（工）委 signs it."""
    pledge = getattr(row, "pledge", row)
    found = of_person(pledge)
    signs = pledge.is_countersigned and pledge.state == "countersigning"
    return {**found, "ties": found["lineages"] if signs else frozenset()}


def of_case(row: Any) -> dict[str, Any]:
    """Say whose a case of low ranks is, or a measure of one; ``ties`` name its keeper, and whether the person knows."""
    case = getattr(row, "case", row)
    told = {"told"} if case.state in {"decided", "carried_out", "followed", "released", "escalated"} else set()
    return {**of_person(case), "ties": frozenset({f"keeper {case.keeper_id}", *told})}


def case_is_kept(record: "Record", visitor: Visitor) -> bool:
    """Tell whether a visitor decides about a case of somebody else, or was named its keeper."""
    if visitor.user is None or record.owner == visitor.user.pk:
        return False
    return visitor.covers(frozenset({"leader"}), record.lineages) or f"keeper {visitor.user.pk}" in record.ties


def case_is_seen(record: "Record", visitor: Visitor, _column: str = "") -> bool:
    """Tell whether a visitor decides about or keeps a case, or is the person, once it was decided."""
    is_told = "told" in record.ties and visitor.user is not None and record.owner == visitor.user.pk
    return is_told or case_is_kept(record, visitor)


def of_unit(row: Any) -> dict[str, Any]:
    """Say which unit a row of the 区综合考核 is about."""
    points = getattr(row, "points", row) if row._meta.model_name == "unitobjection" else row
    return {"lineages": frozenset({getattr(points, "unit", points).lineage})}


def unit_is_rated(record: "Record", visitor: Visitor, _column: str = "") -> bool:
    """Tell whether a visitor runs the 区综合考核, or rates the unit."""
    return visitor.covers(APPRAISERS | RATERS, record.lineages)


def appraised_is_seen(record: "Record", visitor: Visitor, _column: str = "") -> bool:
    """Tell whether a visitor runs the year where the person is, or is the person."""
    is_own = visitor.user is not None and record.owner == visitor.user.pk
    return visitor.covers(APPRAISERS, record.lineages) or is_own


def handed_in_is_seen(record: "Record", visitor: Visitor, column: str = "") -> bool:
    """Tell whether a visitor sees what a person sent in: 同级党（工）委 looks it through."""
    return visitor.covers(PARTY, record.lineages) or appraised_is_seen(record, visitor, column)


def pledge_is_seen(record: "Record", visitor: Visitor, column: str = "") -> bool:
    """Tell whether a visitor sees whom a 责任书 is about, or signs it for the 同级党（工）委."""
    return visitor.covers(PARTY, record.ties) or appraised_is_seen(record, visitor, column)


# How each kind is seen.
WHO_SEES = {
    "appraised": appraised_is_seen,
    "pledge": pledge_is_seen,
    "handed-in": handed_in_is_seen,
    "letter": letter_is_seen,
    "low-rank": case_is_seen,
}
# Models of the appraisal: which kind, and who tells where a row lies and whose it is.
ABOUT: dict[str, tuple[str, Callable[[Any], dict[str, Any]]]] = {
    **dict.fromkeys(HANDED_IN, ("handed-in", of_person)),
    **dict.fromkeys(OF_APPRAISED, ("appraised", of_person)),
    **dict.fromkeys(("ResponsibilityPledge", *OF_PLEDGE), ("pledge", of_pledge)),
    **dict.fromkeys(OF_LETTER, ("letter", of_letter)),
    "LetterStep": ("result", of_letter),
    **dict.fromkeys(("LowRankCase", "HandlingMeasure"), ("low-rank", of_case)),
    "BallotBox": ("result", of_box),
    "Seal": ("result", of_seal),
    **dict.fromkeys(("DebriefMeeting", "MeetingJudge"), ("result", of_meeting)),
}
