"""Results of the four evaluations, without voters: counts of ballots, marks of a panel, marks of contest rounds."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from appraisal.access import KEEP
from appraisal.choices import BALLOT_COMPONENTS, BallotOption, BoxState, Component
from appraisal.models import (
    AppraisalCycle,
    BallotTally,
    BoxPerson,
    ComponentPool,
    ContestRound,
    PanelMark,
    Participant,
    ResultSheet,
    RoundMark,
)
from appraisal.reports.meetings import judged_places
from appraisal.rules.cycle import RESULT_STATES
from appraisal.rules.marking import mark_finding
from appraisal.rules.results import NO_PAPERS, Papers, papers_finding
from appraisal.rules.scheme import MOST_VOTES
from appraisal.services.keeping import (
    STALE,
    lock_cycle,
    people_of,
    record_about,
    refuse_by_key,
    refuse_state,
    scope_for,
    self_finding,
)
from orgs.models import User
from youthleague.kernel.findings import Finding

_POOL = Finding("result.pool", "这一组没有这种票别或环节。")
_OWN_GROUP = Finding("result.own_group", "您在这一组参评，这一组的结果请由别的同志登记。")
_VOTED = Finding("result.voted", "这一票别由票箱投票产生，不能另行登记；要改用现场计票，请先作废票箱。")
_JUDGED = Finding("result.judged", "这些分数由述职会打分产生，不能另行登记；要改的，请重开那场述职会。")
_SHEETS = Finding("result.sheets", "一种评委最多 %(most)d 张评分表。")


@dataclass(frozen=True, slots=True)
class TallyEntry:
    """How many of a pool (``part_id``) chose each option, and the papers that were counted; empty takes it away.

    ``version`` is that of what was seen there, nought for nothing; so it is with the entries below.
    """

    participant_id: int
    part_id: int
    counts: Mapping[int, int]
    papers: Papers = NO_PAPERS
    version: int = 0


@dataclass(frozen=True, slots=True)
class PanelEntry:
    """The marks of a pool (``part_id``) of the panel, one a sheet; empty takes them away."""

    participant_id: int
    part_id: int
    marks: Sequence[int]
    version: int = 0


@dataclass(frozen=True, slots=True)
class RoundEntry:
    """What was reached in one round (``part_id``) of the contest; None takes it away."""

    participant_id: int
    part_id: int
    mark: int | None
    version: int = 0


Entry = TallyEntry | PanelEntry | RoundEntry
Sheets = Mapping[tuple[int, bool, int], ResultSheet]


@dataclass(frozen=True)
class Results:
    """What is entered at once."""

    tallies: Sequence[TallyEntry] = ()
    panels: Sequence[PanelEntry] = ()
    rounds: Sequence[RoundEntry] = ()

    @property
    def all(self) -> tuple[Entry, ...]:
        """Give every entry."""
        return (*self.tallies, *self.panels, *self.rounds)


@transaction.atomic
def enter_results(*, cycle: AppraisalCycle, results: Results, by: User, at: datetime) -> int:
    """Write results, all of them or none, in the place of what stood there for the same person and pool or round.

    Gives how many entries. Raises for the whole ``cycle.state``, ``appraisal.scope``; by entry (``tally-person-pool``,
    ``panel-…``, ``round-…``) ``appraisal.self``, ``result.own_group`` for whoever is appraised in the same group,
    ``result.voted`` for what a box counts, ``result.judged`` for what a 述职会 collects, ``result.pool``,
    ``result.sheets``, ``ballot.count``, ``ballot.papers``, ``ballot.order``, ``ballot.sum``, ``mark.range``,
    ``row.stale`` where somebody entered something since it was seen.
    """
    cycle = lock_cycle(cycle)
    refuse_state(cycle, RESULT_STATES)
    people = people_of(cycle, (one.participant_id for one in results.all), scope_for(by, KEEP, at))
    sheets = _sheets(people)
    refuse_by_key(_faults(cycle, results, people, sheets, by))
    _replace(BallotTally, "pool", results.tallies, _tallies)
    _replace(PanelMark, "pool", results.panels, _panel_marks)
    _replace(RoundMark, "round", results.rounds, _round_marks)
    _note(results, sheets, by, at)
    record_about("appraisal.enter", cycle, by, at, rows=len(results.all))
    return len(results.all)


def put_tallies(*, entries: Sequence[TallyEntry], by: User, at: datetime) -> None:
    """Put what a box has counted in the place of what stood there for the same people and pool; empty leaves nothing.

    Call it with the year locked; it asks for nothing.
    """
    results = Results(tallies=entries)
    _replace(BallotTally, "pool", entries, _tallies)
    _note(results, _sheets([one.participant_id for one in entries]), by, at)


def put_panels(*, entries: Sequence[PanelEntry], by: User, at: datetime) -> None:
    """Put the sheets that a 述职会 has collected in the place of what stood there; empty takes them away.

    Call it with the year locked; it asks for nothing.
    """
    _replace(PanelMark, "pool", entries, _panel_marks)
    _note(Results(panels=entries), _sheets([one.participant_id for one in entries]), by, at)


# ---- what may be entered ----------------------------------------------------------
def _faults(
    cycle: AppraisalCycle, results: Results, people: Mapping[int, Participant], sheets: Sheets, by: User
) -> Iterator[tuple[str, Finding]]:
    """Give what is wrong with each entry, under its key."""
    own = set(Participant.objects.of_person(by).appraised().filter(cycle=cycle).values_list("group_id", flat=True))
    kinds: tuple[tuple[str, Any, Sequence[Any], Callable[..., Finding | None]], ...] = (
        ("tally", ComponentPool, results.tallies, _tally_fault),
        ("panel", ComponentPool, results.panels, _panel_fault),
        ("round", ContestRound, results.rounds, _round_fault),
    )
    counted = {"tally": (_voted(cycle), _VOTED), "panel": (judged_places(cycle), _JUDGED)}
    for kind, model, entries, fault_of in kinds:
        parts = _parts(cycle, model)
        places, elsewhere = counted.get(kind, (frozenset(), None))
        for one in entries:
            person = people[one.participant_id]
            finding = (
                self_finding(by, person)
                or (_OWN_GROUP if person.group_id in own else None)
                or (elsewhere if (one.participant_id, one.part_id) in places else None)
                or fault_of(one, parts.get(one.part_id), person)
                or _stale(one, sheets.get(_place(one)))
            )
            if finding is not None:
                yield f"{kind}-{one.participant_id}-{one.part_id}", finding


def _voted(cycle: AppraisalCycle) -> set[tuple[int, int]]:
    """Give whom boxes of the year are about, in which pools."""
    rows = BoxPerson.objects.filter(box__cycle=cycle).exclude(box__state=BoxState.VOID)
    return set(rows.values_list("participant_id", "box__pool_id"))


def _parts(cycle: AppraisalCycle, model: Any) -> dict[int, Any]:
    rows = model.objects.filter(component__group__cycle=cycle).select_related("component")
    return {row.pk: row for row in rows}


def _tally_fault(entry: TallyEntry, pool: ComponentPool | None, person: Participant) -> Finding | None:
    return _strange(pool, person, BALLOT_COMPONENTS) or papers_finding(entry.papers, entry.counts)


def _panel_fault(entry: PanelEntry, pool: ComponentPool | None, person: Participant) -> Finding | None:
    if len(entry.marks) > MOST_VOTES:
        return _SHEETS.about(most=MOST_VOTES)
    wrong = next((finding for mark in entry.marks if (finding := mark_finding(mark))), None)
    return _strange(pool, person, (Component.DEBRIEF,)) or wrong


def _round_fault(entry: RoundEntry, held: ContestRound | None, person: Participant) -> Finding | None:
    most = held.maximum * 1000 if held else 0
    wrong = None if entry.mark is None else mark_finding(entry.mark, most=most)
    return _strange(held, person, (Component.CONTEST,)) or wrong


def _stale(entry: Entry, sheet: ResultSheet | None) -> Finding | None:
    return None if entry.version == (sheet.version if sheet else 0) else STALE


def _strange(
    part: ComponentPool | ContestRound | None, person: Participant, components: Collection[int]
) -> Finding | None:
    """Say that a pool or a round is not one of a person's group, or of another component."""
    fits = part is not None and part.component.group_id == person.group_id and part.component.component in components
    return None if fits else _POOL


# ---- writing ------------------------------------------------------------------------
def _replace(model: Any, part: str, entries: Sequence[Any], rows_of: Any) -> None:
    """Put rows in the place of those of the same people and pools or rounds."""
    wanted = {(one.participant_id, one.part_id) for one in entries}
    held = model.objects.filter(participant__in={person for person, _ in wanted})
    stored = held.values_list("pk", "participant_id", f"{part}_id")
    gone = [key for key, person, of in stored if (person, of) in wanted]
    model.objects.filter(pk__in=gone).delete()
    model.objects.bulk_create([row for one in entries for row in rows_of(one)], batch_size=500)


def _tallies(entry: TallyEntry) -> Iterator[BallotTally]:
    derived = {BallotOption.INVALID.value: entry.papers.invalid} if entry.papers.given else {}
    for option, count in sorted({**entry.counts, **derived}.items()):
        yield BallotTally(participant_id=entry.participant_id, pool_id=entry.part_id, option=option, count=count)


def _panel_marks(entry: PanelEntry) -> Iterator[PanelMark]:
    for sheet, mark in enumerate(entry.marks, start=1):
        yield PanelMark(participant_id=entry.participant_id, pool_id=entry.part_id, sheet=sheet, mark=mark)


def _round_marks(entry: RoundEntry) -> Iterator[RoundMark]:
    if entry.mark is not None:
        yield RoundMark(participant_id=entry.participant_id, round_id=entry.part_id, mark=entry.mark)


def _note(results: Results, sheets: Sheets, by: User, at: datetime) -> None:
    """Write down who entered what, each at the next version."""
    rows = [_sheet(one, sheets.get(_place(one)), by, at) for one in results.all]
    ResultSheet.objects.bulk_create([row for row in rows if row.version == 1], batch_size=500)
    known = [row for row in rows if row.version > 1]
    names = ["issued", "collected", "valid", "version", "entered_by", "entered_at"]
    ResultSheet.objects.bulk_update(known, names, batch_size=100)


def _sheet(entry: Entry, row: ResultSheet | None, by: User, at: datetime) -> ResultSheet:
    if row is None:
        pool, held = (None, entry.part_id) if isinstance(entry, RoundEntry) else (entry.part_id, None)
        row = ResultSheet(participant_id=entry.participant_id, pool_id=pool, round_id=held, version=0)
    papers = entry.papers if isinstance(entry, TallyEntry) else NO_PAPERS
    row.issued, row.collected, row.valid = papers.issued, papers.collected, papers.valid
    row.entered_by, row.entered_at = by, at
    row.version += 1
    return row


# ---- what was seen ------------------------------------------------------------------
def _sheets(people: Collection[int]) -> Sheets:
    """Give what was entered for some people, by person, whether it is of a round, and pool or round."""
    rows = ResultSheet.objects.filter(participant__in=people)
    return {(row.participant_id, row.pool_id is None, row.pool_id or row.round_id or 0): row for row in rows}


def _place(entry: Entry) -> tuple[int, bool, int]:
    return entry.participant_id, isinstance(entry, RoundEntry), entry.part_id
