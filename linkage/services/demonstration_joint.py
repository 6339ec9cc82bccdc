"""Tasks between equals of the demonstration district: one asked, one under way, one summed up."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from linkage.models import LinkageTask, TaskPartner
from linkage.services.joint import JointFacts, add_partner, agree_plan, draft_joint, invite, start, sum_up
from linkage.services.partnering import accept, decline, write_summary
from orgs.choices import Level
from orgs.models import Organisation, OrgAssignment, User

_ROLES = ("district_staff", "township_secretary")


@dataclass(frozen=True, slots=True)
class _Unit:
    """A unit that has somebody to speak for it."""

    unit: Organisation
    by: User


def fill_joint_tasks(*, seed: int, at: datetime) -> int:
    """Let the two 街乡 with accounts ask each other, the district and villages; gives how many tasks.

    Without accounts nobody has led anything.
    """
    rng = random.Random(seed)  # noqa: S311 - made-up data
    top, townships = _speakers()
    if top is None or len(townships) < 2:
        return 0
    first, second = townships[:2]
    others = list(Organisation.objects.active().filter(level=Level.TOWNSHIP).order_by("lineage"))
    third = rng.choice([one for one in others if one.pk not in {first.unit.pk, second.unit.pk}])
    _asked(second, first, third, at)
    _under_way(first, second, top, third, at)
    _summed_up(second, first, rng, at)
    return 3


def _speakers() -> tuple[_Unit | None, list[_Unit]]:
    rows = OrgAssignment.objects.filter(role__in=_ROLES, user__is_active=True).order_by("organisation__lineage", "pk")
    found = [(row.role, _Unit(row.organisation, row.user)) for row in rows.select_related("organisation", "user")]
    top = next((one for role, one in found if role == "district_staff"), None)
    return top, [one for role, one in found if role == "township_secretary"]


def _asked(lead: _Unit, asked: _Unit, third: Organisation, at: datetime) -> None:
    """Let two units have an invitation that nobody has answered."""
    aim = "沿河两个街道的青年志愿者同一天巡河、捡拾垃圾，每段河不少于 20 人。"
    task = _drafted(lead, "两街同护一条河", aim, at, begun=2, due=12)
    _choose(task, lead, at, {asked.unit: "上游一段，出 20 人", third: "借巡河用的工具"})
    invite(task=task, version=task.version, by=lead.by, at=at - timedelta(days=2))


def _under_way(lead: _Unit, partner: _Unit, top: _Unit, third: Organisation, at: datetime) -> None:
    """Let one be carried out: two units have joined, the third has not answered."""
    task = _drafted(
        lead, "冬季招聘会进社区", "企业进社区摆摊，每场不少于 15 家，帮待业青年当面谈。", at, begun=14, due=6
    )
    _choose(task, lead, at, {partner.unit: "", top.unit: "", third: "出两名志愿者"})
    task = invite(task=task, version=task.version, by=lead.by, at=at - timedelta(days=14))
    _join(task, partner, "联系 8 家企业", "社区广场、桌椅 30 套", at - timedelta(days=12))
    _join(task, top, "发布岗位信息", "公众号、海报", at - timedelta(days=11))
    plan = "周六上午在社区广场摆摊。\n青禾出场地引导，柳溪联系企业，团区委提前三天发岗位。\n下雨改到文体中心。"
    task = agree_plan(task=task, version=task.version, plan=plan, by=lead.by, at=at - timedelta(days=8))
    start(task=task, version=task.version, by=lead.by, at=at - timedelta(days=7))
    row = _partner(task, partner)
    write_summary(
        partner=row,
        version=row.version,
        summary="到场 9 家企业，收简历 64 份。",
        by=partner.by,
        at=at - timedelta(days=1),
    )


def _summed_up(lead: _Unit, partner: _Unit, rng: random.Random, at: datetime) -> None:
    """Let one have been done, without the village that declined."""
    villages = list(Organisation.objects.active().filter(parent=partner.unit, level=Level.VILLAGE).order_by("lineage"))
    joined, declined = rng.sample(villages, 2)
    task = _drafted(lead, "青年夜校联办书法班", "两边青年一起学，每周一课，共四课。", at, begun=40, due=-3)
    _choose(task, lead, at, {joined: "出教室", declined: "出教室"})
    task = invite(task=task, version=task.version, by=lead.by, at=at - timedelta(days=40))
    _join(task, _Unit(joined, partner.by), "周三晚开教室", "书画室，能坐 25 人", at - timedelta(days=38))
    row = TaskPartner.objects.get(task=task, organisation=declined)
    reason = "教室正在装修，开春再参加"
    decline(partner=row, version=row.version, reason=reason, by=partner.by, at=at - timedelta(days=38))
    plan = "每周三晚七点，四课；老师由柳溪请，教室由社区出。"
    task = agree_plan(task=task, version=task.version, plan=plan, by=lead.by, at=at - timedelta(days=36))
    task = start(task=task, version=task.version, by=lead.by, at=at - timedelta(days=35))
    summary = "四课都开了，来了 23 名青年，16 人学完；下期加一个急救班。"
    sum_up(task=task, version=task.version, summary=summary, by=lead.by, at=at - timedelta(days=2))


# ---- parts ---------------------------------------------------------------------------
def _drafted(lead: _Unit, title: str, aim: str, at: datetime, *, begun: int, due: int) -> LinkageTask:
    today = timezone.localdate(at)
    starts_on, due_on = today - timedelta(days=begun), today + timedelta(days=due)
    facts = JointFacts(title, aim, starts_on, due_on)
    return draft_joint(organisation=lead.unit, facts=facts, by=lead.by, at=at - timedelta(days=begun))


def _choose(task: LinkageTask, lead: _Unit, at: datetime, divisions: dict[Organisation, str]) -> None:
    for unit, division in divisions.items():
        add_partner(task=task, unit=unit.pk, division=division, by=lead.by, at=at)


def _join(task: LinkageTask, who: _Unit, division: str, resources: str, at: datetime) -> None:
    row = _partner(task, who)
    accept(partner=row, version=row.version, division=division, resources=resources, by=who.by, at=at)


def _partner(task: LinkageTask, who: _Unit) -> TaskPartner:
    return TaskPartner.objects.get(task=task, organisation=who.unit)
