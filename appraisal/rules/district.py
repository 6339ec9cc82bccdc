"""区综合考核: the table of indicators, points, what they come to, the state machine, and what may be objected to.

Points are thousandths of a point with at most two decimals, maxima whole points, the weight hundredths of a percent.
依据 改革试点方案：共青团工作占区综合考核的 10%；比重和基数由参数决定。
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import date, timedelta

from appraisal.choices import DistrictState as State
from appraisal.choices import WeightBase
from appraisal.rules.goals import MOST, goal_score
from appraisal.rules.scheme import WHOLE
from appraisal.rules.scoring import plain
from youthleague.kernel.findings import Finding
from youthleague.kernel.rates import half_up
from youthleague.kernel.transitions import Transition, TransitionTable

DISTRICT = TransitionTable(
    [
        Transition("issue", (State.DRAFT,), State.SELF_RATING, "下达"),
        Transition("score", (State.SELF_RATING,), State.SCORING, "转入核分"),
        Transition("feed-back", (State.SCORING,), State.OBJECTIONS, "反馈给单位"),
        Transition("report", (State.OBJECTIONS,), State.REPORTED, "报考核办"),
    ]
)
TABLE_STATES = frozenset({State.DRAFT})
RATING_STATES = frozenset({State.SELF_RATING})
SCORING_STATES = frozenset({State.SCORING})
OBJECTION_STATES = frozenset({State.OBJECTIONS})
ROLL_UP_STATES = frozenset({State.SCORING, State.OBJECTIONS})
OPEN_STATES = frozenset(State) - {State.REPORTED}
TOLD_STATES = frozenset({State.OBJECTIONS, State.REPORTED})  # a unit reads its points

ALL = 100  # Σ of the maxima
MOST_ITEMS = 30
_FINEST = 10  # thousandths: two decimals
_STEP = 1000  # thousandths of a point

_STATE = Finding("district.state", "区综合考核现在是“%(state)s”，不能这样办理；请刷新后再看。")
_NONE = Finding("district.items", "还没有指标，至少要有一条。")
_MANY = Finding("district.many", "指标最多 %(most)d 条，把要紧的留下。", {"most": MOST_ITEMS})
_SUM = Finding("district.sum", "各项指标的满分合计应为 100 分，现在是 %(sum)d 分。")
_TITLE = Finding("item.title", "请写明指标。")
_TWICE = Finding("item.twice", "指标“%(title)s”写了两次。")
_HOW = Finding("item.how", "请写明评分办法。")
_MAXIMUM = Finding("item.maximum", "满分应是 1 至 100 的整数。")
_TARGET = Finding("item.target", "取数的指标要有目标值，大于 0，最多三位小数。")
_POINTS = Finding("points.range", "得分应在 0 至 %(most)s 分之间，最多两位小数。")
_COMPUTED = Finding("points.computed", "这一项由系统按指标计算，不能填写。")
_MISSING = Finding("points.missing", "请填写自评得分。")
_GROUND = Finding("points.ground", "请用一句话写明得分的依据。")
_REASON = Finding("points.reason", "与自评不一致，请写明理由。")
_LATE = Finding("objection.late", "提出异议的期限到 %(day)s 为止，已经过了。")
_CONTENT = Finding("objection.content", "请写明异议的内容和依据。")
_ANSWER = Finding("objection.answer", "请写明答复的理由。")
_SAME = Finding("objection.points", "更正后的得分与现在的一样；不改的请选“维持”。")


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What an indicator says; ``figure`` is the code of the registered figure that gives its points by ``target``."""

    title: str
    how: str
    maximum: int
    figure: str = ""
    target: int = 0


# ---- the state machine ---------------------------------------------------------------
def step_finding(state: str, action: str) -> Finding | None:
    """Say that a step does not start from a state (``district.state``)."""
    return None if DISTRICT.may(state, action) else _STATE.about(state=State(state).label)


def state_finding(state: str, allowed: frozenset[State]) -> Finding | None:
    """Say that something may not be written in a state (``district.state``)."""
    return None if state in allowed else _STATE.about(state=State(state).label)


# ---- the table -----------------------------------------------------------------------
def item_finding(item: ItemFacts) -> Finding | None:
    """Give the first thing that is wrong with an indicator."""
    return (
        (None if item.title.strip() else _TITLE)
        or (None if item.how.strip() else _HOW)
        or (None if 1 <= item.maximum <= ALL else _MAXIMUM)
        or (None if not item.figure or 0 < item.target <= MOST else _TARGET)
    )


def table_finding(items: Sequence[ItemFacts]) -> Finding | None:
    """Say why a table cannot be kept: too many indicators, or one that stands in it twice."""
    if len(items) > MOST_ITEMS:
        return _MANY
    titles = [one.title.strip() for one in items]
    twice = next((one for one in titles if titles.count(one) > 1), None)
    return _TWICE.about(title=twice) if twice else None


def whole_finding(maxima: Sequence[int]) -> Finding | None:
    """Say why a table cannot be issued: it is empty, or Σ of the maxima is not 100."""
    if not maxima:
        return _NONE
    return None if sum(maxima) == ALL else _SUM.about(sum=sum(maxima))


def table_digest(items: Iterable[ItemFacts], *, weight: int, base: int) -> str:
    """Give the SHA-256 of a table with the weight and its base, as they stand when it is issued."""
    return _digest([weight, base, [list(astuple(one)) for one in items]])


# ---- points --------------------------------------------------------------------------
def points_finding(points: int, maximum: int) -> Finding | None:
    """Say that points are out of range, or finer than two decimals."""
    is_sound = 0 <= points <= maximum * _STEP and points % _FINEST == 0
    return None if is_sound else _POINTS.about(most=maximum)


def typed_finding(points: int | None, maximum: int, *, is_computed: bool) -> Finding | None:
    """Say why points cannot be kept as they were typed; None takes them away."""
    if points is None:
        return None
    return _COMPUTED if is_computed else points_finding(points, maximum)


def handed_in_finding(points: int | None, ground: str) -> Finding | None:
    """Say what a 自评 lacks before it is handed in: points, and for more than nothing what they rest on."""
    if points is None:
        return _MISSING
    return _GROUND if points and not ground.strip() else None


def reason_finding(own: int | None, points: int | None, reason: str) -> Finding | None:
    """Say that points differ from what a unit gave itself, and nobody says why."""
    differs = own is not None and points is not None and own != points
    return _REASON if differs and not reason.strip() else None


def computed_points(maximum: int, target: int, actual: int | None) -> int | None:
    """Give what a figure brings: its share of the target, at most the maximum; None where the figure has no value."""
    return goal_score(maximum, target, actual)


def total(points: Iterable[int | None]) -> int | None:
    """Add points up; as long as one of them is missing there is no total."""
    found = list(points)
    known = [one for one in found if one is not None]
    return sum(known) if found and len(known) == len(found) else None


def converted(score: int, weight: int) -> int:
    """Give what a score is worth in the whole (折算分 = 得分 × 比重), rounded half up to hundredths of a point."""
    return 10 * half_up(score * weight, 10 * WHOLE)


def base_words(base: int, weight: int) -> str:
    """Write weight and base: 总考核的 10%."""
    return f"{WeightBase(base).label}的 {plain(weight * 10)}%"


# ---- objections ----------------------------------------------------------------------
def last_day(fed_back_on: date, days: int) -> date:
    """Give the last day of objections; the day of the feedback is not counted."""
    return fed_back_on + timedelta(days=days)


def objection_finding(text: str, *, day: date, last: date) -> Finding | None:
    """Say why an objection cannot be raised."""
    if day > last:
        return _LATE.about(day=f"{last:%Y-%m-%d}")
    return None if text.strip() else _CONTENT


def answer_finding(before: int | None, after: int | None, reason: str) -> Finding | None:
    """Say why an objection cannot be answered so; ``after`` is None where the points are kept (维持)."""
    if not reason.strip():
        return _ANSWER
    return _SAME if after is not None and after == before else None


# ---- the report ----------------------------------------------------------------------
def points_digest(table: str, rows: Iterable[Sequence[int | None]]) -> str:
    """Give the SHA-256 of what goes into a roll-up: the table, and of each unit and indicator its points."""
    return _digest([table, [list(row) for row in rows]])


def report_digest(table: str, rows: Iterable[Sequence[str | int | None]]) -> str:
    """Give the SHA-256 of what is reported: the table, and of each unit its name, score and converted score."""
    return _digest([table, [list(row) for row in rows]])


def _digest(facts: object) -> str:
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()
