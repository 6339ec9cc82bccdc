"""Whoever holds the whole database and knows in which order people voted by link (计数) cannot tell what anybody chose.

Who is asked is known by name here, and so is who has voted. The attacker therefore also joins the rows of the voters
with the ballots, and the ballots about one person with those about another, by transaction and by their places.
"""

import random

import pytest
from django.db import connection

from appraisal.models import BallotComment, BoxVoter, YouthBallot
from appraisal.services import balloting
from appraisal.services.balloting import close_box
from appraisal.services.cycles import open_cycle, prepare_cycle
from appraisal.services.population import draw_population
from appraisal.services.voters import cast_by_link
from orgs.models import OrgAssignment, User
from tests.appraisal.attacks import (
    joined_by_transaction,
    led_back,
    ranks_of,
    spearman,
    three_sigma_above_chance,
    traces_of,
)
from tests.appraisal.conftest import NOON, YEAR, fresh, take_to
from tests.appraisal.links import opened_link
from tests.appraisal.votes import TODAY
from tests.factories import FOUNDED, make_cadre, make_district, make_user
from youthleague.audit.models import AuditEvent

pytestmark = pytest.mark.django_db(transaction=True)
VOTERS = 1_000


@pytest.fixture
def staff():
    return make_user("district_staff", make_district().top)


@pytest.fixture
def people(staff):
    """Give two people of one group: everybody casts a ballot about each."""
    top = staff.assignments.get().organisation
    for name in "甲乙":
        make_cadre(top, name=name, league_post="staff")
    cycle = prepare_cycle(year=YEAR, by=staff, at=NOON)
    draw_population(cycle=cycle, by=staff, at=NOON)
    open_cycle(cycle=cycle, version=fresh(cycle).version, by=staff, at=NOON)
    return list(take_to(cycle, "evaluation", staff).participants.order_by("pk"))


@pytest.fixture
def voters(staff):
    """Give a thousand leaders, in the order in which they vote, which is not that of their keys."""
    top = staff.assignments.get().organisation
    users = User.objects.bulk_create(
        User(username=f"v{number}", full_name=f"委员{number}", password="!") for number in range(VOTERS)
    )
    held = {"organisation": top, "role": "leader", "started_on": FOUNDED}
    OrgAssignment.objects.bulk_create(OrgAssignment(user=user, **held) for user in users)
    random.Random(7).shuffle(users)
    return users


@pytest.fixture
def vote(people, staff, voters, monkeypatch):
    """Let everybody vote, every tenth with a comment: the box, and by key who is behind which ballot and comment."""
    # Chance is bound for this test only, so that one run in some hundred does not fail by it.
    monkeypatch.setattr(balloting, "_CHANCE", random.Random(20261127))
    box = opened_link(staff, voters, *people, mode="counted")
    rows = {one.voter_id: one for one in box.voters.select_related("voter")}
    known, order = set(), {}
    for number, user in enumerate(voters):
        comment = f"第 {number} 条" if number % 10 == 0 else ""
        said = {one.pk: number * place % 5 + 1 for place, one in enumerate(people, start=1)}
        cast_by_link(voter=rows[user.pk], choices=said, comment=comment, by=user, day=TODAY)
        new = {*YouthBallot.objects.values_list("key", flat=True)} - known
        order |= dict.fromkeys(new, number)
        known |= new
    return box, order


def about(person):
    """Give the ballots about somebody with their traces."""
    keys = {one.key for one in YouthBallot.objects.all() if str(person.pk) in one.choices}
    return {key: rest for key, rest in traces_of(YouthBallot, "key").items() if key in keys}


def comments():
    """Give the comments with their traces, and who is behind which."""
    order = {one.key: int(one.text.split()[1]) for one in BallotComment.objects.all()}
    return order, traces_of(BallotComment, "key")


def beside(order, found, others_order, others):
    """Lay two tables side by side in the order of the file: the correlation, and the share of true pairs."""
    firsts, seconds = (sorted(rows, key=ranks_of(rows)["place"].get) for rows in (found, others))
    pairs = [(order[one], others_order[two]) for one, two in zip(firsts, seconds, strict=True)]
    return abs(spearman(pairs)), sum(one == two for one, two in pairs) / len(pairs)


def test_a_thousand_counted_votes_cannot_be_led_back_to_their_voters(people, staff, voters, vote):
    box, order = vote
    events = AuditEvent.objects.count()
    places = {user.pk: number for number, user in enumerate(voters)}
    heard = dict(BoxVoter.objects.filter(has_voted=True).values_list("pk", "voter_id"))
    behind = {key: places[user] for key, user in heard.items()}
    assert len(behind) == VOTERS
    ballots = [about(one) for one in people]
    naive = [led_back(order, found) for found in ballots]
    assert min(one[0] for one in naive) > 0.99, "the attacker finds the order while the vote runs"
    asked = traces_of(BoxVoter, "id")
    assert joined_by_transaction(ballots[0], asked) == (0 if connection.vendor == "sqlite" else VOTERS)
    assert beside(order, ballots[0], order, ballots[1]) == (pytest.approx(1), 1)

    closed = close_box(box=fresh(box), version=fresh(box).version, by=staff, at=NOON)
    assert (closed.ballots_count, fresh(box).is_wiped) == (VOTERS, True)
    assert AuditEvent.objects.count() == events + 1
    limit = three_sigma_above_chance(VOTERS)
    ballots, asked = [about(one) for one in people], traces_of(BoxVoter, "id")
    found = {
        **{f"ballots about {one.cadre.name}": led_back(order, rows) for one, rows in zip(people, ballots, strict=True)},
        "voters and ballots": beside(order, ballots[0], behind, asked),
        "ballots of one voter": beside(order, ballots[0], order, ballots[1]),
    }
    print(found, led_back(*comments()))
    assert {name: value for name, value in found.items() if value[0] >= 0.1 or value[1] > limit} == {}
    assert joined_by_transaction(ballots[0], asked) == joined_by_transaction(ballots[0], ballots[1]) == 0
    told = led_back(*comments())
    assert told[0] < 0.3  # of a hundred comments: three standard deviations
    assert told[1] <= three_sigma_above_chance(VOTERS // 10)
