"""Models of the appraisal."""

from appraisal.models.cycle import (
    AppraisalCycle,
    AppraisalGroup,
    ComponentPool,
    ContestRound,
    GradeBand,
    GroupComponent,
    GroupSelection,
    OptionValue,
    VetoKind,
)
from appraisal.models.district import (
    AppraisedUnit,
    DistrictAppraisal,
    DistrictAppraisalItem,
    DistrictResult,
    DistrictRollUp,
    UnitObjection,
    UnitPoints,
)
from appraisal.models.facts import Adjustment, Exemption, LedgerEntry, Veto
from appraisal.models.letters import FeedbackLetter, LetterPerson, LetterSeries, LetterStep
from appraisal.models.low_rank import HandlingMeasure, LowRankCase
from appraisal.models.marks import BallotTally, PanelMark, PeriodMark, ResultSheet, RoundMark
from appraisal.models.materials import ChecklistItem, Checklists, DebriefReport
from appraisal.models.meeting import ContestOccasion, DebriefMeeting, MeetingJudge, MeetingMark, MeetingSpeaker
from appraisal.models.pledge import PledgeChange, PledgeGoal, PledgeStep, ResponsibilityPledge
from appraisal.models.population import Participant
from appraisal.models.raters import GroupRater
from appraisal.models.remarks import Remark
from appraisal.models.results import CapDecision, RollUp, Scorecard
from appraisal.models.review import Appeal, Calibration, Publication
from appraisal.models.sealing import Seal, SealedCard
from appraisal.models.usage import ResultUsage
from appraisal.models.voting import BallotBox, BallotComment, BoxPerson, BoxVoter, VotingCode, YouthBallot

__all__ = [
    "Adjustment",
    "Appeal",
    "AppraisalCycle",
    "AppraisalGroup",
    "AppraisedUnit",
    "BallotBox",
    "BallotComment",
    "BallotTally",
    "BoxPerson",
    "BoxVoter",
    "Calibration",
    "CapDecision",
    "ChecklistItem",
    "Checklists",
    "ComponentPool",
    "ContestOccasion",
    "ContestRound",
    "DebriefMeeting",
    "DebriefReport",
    "DistrictAppraisal",
    "DistrictAppraisalItem",
    "DistrictResult",
    "DistrictRollUp",
    "Exemption",
    "FeedbackLetter",
    "GradeBand",
    "GroupComponent",
    "GroupRater",
    "GroupSelection",
    "HandlingMeasure",
    "LedgerEntry",
    "LetterPerson",
    "LetterSeries",
    "LetterStep",
    "LowRankCase",
    "MeetingJudge",
    "MeetingMark",
    "MeetingSpeaker",
    "OptionValue",
    "PanelMark",
    "Participant",
    "PeriodMark",
    "PledgeChange",
    "PledgeGoal",
    "PledgeStep",
    "Publication",
    "Remark",
    "ResponsibilityPledge",
    "ResultSheet",
    "ResultUsage",
    "RollUp",
    "RoundMark",
    "Scorecard",
    "Seal",
    "SealedCard",
    "UnitObjection",
    "UnitPoints",
    "Veto",
    "VetoKind",
    "VotingCode",
    "YouthBallot",
]
