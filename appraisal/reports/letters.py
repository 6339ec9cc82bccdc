"""反馈函 of a year: to whom they go and whom they name, what the locked cards say, how many stand where, what lacks."""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet, Sum

from appraisal.access import RECEIVE
from appraisal.choices import Component, LetterKind, LetterState
from appraisal.models import AppraisalCycle, FeedbackLetter, LetterPerson, Participant, SealedCard
from appraisal.querysets import LetterQuerySet
from appraisal.reports.seals import standing_cards
from appraisal.reports.sight import LEAST_GROUP, own_cards, readable
from appraisal.rules.letters import ARRIVED, Destination, HeldPost, UnitFacts, committee_unit, destination
from cadres.models import Appointment
from orgs.access import LINEAGE_STEP
from orgs.models import Organisation
from orgs.reports import tree_as_of
from youthleague.kernel.rates import half_up

if TYPE_CHECKING:
    from orgs.access import Scope
    from orgs.models import User

NO_LETTER = "还没有拟稿"
ADJUSTMENT = "adjustment"


@dataclass(frozen=True)
class SealedFacts:
    """What a locked card says of its person: name, unit with post, group; scores by component in thousandths."""

    name: str
    post: str
    group: str
    scores: Mapping[str, int | None]


@dataclass(frozen=True)
class Named:
    """Somebody whom a letter is to name: the locked card, what it says, the post to write, whether it is a copy."""

    card: SealedCard
    facts: SealedFacts
    post: str
    is_copy: bool = False


@dataclass
class LetterPlan:
    """A letter that a year asks for: its kind, the unit whose 同级党（工）委 it goes to, whom it names."""

    kind: LetterKind
    unit: Organisation
    people: list[Named] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, int]:
        """Tell letters of a seal apart."""
        return self.kind.value, self.unit.pk


@dataclass(frozen=True)
class PersonLine:
    """What a letter says of somebody, from the locked card; scores are thousandths of a point.

    ``mean`` is the mean total of the group; None where there is none, or it would tell somebody else's.
    """

    name: str
    post: str
    group: str
    grade: int | None
    standing: str
    scores: Mapping[Component, int | None]
    adjustment: int
    total: int | None
    mean: int | None
    is_copy: bool


@dataclass(frozen=True)
class LetterFrame:
    """What all letters of a lock share: who writes them, and the mean totals by group."""

    issuer: str
    means: Mapping[str, int]


@dataclass(frozen=True)
class LetterGap:
    """A letter that has not arrived: to whom, where it stands."""

    addressee: str
    state: str


# ---- whom they go to -------------------------------------------------------------------
def letter_plans(cycle: AppraisalCycle) -> list[LetterPlan]:
    """Say which letters a locked year asks for: one a committee in the order of the tree, then the summary.

    People stand in the order of groups and units, which tells nobody's rank; the cards themselves are locked by rank.
    """
    related = standing_cards(cycle).select_related("participant__cadre", "participant__organisation")
    cards = list(related.order_by("participant__group__position", "participant__lineage", "participant"))
    if not cards:
        return []
    places = _Places(cycle.year)
    posts = _posts_of(cards, cycle.year)
    plans: dict[int, LetterPlan] = {}
    summary = LetterPlan(LetterKind.SUMMARY, places.top)
    for card in cards:
        facts = sealed_facts(card)
        summary.people.append(Named(card, facts, facts.post))
        for unit, named in _named(summary.people[-1], posts[card.participant.cadre_id], places, cycle.year):
            plans.setdefault(unit.pk, LetterPlan(LetterKind.COMMITTEE, unit)).people.append(named)
    return [*sorted(plans.values(), key=lambda one: one.unit.lineage), summary]


def letters_missing(cycle: AppraisalCycle) -> list[LetterGap]:
    """List the letters that a locked year asks for and that have not been delivered (送达) yet."""
    standing = FeedbackLetter.objects.standing().filter(cycle=cycle, seal__in=cycle.seals.standing())
    found = {(one.kind, one.organisation_id): one for one in standing}
    gaps = []
    for plan in letter_plans(cycle):
        letter = found.get(plan.key)
        if letter is None:
            gaps.append(LetterGap(plan.unit.short_name or plan.unit.name, NO_LETTER))
        elif letter.state not in ARRIVED:
            gaps.append(LetterGap(letter.addressee, str(letter.get_state_display())))
    return gaps


# ---- what they say ---------------------------------------------------------------------
def frame_of(letter: FeedbackLetter) -> LetterFrame:
    """Give what all letters of a lock share: who writes, and the means of the groups over all cards."""
    issuer = Organisation.objects.get(pk=int(letter.lineage[:LINEAGE_STEP]))
    return LetterFrame(issuer.name, _group_means(letter))


def person_lines(people: Iterable[LetterPerson], means: Mapping[str, int]) -> list[PersonLine]:
    """Give what a letter says of people, in its order."""
    return [_line(one, means) for one in people]


def sealed_facts(card: SealedCard) -> SealedFacts:
    """Give what a card says, as it was locked; the scores are those of the last version."""
    content = json.loads(card.content)
    paper, scores = content["paper"], content["rows"]["appraisal.Scorecard"][-1]
    names = (*(one.name.lower() for one in Component), ADJUSTMENT)
    post = f"{paper['unit']}{paper['post']}"
    return SealedFacts(paper["name"], post, paper["group"], {name: scores[name] for name in names})


def seen_people(letter: FeedbackLetter, user: "User", scope: "Scope") -> QuerySet[LetterPerson]:
    """Give the people of a letter whose results an account of the office may read, itself among them.

    Whoever is appraised in a group reads nobody of it, unless as a leader who reviews it (``reports.sight``).
    """
    seen = Q(card__participant__in=readable(user, scope).values("pk"))
    seen |= Q(card__participant__in=own_cards(user).values("pk"))
    return letter.people.filter(seen)


def seen_in_part(letters: Collection[FeedbackLetter], user: "User", scope: "Scope") -> set[int]:
    """Give the keys of the letters that name somebody of whom an account may not read: it has no document of them."""
    rows = LetterPerson.objects.filter(letter__in=letters)
    hidden = rows.exclude(card__participant__in=readable(user, scope).values("pk"))
    hidden = hidden.exclude(card__participant__in=own_cards(user).values("pk"))
    return set(hidden.order_by().values_list("letter_id", flat=True))


def received_letters(scope: "Scope", *, copies: bool = True) -> LetterQuerySet:
    """Give the letters that were delivered in a scope to who receives them; without ``copies`` only its own."""
    held = scope.holding(RECEIVE)
    rows = FeedbackLetter.objects.received_by(held) if copies else FeedbackLetter.objects.addressed_to(held)
    return rows.with_all()


def grade_counts(lines: Iterable[PersonLine]) -> dict[str, Counter[int | None]]:
    """Count grades by group, in the order in which the groups come."""
    counts: dict[str, Counter[int | None]] = {}
    for one in lines:
        counts.setdefault(one.group, Counter())[one.grade] += 1
    return counts


def letter_counts(letters: QuerySet[FeedbackLetter]) -> list[tuple[LetterState, int]]:
    """Count letters by state, in the order of the states."""
    found = dict(letters.order_by().values_list("state").annotate(count=Count("pk")))
    return [(state, found[state.value]) for state in LetterState if state.value in found]


# ---- parts -----------------------------------------------------------------------------
class _Places:
    """Units as they stood at the end of a year, and which of them a committee leads."""

    def __init__(self, year: int) -> None:
        self._tree = tree_as_of(date(year, 12, 31))
        self.units = Organisation.objects.in_bulk()
        self.top = min(self.units.values(), key=lambda one: (len(one.lineage), one.lineage))

    def committee_of(self, lineage: str) -> int | None:
        """Give the unit whose 同级党（工）委 leads what lies at a lineage; of a merged one that which took it over."""
        keys = [int(lineage[at : at + LINEAGE_STEP]) for at in range(0, len(lineage), LINEAGE_STEP)]
        path = [self.units[key] for key in keys if key in self.units]
        found = committee_unit([UnitFacts(one.pk, one.level) for one in path])
        return self._surviving(found) if found is not None else None

    def committee_of_post(self, post: Appointment) -> int | None:
        """Give the unit whose 同级党（工）委 led whoever held a post, by the tree of the year's end."""
        key = self._surviving(post.organisation_id)
        return self.committee_of(self._tree[key].lineage if key in self._tree else self.units[key].lineage)

    def name_of_post(self, post: Appointment) -> str:
        """Name unit and post, the unit as it was called at the year's end."""
        key = post.organisation_id
        name = self._tree[key].name if key in self._tree else self.units[key].name
        return f"{name}{post.get_league_post_display()}"

    def _surviving(self, key: int) -> int:
        while (into := self.units[key].merged_into_id) is not None:
            key = into
        return key


def _posts_of(cards: Iterable[SealedCard], year: int) -> dict[int, list[Appointment]]:
    found: dict[int, list[Appointment]] = defaultdict(list)
    people = [one.participant.cadre_id for one in cards]
    during = Q(appointed_on__lt=date(year + 1, 1, 1)) & (Q(ended_on=None) | Q(ended_on__gt=date(year, 1, 1)))
    for post in Appointment.objects.filter(during, cadre__in=people).order_by("appointed_on", "pk"):
        found[post.cadre_id].append(post)
    return found


def _named(
    usual: Named, posts: Iterable[Appointment], places: _Places, year: int
) -> Iterator[tuple[Organisation, Named]]:
    """Give the committees that are told of somebody, each with what is said; ``usual`` is what the summary says."""
    by_key = {one.pk: one for one in posts}
    person = usual.card.participant
    told = _destination(person, by_key.values(), places, year)
    if told.committee is not None:
        moved = by_key.get(told.post or 0) if told.post != person.appointment_id else None
        yield places.units[told.committee], replace(usual, post=places.name_of_post(moved) if moved else usual.post)
    for committee, key in told.former:
        post = places.name_of_post(by_key[key]) if key is not None else usual.post
        yield places.units[committee], replace(usual, post=post, is_copy=True)


def _destination(person: Participant, posts: Iterable[Appointment], places: _Places, year: int) -> Destination:
    held = [
        HeldPost(
            one.pk,
            places.committee_of_post(one),
            one.appointed_on,
            one.ended_on,
            is_main=one.is_main,
            is_drawn=one.pk == person.appointment_id,
        )
        for one in posts
    ]
    drawn = places.committee_of(person.lineage)
    return destination(held, drawn=drawn, start=date(year, 1, 1), end=date(year + 1, 1, 1))


def _group_means(letter: FeedbackLetter) -> dict[str, int]:
    """Give the mean total by name of the group, where enough people have one."""
    rows = SealedCard.objects.filter(seal=letter.seal_id, total__isnull=False).order_by()
    sums = rows.values_list("participant__group__name").annotate(sum=Sum("total"), count=Count("pk"))
    return {group: 10 * half_up(total, 10 * count) for group, total, count in sums if count >= LEAST_GROUP}


def _line(one: LetterPerson, means: Mapping[str, int]) -> PersonLine:
    return PersonLine(
        name=one.name,
        post=one.post,
        group=one.group,
        grade=one.card.grade,
        standing=one.card.standing,
        scores={component: one.scores.get(component.name.lower()) for component in Component},
        adjustment=one.scores.get(ADJUSTMENT, 0),
        total=one.card.total,
        mean=means.get(one.group),
        is_copy=one.is_copy,
    )
