"""Lists and reports of the demonstration district: made up, and as far as a year in its state would be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from random import Random

from django.utils import timezone

from appraisal.choices import (
    ASKED_STANDINGS,
    CLOSED_NEXT_YEAR,
    ChecklistKind,
    CycleState,
    DebriefState,
    MaterialState,
    Outcome,
)
from appraisal.models import AppraisalCycle, ChecklistItem, Checklists, DebriefReport, Participant
from appraisal.reports.debriefs import Fact, drafted_parts, facts_by_person
from appraisal.rules.materials import PARTS, words_of
from appraisal.services.demonstration_words import BASES, CLOSED, DROPPED, HIGHLIGHTS, ITEMS, MEASURES, RESULTS
from appraisal.services.writing import endorsers_of
from orgs.models import User

_DONE = (MaterialState.RECEIVED, DebriefState.SUBMITTED)
# How far people are, by the state of the year: lists, report; the pairs are drawn from.
_FAR: dict[CycleState, tuple[tuple[MaterialState | None, DebriefState | None], ...]] = {
    CycleState.PREPARATION: ((None, None),),
    CycleState.DAILY: ((None, None), (None, None), (None, None), (MaterialState.DRAFT, None)),
    CycleState.MATERIALS: (
        (MaterialState.RECEIVED, DebriefState.SUBMITTED),
        (MaterialState.RECEIVED, DebriefState.REVIEWED),
        (MaterialState.SUBMITTED, DebriefState.REVIEW),
        (MaterialState.SUBMITTED, DebriefState.RETURNED),
        (MaterialState.RETURNED, DebriefState.DRAFT),
        (MaterialState.DRAFT, None),
        (None, None),
    ),
}
_MOST = 5  # items of a list
_IN = (MaterialState.SUBMITTED, MaterialState.RECEIVED)


def fill_materials(
    cycle: AppraisalCycle, *, rng: Random, previous: AppraisalCycle | None, at: datetime, finished: bool = False
) -> int:
    """Write lists and reports of everybody appraised in a year that has none yet; gives how many people.

    How far people are follows from the state of the year, unless all of them have ``finished``.

    What last year (``previous``) left is closed by whoever has handed lists in. Nothing is written without an account
    of the district's staff, in whose name those without one are entered (代填).
    """
    staff = User.objects.filter(assignments__role="district_staff", is_active=True).order_by("pk").first()
    if staff is None:
        return 0
    desk = _Desk(cycle, rng, at, staff, _accounts(), _left(previous), {} if finished else _FAR)
    found = cycle.participants.appraised().select_related("cadre", "organisation", "cycle", "group")
    people = list(found.order_by("pk"))
    desk.facts = facts_by_person(people, timezone.localdate(at)) if people else {}
    for number, person in enumerate(people):
        desk.write(person, number)
    return desk.store()


@dataclass
class _Desk:
    """Where rows lie until they are stored together."""

    cycle: AppraisalCycle
    rng: Random
    at: datetime
    staff: User
    accounts: dict[str, int]
    left: dict[int, list[ChecklistItem]]
    far: Mapping[CycleState, Sequence[tuple[MaterialState | None, DebriefState | None]]]

    def __post_init__(self) -> None:
        self.lists: list[Checklists] = []
        self.items: list[ChecklistItem] = []
        self.reports: list[DebriefReport] = []
        self.closed: list[ChecklistItem] = []
        self.facts: dict[int, list[Fact]] = {}

    def write(self, person: Participant, number: int) -> None:
        """Write what one person has by now."""
        lists, report = self._far(person, number)
        items = self._items(person, is_closing=lists in _IN) if lists else []
        if lists:
            self.items += items
            self.lists.append(self._list(person, lists))
        if report:
            self.reports.append(self._report(person, report, items))

    def store(self) -> int:
        """Store everything; gives how many people have something."""
        Checklists.objects.bulk_create(self.lists, batch_size=500)
        ChecklistItem.objects.bulk_create(self.items, batch_size=500)
        DebriefReport.objects.bulk_create(self.reports, batch_size=500)
        ChecklistItem.objects.bulk_update(self.closed, ["outcome", "outcome_note", "closed_on"], batch_size=100)
        return len({*(one.participant.pk for one in self.lists), *(one.participant.pk for one in self.reports)})

    def _far(self, person: Participant, number: int) -> tuple[MaterialState | None, DebriefState | None]:
        if person.standing not in ASKED_STANDINGS:
            return None, None
        choices = self.far.get(CycleState(self.cycle.state))
        return choices[number % len(choices)] if choices else _DONE

    # ---- lists --------------------------------------------------------------------------
    def _list(self, person: Participant, state: MaterialState) -> Checklists:
        row = Checklists(participant=person, state=state, **self._writer(person))
        if state in _IN:
            row.handed_in_by_id, row.handed_in_at = row.written_by_id, self.at
        if state == MaterialState.RECEIVED:
            row.received_by, row.received_at = self.staff, self.at
        if state == MaterialState.RETURNED:
            row.reason = "不足清单写得太笼统，请写到具体的团支部和数量。"
        return row

    def _items(self, person: Participant, *, is_closing: bool) -> list[ChecklistItem]:
        told = [one for kind in ChecklistKind for one in self._of_kind(person, kind)]
        for last in self.left.get(person.cadre_id, ()) if is_closing else ():
            has_room = sum(one.kind == last.kind for one in told) < _MOST
            told += self._close(person, last, has_room=has_room)
        counts = dict.fromkeys(map(str, ChecklistKind), 0)
        for one in told:
            counts[one.kind] += 1
            one.number = counts[one.kind]
        return told

    def _of_kind(self, person: Participant, kind: ChecklistKind) -> list[ChecklistItem]:
        texts = self.rng.sample(ITEMS[kind], self.rng.randint(1, 3))
        is_strength = kind == ChecklistKind.STRENGTH
        return [
            ChecklistItem(
                participant=person,
                kind=kind,
                content=text.format(n=self.rng.randint(2, 9), m=self.rng.randint(12, 80) * 5),
                basis=self.rng.choice(BASES) if is_strength else "",
                responsible="" if is_strength else person.cadre.name,
                due_on=None if is_strength else date(self.cycle.year + 1, self.rng.choice((3, 6, 9, 12)), 30),
            )
            for text in texts
        ]

    def _close(self, person: Participant, last: ChecklistItem, *, has_room: bool) -> list[ChecklistItem]:
        """Close an item of last year; gives that of this year where it goes on."""
        goes_on = Outcome.CARRIED if has_room else Outcome.DONE
        last.outcome = self.rng.choice((Outcome.DONE, Outcome.DONE, Outcome.DONE, goes_on, Outcome.DROPPED))
        last.closed_on = timezone.localdate(self.at)
        notes: dict[str, Sequence[str]] = {Outcome.DONE: CLOSED, Outcome.DROPPED: DROPPED}
        last.outcome_note = self.rng.choice(notes[last.outcome]) if last.outcome in notes else ""
        self.closed.append(last)
        if last.outcome != Outcome.CARRIED:
            return []
        due_on = date(self.cycle.year + 1, 6, 30)
        words = {"kind": last.kind, "content": last.content, "responsible": last.responsible}
        return [ChecklistItem(participant=person, carried_from=last, due_on=due_on, **words)]

    # ---- reports ------------------------------------------------------------------------
    def _report(self, person: Participant, state: DebriefState, items: Sequence[ChecklistItem]) -> DebriefReport:
        parts = dict(drafted_parts(items))
        parts["highlights"] = "\n".join((self.rng.choice(HIGHLIGHTS), parts["highlights"]))
        parts["results"] = self.rng.choice(RESULTS).format(n=self.rng.randint(6, 30), m=self.rng.randint(40, 400))
        parts["measures"] = "\n".join((parts["measures"], self.rng.choice(MEASURES)))
        row = DebriefReport(participant=person, state=state, **parts, **self._writer(person))
        row.words = sum(words_of(getattr(row, name)) for name in PARTS)
        if state != DebriefState.DRAFT:
            row.sent_by_id, row.sent_at = row.written_by_id, self.at
            row.facts = [fact.as_json() for fact in self.facts[person.pk]]
        if state in {DebriefState.REVIEWED, DebriefState.RETURNED, DebriefState.SUBMITTED}:
            self._review(row, person)
        if state == DebriefState.SUBMITTED:
            row.handed_in_by_id, row.handed_in_at = row.written_by_id, self.at
        return row

    def _review(self, row: DebriefReport, person: Participant) -> None:
        committee = endorsers_of(person, timezone.localdate(self.at))
        row.reviewed_by_id, row.reviewed_at = committee[0] if committee else self.staff.pk, self.at
        row.is_party_review = bool(committee)
        if row.state == DebriefState.RETURNED:
            row.reason = "存在不足写得少，请对照党工委年初交办的事项再想一想。"
        else:
            row.opinion = "情况属实，同意上报。"

    def _writer(self, person: Participant) -> dict[str, object]:
        own = self.accounts.get(person.cadre.person_key)
        return {"written_by_id": own or self.staff.pk, "written_at": self.at, "is_on_behalf": own is None}


def _accounts() -> dict[str, int]:
    rows = User.objects.filter(is_active=True).order_by("-pk")
    return dict(rows.values_list("person_key", "pk"))


def _left(previous: AppraisalCycle | None) -> dict[int, list[ChecklistItem]]:
    """Give what last year left to close, by person."""
    left: dict[int, list[ChecklistItem]] = {}
    if previous is None:
        return left
    rows = ChecklistItem.objects.filter(participant__cycle=previous, kind__in=CLOSED_NEXT_YEAR, outcome="")
    for row in rows.filter(participant__checklists__state__in=_IN).select_related("participant"):
        left.setdefault(row.participant.cadre_id, []).append(row)
    return left
