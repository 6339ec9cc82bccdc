"""What the world of the contract holds of the linkage."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from linkage.models import (
    LinkageTask,
    TaskAssignment,
    TaskEvidence,
    TaskExtension,
    TaskPartner,
    TaskRecord,
    TaskReminder,
    WeeklyReport,
)
from linkage.rules import MEGABYTE
from linkage.services.evidence import EVIDENCE_FILES
from orgs.models import Organisation, User
from tests.contract.records import NEUTRAL
from tests.factories import NOW, District
from tests.protection.polyglots import pdf
from youthleague.kernel.weeks import IsoWeek
from youthleague.protection.kept_files import keep
from youthleague.protection.uploads import checked_upload


def make_weeks(today: date) -> None:
    """Let every unit have written this week."""
    by, week = User.objects.get(username=NEUTRAL), IsoWeek.of(today)
    for unit in Organisation.objects.active():
        WeeklyReport.objects.create(
            organisation=unit,
            lineage=unit.lineage,
            iso_year=week.year,
            iso_week=week.week,
            state="done",
            done="好",
            reported_by=by,
            reported_at=NOW,
        )


def make_tasks(district: District, today: date) -> None:
    """Send a task to each township, split to its villages; each drafts one, and leads one with a village."""
    by = User.objects.get(username=NEUTRAL)
    shared = {
        "wants_evidence": True,
        "evidence_reason": "理由",
        "starts_on": today,
        "due_on": today,
        "created_by": by,
        "created_at": NOW,
        "aim": "目标",
    }
    for letter in ("a", "b"):
        township = getattr(district, f"township_{letter}")
        task = LinkageTask.objects.create(
            kind="vertical",
            title="任务",
            organisation=district.top,
            lineage=district.top.lineage,
            state="running",
            **shared,
        )
        above = _give(task, township, None, by)
        for number in (1, 2):
            _give(task, getattr(district, f"village_{letter}{number}"), above, by)
        draft = LinkageTask.objects.create(
            kind="vertical", title="草稿", organisation=township, lineage=township.lineage, **shared
        )
        _give(draft, getattr(district, f"village_{letter}2"), None, by, state="draft")
        lead = LinkageTask.objects.create(
            kind="horizontal", title="联动", organisation=township, lineage=township.lineage, state="running", **shared
        )
        other = getattr(district, f"village_{letter}1")
        TaskPartner.objects.create(
            task=lead, organisation=other, lineage=other.lineage, state="accepted", division="分工"
        )
    _join_across(district, by, shared)


def _join_across(district: District, by: User, shared: Mapping[str, Any]) -> None:
    """Let A lead a task in which B takes part, with a village of A asked and one withdrawn; and a village of B one."""
    for lead, partner, asked, withdrawn in (
        (district.township_a, district.township_b, district.village_a1, district.village_b2),
        (district.village_b1, district.village_a1, district.top, district.village_a2),
    ):
        task = LinkageTask.objects.create(
            kind="horizontal", title="联动", organisation=lead, lineage=lead.lineage, state="planning", **shared
        )
        for unit, state in ((partner, "accepted"), (asked, "invited"), (withdrawn, "void")):
            TaskPartner.objects.create(
                task=task, organisation=unit, lineage=unit.lineage, state=state, division="分工", reason="理由"
            )
        TaskRecord.objects.create(task=task, act="accept", text="应邀", by=by, at=NOW)


def _give(
    task: LinkageTask, unit: Organisation, parent: TaskAssignment | None, by: User, state: str = "running"
) -> TaskAssignment:
    """Give a unit a part of a task, with a step, an extension taken back and a file."""
    part = TaskAssignment.objects.create(
        task=task, organisation=unit, lineage=unit.lineage, parent=parent, due_on=task.due_on, state=state
    )
    TaskRecord.objects.create(task=task, assignment=part, act="report", text="进展", by=by, at=NOW)
    TaskExtension.objects.create(
        assignment=part,
        was_due_on=task.due_on,
        due_on=task.due_on,
        reason="理由",
        state="withdrawn",
        asked_by=by,
        asked_at=NOW,
    )
    TaskReminder.objects.create(assignment=part, user=by, due_on=task.due_on)
    TaskEvidence.objects.create(
        assignment=part,
        title="佐证.pdf",
        kept_as=keep(EVIDENCE_FILES, checked_upload("a.pdf", pdf(), most_bytes=MEGABYTE)),
        extension="pdf",
        size=1,
        digest="0" * 64,
        handed_in_by=by,
        handed_in_at=NOW,
    )
    return part
