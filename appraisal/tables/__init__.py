"""Tables of a year, and of what its results may be used for."""

from appraisal.tables.usage import CANDIDATE_COLUMNS, CandidateTable
from appraisal.tables.year import (
    CARD_ORDER,
    MATERIAL_COLUMNS,
    ORDER,
    PARTICIPANT_COLUMNS,
    PLEDGE_COLUMNS,
    PLEDGE_TONES,
    SCORECARD_COLUMNS,
    MaterialTable,
    ParticipantTable,
    PledgeTable,
    ScorecardTable,
    points_text,
    rank_text,
    result_word,
)

__all__ = [
    "CANDIDATE_COLUMNS",
    "CARD_ORDER",
    "MATERIAL_COLUMNS",
    "ORDER",
    "PARTICIPANT_COLUMNS",
    "PLEDGE_COLUMNS",
    "PLEDGE_TONES",
    "SCORECARD_COLUMNS",
    "CandidateTable",
    "MaterialTable",
    "ParticipantTable",
    "PledgeTable",
    "ScorecardTable",
    "points_text",
    "rank_text",
    "result_word",
]
