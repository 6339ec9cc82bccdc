"""What is read about a 述职会: its order with times, how many have marked whom, what a judge sees, what came of it.

No mark is read here by name but a judge's own.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time

from django.db.models import QuerySet

from appraisal.access import JUDGE
from appraisal.choices import BallotClass, Component, MeetingState
from appraisal.models import (
    AppraisalCycle,
    ComponentPool,
    DebriefMeeting,
    Exemption,
    MeetingJudge,
    MeetingMark,
    MeetingSpeaker,
    PanelMark,
    Participant,
)
from appraisal.querysets import ParticipantQuerySet
from appraisal.rules.meeting import JudgeLike, PoolResult, is_oneself, missing_marks, pool_result, slots
from orgs.models import OrgAssignment, User
from orgs.roles import ROLES
from youthleague.protection.seal import signatures_of

LINK_PURPOSE, PASS_PURPOSE = "appraisal.judge-link", "appraisal.judge-pass"
_PERSON = ("participant__cadre", "participant__organisation", "participant__group")


@dataclass(frozen=True)
class SpeakerLine:
    """Somebody in the order: number, when, and by kind of judges how many mark and how many have marked."""

    speaker: MeetingSpeaker
    number: int
    starts_at: time
    asked: Mapping[str, int] = field(default_factory=dict)
    given: Mapping[str, int] = field(default_factory=dict)

    @property
    def missing(self) -> int:
        """Count the marks that are still missing."""
        return 0 if self.speaker.is_written else missing_marks(self.asked, self.given)


@dataclass(frozen=True)
class JudgeLine:
    """A judge, and how many of those that she marks she has marked."""

    judge: MeetingJudge
    done: int
    asked: int


@dataclass(frozen=True)
class Screen:
    """What a judge sees of a speaker: number, when, her own mark (thousandths) at which version."""

    speaker: MeetingSpeaker
    number: int
    starts_at: time
    mark: int | None = None
    version: int = 0


@dataclass(frozen=True)
class SpeakerResult:
    """What came of a meeting for a speaker, by kind of judges."""

    speaker: MeetingSpeaker
    number: int
    pools: Sequence[tuple[str, PoolResult | None]]


def judge_like(judge: MeetingJudge) -> JudgeLike:
    """Say who a judge is."""
    return JudgeLike(judge.user.person_key if judge.user else "", judge.name, judge.unit)


def awaited_speakers(cycle: AppraisalCycle) -> ParticipantQuerySet:
    """Give who is still to speak: appraised in a group with 团干述, not exempt from it, in no other meeting."""
    spoken = MeetingSpeaker.objects.filter(meeting__cycle=cycle).exclude(meeting__state=MeetingState.VOID)
    exempt = Exemption.objects.filter(participant__cycle=cycle, component=Component.DEBRIEF)
    rows = Participant.objects.appraised().filter(cycle=cycle, group__components__component=Component.DEBRIEF)
    return rows.exclude(pk__in=spoken.values("participant")).exclude(pk__in=exempt.values("participant"))


def running_meetings(cycle: AppraisalCycle) -> list[tuple[DebriefMeeting, int]]:
    """Give the meetings of a year that are not closed yet, each with how many marks are missing."""
    rows = cycle.meetings.filter(state=MeetingState.RUNNING).order_by("pk")
    return [(row, sum(line.missing for line in speaker_lines(row))) for row in rows]


def judged_places(cycle: AppraisalCycle) -> set[tuple[int, int]]:
    """Give the people and pools whose marks come from a meeting: while it runs, and once it has written them."""
    kinds: dict[int, set[str]] = defaultdict(set)
    for meeting, kind in MeetingJudge.objects.filter(meeting__cycle=cycle).values_list("meeting_id", "ballot_class"):
        kinds[meeting].add(kind)
    pools = _pools_of(ComponentPool.objects.filter(component__group__cycle=cycle))
    rows = MeetingSpeaker.objects.filter(meeting__cycle=cycle, meeting__state__in=_COUNTING).select_related("meeting")
    return {
        (row.participant_id, pool.pk)
        for row in rows.select_related("participant", "meeting")
        if row.is_written or row.meeting.state == MeetingState.RUNNING
        for pool in pools.get(row.participant.group_id, ())
        if pool.ballot_class in kinds[row.meeting_id]
    }


# ---- the chair ---------------------------------------------------------------------------
def asked_classes(meeting: DebriefMeeting) -> dict[int, dict[str, int]]:
    """Give how many judges of each kind mark a group, by group; kinds without a judge are left out."""
    judges = Counter(meeting.judges.values_list("ballot_class", flat=True))
    groups = meeting.speakers.values("participant__group")
    pools = _pools_of(ComponentPool.objects.filter(component__group__in=groups))
    return {
        group: {one.ballot_class: judges[one.ballot_class] for one in rows if judges[one.ballot_class]}
        for group, rows in pools.items()
    }


def speaker_lines(meeting: DebriefMeeting) -> list[SpeakerLine]:
    """Give the running order, with how many have marked whom; never a mark."""
    asked, judges = asked_classes(meeting), list(meeting.judges.select_related("user"))
    given: dict[int, Counter[str]] = defaultdict(Counter)
    marks = MeetingMark.objects.filter(speaker__meeting=meeting, mark__isnull=False)
    for speaker, kind in marks.values_list("speaker_id", "judge__ballot_class"):
        given[speaker][kind] += 1
    return [
        SpeakerLine(row, number, at, _without_oneself(asked, judges, row), given[row.pk])
        for number, row, at in _ordered(meeting)
    ]


def judge_lines(meeting: DebriefMeeting) -> list[JudgeLine]:
    """Give the judges, by kind, with how far each is; what she gave is not read."""
    asked = asked_classes(meeting)
    speakers = [row for _number, row, _at in _ordered(meeting)]
    marks = MeetingMark.objects.filter(speaker__meeting=meeting, mark__isnull=False)
    done = Counter(marks.values_list("judge_id", flat=True))
    rows = meeting.judges.select_related("user").order_by("ballot_class", "pk")
    return [JudgeLine(one, done[one.pk], sum(_marks(one, who, asked) for who in speakers)) for one in rows]


def results_of(meeting: DebriefMeeting) -> list[SpeakerResult]:
    """Give what stands in the results for the speakers of a meeting, with the extremes dropped as the scheme says."""
    rows = _ordered(meeting)
    people = [row.participant for _number, row, _at in rows]
    pools = _pools_of(ComponentPool.objects.filter(component__group__in={one.group_id for one in people}))
    marks: dict[tuple[int, int], list[int]] = defaultdict(list)
    sheets = PanelMark.objects.filter(participant__in=people)
    for person, pool, mark in sheets.values_list("participant_id", "pool_id", "mark"):
        marks[person, pool].append(mark)
    return [
        SpeakerResult(
            row,
            number,
            [
                (str(pool.get_ballot_class_display()), pool_result(marks[row.participant_id, pool.pk], _trimming(pool)))
                for pool in pools.get(row.participant.group_id, ())
            ],
        )
        for number, row, _at in rows
    ]


def accounts_that_judge(day: date) -> list[User]:
    """Give the accounts that may be made judges on a day, one for each person, by name."""
    roles = [one.code for one in ROLES if JUDGE in one.permissions]
    held = OrgAssignment.objects.in_force(day).filter(role__in=roles, user__is_active=True)
    rows = User.objects.filter(pk__in=held.values("user")).order_by("full_name", "pk")
    return list({one.person_key: one for one in rows}.values())


# ---- a judge -----------------------------------------------------------------------------
def judge_of_pass(held: str) -> MeetingJudge | None:
    """Give the judge whose phone holds a pass, while her meeting is prepared or runs."""
    marks = signatures_of(held, purpose=PASS_PURPOSE) if held else ()
    rows = MeetingJudge.objects.filter(pass_mark__in=marks, meeting__state__in=_OPEN)
    return rows.select_related("meeting__cycle", "user").first()


def seats_of(user: User) -> list[MeetingJudge]:
    """Give where an account judges, by whichever of its person's accounts, the newest meeting first."""
    rows = MeetingJudge.objects.filter(user__person_key=user.person_key).exclude(meeting__state=MeetingState.VOID)
    return list(rows.select_related("meeting__cycle", "user").order_by("-meeting__day", "-meeting__pk"))


def screens_of(judge: MeetingJudge) -> list[Screen]:
    """Give whom a judge marks, in the order of the meeting, with her own marks; herself left out."""
    asked = asked_classes(judge.meeting)
    own = {row.speaker_id: row for row in MeetingMark.objects.filter(judge=judge)}
    return [
        Screen(row, number, at, own[row.pk].mark, own[row.pk].version) if row.pk in own else Screen(row, number, at)
        for number, row, at in _ordered(judge.meeting)
        if _marks(judge, row, asked)
    ]


# ---- parts -------------------------------------------------------------------------------
_OPEN = (MeetingState.PREPARING, MeetingState.RUNNING)
_COUNTING = (MeetingState.RUNNING, MeetingState.CLOSED)


def _ordered(meeting: DebriefMeeting) -> list[tuple[int, MeetingSpeaker, time]]:
    rows = list(meeting.speakers.select_related(*_PERSON).order_by("position", "pk"))
    times = slots(meeting.starts_at, meeting.minutes, len(rows))
    return [(number, row, at) for number, (row, at) in enumerate(zip(rows, times, strict=True), start=1)]


def _marks(judge: MeetingJudge, speaker: MeetingSpeaker, asked: Mapping[int, Collection[str]]) -> bool:
    """Tell whether a judge marks a speaker: of a kind that marks the group, and not herself."""
    person = speaker.participant
    is_self = is_oneself(judge_like(judge), person_key=person.cadre.person_key, name=person.cadre.name)
    return judge.ballot_class in asked.get(person.group_id, ()) and not is_self


def _without_oneself(
    asked: Mapping[int, Mapping[str, int]], judges: Sequence[MeetingJudge], speaker: MeetingSpeaker
) -> dict[str, int]:
    kinds = asked.get(speaker.participant.group_id, {})
    found = Counter(one.ballot_class for one in judges if _marks(one, speaker, asked))
    return {kind: found[kind] for kind in kinds}


def _pools_of(rows: QuerySet[ComponentPool]) -> dict[int, list[ComponentPool]]:
    """Give the pools of the debrief among some, by group, in the order of the scheme."""
    found: dict[int, list[ComponentPool]] = defaultdict(list)
    pools = rows.filter(component__component=Component.DEBRIEF).select_related("component").order_by("number")
    for one in pools:
        found[one.component.group_id].append(one)
    return found


def _trimming(pool: ComponentPool) -> int:
    return pool.component.trim_from


def class_title(kind: str) -> str:
    """Name a kind of judges."""
    return str(BallotClass(kind).label)
