"""A 述职会: a state machine, its running order, who judges whom, and sheets that do not tell who wrote them.

依据 domain.md §2.7：团干述由评委打分，去掉最高分和最低分后平均；青年评审团的分数单独计算。
"""

from collections.abc import Callable, Iterable, Mapping, MutableSequence, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from appraisal.choices import CycleState
from appraisal.choices import MeetingState as State
from appraisal.rules.marking import mark_finding
from appraisal.rules.scoring import Trimmed, rounded_mean, trim
from youthleague.kernel.findings import Finding
from youthleague.kernel.transitions import Transition, TransitionTable

MEETING = TransitionTable(
    [
        Transition("start", (State.PREPARING,), State.RUNNING, "开始述职会"),
        Transition("close", (State.RUNNING,), State.CLOSED, "结束述职会"),
        Transition("reopen", (State.CLOSED,), State.RUNNING, "重开述职会"),
        Transition("void", (State.PREPARING, State.RUNNING), State.VOID, "作废"),
    ]
)
ARRANGING_STATES = frozenset({CycleState.MATERIALS, CycleState.EVALUATION})
HOLDING_STATES = frozenset({CycleState.EVALUATION})
MOST_MINUTES, MOST_SPEAKERS, MOST_JUDGES = 60, 100, 200

_STATE = Finding("meeting.state", "这场述职会现在是“%(state)s”，不能这样办理；请刷新后再看。")
_TITLE = Finding("meeting.title", "请写述职会的名称，不超过 40 个字。")
_MINUTES = Finding("meeting.minutes", "每人的时间应为 1 至 %(most)d 分钟。")
_LATE = Finding("meeting.late", "%(count)d 人、每人 %(minutes)d 分钟，当天排不完；请提前开始，或者分几场。")
_SPEAKERS = Finding("meeting.speakers", "参加述职的应为 1 至 %(most)d 人。")
_JUDGES = Finding("meeting.judges", "还没有评委，不能开始。")
_MANY = Finding("meeting.many_judges", "一场述职会最多 %(most)d 位评委。")
_NAME = Finding("judge.name", "请写评委的姓名，不超过 60 个字；单位不超过 40 个字。")
_CLASS = Finding("judge.class", "参加述职的各组都没有这一类评委，请换一类。")
_TWICE = Finding("judge.twice", "%(name)s已经是这场述职会的评委；同名的两位请写明不同的单位。")
_ONESELF = Finding("judge.self", "不能给自己打分。")
_NOT_ASKED = Finding("judge.class_of_group", "这位同志所在的组不由这一类评委打分。")
_WRITTEN = Finding("judge.written", "这位同志的分数已经写入测评结果，不能再改。")
_ENDED = Finding("judge.ended", "述职会现在没有在打分，这次没有保存。")


@dataclass(frozen=True)
class JudgeLike:
    """Who judges: the key of the person behind an account (nothing without one), name and unit."""

    person_key: str
    name: str
    unit: str


def meeting_step_finding(state: str, action: str) -> Finding | None:
    """Say that a step does not start from the state of a meeting."""
    return None if MEETING.may(state, action) else _STATE.about(state=State(state).label)


def arranging_finding(state: str) -> Finding | None:
    """Say that order and judges of a meeting stand already: they are arranged before it begins."""
    return None if state == State.PREPARING else _STATE.about(state=State(state).label)


def judges_change_finding(state: str) -> Finding | None:
    """Say that judges neither come nor go any more: they may while it is prepared and while it runs."""
    return None if state in {State.PREPARING, State.RUNNING} else _STATE.about(state=State(state).label)


def meeting_finding(title: str, starts_at: time, minutes: int, *, speakers: int) -> Finding | None:
    """Say that a meeting has no name, nobody to speak, or does not end on its day."""
    if not 0 < len(title) <= 40:
        return _TITLE
    if not 1 <= minutes <= MOST_MINUTES:
        return _MINUTES.about(most=MOST_MINUTES)
    if not 1 <= speakers <= MOST_SPEAKERS:
        return _SPEAKERS.about(most=MOST_SPEAKERS)
    is_late = starts_at.hour * 60 + starts_at.minute + minutes * speakers > 24 * 60
    return _LATE.about(count=speakers, minutes=minutes) if is_late else None


def start_finding(judges: int) -> Finding | None:
    """Say that nobody would mark."""
    return None if judges else _JUDGES


def slots(starts_at: time, minutes: int, count: int) -> list[time]:
    """Give when each of so many begins, one after another."""
    first = datetime.combine(date.min, starts_at)
    return [(first + timedelta(minutes=minutes * place)).time() for place in range(count)]


def moved(order: Sequence[int], key: int, step: int) -> list[int]:
    """Give an order in which one has changed places with the next (1) or the one before (-1); at the ends it stays."""
    found = list(order)
    if key in found:
        here = found.index(key)
        there = here + step
        if 0 <= there < len(found):
            found[here], found[there] = found[there], found[here]
    return found


def shuffled(order: Iterable[int], shuffle: Callable[[MutableSequence[int]], None]) -> list[int]:
    """Give the same in an order of chance (抽签、打乱): ``shuffle`` mixes a list in place."""
    mixed = list(order)
    shuffle(mixed)
    return mixed


def judge_finding(new: JudgeLike, others: Sequence[JudgeLike]) -> Finding | None:
    """Say that somebody cannot become a judge: no name, too many, or the same person as another one.

    One person is one by whichever account; without accounts a name with the same unit, or with none, is one person.
    """
    if not 0 < len(new.name) <= 60 or len(new.unit) > 40:
        return _NAME
    if len(others) >= MOST_JUDGES:
        return _MANY.about(most=MOST_JUDGES)
    return _TWICE.about(name=new.name) if any(_are_one(new, one) for one in others) else None


def _are_one(one: JudgeLike, other: JudgeLike) -> bool:
    if one.person_key and other.person_key:
        return one.person_key == other.person_key
    return one.name == other.name and (one.unit == other.unit or not (one.unit and other.unit))


def class_finding(ballot_class: str, offered: Iterable[str]) -> Finding | None:
    """Say that no group of a meeting is marked by this kind of judges."""
    return None if ballot_class in set(offered) else _CLASS


def is_oneself(judge: JudgeLike, *, person_key: str, name: str) -> bool:
    """Tell whether a judge is the one who speaks: by the person behind the account, without an account by the name."""
    return judge.person_key == person_key if judge.person_key else judge.name == name


def judging_finding(
    mark: int | None, *, is_running: bool, is_self: bool, is_asked: bool, is_written: bool
) -> Finding | None:
    """Say why a judge's mark (thousandths; None takes it away) is not taken."""
    for refused, finding in ((not is_running, _ENDED), (is_self, _ONESELF), (not is_asked, _NOT_ASKED)):
        if refused:
            return finding
    if is_written:
        return _WRITTEN
    return None if mark is None else mark_finding(mark)


@dataclass(frozen=True)
class PoolResult:
    """What one kind of judges gave somebody: the marks that count, and their mean rounded to hundredths."""

    marks: Trimmed
    mean: int


def pool_result(marks: Sequence[int], trim_from: int) -> PoolResult | None:
    """Drop the highest and the lowest once there are enough, and take the mean; None without any mark."""
    if not marks:
        return None
    kept = trim(marks, trim_from)
    return PoolResult(kept, rounded_mean(kept.kept))


def missing_marks(asked: Mapping[str, int], given: Mapping[str, int]) -> int:
    """Count what is still missing of somebody: by kind of judges, how many are asked and how many have marked."""
    return sum(max(count - given.get(kind, 0), 0) for kind, count in asked.items())


def judge_promise() -> str:
    """Say to judges who sees their marks, as a meeting really keeps it."""
    return (
        "会议结束以前，您打的分只有您自己看得到，会务人员只看得到打了几位；"
        "结束时分数打乱次序、不带姓名写入测评结果，系统里不再保存谁打了多少分。结束以前都可以改。"
    )
