"""From what was gathered to scores, totals and ranks, and from these to scorecards."""

from collections.abc import Sequence

from appraisal.choices import TRIMMED_COMPONENTS, Component, Grade, Standing
from appraisal.models import AppraisalGroup, GroupComponent
from appraisal.reports.rolling.gathering import GATHERED, people_of, round_divisor, within
from appraisal.rules.grading import GradeLines
from appraisal.rules.scheme import WHOLE

TOTALS = "appraisal_totals"
_ALL = tuple(Component)
_COLUMNS = tuple(component.name.lower() for component in _ALL)
# Of the dropped extremes: whether there are enough marks to drop them.
_IS_TRIMMED = "f.trim_from > 0 AND g.n >= f.trim_from"


def total(groups: Sequence[AppraisalGroup], *, cap: int) -> str:
    """Give the statement that makes scores, totals and ranks of what was gathered; ``cap`` bounds ± items.

    A component without enough marks has no score; one that is exempt has none and no weight either. A total needs a
    score for every weight, and is never below nothing.
    """
    is_ranked = f"settled_standing = '{Standing.RANKED}'"
    return f"""
        CREATE TEMPORARY TABLE {TOTALS} AS
        WITH {_scores(groups)}, {_people(groups)}, {_sums(cap)}
        SELECT participant_id, group_id, {", ".join(f"c{one.value} AS {one.name.lower()}" for one in _ALL)},
               {_rounded("adjustment")} AS adjustment, total, settled_standing AS standing, veto, {_mask()} AS exempted,
               CASE WHEN {is_ranked}
                    THEN RANK() OVER (PARTITION BY group_id, settled_standing ORDER BY total DESC) END AS rank,
               CASE WHEN {is_ranked} AND COUNT(*) OVER (PARTITION BY group_id, settled_standing, total) > 1
                    THEN TRUE ELSE FALSE END AS is_tied
          FROM settled"""  # noqa: S608


def insert(roll_up: int, groups: Sequence[AppraisalGroup], lines: GradeLines) -> str:
    """Give the statement that writes the scorecards of a version of some groups, with grades cut by some lines."""
    columns = f"participant_id, group_id, {', '.join(_COLUMNS)}, adjustment, total, standing, rank, is_tied"
    return f"""
        INSERT INTO appraisal_scorecard (roll_up_id, {columns}, grade)
        SELECT {roll_up}, {columns}, CASE WHEN veto > grade THEN veto ELSE grade END
          FROM (SELECT {TOTALS}.*, {_grade(lines)} AS grade FROM {TOTALS} WHERE {within(groups)}) graded"""  # noqa: S608


# ---- steps -------------------------------------------------------------------------
def _scores(groups: Sequence[AppraisalGroup]) -> str:
    """From marks added up by pool to one row a person, with a score a component."""
    return f"""
        frame AS ({_frame(groups)}), shares AS ({_shares(groups)}),
        part AS (
            SELECT g.participant_id, g.component, g.pool, f.pools, f.base,
                   g.weight * CASE WHEN {_IS_TRIMMED} THEN g.total - g.highest - g.lowest ELSE g.total END AS s,
                   CASE WHEN f.divisor > 0 THEN f.divisor WHEN {_IS_TRIMMED} THEN g.n - 2 ELSE g.n END AS n
              FROM {GATHERED} g JOIN frame f ON f.group_id = g.group_id AND f.component = g.component
             WHERE g.n >= f.minimum),
        pivot AS (
            SELECT participant_id, component, base, pools, COUNT(*) AS found, {_pivot()}
              FROM part GROUP BY participant_id, component, base, pools),
        score AS (
            SELECT participant_id, component, {_half_up("s1*n2*n3 + s2*n1*n3 + s3*n1*n2", "10*base*n1*n2*n3")} AS score
              FROM pivot WHERE found = pools),
        scores AS (SELECT participant_id, {_wide("score")} FROM score GROUP BY participant_id)"""  # noqa: S608


def _people(groups: Sequence[AppraisalGroup]) -> str:
    """Everybody who is appraised, with scores and weights of what counts, ± items and the veto."""
    people = people_of(groups)
    return f"""
        exempted AS (
            SELECT participant_id, {_wide("1", "x")} FROM appraisal_exemption
             WHERE participant_id IN (SELECT id FROM ({people}) x) GROUP BY participant_id),
        person AS (
            SELECT p.id AS participant_id, p.group_id, p.standing, {_counted()},
                   COALESCE(a.value, 0) AS raw_adjustment, v.best_grade AS veto
              FROM ({people}) chosen
              JOIN appraisal_participant p ON p.id = chosen.id
              JOIN shares w ON w.group_id = p.group_id
              LEFT JOIN scores s ON s.participant_id = p.id
              LEFT JOIN exempted e ON e.participant_id = p.id
              LEFT JOIN (SELECT participant_id, CAST(SUM(value) AS BIGINT) AS value FROM appraisal_adjustment
                          WHERE state = 'approved' GROUP BY participant_id) a ON a.participant_id = p.id
              LEFT JOIN (SELECT o.participant_id, MAX(k.best_grade) AS best_grade FROM appraisal_veto o
                           JOIN appraisal_vetokind k ON k.id = o.kind_id
                          WHERE o.state = 'approved' GROUP BY o.participant_id) v ON v.participant_id = p.id)"""  # noqa: S608


def _sums(cap: int) -> str:
    """Weigh the scores, add the ± items, and say who lacks something."""
    return f"""
        summed AS (
            SELECT person.*, {_clamped(cap)} AS adjustment, {_sum("v{0}")} AS weight,
                   {_sum("v{0} * COALESCE(c{0}, 0)")} AS weighed,
                   {_sum("CASE WHEN v{0} > 0 AND c{0} IS NULL THEN 1 ELSE 0 END")} AS missing
              FROM person),
        finished AS (
            SELECT summed.*, CASE WHEN missing = 0 AND weight > 0
                                  THEN {_half_up("weighed", "10*weight")} + {_rounded("adjustment")} END AS bare
              FROM summed),
        settled AS (
            SELECT finished.*, CASE WHEN bare < 0 THEN 0 ELSE bare END AS total,
                   CASE WHEN standing = '{Standing.RANKED}' AND bare IS NULL THEN '{Standing.INCOMPLETE}'
                        ELSE standing END AS settled_standing
              FROM finished)"""  # noqa: S608


# ---- pieces ------------------------------------------------------------------------
def _frame(groups: Sequence[AppraisalGroup]) -> str:
    rows = [(group, one) for group in groups for one in group.components.all()]
    return " UNION ALL ".join(_frame_row(group, one) for group, one in rows)


def _frame_row(group: AppraisalGroup, one: GroupComponent) -> str:
    """Say of a component how many pools it has, what their weights add up to, and what its sums are divided by."""
    pools, rounds = len(one.pools.all()), len(one.rounds.all())
    trim_from = one.trim_from if one.component in TRIMMED_COMPONENTS else 0
    minimum = rounds or max(one.minimum_size, 1)
    return (
        f"SELECT {group.pk} AS group_id, {one.component} AS component, {minimum} AS minimum, "
        f"{trim_from} AS trim_from, {pools or 1} AS pools, {WHOLE if pools else 1} AS base, "
        f"CAST({round_divisor(one)} AS BIGINT) AS divisor"
    )


def _shares(groups: Sequence[AppraisalGroup]) -> str:
    rows = []
    for group in groups:
        weights = {one.component: one.weight for one in group.components.all()}
        columns = ", ".join(f"{weights.get(one.value, 0)} AS w{one.value}" for one in _ALL)
        rows.append(f"SELECT {group.pk} AS group_id, {columns}")
    return " UNION ALL ".join(rows)


def _pivot() -> str:
    """Lay three pools side by side; one that is not there is nothing over one."""
    sums = (f"COALESCE(MAX(CASE WHEN pool = {one} THEN s END), 0) AS s{one}" for one in (1, 2, 3))
    counts = (f"COALESCE(MAX(CASE WHEN pool = {one} THEN n END), 1) AS n{one}" for one in (1, 2, 3))
    return ", ".join((*sums, *counts))


def _wide(value: str, prefix: str = "c") -> str:
    return ", ".join(f"MAX(CASE WHEN component = {one.value} THEN {value} END) AS {prefix}{one.value}" for one in _ALL)


def _counted() -> str:
    """Give scores and weights of the components that somebody is appraised in, and which ones are exempt."""
    pieces = []
    for one in _ALL:
        n = one.value
        pieces += [
            f"CASE WHEN e.x{n} IS NULL AND w.w{n} > 0 THEN s.c{n} END AS c{n}",
            f"CASE WHEN e.x{n} IS NULL THEN w.w{n} ELSE 0 END AS v{n}",
            f"COALESCE(e.x{n}, 0) AS x{n}",
        ]
    return ", ".join(pieces)


def _sum(pattern: str) -> str:
    return " + ".join(pattern.format(one.value) for one in _ALL)


def _mask() -> str:
    return " + ".join(f"x{one.value} * {2 ** (one.value - 1)}" for one in _ALL)


def _half_up(a: str, b: str) -> str:
    return f"10 * ((2*({a}) + {b}) / (2*{b}))"


def _rounded(value: str) -> str:
    """Round thousandths that may be negative to hundredths, by their absolute value."""
    return f"CASE WHEN {value} < 0 THEN -(10 * ((10 - 2*{value}) / 20)) ELSE 10 * ((2*{value} + 10) / 20) END"


def _clamped(cap: int) -> str:
    return (
        f"CASE WHEN raw_adjustment > {cap} THEN {cap} WHEN raw_adjustment < -{cap} THEN -{cap} ELSE raw_adjustment END"
    )


def _grade(lines: GradeLines) -> str:
    """Cut by the lines; members of a tie get what was decided, or nothing while it is open."""
    cases = ["WHEN rank IS NULL THEN NULL"]
    if lines.tie is not None:
        members = ", ".join(map(str, lines.tie.members))
        chosen = ", ".join(map(str, sorted(lines.chosen or ())))
        if lines.chosen is None:
            cases.append(f"WHEN participant_id IN ({members}) THEN NULL")
        else:
            cases.append(f"WHEN participant_id IN ({chosen}) THEN {Grade.EXCELLENT.value}")
    cases += [f"WHEN total >= {floor} THEN {grade}" for grade, floor in lines.floors]
    return f"CASE {' '.join(cases)} END"
