"""How a figure of the scorecard came about, in the words and numbers of the scheme: the same arithmetic as the roll-up.

Every step is an expression that may be worked out by hand, and its result rounded to hundredths.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from appraisal.choices import BALLOT_COMPONENTS, BallotClass, BallotOption, Component, Dimension, RoundKind
from appraisal.models import BallotTally, ComponentPool, GroupComponent
from appraisal.reports.evidence import Evidence
from appraisal.rules.scheme import WHOLE
from appraisal.rules.scoring import (
    Part,
    Trimmed,
    counted_adjustment,
    percent,
    plain,
    points_of,
    round_part,
    score_of,
    trim,
    two_places,
    weighed,
)

LONGEST_SUM = 12  # summands that a person still adds up; more are given as their sum
COUNTED, HIGHEST, LOWEST, LEFT_OUT = "计入", "去最高", "去最低", "不计入"


@dataclass(frozen=True)
class Step:
    """One line of arithmetic: what is done, the expression, and its result with two decimals."""

    words: str
    expression: str
    result: str


@dataclass(frozen=True)
class Behind:
    """One mark behind a figure: what became of it, and as far as it may be told who gave it, when, on what, and why."""

    mark: int
    treatment: str
    period: int = 0
    dimension: str = ""
    rater: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Votes:
    """How many chose an option; ``value`` is None where it is not counted."""

    option: str
    count: int
    value: int | None


@dataclass(frozen=True)
class Pool:
    """What a pool gave: single marks or votes, and how many of them count; ``title`` is empty where there is but one.

    ``is_round``: what somebody reached in a round of the contest, nobody's opinion.
    """

    title: str
    weight: int
    counted: int
    marks: tuple[Behind, ...] = ()
    votes: tuple[Votes, ...] = ()
    is_round: bool = False


@dataclass(frozen=True)
class Explanation:
    """A component of somebody's scorecard: its score, what stands behind it, and why it has none.

    ``withheld`` says in a sentence what the reader is not told.
    """

    component: Component
    weight: int
    weights: int
    score: int | None = None
    steps: tuple[Step, ...] = ()
    pools: tuple[Pool, ...] = ()
    missing: tuple[str, ...] = ()
    exemption: str = ""
    withheld: str = ""
    people: int = 0

    @property
    def points(self) -> int | None:
        """Give what the score is worth in the total."""
        return None if self.score is None else points_of(self.score, self.weight, self.weights)


def explain(part: GroupComponent, evidence: Evidence) -> Explanation:
    """Explain a component; where it is exempt or something is missing it has no score."""
    component = Component(part.component)
    bare = Explanation(component, part.weight, evidence.weights)
    if component in evidence.exemptions:
        return replace(bare, exemption=evidence.exemptions[component].reason)
    told = _KINDS.get(component, _daily)(bare, part, evidence)
    if told.score is None:
        return told
    return replace(told, steps=(*told.steps, _worth(told)))


def explain_all(evidence: Evidence) -> tuple[Explanation, ...]:
    """Explain every component of the group."""
    return tuple(explain(part, evidence) for part in evidence.parts)


def explain_total(explained: Iterable[Explanation], evidence: Evidence, cap: int) -> tuple[Step, ...]:
    """Explain how the total came about; nothing while a component has no score."""
    counting = [one for one in explained if not one.exemption]
    scores = [(one.score, one.weight) for one in counting if one.score is not None]
    if not scores or len(scores) < len(counting):
        return ()
    mean = weighed(scores)
    summands = "＋".join(f"{two_places(score)} × {percent(weight)}" for score, weight in scores)
    whole = evidence.weights == WHOLE
    words = "各项按权重合计" if whole else f"各项按权重合计，除以参评各项的权重 {percent(evidence.weights)}"
    first = Step(words, summands if whole else f"（{summands}）÷ {percent(evidence.weights)}", two_places(mean))
    items = explain_adjustment(evidence, cap)
    if not items:
        return (first,)
    added = counted_adjustment([one.value for one in evidence.adjustments], cap)
    sign = "＋" if added >= 0 else "－"
    floor = "，不低于 0 分" if mean + added < 0 else ""
    total = Step(
        f"加上加减分{floor}", f"{two_places(mean)} {sign} {plain(abs(added))}", two_places(max(0, mean + added))
    )
    return (first, *items, total)


def explain_adjustment(evidence: Evidence, cap: int) -> tuple[Step, ...]:
    """Add up the ± items that were approved; nothing without any."""
    values = [one.value for one in evidence.adjustments]
    if not values:
        return ()
    summed = "".join(f"{'－' if value < 0 else '＋'}{plain(abs(value))}" for value in values).removeprefix("＋")
    over = abs(sum(values)) > cap
    words = f"加减分合计 {plain(sum(values))}，超过上限，按 {plain(cap)} 分计" if over else "加减分合计"
    expression = plain(cap if sum(values) > 0 else -cap).replace("-", "－") if over else summed
    return (Step(words, expression, two_places(counted_adjustment(values, cap))),)


# ---- daily marks and panels ---------------------------------------------------------
def _daily(bare: Explanation, part: GroupComponent, evidence: Evidence) -> Explanation:
    """Explain a component of single marks without pools."""
    rows = sorted(evidence.periods.get(part.component, ()), key=lambda one: (-one.mark, one.period, one.pk))
    trimmed = trim((one.mark for one in rows), part.trim_from)
    marks = tuple(
        Behind(
            one.mark,
            treatment,
            one.period,
            Dimension(one.dimension).label,
            one.rater.get_full_name(),
            one.reason,
        )
        for one, treatment in zip(rows, _treatments(trimmed, len(rows)), strict=True)
    )
    pool = Pool("", WHOLE, len(rows), marks)
    people = len({one.rater.person_key for one in rows})
    lack = _lack("", len(rows), part.minimum_size, "个分数")
    return _of_pools(replace(bare, people=people), [pool], [_mean(trimmed)], [lack], [_dropped(trimmed, len(rows))])


def _debrief(bare: Explanation, part: GroupComponent, evidence: Evidence) -> Explanation:
    """Explain the marks of the panel, pool by pool."""
    pools, parts, lacks, words = [], [], [], []
    held = list(part.pools.all())
    for one in held:
        marks = [row.mark for row in evidence.panels.get(one.pk, ())]
        trimmed = trim(marks, part.trim_from)
        ordered = sorted(marks, reverse=True)
        shown = tuple(
            Behind(mark, treatment) for mark, treatment in zip(ordered, _treatments(trimmed, len(marks)), strict=True)
        )
        pools.append(Pool(_title(one), one.weight, len(marks), shown))
        parts.append(_mean(trimmed))
        lacks.append(_lack(_title(one), len(marks), part.minimum_size, "个分数"))
        words.append(_dropped(trimmed, len(marks)))
    return _of_pools(replace(bare, people=sum(one.counted for one in pools)), pools, parts, lacks, words)


def _treatments(trimmed: Trimmed, count: int) -> list[str]:
    if trimmed.highest is None:
        return [COUNTED] * count
    return [HIGHEST, *[COUNTED] * (count - 2), LOWEST]


def _dropped(trimmed: Trimmed, count: int) -> str:
    if trimmed.highest is None or trimmed.lowest is None:
        return f"{count} 个分数取平均"
    dropped = f"去掉最高 {plain(trimmed.highest)}、最低 {plain(trimmed.lowest)}"
    return f"{dropped}，余 {len(trimmed.kept)} 个取平均"


def _mean(trimmed: Trimmed) -> tuple[int, int, str]:
    """Give the sum, by what it is divided, and the sum in words."""
    kept = trimmed.kept
    listed = "＋".join(map(plain, kept))
    is_short = 1 < len(kept) <= LONGEST_SUM
    return trimmed.total, len(kept), f"（{listed}）" if is_short else plain(trimmed.total)


# ---- ballots ------------------------------------------------------------------------
def _ballots(bare: Explanation, part: GroupComponent, evidence: Evidence) -> Explanation:
    """Explain the ballots, pool by pool; what is not counted is shown all the same."""
    pools, parts, lacks, words = [], [], [], []
    for one in part.pools.all():
        votes = tuple(_votes(row, evidence) for row in evidence.tallies.get(one.pk, ()))
        counted = [(row.count, row.value) for row in votes if row.value is not None]
        number = sum(count for count, _value in counted)
        total = sum(count * value for count, value in counted)
        listed = "＋".join(f"{plain(value)} × {count}" for count, value in counted if count)
        pools.append(Pool(_title(one), one.weight, number, votes=votes))
        parts.append((total, number, f"（{listed}）"))
        lacks.append(_lack(_title(one), number, part.minimum_size, "张有效票"))
        words.append(_told(votes))
    return _of_pools(replace(bare, people=sum(one.counted for one in pools)), pools, parts, lacks, words)


def _votes(row: BallotTally, evidence: Evidence) -> Votes:
    return Votes(BallotOption(row.option).label, row.count, evidence.options.get(row.option))


def _told(votes: Sequence[Votes]) -> str:
    counted = "、".join(f"{one.option} {one.count} 张" for one in votes if one.value is not None and one.count)
    others = "、".join(f"{one.option} {one.count} 张" for one in votes if one.value is None and one.count)
    return f"{counted}，按选项的分值取平均" + (f"；{others}不计入" if others else "")


# ---- rounds -------------------------------------------------------------------------
def _contest(bare: Explanation, part: GroupComponent, evidence: Evidence) -> Explanation:
    """Explain the contest: every round as a share of its maximum."""
    held = list(part.rounds.all())
    reached = [(one, evidence.rounds[one.pk].mark) for one in held if one.pk in evidence.rounds]
    pools = tuple(
        Pool(
            f"{RoundKind(one.kind).label}（满分 {one.maximum}）", one.weight, 1, (Behind(mark, COUNTED),), is_round=True
        )
        for one, mark in reached
    )
    told = replace(bare, pools=pools, people=len(reached))
    lacking = [RoundKind(one.kind).label for one in held if one.pk not in evidence.rounds]
    if lacking:
        return replace(told, missing=(f"没有{'、'.join(lacking)}的成绩",))
    listed = "＋".join(f"{plain(mark)} ÷ {one.maximum} × {percent(one.weight)}" for one, mark in reached)
    score = score_of(round_part(one.weight, mark, one.maximum) for one, mark in reached)
    step = Step("各环节按满分折成百分制，再按权重合计", f"（{listed}）× 100", two_places(score))
    return replace(told, score=score, steps=(step,))


# ---- joined -------------------------------------------------------------------------
def _of_pools(
    bare: Explanation,
    pools: Sequence[Pool],
    sums: Sequence[tuple[int, int, str]],
    lacks: Sequence[str],
    words: Sequence[str],
) -> Explanation:
    """Join pools to a score: each by its mean, weighed unrounded."""
    told = replace(bare, pools=tuple(pools), missing=tuple(one for one in lacks if one))
    if told.missing or not pools:
        return told
    score = score_of(Part(pool.weight, total, count) for pool, (total, count, _) in zip(pools, sums, strict=True))
    steps = tuple(
        Step(
            f"{pool.title}：{said}" if len(pools) > 1 else said,
            f"{listed}÷ {count}" if listed.endswith("）") else f"{listed} ÷ {count}",
            two_places(score_of([Part(WHOLE, total, count)])),
        )
        for pool, (total, count, listed), said in zip(pools, sums, words, strict=True)
    )
    if len(pools) > 1:
        joined = "＋".join(
            f"{plain(total)} ÷ {count} × {percent(pool.weight)}"
            for pool, (total, count, _) in zip(pools, sums, strict=True)
        )
        steps = (*steps, Step("各票别的平均数按权重合计", joined, two_places(score)))
    return replace(told, score=score, steps=steps)


def _worth(told: Explanation) -> Step:
    """Say what the score is worth in the total."""
    score, points = told.score or 0, told.points or 0
    if told.weights == WHOLE:
        return Step("按权重折算", f"{two_places(score)} × {percent(told.weight)}", two_places(points))
    words = f"有免评，参评各项的权重合计 {percent(told.weights)}，按此折算"
    return Step(words, f"{two_places(score)} × {percent(told.weight)} ÷ {percent(told.weights)}", two_places(points))


def _lack(title: str, found: int, least: int, what: str) -> str:
    least = max(least, 1)
    if found >= least:
        return ""
    return f"{title}只有 {found} {what}，至少要 {least} {what[0]}" if found else f"{title}还没有{what[1:]}"


def _title(pool: ComponentPool) -> str:
    return BallotClass(pool.ballot_class).label


_KINDS: dict[Component, Callable[[Explanation, GroupComponent, Evidence], Explanation]] = {
    Component.DEBRIEF: _debrief,
    Component.CONTEST: _contest,
    **dict.fromkeys(BALLOT_COMPONENTS, _ballots),
}
