"""A 述职会 of the demonstration district: one small group, judges on paper names, held and closed by the services."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.db.models import Count

from appraisal.choices import BallotClass, Component
from appraisal.models import AppraisalCycle, AppraisalGroup, DebriefMeeting, PanelMark, Participant
from appraisal.services.judging import JudgeEntry, close_meeting, save_marks
from appraisal.services.meetings import JudgePlan, MeetingPlan, add_judges, prepare_meeting, start_meeting
from orgs.models import User

_FEWEST = 3
_DIGITS = "一二三四五六七八九十"
_TITLES = {BallotClass.JUDGES.value: ("评委", "区直部门"), BallotClass.JURY.value: ("青年代表", "青年评审团")}


@transaction.atomic
def hold_meeting(cycle: AppraisalCycle, *, staff: Sequence[User], at: datetime) -> DebriefMeeting | None:
    """Hold one meeting of the smallest group of a year in 测评, in which judges give the marks that stand already.

    The chair is one of ``staff`` who is not appraised in the group; None without such a group.
    """
    found = _group_and_chair(cycle, staff)
    if found is None:
        return None
    group, chair = found
    marks = _marks(group)
    plan = MeetingPlan(f"{group.name}组述职会", date(cycle.year, 12, 20), time(14, 30), "三楼会议室", 8)
    meeting = prepare_meeting(cycle=cycle, plan=plan, groups=[group.pk], by=chair, at=at)
    plans = [one for kind, count in _counts(marks).items() for one in _judges(kind, count)]
    add_judges(plans=plans, **_told(meeting, chair, at))
    start_meeting(**_told(meeting, chair, at))
    speakers = {row.participant_id: row.pk for row in meeting.speakers.all()}
    places: dict[str, int] = defaultdict(int)
    for judge in meeting.judges.order_by("pk"):
        kind, place = judge.ballot_class, places[judge.ballot_class]
        places[kind] += 1
        own = {key: marks[person, kind] for person, key in speakers.items()}
        save_marks(judge=judge, entries=[JudgeEntry(key, row[place]) for key, row in own.items() if place < len(row)])
    return close_meeting(**_told(meeting, chair, at))


def _group_and_chair(cycle: AppraisalCycle, staff: Sequence[User]) -> tuple[AppraisalGroup, User] | None:
    groups = cycle.groups.filter(components__component=Component.DEBRIEF).annotate(people=Count("participants"))
    for group in groups.filter(people__gte=_FEWEST).order_by("people", "position"):
        for user in staff:
            if not Participant.objects.of_person(user).filter(group=group).exists():
                return group, user
    return None


def _marks(group: AppraisalGroup) -> dict[tuple[int, str], list[int]]:
    """Give the marks that stand, by person and kind of judges, in the order of the sheets."""
    found: dict[tuple[int, str], list[int]] = defaultdict(list)
    rows = PanelMark.objects.filter(participant__group=group).order_by("participant", "pool", "sheet")
    for person, kind, mark in rows.values_list("participant_id", "pool__ballot_class", "mark"):
        found[person, kind].append(mark)
    return found


def _counts(marks: dict[tuple[int, str], list[int]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for (_person, kind), given in marks.items():
        counts[kind] = max(counts.get(kind, 0), len(given))
    return counts


def _judges(kind: str, count: int) -> list[JudgePlan]:
    title, unit = _TITLES[kind]
    return [JudgePlan(kind, name=f"{title}{_DIGITS[number]}", unit=unit) for number in range(count)]


def _told(meeting: DebriefMeeting, by: User, at: datetime) -> dict[str, Any]:
    meeting.refresh_from_db()
    return {"meeting": meeting, "version": meeting.version, "by": by, "at": at}
