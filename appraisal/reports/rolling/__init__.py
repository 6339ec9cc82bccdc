"""The roll-up (汇总) as SQL that both engines read alike: integers only, one statement a step, rows stay inside.

Marks are thousandths of a point. ``gather`` adds up the marks of each person by component and pool; ``total`` makes
scores, totals and ranks of them; ``insert`` writes the scorecards. Every quotient a/b of hundredths is rounded half up
by ``10 * ((2a + b) // (2b))``.
"""

from appraisal.reports.rolling.currency import decisions_of, family_digest, outdated_families, session_tables
from appraisal.reports.rolling.gathering import GATHERED, gather
from appraisal.reports.rolling.reading import Edge, Race, digest_of, read_edge, read_race, read_sums
from appraisal.reports.rolling.totalling import TOTALS, insert, total

__all__ = [
    "GATHERED",
    "TOTALS",
    "Edge",
    "Race",
    "decisions_of",
    "digest_of",
    "family_digest",
    "gather",
    "insert",
    "outdated_families",
    "read_edge",
    "read_race",
    "read_sums",
    "session_tables",
    "total",
]
