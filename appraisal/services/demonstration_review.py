"""Archived years of the demonstration district from 汇总 to 反馈: through the services, with one of everything."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from appraisal.choices import Grade
from appraisal.models import AppraisalCycle, Participant, RollUp
from appraisal.reports.review import last_cards, rival_groups
from appraisal.services.appeals import accept_appeal, file_appeal, uphold_appeal
from appraisal.services.calibrating import calibrate
from appraisal.services.cycles import advance_cycle
from appraisal.services.publishing import publish_results
from appraisal.services.rolling import decide_tie, roll_up
from appraisal.services.sealing import seal_year
from orgs.models import User


@transaction.atomic
def fill_review(
    cycle: AppraisalCycle, *, staff: Sequence[User], leaders: Sequence[User], at: datetime
) -> AppraisalCycle:
    """Take a year that was added up to 反馈: ties decided, one grade calibrated, one objection upheld, all approved.

    It is approved ``at``; the days for objections lie before.
    """
    known = at - timedelta(days=cycle.appeal_days + 2)
    chief = next(one for one in leaders if not Participant.objects.of_person(one).filter(cycle=cycle).exists())
    _decide_ties(cycle, chief, staff[0], known)
    cycle = _step(cycle, "review", staff[0], known)
    _lower_one(cycle, chief, known)
    cycle.refresh_from_db()
    publish_results(cycle=cycle, version=cycle.version, by=staff[0], at=known)
    _uphold_one(cycle, [*staff, *leaders], known + timedelta(days=1))
    cycle = _step(cycle, "decide", staff[0], at)
    seal_year(cycle=cycle, minutes_number=f"书记会议纪要〔{cycle.year + 1}〕1号", by=chief, at=at)
    return _step(cycle, "feed-back", staff[0], at)


# ---- parts ---------------------------------------------------------------------------
def _step(cycle: AppraisalCycle, action: str, by: User, at: datetime) -> AppraisalCycle:
    cycle.refresh_from_db()
    return advance_cycle(cycle=cycle, version=cycle.version, action=action, by=by, at=at)


def _decide_ties(cycle: AppraisalCycle, chief: User, clerk: User, at: datetime) -> None:
    """Give the last places to the first of those with one total, and calculate by it."""
    rows = RollUp.objects.filter(group__cycle=cycle).latest_versions().select_related("group__cycle")
    for row in [one for one in rows if one.tie is not None and one.tie["chosen"] is None]:
        chosen = row.tie["members"][: row.tie["places"]] if row.tie else []
        decide_tie(group=row.group, chosen=chosen, reason="会议比较任职年限后决定", by=chief, at=at)
    roll_up(cycle=cycle, by=clerk, at=at)


def _lower_one(cycle: AppraisalCycle, chief: User, at: datetime) -> None:
    """Make 一般 of the last one with 较好 whom the leader may change."""
    barred = rival_groups(cycle, chief)
    cards = last_cards(cycle).filter(grade=Grade.GOOD).exclude(group__in=barred).select_related("participant__group")
    card = cards.order_by("total", "pk").first()
    if card is not None:
        reason, after = "年内有两项任务未按期办结，经会议比较", Grade.FAIR.value
        calibrate(participant=card.participant, seen=card.grade, after=after, reason=reason, by=chief, at=at)


def _uphold_one(cycle: AppraisalCycle, office: Sequence[User], at: datetime) -> None:
    """Let somebody with an account object to the grade, and uphold the results by who may decide about it."""
    people = Participant.objects.filter(cycle=cycle, pk__in=last_cards(cycle).values("participant"))
    keys = {one.person_key: one for one in User.objects.filter(is_active=True).order_by("-pk")}
    persons = people.select_related("cycle", "group", "cadre").order_by("group__position", "pk")
    for person in persons:
        own = keys.get(person.cadre.person_key)
        free = [one for one in office if person.group_id not in rival_groups(cycle, one)]
        if own is None or len(free) < 2 or own in office:
            continue
        text = "本年度牵头的志愿服务项目获市级表彰，请核对等次。"
        row = file_appeal(participant=person, component=None, text=text, by=own, at=at)
        row = accept_appeal(appeal=row, version=row.version, by=free[0], at=at + timedelta(days=1))
        answer = "已核对：表彰在次年一月公布，计入下一年度；总分和等次计算无误，维持。"
        uphold_appeal(appeal=row, version=row.version, answer=answer, by=free[-1], at=at + timedelta(days=2))
        return
