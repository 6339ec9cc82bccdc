"""A 述职会 in the small district: one group, judges with and without accounts, marks given."""

from datetime import date, time

import pytest

from appraisal.models import ComponentPool, DebriefMeeting, MeetingJudge, MeetingSpeaker, PanelMark
from appraisal.reports.meetings import judge_of_pass
from appraisal.services.judging import JudgeEntry, enter_by_code, save_marks
from appraisal.services.meetings import (
    JudgePlan,
    MeetingPlan,
    add_judges,
    issue_links,
    prepare_meeting,
    start_meeting,
)
from tests.appraisal.conftest import NOON, fresh, person, take_to
from tests.factories import make_cadre
from youthleague.audit.models import AuditEvent

DAY = date(2026, 11, 26)


@pytest.fixture
def people(people, district):
    """Three of one group beside the others: a meeting has an order."""
    more = {name: make_cadre(district.top, name=name, league_post="staff") for name in ("丁", "戊")}
    return {**people, **more}


@pytest.fixture
def evaluation(cycle, staff):
    """Give the year in 测评."""
    return take_to(cycle, "evaluation", staff)


@pytest.fixture
def office(evaluation, people):
    """Give 丙, 丁, 戊 of the office, in the order in which they stand."""
    return [person(evaluation, people[name]) for name in ("top", "丁", "戊")]


@pytest.fixture
def meeting(evaluation, staff, office):
    """Give a meeting of the office that has not begun."""
    return prepared_meeting(evaluation, staff, *office)


def events(*actions):
    """Give what the log says of meetings: actions and facts."""
    rows = AuditEvent.objects.filter(action__startswith="meeting.").order_by("seq")
    return [(row.action, row.facts) for row in rows if not actions or row.action in actions]


def meeting_plan(**changes):
    """Plan a meeting tomorrow afternoon."""
    usual = {"title": "述职会", "day": DAY, "starts_at": time(14, 30), "place": "三楼会议室", "minutes": 8}
    return MeetingPlan(**{**usual, **changes})


def prepared_meeting(cycle, by, *people, **changes):
    """Set a meeting up for the groups of some people."""
    groups = {one.group_id for one in people}
    return prepare_meeting(cycle=cycle, plan=meeting_plan(**changes), groups=groups, by=by, at=NOON)


def act(service, meeting, by, **more):
    """Call a service with the meeting as it stands now."""
    row = fresh(meeting)
    return service(meeting=row, version=row.version, by=by, at=NOON, **more)


def named_judges(meeting, by, count, kind="judges"):
    """Add judges without an account."""
    plans = [JudgePlan(kind, name=f"评委{number}{kind[2]}", unit="区里") for number in range(1, count + 1)]
    return act(add_judges, meeting, by, plans=plans)


def running_meeting(cycle, by, *people, judges=5, jury=0):
    """Give a meeting that runs, with its judges."""
    meeting = prepared_meeting(cycle, by, *people)
    named_judges(meeting, by, judges)
    if jury:
        named_judges(meeting, by, jury, "jury")
    return act(start_meeting, meeting, by)


def speaker(meeting, who):
    """Give somebody in the order."""
    return MeetingSpeaker.objects.get(meeting=meeting, participant=who)


def judges_of(meeting, kind="judges"):
    """Give the judges of a kind."""
    return list(MeetingJudge.objects.filter(meeting=meeting, ballot_class=kind).order_by("pk"))


def give(judge, who, mark, version=0):
    """Let a judge mark somebody, in points."""
    row = speaker(judge.meeting_id, who)
    return save_marks(judge=judge, entries=[JudgeEntry(row.pk, None if mark is None else round(mark * 1000), version)])


def give_all(meeting, who, marks, kind="judges"):
    """Let the judges of a kind mark somebody, one after another."""
    for judge, mark in zip(judges_of(meeting, kind), marks, strict=False):
        give(judge, who, mark)


def opened_phone(meeting, by, judge):
    """Give the pass of a judge's phone after it has used its link."""
    [(_row, code)] = act(issue_links, meeting, by, judges=[judge.pk])
    held = enter_by_code(code=code, at=NOON)
    assert judge_of_pass(held) == judge
    return held


def panel(who, kind="judges"):
    """Give the marks that stand for somebody, by the number of the sheet."""
    pool = ComponentPool.objects.get(component__group=who.group_id, component__component=4, ballot_class=kind)
    return list(PanelMark.objects.filter(participant=who, pool=pool).order_by("sheet").values_list("sheet", "mark"))


def only(meeting: DebriefMeeting, **values):
    """Write columns past the services."""
    DebriefMeeting.objects.filter(pk=meeting.pk).update(**values)
