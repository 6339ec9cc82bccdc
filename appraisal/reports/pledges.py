"""责任书 in figures: how far each goal is, what the whole comes to, and who has none or has not signed in a year."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet

from appraisal.choices import PledgeState
from appraisal.models import AppraisalCycle, Participant, PledgeGoal, ResponsibilityPledge
from appraisal.querysets import ParticipantQuerySet
from appraisal.rules.goals import completion, goal_score, scale_of, total_score
from appraisal.rules.pledge import IN_FORCE
from cadres.choices import LeaguePost
from cadres.models import Appointment
from orgs.figures import Figure, registry
from youthleague.kernel.rates import Rate

NO_PLEDGE = "未拟"
LEADING_POSTS = (LeaguePost.SECRETARY, LeaguePost.DEPUTY_SECRETARY, LeaguePost.STANDING_MEMBER)
_STANDS = frozenset({PledgeState.SETTLED, PledgeState.ARCHIVED})


@dataclass(frozen=True, slots=True)
class GoalLine:
    """A goal as it stands: what was reached (thousandths, None: not known), the rate, what it brings (thousandths)."""

    goal: PledgeGoal
    actual: int | None
    rate: Rate
    score: int | None
    figure: Figure | None


@dataclass(frozen=True, slots=True)
class Settlement:
    """All goals of a pledge, and the total out of 100 points in thousandths; None where there is none yet.

    ``left_out`` are the goals without a rate: the others weigh more in their place.
    """

    lines: tuple[GoalLine, ...]
    total: int | None
    weights: int

    @property
    def left_out(self) -> int:
        """Count the goals that have no score."""
        return sum(line.score is None for line in self.lines)


@dataclass(frozen=True, slots=True)
class PledgeGaps:
    """What is missing of a year's pledges: how many people, who has none, whose is not in force, how many by state."""

    people: int
    missing: tuple[Participant, ...]
    unsigned: tuple[ResponsibilityPledge, ...]
    by_state: Mapping[str, int]

    @property
    def signed(self) -> int:
        """Count the people whose pledge is in force."""
        return self.people - len(self.missing) - len(self.unsigned)


@dataclass(frozen=True, slots=True)
class Duties:
    """A post of the leadership, and the pledge of whoever holds it; None where there is none."""

    post: Appointment
    pledge: ResponsibilityPledge | None


def settlement(pledge: ResponsibilityPledge, goals: Sequence[PledgeGoal], day: date) -> Settlement:
    """Give how a pledge stands on a day; of one that is settled what was written down then.

    A total is there only once it is settled.
    """
    is_settled = pledge.state in _STANDS
    computed = {} if is_settled else figure_values([(goal, pledge.participant) for goal in goals], day)
    lines = goal_lines(goals, computed)
    return Settlement(tuple(lines), pledge.score if is_settled else None, sum(goal.weight for goal in goals))


def goal_lines(goals: Iterable[PledgeGoal], computed: Mapping[int, int | None]) -> list[GoalLine]:
    """Give goals with what was reached: as computed, by key of the goal, else as stored."""
    figures = {one.code: one for one in registry.all()}
    lines = []
    for goal in goals:
        actual = computed.get(goal.pk, goal.actual)
        score = goal_score(goal.weight, goal.target, actual)
        lines.append(GoalLine(goal, actual, completion(goal.target, actual), score, figures.get(goal.figure)))
    return lines


def total_of(lines: Iterable[GoalLine]) -> int | None:
    """Give the total of goals in thousandths of a point."""
    return total_score((line.goal.weight, line.score) for line in lines)


def figure_values(goals: Iterable[tuple[PledgeGoal, Participant]], day: date) -> dict[int, int | None]:
    """Compute the goals that name a figure, in thousandths of the unit in which people read it, by key of the goal.

    The period is the year up to the deadline or the day, whichever is earlier; each figure is asked once a period,
    for the person, or for the unit that answers for the person.
    """
    asked: dict[tuple[str, date], dict[int, int]] = defaultdict(dict)
    figures = {one.code: one for one in registry.all(scorable_only=True)}
    for goal, person in goals:
        figure, end = figures.get(goal.figure), min(goal.due_on, day)
        if figure is not None and end.year == goal.due_on.year:
            key = person.cadre_id if figure.subject == "cadre" else person.organisation_id
            asked[figure.code, end][goal.pk] = key
    values: dict[int, int | None] = {}
    for (code, end), keys in asked.items():
        values.update(_computed(figures[code], end, keys))
    return values


def pledge_gaps(cycle: AppraisalCycle, people: ParticipantQuerySet | None = None) -> PledgeGaps:
    """Say what is missing of the pledges of a year, of some people or of all, in one query."""
    rows = (cycle.participants.all() if people is None else people.filter(cycle=cycle)).appraised()
    found = list(rows.select_related("cadre", "organisation", "pledge").order_by("group__position", "lineage", "pk"))
    pledges = [row.pledge for row in found if hasattr(row, "pledge")]
    return PledgeGaps(
        people=len(found),
        missing=tuple(row for row in found if not hasattr(row, "pledge")),
        unsigned=tuple(one for one in pledges if one.state not in IN_FORCE),
        by_state=Counter(one.state for one in pledges),
    )


def state_counts(rows: QuerySet[Participant]) -> list[tuple[str, int]]:
    """Count people by the state of their pledge, in the order of the states; those without one come first."""
    found = dict(rows.order_by().values_list("pledge__state").annotate(people=Count("pk")))
    titles = [(None, NO_PLEDGE), *PledgeState.choices]
    return [(str(title), found[state]) for state, title in titles if state in found]


def leadership(posts: Iterable[Appointment], pledges: Iterable[ResponsibilityPledge]) -> list[Duties]:
    """List the leadership (班子) among some posts, by post, each with the pledge of whoever holds it."""
    by_cadre = {one.participant.cadre_id: one for one in pledges}
    order = {post: number for number, post in enumerate(LEADING_POSTS)}
    seats = [one for one in posts if one.league_post in order]
    seats.sort(key=lambda one: (order[LeaguePost(one.league_post)], one.post_order, one.pk))
    return [Duties(one, by_cadre.get(one.cadre_id)) for one in seats]


def _computed(figure: Figure, end: date, keys: Mapping[int, int]) -> dict[int, int | None]:
    found = figure.compute(sorted(set(keys.values())), date(end.year, 1, 1), end)
    _, factor = scale_of(figure.unit)
    return {goal: None if (value := found[key]) is None else value * factor for goal, key in keys.items()}
