"""Marking at a 述职会: a phone let in by its code, marks saved one by one, and the end that forgets who gave them."""

import secrets
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from appraisal.choices import Component, MeetingState
from appraisal.models import ComponentPool, DebriefMeeting, MeetingJudge, MeetingMark, MeetingSpeaker
from appraisal.reports.meetings import LINK_PURPOSE, PASS_PURPOSE, asked_classes, judge_like
from appraisal.rules.marking import cause_finding
from appraisal.rules.meeting import is_oneself, judging_finding, shuffled
from appraisal.rules.voting import CODE_BITS, read_code, write_code
from appraisal.services.keeping import STALE, error, refuse, refuse_by_key
from appraisal.services.meetings import begin_meeting_step, end_meeting_step, forget_judging, record_meeting
from appraisal.services.results import PanelEntry, put_panels
from orgs.models import User
from youthleague.kernel.findings import Finding
from youthleague.protection.seal import sign, signatures_of

BAD_LINK = Finding(
    "judge.link", "这个链接现在不能用：可能已经在别的手机上打开过、已经换发，或者述职会已经结束。请找会务人员换一个。"
)
_NOBODY = Finding("meeting.reopened", "请选要重新打分的同志。")
_FOREIGN = Finding("judge.speaker", "这位同志不在这场述职会，没有保存；请刷新后再看。")
_CHANCE = secrets.SystemRandom()
_OPEN = (MeetingState.PREPARING, MeetingState.RUNNING)


@dataclass(frozen=True, slots=True)
class JudgeEntry:
    """A mark (thousandths; None takes it away) for a speaker, and the version that was seen (0: none)."""

    speaker_id: int
    mark: int | None
    version: int = 0

    @property
    def key(self) -> str:
        """Give the speaker as errors name it."""
        return str(self.speaker_id)


@transaction.atomic
def enter_by_code(*, code: str, at: datetime) -> str:
    """Let a phone in by the code of its link, once, and give the pass that it holds from now on.

    Raises ``judge.link`` in the same words for a code that is wrong, used, replaced, or of a meeting that is over.
    """
    read = read_code(code)
    marks = signatures_of(read, purpose=LINK_PURPOSE) if read else ()
    row = MeetingJudge.objects.filter(code_mark__in=marks, meeting__state__in=_OPEN).select_related("meeting").first()
    held = write_code(secrets.randbits(CODE_BITS))
    unused = MeetingJudge.objects.filter(pk=row.pk, code_mark__in=marks) if row else MeetingJudge.objects.none()
    if row is None or unused.update(code_mark="", pass_mark=sign(held, purpose=PASS_PURPOSE)) != 1:
        raise error(BAD_LINK)
    record_meeting("meeting.enter", row.meeting, None, at)
    return held


@transaction.atomic
def save_marks(*, judge: MeetingJudge, entries: Sequence[JudgeEntry]) -> int:
    """Write a judge's own marks, all of them or none; gives how many changed.

    Nobody marks herself, by whichever account. Raises by speaker ``judge.speaker``, ``judge.ended`` unless the meeting
    runs, ``judge.self``, ``judge.class_of_group``, ``judge.written``, ``mark.range``, ``row.stale``.
    """
    meeting, judge = _locked(judge)
    speakers = _speakers(meeting)
    stored = {row.speaker_id: row for row in MeetingMark.objects.filter(judge=judge)}
    asked = asked_classes(meeting)
    faults = ((one.key, _fault(one, judge, meeting, speakers, stored, asked)) for one in entries)
    refuse_by_key((key, finding) for key, finding in faults if finding)
    changed = [row for one in entries if (row := _written(one, judge, stored.get(one.speaker_id)))]
    MeetingMark.objects.bulk_create([row for row in changed if row.version == 1])
    MeetingMark.objects.bulk_update([row for row in changed if row.version > 1], ["mark", "version"])
    return len(changed)


def save_what_can_be(*, judge: MeetingJudge, entries: Sequence[JudgeEntry]) -> ValidationError | None:
    """Write those marks that can be written, for a page that saves by itself; gives what was refused of the others."""
    try:
        save_marks(judge=judge, entries=entries)
    except ValidationError as refusal:
        sound = [one for one in entries if one.key not in refusal.message_dict]
        if sound:
            save_marks(judge=judge, entries=sound)
        return refusal
    return None


@transaction.atomic
def close_meeting(*, meeting: DebriefMeeting, version: int, by: User, at: datetime) -> DebriefMeeting:
    """End a meeting: the marks of each speaker become sheets in an order of chance, and who gave them is deleted.

    Whoever was not marked stays without a result. Raises what ``begin_meeting_step`` raises.
    """
    meeting = begin_meeting_step(meeting, version, "close", by, at)
    entries = _entries(meeting)
    put_panels(entries=entries, by=by, at=at)
    told = {one.participant_id for one in entries}
    judges = meeting.judges.count()
    meeting.speakers.filter(participant__in=told).update(is_written=True)
    forget_judging(meeting)
    meeting.current = None
    end_meeting_step(meeting, "close")
    rows = sum(len(one.marks) for one in entries)
    record_meeting("meeting.close", meeting, by, at, people=len(told), judges=judges, rows=rows)
    return meeting


@transaction.atomic
def reopen_meeting(
    *, meeting: DebriefMeeting, version: int, speakers: Collection[int], reason: str, by: User, at: datetime
) -> DebriefMeeting:
    """Mark some speakers anew: nobody knows any more whose mark was which, so theirs are taken out of the results.

    Raises what ``begin_meeting_step`` raises, so only while the year is in 测评; ``fact.reason``, ``meeting.reopened``.
    """
    meeting = begin_meeting_step(meeting, version, "reopen", by, at)
    refuse(cause_finding(reason))
    chosen = meeting.speakers.filter(pk__in=speakers)
    refuse(None if speakers and chosen.count() == len(set(speakers)) else _NOBODY)
    gone = [row for row in chosen.select_related("participant") if row.is_written]
    pools = _pools(meeting)
    asked = asked_classes(meeting)
    put_panels(
        entries=[
            PanelEntry(row.participant_id, pools[row.participant.group_id, kind], ())
            for row in gone
            for kind in asked.get(row.participant.group_id, {})
        ],
        by=by,
        at=at,
    )
    chosen.update(is_written=False)
    meeting.current = chosen.order_by("position").first()
    end_meeting_step(meeting, "reopen")
    record_meeting("meeting.reopen", meeting, by, at, people=len(set(speakers)), reason=reason.strip())
    return meeting


# ---- parts ---------------------------------------------------------------------------
def _locked(judge: MeetingJudge) -> tuple[DebriefMeeting, MeetingJudge]:
    """Lock the meeting of a judge, so that no mark slips in while it is closed; she may be off it meanwhile."""
    meeting = DebriefMeeting.objects.select_for_update().order_by("pk").get(pk=judge.meeting_id)
    found = MeetingJudge.objects.filter(pk=judge.pk).select_related("user").first()
    if found is None:
        raise error(BAD_LINK)
    return meeting, found


def _speakers(meeting: DebriefMeeting) -> dict[int, MeetingSpeaker]:
    return {row.pk: row for row in meeting.speakers.select_related("participant__cadre")}


def _fault(
    entry: JudgeEntry,
    judge: MeetingJudge,
    meeting: DebriefMeeting,
    speakers: Mapping[int, MeetingSpeaker],
    stored: Mapping[int, MeetingMark],
    asked: Mapping[int, Mapping[str, int]],
) -> Finding | None:
    speaker, row = speakers.get(entry.speaker_id), stored.get(entry.speaker_id)
    if speaker is None:
        return _FOREIGN
    person = speaker.participant
    finding = judging_finding(
        entry.mark,
        is_running=meeting.state == MeetingState.RUNNING,
        is_self=is_oneself(judge_like(judge), person_key=person.cadre.person_key, name=person.cadre.name),
        is_asked=judge.ballot_class in asked.get(person.group_id, {}),
        is_written=speaker.is_written,
    )
    return finding or (STALE if entry.version != (row.version if row else 0) else None)


def _written(entry: JudgeEntry, judge: MeetingJudge, row: MeetingMark | None) -> MeetingMark | None:
    """Give the row as it is to be; None where it says so already."""
    if row is None:
        if entry.mark is None:
            return None
        return MeetingMark(speaker_id=entry.speaker_id, judge=judge, mark=entry.mark, version=1)
    if row.mark == entry.mark:
        return None
    row.mark = entry.mark
    row.version += 1
    return row


def _entries(meeting: DebriefMeeting) -> list[PanelEntry]:
    """Give the sheets of everybody who was marked, by kind of judges, mixed for each speaker and kind by itself."""
    rows = MeetingMark.objects.filter(speaker__meeting=meeting, speaker__is_written=False, mark__isnull=False)
    marks: dict[tuple[int, int, str], list[int]] = defaultdict(list)
    for row in rows.select_related("speaker__participant", "judge").order_by("speaker__position", "speaker_id"):
        person = row.speaker.participant
        marks[person.pk, person.group_id, row.judge.ballot_class].append(row.mark or 0)
    pools = _pools(meeting)
    return [
        PanelEntry(person, pools[group, kind], shuffled(given, _CHANCE.shuffle))
        for (person, group, kind), given in marks.items()
    ]


def _pools(meeting: DebriefMeeting) -> dict[tuple[int, str], int]:
    """Give the pools of the debrief by group and kind of judges."""
    rows = ComponentPool.objects.filter(
        component__component=Component.DEBRIEF, component__group__cycle=meeting.cycle_id
    )
    return {(group, kind): key for group, kind, key in rows.values_list("component__group_id", "ballot_class", "pk")}
