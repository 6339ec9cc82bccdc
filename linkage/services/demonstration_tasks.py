"""Tasks of the demonstration district, in every state that a task and its parts can be in.

They go by the rules and the tables of transitions, but past the services: what these record in the log has to be in the
order of time, and most of this is said to have happened weeks ago.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from linkage.choices import Act, LinkageKind, Rating, TaskState
from linkage.models import LinkageTask, TaskAssignment, TaskExtension, TaskRecord
from linkage.rules import ALL, ASSIGNMENTS, joint_progress
from orgs.access import LINEAGE_STEP
from orgs.choices import Level
from orgs.models import Organisation, OrgAssignment, PolicyDocument

_BELOW = 6  # villages that get a part of what is split


class Story(NamedTuple):
    """A task: title, aim, what is counted, first and last day from today, words of its basis, state, what units did.

    Parts go to the units that have accounts first; a 街乡 (``is_local``) sends to its own villages without a document.
    """

    title: str
    aim: str
    counted: str
    starts: int
    due: int
    basis: str
    state: TaskState
    chapters: tuple[str, ...]
    said: tuple[str, ...] = ()
    evidence_reason: str = ""
    is_local: bool = False


STORIES = (
    Story(
        "冬季安全自护教育进社区",
        "每个街乡在寒假前办好安全自护课：用电用气、冰面、消防、防诈骗各讲一次，请家长一起听。",
        "场",
        -18,
        16,
        "冬季安全自护教育",
        TaskState.RUNNING,
        ("split", "running", "waiting", "waiting", "waiting"),
        ("联系消防站讲了一课，来了 36 个孩子", "社区活动室晚上能用，定了每周三", "请派出所民警讲防诈骗"),
    ),
    Story(
        "清理河岸志愿服务月",
        "组织青年志愿者清理辖区河岸，发现排污口、堆放物及时报河长。",
        "段",
        -25,
        6,
        "联系服务青年",
        TaskState.RUNNING,
        ("submitted", "running", "waiting"),
        ("两个周末清了 4 段，发现一处堆放物，已报河长", "缺手套和夹子，已向镇里申请"),
    ),
    Story(
        "困境青少年冬衣需求摸底",
        "逐户走访在册困境青少年，登记尺码和急需物品；只报数量，不报姓名。",
        "户",
        -14,
        4,
        "联系服务青年",
        TaskState.RUNNING,
        ("returned", "running"),
        ("走访了 12 户，有 3 户白天没人，约了晚上再去", "和民政办核对了名单，数对得上"),
    ),
    Story(
        "团费收缴核对",
        "核对上半年团费收缴，漏缴的补齐，账和名册对上。",
        "",
        -30,
        -6,
        "请示报告",
        TaskState.RUNNING,
        ("closed", "running"),
        ("账对完了，差 2 名流动团员的", "在外务工的团员联系上了，周末转账"),
    ),
    Story(
        "返乡大学生社会实践岗位征集",
        "每个街乡征集寒假实践岗位，写明做什么、几个人、谁带。",
        "个",
        -10,
        2,
        "联系服务青年",
        TaskState.RUNNING,
        ("asked", "submitted", "waiting"),
        ("便民大厅、养老驿站各要 2 个人，社区还在报", "企业岗位要等人事部门回话"),
    ),
    Story(
        "快递外卖骑手驿站走访",
        "走访骑手驿站，问一问歇脚、充电、热水、看病的难处，能办的当场办。",
        "家",
        -40,
        -12,
        "联系服务青年",
        TaskState.RUNNING,
        ("rated", "rated"),
        ("走访 6 家，2 家没有热水，已和物业说好", "骑手希望晚上能充电，商户愿意提供插座"),
    ),
    Story(
        "秋季团课集中学习",
        "每个街乡组织一次集中学习，新团员都要到。",
        "次",
        -75,
        -45,
        "三级联动",
        TaskState.ARCHIVED,
        ("archived", "archived"),
        ("周六上午在党群服务中心学了一次，到了 41 人", "请老团员讲了入团的故事"),
        "只收签到表一份，换届考察时要用",
    ),
    Story(
        "春节前青年座谈会",
        "听一听返乡青年、新就业群体的想法，每个街乡开一次，人不用多，话要真。",
        "次",
        7,
        45,
        "联系服务青年",
        TaskState.DRAFT,
        ("draft", "draft", "draft"),
    ),
    Story(
        "青年夜校冬季班报名",
        "各村（社区）问一问青年想学什么，把报名的人数报上来。",
        "人",
        -8,
        3,
        "",
        TaskState.RUNNING,
        ("waiting", "running", "submitted", "waiting"),
        ("书法和急救报的人多，瑜伽也有人问", "在小区群里发了，已有 9 人报名"),
        is_local=True,
    ),
)


@dataclass(slots=True)
class _Desk:
    """Who can act for which unit, what day it is, and what was written down so far."""

    staff: int
    writers: Mapping[str, int]
    day: date
    at: datetime
    rng: random.Random
    said: Sequence[str] = ()
    sender: int = 0
    parts: list[TaskAssignment] = field(default_factory=list)
    split: list[TaskAssignment] = field(default_factory=list)
    records: list[TaskRecord] = field(default_factory=list)
    extensions: list[TaskExtension] = field(default_factory=list)

    def writer(self, part: TaskAssignment) -> int:
        """Give who acts for a unit: its own secretary, else the one of its 街乡."""
        lineage = part.organisation.lineage
        return self.writers.get(lineage) or self.writers[lineage[: 2 * LINEAGE_STEP]]

    def moment(self, task: LinkageTask, share: float) -> datetime:
        """Give a moment at a share of the time from the task's first day to its last, or to today."""
        days = max(0, (min(self.day, task.due_on) - task.starts_on).days)
        day = task.starts_on + timedelta(days=int(days * share))
        hours = time(9 + int(8 * share), self.rng.randrange(60))
        return min(timezone.make_aware(datetime.combine(day, hours)), self.at - timedelta(minutes=1))

    def note(self, part: TaskAssignment, act: Act, by: int, share: float, **words: object) -> datetime:
        """Write a step down; gives when it was."""
        at = self.moment(part.task, share)
        self.records.append(TaskRecord(task=part.task, assignment=part, act=act, by_id=by, at=at, **words))
        return at


@transaction.atomic
def fill_tasks(*, seed: int, day: date, at: datetime) -> int:
    """Write the tasks, from the district and from one 街乡; gives how many. Without accounts nobody has sent any."""
    held = OrgAssignment.objects.filter(role__in=["township_secretary", "village_secretary"])
    writers = dict(held.order_by("pk").values_list("organisation__lineage", "user_id"))
    staff = OrgAssignment.objects.filter(role="district_staff").order_by("pk").first()
    if staff is None or not writers:
        return 0
    desk = _Desk(staff.user_id, writers, day, at, random.Random(seed))  # noqa: S311 - made-up data
    townships = _accounts_first(desk, staff.organisation, Level.TOWNSHIP)
    tasks = [_tell(desk, story, staff.organisation, townships) for story in STORIES]
    LinkageTask.objects.bulk_create(tasks)
    TaskAssignment.objects.bulk_create(desk.parts)
    TaskAssignment.objects.bulk_create(desk.split)
    TaskRecord.objects.bulk_create(desk.records)
    TaskExtension.objects.bulk_create(desk.extensions)
    return len(tasks)


# ---- tasks ---------------------------------------------------------------------------
def _accounts_first(desk: _Desk, top: Organisation, level: Level) -> list[Organisation]:
    units = Organisation.objects.active().within(top).filter(level=level).order_by("lineage")
    return sorted(units, key=lambda unit: unit.lineage not in desk.writers)


def _tell(desk: _Desk, story: Story, district: Organisation, townships: Sequence[Organisation]) -> LinkageTask:
    sender = townships[0] if story.is_local else district
    units = _accounts_first(desk, sender, Level.VILLAGE) if story.is_local else townships
    desk.sender = desk.writers[sender.lineage] if story.is_local else desk.staff
    desk.said = story.said
    task = LinkageTask(
        kind=LinkageKind.VERTICAL,
        title=story.title,
        aim=story.aim,
        organisation=sender,
        lineage=sender.lineage,
        owner_id=desk.sender,
        basis_document=_basis(story),
        starts_on=desk.day + timedelta(days=story.starts),
        due_on=desk.day + timedelta(days=story.due),
        quota_unit=story.counted,
        wants_evidence=bool(story.evidence_reason),
        evidence_reason=story.evidence_reason,
        state=story.state,
        created_by_id=desk.sender,
        version=2,
    )
    task.created_at = desk.moment(task, 0)
    if story.state != TaskState.DRAFT:
        task.issued_at = task.created_at
        desk.records.append(TaskRecord(task=task, act=Act.ISSUE, by_id=desk.sender, at=task.issued_at))
    for unit, chapter in zip(units, story.chapters, strict=False):
        part = _give(task, unit, desk.rng.randint(2, 8) if story.counted else None)
        desk.parts.append(part)
        _CHAPTERS[chapter](desk, part)
    if story.state == TaskState.ARCHIVED:
        task.closed_at = desk.moment(task, 1) + timedelta(days=3)
        desk.records.append(TaskRecord(task=task, act=Act.ARCHIVE, by_id=desk.sender, at=task.closed_at))
    return task


def _basis(story: Story) -> PolicyDocument | None:
    return PolicyDocument.objects.filter(title__contains=story.basis).order_by("pk").first() if story.basis else None


def _give(
    task: LinkageTask, unit: Organisation, quota: int | None, parent: TaskAssignment | None = None
) -> TaskAssignment:
    part = TaskAssignment(task=task, parent=parent, organisation=unit, lineage=unit.lineage, due_on=task.due_on)
    part.quota = quota
    part.state = "draft" if task.state == TaskState.DRAFT else "waiting"
    return part


# ---- what a unit did -----------------------------------------------------------------
def _step(part: TaskAssignment, action: str) -> None:
    part.state = ASSIGNMENTS.target(part.state, action)
    part.version += 1


def _waits(_desk: _Desk, _part: TaskAssignment) -> None:
    """Leave it as it came."""


def _signs(desk: _Desk, part: TaskAssignment) -> None:
    _step(part, "acknowledge")
    part.handler_id = desk.writer(part)
    part.acknowledged_at = desk.note(part, Act.ACKNOWLEDGE, desk.writer(part), 0.1)


def _reports(desk: _Desk, part: TaskAssignment, progress: int, share: float) -> None:
    _step(part, "report")
    part.progress = progress
    part.done_count = part.quota * progress // ALL if part.quota else None
    text = desk.rng.choice(desk.said)
    desk.note(part, Act.REPORT, desk.writer(part), share, text=text, progress=progress)


def _runs(desk: _Desk, part: TaskAssignment) -> None:
    _signs(desk, part)
    _reports(desk, part, desk.rng.choice((20, 40, 60)), 0.5)


def _splits(desk: _Desk, part: TaskAssignment) -> None:
    _signs(desk, part)
    _step(part, "split")
    villages = _accounts_first(desk, part.organisation, Level.VILLAGE)[:_BELOW]
    children = [_give(part.task, unit, desk.rng.randint(1, 3), part) for unit in villages]
    desk.note(part, Act.SPLIT, desk.writer(part), 0.2, text=f"分给 {len(children)} 个团组织")
    for child, chapter in zip(children, (_runs, _closes, _runs, _waits, _hands_in, _waits), strict=False):
        chapter(desk, child)
    desk.split += children
    part.progress = joint_progress([(child.progress, child.quota) for child in children])


def _hands_in(desk: _Desk, part: TaskAssignment) -> None:
    _runs(desk, part)
    _submits(desk, part, 0.7)


def _submits(desk: _Desk, part: TaskAssignment, share: float) -> None:
    _step(part, "submit")
    part.progress, part.done_count, part.submitted_by_id = ALL, part.quota, desk.writer(part)
    part.submitted_at = desk.note(part, Act.SUBMIT, desk.writer(part), share, text="已经办完", progress=ALL)
    part.finished_on = timezone.localdate(part.submitted_at)


def _is_returned(desk: _Desk, part: TaskAssignment) -> None:
    _hands_in(desk, part)
    _step(part, "return")
    part.returns, part.submitted_at, part.finished_on = 1, None, None
    desk.note(part, Act.RETURN, _above(desk, part), 0.8, text="有 3 户写的是“未见到人”，请再去一次，补上数量。")
    _reports(desk, part, 80, 0.9)


def _asks(desk: _Desk, part: TaskAssignment) -> None:
    _runs(desk, part)
    later, reason = part.due_on + timedelta(days=7), "企业放假前才能定岗位，想等他们回话一起报。"
    text = f"申请延至 {later:%Y-%m-%d}：{reason}"
    asked = desk.note(part, Act.ASK_EXTENSION, desk.writer(part), 0.8, text=text)
    row = TaskExtension(assignment=part, was_due_on=part.due_on, due_on=later, reason=reason, asked_at=asked)
    row.asked_by_id = desk.writer(part)
    desk.extensions.append(row)


def _closes(desk: _Desk, part: TaskAssignment) -> None:
    _hands_in(desk, part)
    _step(part, "approve")
    own = desk.writer(part) == _above(desk, part)
    text = "由上级代为反馈" if own else "情况清楚，同意办结。"
    part.closed_at = desk.note(part, Act.APPROVE, _above(desk, part), 0.85, text=text)


def _is_rated(desk: _Desk, part: TaskAssignment) -> None:
    _closes(desk, part)
    _step(part, "rate")
    part.rating = desk.rng.choice((Rating.GOOD, Rating.FAIR))
    desk.note(part, Act.RATE, _above(desk, part), 0.9, text="问题找得实，能办的当场办了。")


def _is_put_away(desk: _Desk, part: TaskAssignment) -> None:
    _is_rated(desk, part)
    _step(part, "archive")


def _above(desk: _Desk, part: TaskAssignment) -> int:
    """Give who looks after a part: whoever split it, or sent the task."""
    return desk.writer(part.parent) if part.parent else desk.sender


_CHAPTERS: dict[str, Callable[[_Desk, TaskAssignment], None]] = {
    "draft": _waits,
    "waiting": _waits,
    "running": _runs,
    "split": _splits,
    "submitted": _hands_in,
    "returned": _is_returned,
    "asked": _asks,
    "closed": _closes,
    "rated": _is_rated,
    "archived": _is_put_away,
}
