"""复核: what a calibration of a grade has to keep to, when and how somebody may object, who may decide about it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from appraisal.choices import AppealState as State
from appraisal.choices import Grade
from youthleague.kernel.findings import Finding
from youthleague.kernel.transitions import Transition, TransitionTable

APPEAL = TransitionTable(
    [
        Transition("accept", (State.FILED,), State.ACCEPTED, "受理"),
        Transition("correct", (State.ACCEPTED,), State.CORRECTING, "更正"),
        Transition("uphold", (State.ACCEPTED, State.CORRECTING), State.UPHELD, "维持"),
        Transition("finish", (State.CORRECTING,), State.CORRECTED, "更正完毕"),
    ]
)
UNPUBLISHED = Finding("appeal.unpublished", "结果还没有公布，不能提出异议。")

_SAME = Finding("calibration.same", "等次没有变化，不用校准。")
_UNGRADED = Finding("calibration.ungraded", "不定等次、数据不全或者不参加排名的，不能校准等次。")
_VETO = Finding("calibration.veto", "有一票否决的，等次最高“%(best)s”。")
_CAP = Finding("calibration.cap", "“好”的 %(places)d 个名额已经用满，不能再增加；先把一位校准为别的等次，再来办理。")
_STATE = Finding("appeal.state", "这件异议现在是“%(state)s”，不能这样办理。")
_DAYS = Finding("appeal.days", "提出异议的期限到%(last)s为止，现在已过期限。")
_TWICE = Finding("appeal.twice", "这次公布以后已经提出过异议，不能重复提出。")
_GAVE = Finding("appeal.self", "这件异议涉及您评的分、登记的数或者校准的等次，请由别的同志决定。")


@dataclass(frozen=True)
class CalibrationFacts:
    """What a grade stands against: itself, the best one that vetoes leave, places of 好 in the family, those taken."""

    grade: int | None
    best: int
    places: int
    taken: int


def calibration_finding(facts: CalibrationFacts, after: int) -> Finding | None:
    """Say why a grade cannot become another one: it has none, is the same, a veto or the cap of 好 stands against it.

    依据 domain.md §2.7 计算规则 5、6。
    """
    if facts.grade is None:
        return _UNGRADED
    if after == facts.grade:
        return _SAME
    if after < facts.best:
        return _VETO.about(best=Grade(facts.best).label)
    if after == Grade.EXCELLENT and facts.taken >= facts.places:
        return _CAP.about(places=facts.places)
    return None


def appeal_window(day: date, days: int) -> tuple[date, date]:
    """Give the first and the last day on which results made known on a day may be objected to.

    The day itself does not count among the ``days`` (calendar days), and objections are taken on it already.
    """
    return day, day + timedelta(days=days)


def filing_finding(last_day: date, day: date, *, has_filed: bool) -> Finding | None:
    """Say why somebody cannot object any more to what was made known: until which day, or that they have."""
    if day > last_day:
        return _DAYS.about(last=f"{last_day:%Y-%m-%d}")
    return _TWICE if has_filed else None


def appeal_step_finding(state: str, action: str) -> Finding | None:
    """Say that a step does not start from the state of an objection."""
    return None if APPEAL.may(state, action) else _STATE.about(state=State(state).label)


def decider_finding(person_key: str, given_by: Collection[str]) -> Finding | None:
    """Say that somebody would decide about marks, counts or a grade that they gave; persons by their keys."""
    return _GAVE if person_key in given_by else None
