"""What an account may see of scorecards: the one place that page, aside, print, file, list and comparison ask.

依据 product.md “护栏”：位次只给分管领导和机关；本人看等次、各项得分和组均；同组参评的同事互不相看。
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db.models import Q

from appraisal.access import REVIEW, VIEW
from appraisal.choices import CycleState
from appraisal.models import Participant, Publication
from appraisal.querysets import ParticipantQuerySet
from appraisal.reports.explaining import Explanation, Pool

if TYPE_CHECKING:
    from orgs.access import Scope
    from orgs.models import User

TOLD_STATES = (CycleState.FEEDBACK, CycleState.ARCHIVED)
PUBLISHED_STATES = (CycleState.REVIEW, CycleState.DECISION)  # told while what was made known stands
LEAST_LISTED = 5  # marks or votes of a pool: fewer would tell who gave them
LEAST_GROUP = 3  # people of a group: with two, the mean tells the other one's figure


@dataclass(frozen=True)
class Sight:
    """What is open of one scorecard: the rank, who gave a daily mark and why, and marks however few."""

    has_rank: bool
    names_raters: bool
    lists_few: bool


WHOLE = Sight(has_rank=True, names_raters=True, lists_few=True)
OF_ONESELF = Sight(has_rank=False, names_raters=False, lists_few=False)


def readable(user: "User", scope: "Scope") -> ParticipantQuerySet:
    """Give the people whose scorecards an account reads as a whole: never its own.

    Whoever is appraised in a group reads nobody of it, unless as a leader who reviews it.
    """
    own = Participant.objects.of_person(user)
    rows = Participant.objects.visible_to(scope.holding(VIEW)).appraised()
    leads = Q(pk__in=Participant.objects.visible_to(scope.holding(REVIEW)).values("pk"))
    return rows.exclude(pk__in=own.values("pk")).filter(leads | ~Q(group__in=own.values("group")))


def own_cards(user: "User") -> ParticipantQuerySet:
    """Give an account's own rows of the years whose results were made known or fed back, by any account of theirs."""
    known = Q(cycle__state__in=PUBLISHED_STATES, cycle__in=Publication.objects.standing().values("cycle"))
    return Participant.objects.of_person(user).appraised().filter(Q(cycle__state__in=TOLD_STATES) | known)


def sight_of(person: Participant, user: "User", scope: "Scope") -> Sight | None:
    """Say what an account may see of somebody's scorecard; None is nothing at all."""
    if readable(user, scope).filter(pk=person.pk).exists():
        return WHOLE
    return OF_ONESELF if own_cards(user).filter(pk=person.pk).exists() else None


def as_seen(explained: Explanation, sight: Sight) -> Explanation:
    """Leave out of an explanation what is not for the reader.

    Where one pool is too small to be listed, none is: the rest could be worked out from the score.
    """
    told = explained if sight.names_raters else replace(explained, pools=tuple(map(_unnamed, explained.pools)))
    if sight.lists_few or not told.pools or all(one.counted >= LEAST_LISTED or one.is_round for one in told.pools):
        return told
    withheld = f"不足 {LEAST_LISTED} 份的分数和票数不逐份列出，以免看出是谁给的。"
    return replace(told, pools=(), steps=told.steps[-1:] if told.score is not None else (), withheld=withheld)


def _unnamed(pool: Pool) -> Pool:
    """Keep the marks of a pool without when, on what, by whom and why."""
    marks = tuple(replace(one, period=0, dimension="", rater="", reason="") for one in pool.marks)
    return replace(pool, marks=marks)
