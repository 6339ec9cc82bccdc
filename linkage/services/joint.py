"""Leading a task between equals (横向联动): write it down, ask units, agree on a plan, carry it out, sum it up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from linkage.access import JOIN, stands_for
from linkage.choices import Act, LinkageKind, PartnerState, TaskState
from linkage.models import LinkageTask, TaskPartner
from linkage.rules import HORIZONTAL, PARTNERS, invite_findings, reason_findings, task_findings
from linkage.services.keeping import (
    INVITED,
    lock_partner,
    lock_task,
    note,
    record_about,
    refuse,
    refuse_by_field,
    save,
    step,
    tell,
)
from linkage.services.recipients import Recipients
from orgs.access import scope_of
from orgs.models import Organisation, User
from youthleague.kernel.findings import Finding

FOREIGN = Finding("joint.scope", "您不代表这个团组织，没有保存。")
_KIND = Finding("joint.kind", "这不是横向联动任务。")
_TWICE = Finding("joint.twice", "%(name)s已在参与单位之中。")
_LEAD = Finding("joint.lead", "牵头单位不用邀请自己。")
_GONE = Finding("joint.gone", "%(name)s已不在册，不能邀请；请另选一个团组织。")
_NOBODY = Finding("joint.nobody", "还没有团组织应邀，不能开始实施；请等答复，或者再邀请别的团组织。")
_NO_PLAN = Finding("joint.plan", "请写明联合方案：各家做什么、什么时候、用谁的场地和力量。")
_NO_SUMMARY = Finding("joint.summary", "请写一写一起做成了什么。")
_ASKED = (PartnerState.INVITED, PartnerState.ACCEPTED)


@dataclass(frozen=True, slots=True)
class JointFacts:
    """What a task between equals says: what is to be done together, from when until when."""

    title: str
    aim: str
    starts_on: date
    due_on: date


@transaction.atomic
def draft_joint(*, organisation: Organisation, facts: JointFacts, by: User, at: datetime) -> LinkageTask:
    """Write a task between equals down (发起), asking nobody yet; raises ``joint.scope``, ``task.dates`` by field."""
    _refuse_stranger(organisation.lineage, by, at)
    task = LinkageTask(
        kind=LinkageKind.HORIZONTAL,
        organisation=organisation,
        lineage=organisation.lineage,
        created_by=by,
        created_at=at,
        version=0,
    )
    _set_facts(task, facts)
    save(task)
    record_about("joint.draft", task, by, at)
    return task


@transaction.atomic
def correct_joint(*, task: LinkageTask, version: int, facts: JointFacts, by: User, at: datetime) -> LinkageTask:
    """Rewrite a task of which nobody has heard yet; raises ``task.state`` after that, ``row.stale``."""
    task = lock_led(task, by, at, version)
    step(task, HORIZONTAL, "correct")
    _set_facts(task, facts)
    save(task)
    record_about("joint.draft", task, by, at)
    return task


@transaction.atomic
def add_partner(*, task: LinkageTask, unit: int, division: str, by: User, at: datetime) -> TaskPartner:
    """Choose a unit to be asked, with the part of the work meant for it; once the task is out, it is asked at once.

    Any unit on the register may be asked, wherever it stands. Raises ``joint.lead``, ``joint.twice``, ``joint.gone``,
    ``task.state``.
    """
    task, organisation = lock_led(task, by, at), Organisation.objects.get(pk=unit)
    step(task, HORIZONTAL, "choose")
    refuse(None if organisation.is_open else _GONE.about(name=organisation.name))
    refuse(_LEAD if organisation.pk == task.organisation_id else None)
    partner = _fresh_partner(task, organisation)
    partner.division = division
    if task.state != TaskState.DRAFT:
        step(partner, PARTNERS, "invite")
    save(partner)
    if partner.state == PartnerState.INVITED:
        note(task, Act.INVITE, by, at, text=organisation.name)
        _tell_invited(task, partner, [partner], by, at)
    record_about("joint.choose", partner, by, at)
    return partner


@transaction.atomic
def withdraw_invitation(*, partner: TaskPartner, version: int, by: User, at: datetime) -> None:
    """Ask a unit no longer (撤销邀约); one that has not heard of it is struck out.

    Raises ``task.state``, ``row.stale``, ``joint.scope``.
    """
    partner = lock_partner(partner, version)
    _refuse_stranger(partner.task.lineage, by, at)
    step(partner.task, HORIZONTAL, "choose")
    if partner.state == PartnerState.DRAFT:
        TaskPartner.objects.filter(pk=partner.pk).delete()
    else:
        _take_back(partner, by, at)
    record_about("joint.withdraw", partner, by, at)


@transaction.atomic
def invite(*, task: LinkageTask, version: int, by: User, at: datetime) -> LinkageTask:
    """Ask the units that were chosen (邀约); each account hears of it once.

    Raises ``task.state``, ``row.stale``, ``joint.gone``, by field ``joint.partners`` and ``task.due_past``.
    """
    task = lock_led(task, by, at, version)
    step(task, HORIZONTAL, "invite")
    partners = list(task.partners.filter(state=PartnerState.DRAFT).select_related("organisation"))
    today = timezone.localdate(at)
    refuse_by_field(invite_findings(due_on=task.due_on, today=today, partners=len(partners)))
    for partner in partners:
        refuse(None if partner.organisation.is_open else _GONE.about(name=partner.organisation.name))
        step(partner, PARTNERS, "invite")
        save(partner)
    task.issued_at = at
    save(task)
    note(task, Act.INVITE, by, at, text="、".join(one.organisation.name for one in partners)[:300])
    _tell_invited(task, task, partners, by, at)
    record_about("joint.invite", task, by, at, units=len(partners))
    return task


@transaction.atomic
def agree_plan(*, task: LinkageTask, version: int, plan: str, by: User, at: datetime) -> LinkageTask:
    """Write down what was agreed (联合方案), anew until work begins; whoever accepted is told.

    Raises ``joint.plan`` under ``plan``, ``task.state``, ``row.stale``.
    """
    task = lock_led(task, by, at, version)
    step(task, HORIZONTAL, "plan")
    refuse_by_field([] if plan.strip() else [("plan", _NO_PLAN)])
    task.plan = plan
    save(task)
    note(task, Act.PLAN, by, at)
    tell_partners(task, [PartnerState.ACCEPTED], f"联合方案：{task.title}", "请看方案和各家的分工。", by, at)
    record_about("joint.plan", task, by, at)
    return task


@transaction.atomic
def start(*, task: LinkageTask, version: int, by: User, at: datetime) -> LinkageTask:
    """Begin with what was agreed (实施); raises ``joint.nobody`` while no unit has accepted, ``task.state``."""
    task = lock_led(task, by, at, version)
    step(task, HORIZONTAL, "start")
    refuse(None if task.partners.taking_part().exists() else _NOBODY)
    save(task)
    note(task, Act.START, by, at)
    text = f"请按分工办理，{task.due_on:%m月%d日}前完成。"
    tell_partners(task, [PartnerState.ACCEPTED], f"开始实施：{task.title}", text, by, at)
    record_about("joint.start", task, by, at)
    return task


@transaction.atomic
def sum_up(*, task: LinkageTask, version: int, summary: str, by: User, at: datetime) -> LinkageTask:
    """Say what was done together (共同小结), anew until it is put away; raises ``joint.summary`` under ``summary``."""
    task = lock_led(task, by, at, version)
    step(task, HORIZONTAL, "sum_up")
    refuse_by_field([] if summary.strip() else [("summary", _NO_SUMMARY)])
    task.summary = summary
    save(task)
    note(task, Act.SUM_UP, by, at)
    tell_partners(task, [PartnerState.ACCEPTED], f"共同小结：{task.title}", "请看一起做成了什么。", by, at)
    record_about("joint.sum-up", task, by, at)
    return task


@transaction.atomic
def archive_joint(*, task: LinkageTask, version: int, by: User, at: datetime) -> LinkageTask:
    """Put a task away that was summed up (归档); raises ``task.state``, ``row.stale``."""
    task = lock_led(task, by, at, version)
    step(task, HORIZONTAL, "archive")
    task.closed_at = at
    save(task)
    note(task, Act.ARCHIVE, by, at)
    record_about("joint.archive", task, by, at)
    return task


@transaction.atomic
def void_joint(*, task: LinkageTask, version: int, reason: str, by: User, at: datetime) -> LinkageTask:
    """Give a task up (作废), with a reason that whoever was asked reads; raises ``task.reason`` under ``reason``."""
    task = lock_led(task, by, at, version)
    step(task, HORIZONTAL, "void")
    refuse_by_field(reason_findings(reason))
    task.closed_at = at
    save(task)
    note(task, Act.VOID, by, at, text=reason)
    tell_partners(task, _ASKED, f"联动已作废：{task.title}", f"{reason}。不用再办。", by, at)
    record_about("joint.void", task, by, at)
    return task


def lock_led(task: LinkageTask, by: User, at: datetime, version: int | None = None) -> LinkageTask:
    """Lock a task for whoever stands for its lead; raises ``joint.kind``, ``joint.scope``, ``row.stale``."""
    task = lock_task(task, version)
    refuse(_KIND if task.is_vertical else None)
    _refuse_stranger(task.lineage, by, at)
    return task


def tell_partners(
    task: LinkageTask, states: Sequence[PartnerState], title: str, text: str, by: User, at: datetime
) -> None:
    """Tell the accounts of those partners that stand so, each once."""
    lineages = task.partners.filter(state__in=states).values_list("lineage", flat=True)
    users = Recipients(JOIN, timezone.localdate(at)).by_account(lineages).keys() - {by.pk}
    tell(INVITED, task, [(user, title, text) for user in users], at)


# ---- parts ---------------------------------------------------------------------------
def _refuse_stranger(lineage: str, by: User, at: datetime) -> None:
    """Raise ``joint.scope`` for whoever does not stand for a unit; the district stands for itself alone."""
    refuse(None if stands_for(scope_of(by, timezone.localdate(at)), JOIN, lineage) else FOREIGN)


def _set_facts(task: LinkageTask, facts: JointFacts) -> None:
    dates = {"starts_on": facts.starts_on, "due_on": facts.due_on}
    refuse_by_field(task_findings(**dates, wants_evidence=False, evidence_reason=""))
    for one in fields(facts):
        setattr(task, one.name, getattr(facts, one.name))


def _fresh_partner(task: LinkageTask, organisation: Organisation) -> TaskPartner:
    """Give the row of a unit: a new one, or the one of an invitation that was withdrawn; raises ``joint.twice``."""
    partner = task.partners.filter(organisation=organisation).first()
    if partner is None:
        return TaskPartner(task=task, organisation=organisation, lineage=organisation.lineage, version=0)
    refuse(None if partner.state == PartnerState.VOID else _TWICE.about(name=organisation.name))
    step(partner, PARTNERS, "choose")
    partner.task, partner.lineage = task, organisation.lineage
    partner.resources = partner.reason = partner.summary = ""
    partner.answered_by = partner.answered_at = None
    return partner


def _take_back(partner: TaskPartner, by: User, at: datetime) -> None:
    step(partner, PARTNERS, "void")
    save(partner)
    note(partner, Act.VOID, by, at, text=f"不再邀请{partner.organisation.name}")
    users = Recipients(JOIN, timezone.localdate(at)).of(partner.lineage) - {by.pk}
    title = f"邀约已撤销：{partner.task.title}"
    tell(INVITED, partner, [(user, title, f"{partner.organisation.name}不用再参与。") for user in users], at)


def _tell_invited(
    task: LinkageTask, subject: LinkageTask | TaskPartner, partners: Iterable[TaskPartner], by: User, at: datetime
) -> None:
    lead = task.organisation.name
    names = {one.lineage: one.organisation.short_name or one.organisation.name for one in partners}
    letters = []
    for user, lineages in Recipients(JOIN, timezone.localdate(at)).by_account(names).items():
        units = "、".join(names[one] for one in lineages)
        text = f"{lead}邀请{units}一起办，{task.due_on:%m月%d日}前完成。请答复是否应邀。"
        letters.append((user, f"联动邀约：{task.title}", text))
    tell(INVITED, subject, [one for one in letters if one[0] != by.pk], at)
