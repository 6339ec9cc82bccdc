"""The roll-up of the 区综合考核: one statement that both engines read alike, and the digest of what goes in.

Points are thousandths; ``score × weight`` is rounded half up to hundredths by ``10 * ((2a + b) // (2b))``.
"""

from django.db import connection

from appraisal.models import DistrictAppraisal, DistrictRollUp, UnitPoints
from appraisal.rules.district import points_digest
from appraisal.rules.scheme import WHOLE

_METHOD = 1  # of calculating; another one makes another digest


def digest_of(appraisal: DistrictAppraisal) -> str:
    """Give the SHA-256 of all that goes into the results: the table, weight and base, and every unit's points."""
    rows = UnitPoints.objects.filter(unit__appraisal=appraisal).order_by("unit", "item__position")
    return points_digest(
        f"{_METHOD}:{appraisal.table_digest}", rows.values_list("unit_id", "item__position", "own", "points")
    )


def write_results(row: DistrictRollUp) -> None:
    """Write what every unit comes to in a version; a unit that lacks points of an indicator has no score."""
    with connection.cursor() as cursor:
        cursor.execute(_statement(), {"roll_up": row.pk, "appraisal": row.appraisal_id})


def _statement() -> str:
    converted = f"10 * ((2 * s.score * a.weight + {10 * WHOLE}) / {20 * WHOLE})"
    return f"""
        INSERT INTO appraisal_districtresult (roll_up_id, unit_id, own, score, converted)
        SELECT %(roll_up)s, s.unit_id, s.own, s.score, CASE WHEN s.score IS NOT NULL THEN {converted} END
          FROM (SELECT u.id AS unit_id, u.appraisal_id,
                       CASE WHEN COUNT(p.own) = COUNT(*) THEN CAST(SUM(p.own) AS BIGINT) END AS own,
                       CASE WHEN COUNT(p.points) = COUNT(*) THEN CAST(SUM(p.points) AS BIGINT) END AS score
                  FROM appraisal_appraisedunit u JOIN appraisal_unitpoints p ON p.unit_id = u.id
                 WHERE u.appraisal_id = %(appraisal)s GROUP BY u.id, u.appraisal_id) s
          JOIN appraisal_districtappraisal a ON a.id = s.appraisal_id"""  # noqa: S608 - whole numbers of our own
