"""Pledges for tests: what one says, who does which step, and one taken to a state."""

from datetime import UTC, date, datetime

from appraisal.choices import PledgeState
from appraisal.models import ResponsibilityPledge
from appraisal.rules.goals import GoalFacts
from appraisal.services.pledge_goals import GoalEntry, PledgeContent
from appraisal.services.pledge_year import GoalResult, adjust_pledge, settle_pledge
from appraisal.services.pledges import (
    archive_pledge,
    confirm_pledge,
    countersign_pledge,
    draft_pledge,
    offer_pledge,
    review_pledge,
    sign_pledge,
)
from tests.appraisal.conftest import NOON

LATE = datetime(2026, 12, 20, 4, tzinfo=UTC)
FIGURE = "linkage.cadre_results"  # 任务完成数, of the person
RATE_FIGURE = "linkage.tasks_closed"  # 任务办结率 in ‰, of the unit
ORDER = ("offered", "confirmed", "reviewed", "countersigning", "signed")


def goal(content="建团支部", weight=60, **said):
    """Give a goal."""
    filled = {"due_on": date(2026, 11, 30), "target": 3_000, "unit": "个", "evaluator": "组织部", **said}
    return GoalFacts(content=content, weight=weight, **filled)


def content(*goals, **said):
    """Give what a pledge says: two goals, unless others are given."""
    facts = goals or (goal(), goal("青年夜校", 40, unit="场", target=8_000))
    words = {"duties": "主持全面工作", "promises": "不搞形式主义", "rewards": "作为评先依据", **said}
    return PledgeContent(goals=tuple(one if isinstance(one, GoalEntry) else GoalEntry(one) for one in facts), **words)


def entries(pledge, **changes):
    """Give the goals of a pledge as a form would, the first one with changes."""
    rows = list(pledge.goals.all())
    facts = [row.facts for row in rows]
    facts[0] = type(facts[0])(**{name: getattr(facts[0], name) for name in type(facts[0]).__slots__} | changes)
    return [GoalEntry(one, row.pk) for one, row in zip(facts, rows, strict=True)]


def again(pledge):
    """Read a pledge again."""
    return ResponsibilityPledge.objects.with_person().get(pk=pledge.pk)


def draft(person, by, at=NOON, **said):
    """Draw up a pledge."""
    return draft_pledge(participant=person, content=said.pop("content", content()), by=by, at=at)


def act(service, pledge, by, at=NOON, **more):
    """Take a step at the version that stands."""
    row = again(pledge)
    return service(pledge=row, version=row.version, by=by, at=at, **more)


def take(pledge, state, hands, at=NOON):
    """Take a draft to a state by those who do each step: staff, own, reviewer, leader, party."""
    steps = {
        "draft": (offer_pledge, "staff"),
        "offered": (confirm_pledge, "own"),
        "confirmed": (review_pledge, "reviewer"),
        "reviewed": (sign_pledge, "leader"),
        "countersigning": (countersign_pledge, "party"),
        "adjusted": (confirm_pledge, "own"),
        "settled": (archive_pledge, "leader"),
    }
    while (now := again(pledge)).state != state:
        if now.state == PledgeState.SIGNED and state in {"adjusted", "agreed"}:
            adjust(now, hands["staff"], at)
        elif now.state == PledgeState.SIGNED:
            settle(now, hands["staff"], at)
        else:
            service, who = steps[now.state]
            act(service, now, hands[who], at)
    return now


def adjust(pledge, by, at=NOON, reason="任务加重", **changes):
    """Adjust the first goal of a pledge."""
    changed = content(*entries(pledge, **(changes or {"target": 5_000})))
    return act(adjust_pledge, pledge, by, at, content=changed, reason=reason)


def settle(pledge, by, at=NOON, results=None):
    """Settle a pledge; what is typed is half of each target."""
    if results is None:
        typed = pledge.goals.filter(figure="")
        results = {row.pk: GoalResult(row.target // 2) for row in typed}
    return act(settle_pledge, pledge, by, at, results=results)
