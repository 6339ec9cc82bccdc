"""Arranging a 述职会: who speaks in which order, who judges, links for judges without an account."""

import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction
from django.db.models import Max

from appraisal.access import JUDGE, KEEP
from appraisal.choices import Component, CycleState, MeetingState
from appraisal.models import (
    AppraisalCycle,
    ComponentPool,
    DebriefMeeting,
    MeetingJudge,
    MeetingSpeaker,
    Participant,
)
from appraisal.reports.meetings import LINK_PURPOSE, awaited_speakers, judge_like
from appraisal.rules.meeting import (
    ARRANGING_STATES,
    HOLDING_STATES,
    MEETING,
    JudgeLike,
    arranging_finding,
    class_finding,
    judge_finding,
    judges_change_finding,
    meeting_finding,
    meeting_step_finding,
    moved,
    shuffled,
    start_finding,
)
from appraisal.rules.voting import CODE_BITS, write_code
from appraisal.services.keeping import STALE, error, lock_cycle, refuse, refuse_state, refuse_stranger, self_finding
from orgs.models import User
from youthleague.audit.services import record
from youthleague.kernel.findings import Finding
from youthleague.protection.seal import sign

_CHANCE = secrets.SystemRandom()
_OWN_GROUP = Finding("meeting.own_group", "您在其中一组参评，这场述职会请由别的同志办理。")
_GROUP = Finding("meeting.group", "请选参加述职的考评组，方案里要有“团干述”。")
_SPEAKER = Finding("meeting.speaker", "这位同志不能加入：不在这场述职会的范围，或者已经在别的场次。")
_GONE = Finding("meeting.gone", "这一位已经不在这场述职会，请刷新后再看。")
_LAST = Finding("meeting.last", "至少要留一位述职的同志；这场会不开的，请作废。")
_ACCOUNT = Finding("judge.account", "这个账号没有评委的权限，请另选，或者写姓名、用链接打分。")
_NO_JUDGE = Finding("judge.nobody", "请选有账号的评委，或者写没有账号的评委，一行一位。")
_LINKS = Finding("judge.links", "没有要制发链接的评委：有账号的登录以后打分，不用链接。")


@dataclass(frozen=True)
class MeetingPlan:
    """What a meeting is: its name, day, beginning and place, minutes for each, and whether judges read the reports."""

    title: str
    day: date
    starts_at: time
    place: str
    minutes: int
    shows_reports: bool = True


@dataclass(frozen=True)
class JudgePlan:
    """A judge to be: the kind (评委类别), and an account or a name with its unit."""

    ballot_class: str
    user: User | None = None
    name: str = ""
    unit: str = ""


# ---- the meeting -----------------------------------------------------------------------
@transaction.atomic
def prepare_meeting(
    *, cycle: AppraisalCycle, plan: MeetingPlan, groups: Collection[int], by: User, at: datetime
) -> DebriefMeeting:
    """Set a meeting up for everybody of some groups who is to speak and is in no other meeting yet.

    Raises ``cycle.state`` outside 年终材料 and 测评, ``appraisal.scope``, ``appraisal.self`` and ``meeting.own_group``
    for whoever is appraised among them, ``meeting.group``, ``meeting.title``, ``meeting.minutes``,
    ``meeting.speakers``, ``meeting.late``.
    """
    refuse_stranger(by, KEEP, at)
    cycle = lock_cycle(cycle)
    refuse_state(cycle, ARRANGING_STATES)
    offered = debrief_groups(cycle)
    refuse(None if groups and set(groups) <= offered else _GROUP)
    people = list(awaited_speakers(cycle).filter(group__in=groups).order_by("group__position", "lineage", "pk"))
    refuse(meeting_finding(plan.title.strip(), plan.starts_at, plan.minutes, speakers=len(people)))
    refuse_involved(people, by)
    meeting = DebriefMeeting.objects.create(cycle=cycle, **_columns(plan))
    rows = enumerate(people, start=1)
    MeetingSpeaker.objects.bulk_create(
        MeetingSpeaker(meeting=meeting, participant=one, position=number) for number, one in rows
    )
    record_meeting("meeting.prepare", meeting, by, at, people=len(people))
    return meeting


@transaction.atomic
def change_meeting(
    *, meeting: DebriefMeeting, version: int, plan: MeetingPlan, by: User, at: datetime
) -> DebriefMeeting:
    """Change day, time, place before it begins. Raises what ``begin_arranging`` and ``prepare_meeting`` raise."""
    meeting = begin_arranging(meeting, version, by, at)
    count = meeting.speakers.count()
    refuse(meeting_finding(plan.title.strip(), plan.starts_at, plan.minutes, speakers=count))
    for name, value in _columns(plan).items():
        setattr(meeting, name, value)
    _save(meeting)
    record_meeting("meeting.change", meeting, by, at)
    return meeting


@transaction.atomic
def start_meeting(*, meeting: DebriefMeeting, version: int, by: User, at: datetime) -> DebriefMeeting:
    """Let judges mark; the first in the order speaks. Raises what ``begin_meeting_step`` raises, ``meeting.judges``."""
    meeting = begin_meeting_step(meeting, version, "start", by, at)
    refuse(start_finding(meeting.judges.count()))
    meeting.current = meeting.speakers.order_by("position").first()
    end_meeting_step(meeting, "start")
    record_meeting("meeting.start", meeting, by, at, people=meeting.speakers.count(), judges=meeting.judges.count())
    return meeting


@transaction.atomic
def void_meeting(*, meeting: DebriefMeeting, version: int, by: User, at: datetime) -> DebriefMeeting:
    """Take a meeting out of use: what was marked and not written is deleted, links are good no more.

    Raises what ``begin_meeting_step`` raises; what was written before a meeting was reopened stays written.
    """
    meeting = begin_meeting_step(meeting, version, "void", by, at)
    forget_judging(meeting)
    meeting.current = None
    end_meeting_step(meeting, "void")
    record_meeting("meeting.void", meeting, by, at)
    return meeting


@transaction.atomic
def call_speaker(*, meeting: DebriefMeeting, version: int, speaker: int, by: User, at: datetime) -> DebriefMeeting:
    """Say who speaks now (现在述职): judges see them first. Raises ``meeting.state``, ``meeting.gone``."""
    meeting = _begin(meeting, version, by, at)
    refuse(None if meeting.state == MeetingState.RUNNING else meeting_step_finding(meeting.state, "close"))
    meeting.current = _speaker_of(meeting, speaker)
    _save(meeting)
    return meeting


# ---- the order -------------------------------------------------------------------------
@transaction.atomic
def move_speaker(
    *, meeting: DebriefMeeting, version: int, speaker: int, step: int, by: User, at: datetime
) -> DebriefMeeting:
    """Let somebody speak one place earlier (-1) or later (1). Raises what ``begin_arranging`` raises."""
    return _reorder(meeting, version, by, at, lambda order: moved(order, speaker, step))


@transaction.atomic
def draw_lots(*, meeting: DebriefMeeting, version: int, by: User, at: datetime) -> DebriefMeeting:
    """Put the order to chance (抽签). Raises what ``begin_arranging`` raises."""
    meeting = _reorder(meeting, version, by, at, lambda order: shuffled(order, _CHANCE.shuffle))
    record_meeting("meeting.lots", meeting, by, at, people=meeting.speakers.count())
    return meeting


@transaction.atomic
def add_speaker(*, meeting: DebriefMeeting, version: int, person: int, by: User, at: datetime) -> DebriefMeeting:
    """Let somebody speak last. Raises what ``begin_arranging`` raises, ``meeting.speaker``, ``meeting.late``."""
    meeting = begin_arranging(meeting, version, by, at)
    found = awaited_speakers(meeting.cycle).filter(pk=person).first()
    if found is None:
        raise error(_SPEAKER)
    refuse_involved([found], by)
    count = meeting.speakers.count()
    refuse(meeting_finding(meeting.title, meeting.starts_at, meeting.minutes, speakers=count + 1))
    last = meeting.speakers.aggregate(last=Max("position"))["last"] or 0
    MeetingSpeaker.objects.create(meeting=meeting, participant=found, position=last + 1)
    _save(meeting)
    record_meeting("meeting.speakers", meeting, by, at, people=count + 1)
    return meeting


@transaction.atomic
def remove_speaker(*, meeting: DebriefMeeting, version: int, speaker: int, by: User, at: datetime) -> DebriefMeeting:
    """Take somebody off the order. Raises what ``begin_arranging`` raises, ``meeting.gone``, ``meeting.last``."""
    meeting = begin_arranging(meeting, version, by, at)
    row = _speaker_of(meeting, speaker)
    refuse(_LAST if meeting.speakers.count() == 1 else None)
    row.delete()
    _save(meeting)
    record_meeting("meeting.speakers", meeting, by, at, people=meeting.speakers.count())
    return meeting


# ---- judges ----------------------------------------------------------------------------
@transaction.atomic
def add_judges(
    *, meeting: DebriefMeeting, version: int, plans: Sequence[JudgePlan], by: User, at: datetime
) -> list[MeetingJudge]:
    """Make people judges, all of them or none, before or while the meeting is on.

    Raises ``meeting.state`` after it, ``row.stale``, ``judge.nobody``, ``judge.class``, ``judge.account`` for an
    account that may not judge, ``judge.name``, ``judge.twice`` for a person who judges already, by whichever account.
    """
    meeting = _begin(meeting, version, by, at)
    refuse(judges_change_finding(meeting.state))
    refuse(None if plans else _NO_JUDGE)
    offered = offered_classes(meeting)
    known = [judge_like(one) for one in meeting.judges.select_related("user")]
    rows = []
    for plan in plans:
        refuse(class_finding(plan.ballot_class, offered))
        refuse(_ACCOUNT if plan.user and not plan.user.has_perm(JUDGE) else None)
        new = _judge_to_be(plan)
        refuse(judge_finding(new, known))
        known.append(new)
        kind = plan.ballot_class
        rows.append(MeetingJudge(meeting=meeting, ballot_class=kind, user=plan.user, name=new.name, unit=new.unit))
    MeetingJudge.objects.bulk_create(rows)
    _save(meeting)
    record_meeting("meeting.judges", meeting, by, at, judges=len(known))
    return rows


@transaction.atomic
def remove_judge(*, meeting: DebriefMeeting, version: int, judge: int, by: User, at: datetime) -> DebriefMeeting:
    """Take a judge off, with what she has marked. Raises ``meeting.state``, ``row.stale``, ``meeting.gone``."""
    meeting = _begin(meeting, version, by, at)
    refuse(judges_change_finding(meeting.state))
    if not MeetingJudge.objects.filter(meeting=meeting, pk=judge).delete()[0]:
        raise error(_GONE)
    _save(meeting)
    record_meeting("meeting.judges", meeting, by, at, judges=meeting.judges.count())
    return meeting


@transaction.atomic
def issue_links(
    *, meeting: DebriefMeeting, version: int, judges: Sequence[int], by: User, at: datetime
) -> list[tuple[MeetingJudge, str]]:
    """Make links for judges without an account: codes that are given here and never again; earlier ones end.

    Without ``judges``, for all whose phone is not in yet. Raises ``meeting.state``, ``row.stale``, ``judge.links``.
    """
    meeting = _begin(meeting, version, by, at)
    refuse(judges_change_finding(meeting.state))
    rows = meeting.judges.filter(user=None)
    rows = rows.filter(pk__in=judges) if judges else rows.filter(pass_mark="")
    found = [(row, write_code(secrets.randbits(CODE_BITS))) for row in rows]
    refuse(None if found else _LINKS)
    for row, code in found:
        row.code_mark, row.pass_mark = sign(code, purpose=LINK_PURPOSE), ""
    MeetingJudge.objects.bulk_update([row for row, _code in found], ["code_mark", "pass_mark"])
    record_meeting("meeting.links", meeting, by, at, judges=len(found))
    return found


# ---- parts ---------------------------------------------------------------------------
def begin_meeting_step(meeting: DebriefMeeting, version: int, action: str, by: User, at: datetime) -> DebriefMeeting:
    """Lock year and meeting for a step; raises ``cycle.state``, ``appraisal.scope``, ``appraisal.self``,
    ``meeting.own_group``, ``row.stale``, ``meeting.state``.
    """
    locked = _begin(meeting, version, by, at, ARRANGING_STATES if action == "void" else HOLDING_STATES)
    refuse(meeting_step_finding(locked.state, action))
    return locked


def begin_arranging(meeting: DebriefMeeting, version: int, by: User, at: datetime) -> DebriefMeeting:
    """Lock a meeting that has not begun; raises what ``begin_meeting_step`` raises."""
    locked = _begin(meeting, version, by, at)
    refuse(arranging_finding(locked.state))
    return locked


def end_meeting_step(meeting: DebriefMeeting, action: str) -> None:
    """Take a meeting to its next state and version."""
    meeting.state = MEETING.target(meeting.state, action)
    _save(meeting)


def forget_judging(meeting: DebriefMeeting) -> None:
    """Delete who gave which mark, and end all links and phones."""
    for speaker in meeting.speakers.all():
        speaker.marks.all().delete()
    meeting.judges.update(code_mark="", pass_mark="")


def refuse_involved(people: Collection[Participant], by: User) -> None:
    """Raise ``appraisal.self`` or ``meeting.own_group`` for whoever is appraised among some people."""
    for one in people:
        refuse(self_finding(by, one))
    groups = {one.group_id for one in people}
    is_peer = Participant.objects.of_person(by).appraised().filter(group__in=groups).exists()
    refuse(_OWN_GROUP if is_peer else None)


def debrief_groups(cycle: AppraisalCycle) -> set[int]:
    """Give the keys of the groups whose scheme has 团干述."""
    return set(cycle.groups.filter(components__component=Component.DEBRIEF).values_list("pk", flat=True))


def offered_classes(meeting: DebriefMeeting) -> list[str]:
    """Give the kinds of judges that mark the people of a meeting, in the order of the scheme."""
    groups = meeting.speakers.values("participant__group")
    pools = ComponentPool.objects.filter(component__component=Component.DEBRIEF, component__group__in=groups)
    return list(dict.fromkeys(pools.order_by("number").values_list("ballot_class", flat=True)))


def record_meeting(action: str, meeting: DebriefMeeting, by: User | None, at: datetime, **facts: object) -> None:
    """Record an act on a meeting: counts, never a mark."""
    record(action=action, by=by, at=at, subject=f"{meeting._meta.label}:{meeting.pk}", facts=facts)  # noqa: SLF001


def _begin(
    meeting: DebriefMeeting, version: int, by: User, at: datetime, states: frozenset[CycleState] = ARRANGING_STATES
) -> DebriefMeeting:
    refuse_stranger(by, KEEP, at)
    cycle = lock_cycle(meeting.cycle)
    refuse_state(cycle, states)
    locked = DebriefMeeting.objects.select_for_update().order_by("pk").get(pk=meeting.pk)
    refuse(STALE if locked.version != version else None)
    speakers = locked.speakers.select_related("participant__cadre")
    refuse_involved([one.participant for one in speakers], by)
    locked.cycle = cycle
    return locked


def _reorder(
    meeting: DebriefMeeting, version: int, by: User, at: datetime, change: Callable[[Sequence[int]], list[int]]
) -> DebriefMeeting:
    meeting = begin_arranging(meeting, version, by, at)
    rows = {row.pk: row for row in meeting.speakers.all()}
    for position, key in enumerate(change(list(rows)), start=1):
        rows[key].position = position
    MeetingSpeaker.objects.bulk_update(rows.values(), ["position"], batch_size=100)
    _save(meeting)
    return meeting


def _judge_to_be(plan: JudgePlan) -> JudgeLike:
    key, name = (plan.user.person_key, plan.user.full_name) if plan.user else ("", plan.name.strip())
    return JudgeLike(key, name, plan.unit.strip())


def _speaker_of(meeting: DebriefMeeting, key: int) -> MeetingSpeaker:
    row = meeting.speakers.filter(pk=key).first()
    if row is None:
        raise error(_GONE)
    return row


def _columns(plan: MeetingPlan) -> dict[str, object]:
    return {
        "title": plan.title.strip(),
        "day": plan.day,
        "starts_at": plan.starts_at,
        "place": plan.place.strip(),
        "minutes": plan.minutes,
        "shows_reports": plan.shows_reports,
    }


def _save(meeting: DebriefMeeting) -> None:
    meeting.version += 1
    meeting.save()
