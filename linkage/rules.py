"""Rules of the linkage: values in, findings and states out."""

import unicodedata
from collections.abc import Collection, Sequence
from datetime import date

from youthleague.kernel.cells import read_blank, tidy_lines
from youthleague.kernel.findings import Finding
from youthleague.kernel.transitions import Transition, TransitionTable
from youthleague.kernel.weeks import IsoWeek

MOST_LINES = 3
ALL = 100
MOST_COUNTED = 1_000_000
QUIET = "本周无重点事项"
_QUIET = frozenset({QUIET, "无重点事项", "本周无重点工作", "无重点工作"})

_FUTURE = Finding("week.future", "只能填写本周和下周；更远的安排请到时候再填。")
_PAST = Finding("week.past", "这一周已经过去太久，不再补填；确有需要更正的，请联系上级团组织。")
_LINES = Finding("week.lines", "“本周工作”最多写 %(most)d 行，一行一件，把要紧的留下。", {"most": MOST_LINES})
_NOTHING = Finding("week.nothing", "这一行什么也没有写；没有要写的，注明“本周无重点事项”即可。")


def week_state(*, theme: str, done: str, is_quiet: bool, is_exempt: bool) -> str:
    """Tell how a week of a unit stands: exempt, done (a result, or said to be quiet), under way (a theme), or nothing.

    《三级联动办法》：未安排／进行中／已完成／本周免报.
    """
    if is_exempt:
        return "exempt"
    if done or is_quiet:
        return "done"
    return "running" if theme else "unplanned"


def week_to_report(week: IsoWeek, today: date, *, weeks_back: int) -> Finding | None:
    """Say why a week cannot be reported any more, or not yet: this week, the next one, and some weeks back can."""
    this = IsoWeek.of(today)
    if week > this.next():
        return _FUTURE
    oldest = this
    for _ in range(weeks_back):
        oldest = oldest.previous()
    return _PAST if week < oldest else None


def lines_of(text: str) -> list[str]:
    """Split what was done into its lines, tidied, blank ones left out."""
    return tidy_lines(text).splitlines()


def plain_words(text: str) -> str:
    """Give a text as a week stores it: line by line tidied; “无” and dashes alone say nothing."""
    words = tidy_lines(text)
    return words if read_blank(words) is None else ""


def says_quiet(text: str) -> bool:
    """Tell whether somebody wrote in words that there was nothing of weight (本周无重点事项)."""
    letters = (char for char in text if unicodedata.category(char)[0] == "L")
    return "".join(letters) in _QUIET


def fault_in_week(*, theme: str, done: str, is_quiet: bool) -> Finding | None:
    """Say what is wrong with the content of a week: more than three lines, or nothing at all."""
    if len(lines_of(done)) > MOST_LINES:
        return _LINES
    return None if theme or done or is_quiet else _NOTHING


# ---- tasks ------------------------------------------------------------------------
# 《三级联动办法》纵向：拟定→下发→签收→分解→推进、反馈→提交办结→审核（退回、通过）→评价→归档，作废.
VERTICAL = TransitionTable(
    (
        Transition("correct", ("draft",), "draft", "修改"),
        Transition("issue", ("draft",), "running", "下发"),
        Transition("add", ("running",), "running", "增加承办单位"),
        Transition("archive", ("running",), "archived", "归档"),
        Transition("void", ("draft", "running"), "void", "作废"),
    )
)
# 横向：发起→邀约→应邀、婉拒→联合方案→实施→共同小结.
HORIZONTAL = TransitionTable(
    (
        Transition("correct", ("draft",), "draft", "修改"),
        Transition("invite", ("draft",), "inviting", "发出邀约"),
        *(
            Transition("choose", (state,), state, "调整参与单位")
            for state in ("draft", "inviting", "planning", "running")
        ),
        *(Transition("answer", (state,), state, "答复邀约") for state in ("inviting", "planning", "running")),
        Transition("plan", ("inviting", "planning"), "planning", "商定联合方案"),
        Transition("start", ("planning",), "running", "开始实施"),
        *(Transition("report", (state,), state, "填写本单位小结") for state in ("running", "summed")),
        Transition("sum_up", ("running", "summed"), "summed", "共同小结"),
        Transition("archive", ("summed",), "archived", "归档"),
        Transition("void", ("draft", "inviting", "planning", "running"), "void", "作废"),
    )
)
ASSIGNMENTS = TransitionTable(
    (
        Transition("issue", ("draft",), "waiting", "下发"),
        Transition("acknowledge", ("waiting",), "running", "签收"),
        Transition("split", ("running",), "running", "分解"),
        Transition("report", ("running",), "running", "反馈进展"),
        Transition("submit", ("running",), "submitted", "提交办结"),
        Transition("return", ("submitted",), "running", "退回"),
        Transition("approve", ("submitted",), "closed", "审核通过"),
        Transition("rate", ("closed", "rated"), "rated", "评价"),
        Transition("archive", ("closed", "rated"), "archived", "归档"),
        Transition("void", ("waiting", "running", "submitted"), "void", "作废"),
    )
)
PARTNERS = TransitionTable(
    (
        Transition("choose", ("void",), "draft", "重新选定"),
        Transition("invite", ("draft",), "invited", "发出邀约"),
        Transition("report", ("accepted",), "accepted", "填写本单位小结"),
        Transition("accept", ("invited", "declined"), "accepted", "应邀"),
        Transition("decline", ("invited", "accepted"), "declined", "婉拒"),
        Transition("void", ("draft", "invited", "accepted", "declined"), "void", "撤销邀约"),
    )
)

# What whoever has a part may do with it, and whoever looks after it from above, in the order of buttons.
_OF_HANDLER = ("acknowledge", "report", "submit", "split")
_OF_SUPERIOR = ("approve", "return", "rate", "void")


def part_acts(state: str, *, handles: bool, looks_after: bool) -> list[str]:
    """List what somebody may do with a part; to report on one that waits signs for it as well."""
    open_now = {one.action for one in ASSIGNMENTS.actions_from(state)}
    if "acknowledge" in open_now:
        open_now.add("report")
    wanted = (*(_OF_HANDLER if handles else ()), *(_OF_SUPERIOR if looks_after else ()))
    return [act for act in wanted if act in open_now]


_DATES = Finding("task.dates", "完成时限不能早于开始日期。")
_PAST_DUE = Finding("task.due_past", "完成时限已经过去；请改为今天或以后的日期，再下发。")
_NO_BASIS = Finding("task.basis", "交给街乡的任务要有依据：请选择文件，或履行职责事项清单中的事项。")
_NO_REASON = Finding("task.evidence_reason", "默认不收佐证；确需收取的，请写明理由，承办单位会看到。")
_NOBODY = Finding("task.units", "请至少选择一个承办团组织。")
_LATER_THAN_PARENT = Finding("task.due_parent", "完成时限不能晚于本单位的时限 %(due)s。")
_BACKWARDS = Finding("record.progress", "进度应在 0 至 100 之间。")
_EMPTY = Finding("record.nothing", "请写一句进展，或者调整进度。")

_UNASKED = Finding("joint.partners", "还没有选定参与单位；请先选定至少一个，再发出邀约。")


def light_for(due_on: date | None, today: date, *, yellow_days: int) -> str:
    """Give the light of what is open (督办惯例): red after the day it was due, yellow within so many days, else green.

    The day itself still counts as yellow; without a day there is no light.
    """
    if due_on is None:
        return "none"
    left = (due_on - today).days
    if left < 0:
        return "red"
    return "yellow" if left <= yellow_days else "green"


def task_findings(
    *, starts_on: date, due_on: date, wants_evidence: bool, evidence_reason: str
) -> list[tuple[str, Finding]]:
    """Say by field what is wrong with a task as it is written, whoever gets it."""
    found = [("due_on", _DATES)] if due_on < starts_on else []
    if wants_evidence and not evidence_reason.strip():
        found.append(("evidence_reason", _NO_REASON))
    return found


def issue_findings(*, due_on: date, today: date, levels: Collection[str], has_basis: bool) -> list[tuple[str, Finding]]:
    """Say what keeps a task from being sent: nobody gets it, it is overdue before it begins, a 街乡 without a basis.

    依据《乡镇（街道）履行职责事项清单》：清单以外的事项不得交给街乡.
    """
    found = [] if levels else [("units", _NOBODY)]
    if due_on < today:
        found.append(("due_on", _PAST_DUE))
    if "township" in levels and not has_basis:
        found.append(("basis", _NO_BASIS))
    return found


def invite_findings(*, due_on: date, today: date, partners: int) -> list[tuple[str, Finding]]:
    """Say what keeps invitations from going out: nobody is asked, or it is overdue before it begins."""
    found = [] if partners else [("partners", _UNASKED)]
    return [*found, ("due_on", _PAST_DUE)] if due_on < today else found


def due_within(due_on: date, limit: date, today: date) -> Finding | None:
    """Say that a unit below is given longer than the one above has itself, or no time at all."""
    if due_on < today:
        return _PAST_DUE
    return _LATER_THAN_PARENT.about(due=limit) if due_on > limit else None


def report_finding(*, progress: int, says_nothing: bool) -> Finding | None:
    """Say what is wrong with a report of progress: out of range, or nothing said and nothing changed."""
    if not 0 <= progress <= ALL:
        return _BACKWARDS
    return _EMPTY if says_nothing else None


def summed_progress(*, count: int, with_quota: int, percent: int, weighted: int, quotas: int) -> int:
    """Give what ``joint_progress`` gives, from sums: of the percentages, of these by quota, and of the quotas."""
    if not count:
        return 0
    return weighted // quotas if with_quota == count else percent // count


def joint_progress(parts: Sequence[tuple[int, int | None]]) -> int:
    """Give the progress of a whole from those of its parts, each with its quota: weighed by quota if all have one.

    Percent, rounded down, so that a whole is never finished before its last part.
    """
    if not parts:
        return 0
    weights = [quota or 0 for _, quota in parts]
    if not all(weights):
        weights = [1] * len(parts)
    return sum(progress * weight for (progress, _), weight in zip(parts, weights, strict=True)) // sum(weights)


_NOT_LATER = Finding("extension.date", "申请延至的日期应晚于现在的时限 %(due)s，也不能是过去的日期。")
_WITHOUT_REASON = Finding("task.reason", "请写明理由，对方会看到。")


def reason_finding(reason: str) -> Finding | None:
    """Say that a reason is missing which the other side is to read."""
    return None if reason.strip() else _WITHOUT_REASON


def reason_findings(reason: str) -> list[tuple[str, Finding]]:
    """Say the same under the field in which a form asks for it."""
    missing = reason_finding(reason)
    return [("reason", missing)] if missing else []


def extension_finding(asked: date, due_on: date, reason: str, today: date) -> list[tuple[str, Finding]]:
    """Say by field what is wrong with asking for a later day."""
    found = [] if asked > due_on and asked >= today else [("due_on", _NOT_LATER.about(due=due_on))]
    return [*found, *reason_findings(reason)]


MEGABYTE = 1 << 20
MEGABYTES_A_YEAR = 200  # of a unit
_UNWANTED = Finding("evidence.unwanted", "这项任务不收佐证，不用上传。")
_MANY = Finding("evidence.many", "每个单位最多上传 %(most)d 个文件；请先撤下不要的。")
_SPACE = Finding("evidence.space", "本单位今年上传的佐证超过 %(most)d MB；请压缩以后再传。", {"most": MEGABYTES_A_YEAR})


def evidence_finding(*, is_wanted: bool, count: int, most: int, megabytes: float) -> Finding | None:
    """Say why a file is not taken: nobody asked for one, there are enough, or the unit has used up its space.

    《减负规定》：不以留痕代替实绩，佐证默认不收，少而小.
    """
    if not is_wanted:
        return _UNWANTED
    if count >= most:
        return _MANY.about(most=most)
    return _SPACE if megabytes > MEGABYTES_A_YEAR else None
