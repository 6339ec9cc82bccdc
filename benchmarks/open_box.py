"""A box (票箱) for a measurement: ``python -m benchmarks.open_box open CODES`` or ``… count BOX``, each prints JSON."""

import json
import random
import sys
from datetime import timedelta

import django

django.setup()

from django.utils import timezone  # noqa: E402 - Django comes first

from appraisal.choices import CycleState  # noqa: E402
from appraisal.models import AppraisalCycle, BallotBox, ComponentPool, YouthBallot  # noqa: E402
from appraisal.services.cycles import open_cycle, prepare_cycle  # noqa: E402
from appraisal.services.population import draw_population  # noqa: E402
from appraisal.services.voting import BoxPlan, issue_codes, open_box, prepare_box  # noqa: E402
from benchmarks.district import FOUNDED, Tree, fill  # noqa: E402
from orgs.models import User  # noqa: E402
from orgs.services import assign_role  # noqa: E402

PEOPLE = 2


def open_with(count: int) -> dict[str, object]:
    """Open a box about two secretaries of one group; gives its key, its codes, and how many people it is about."""
    at, chance = timezone.now(), random.Random(7)
    tree = Tree(chance)
    fill(600, tree, chance)
    by = User.objects.create_user("keeper", "unused", full_name="管理员")
    assign_role(user=by, organisation=tree.district, role="district_staff", on=FOUNDED, by=None, at=at)
    cycle = prepare_cycle(year=timezone.localdate(at).year, by=by, at=at)
    draw_population(cycle=cycle, by=by, at=at)
    cycle.refresh_from_db()
    open_cycle(cycle=cycle, version=cycle.version, by=by, at=at)
    AppraisalCycle.objects.update(state=CycleState.EVALUATION)  # what the year asks for before is beside the point
    cycle.refresh_from_db()
    first = cycle.participants.exclude(group__name="机关").order_by("pk").first()
    assert first is not None
    people = list(cycle.participants.filter(group=first.group).order_by("pk").values_list("pk", flat=True))[:PEOPLE]
    pool = ComponentPool.objects.get(component__group=first.group, ballot_class="youth")
    today = timezone.localdate(at)
    plan = BoxPlan(pool.pk, "青年议", people, today, today + timedelta(days=3))
    box = prepare_box(cycle=cycle, plan=plan, by=by, at=at)
    codes = issue_codes(box=box, version=1, count=count, by=by, at=at)
    open_box(box=box, version=2, by=by, at=at)
    return {"box": box.pk, "codes": codes, "people": len(people)}


def counted(box: int) -> dict[str, object]:
    """Give how many ballots came in, and for how many people each of them speaks."""
    ballots = YouthBallot.objects.filter(box=BallotBox.objects.get(pk=box))
    return {"ballots": ballots.count(), "people": sorted({len(one.choices) for one in ballots})}


if __name__ == "__main__":
    print(json.dumps({"open": open_with, "count": counted}[sys.argv[1]](int(sys.argv[2]))))
