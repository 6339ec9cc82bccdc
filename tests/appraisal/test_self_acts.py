"""Nobody judges themselves and nobody approves what they entered, whatever is tried, by a second account either."""

from collections import Counter
from collections.abc import Sequence
from random import Random

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from appraisal.choices import CycleState
from appraisal.models import Adjustment, AppraisalCycle, Participant
from orgs.models import User
from tests.appraisal.conftest import NOON, account_of, hand_in_materials
from tests.appraisal.self_acts import ACTS, NothingThereError, own_judgements
from tests.effort import FULL
from tests.factories import give_role, make_user

pytestmark = pytest.mark.django_db
STEPS, RUNS = 50, 400 if FULL else 10
STATES = [one.value for one in CycleState if one != CycleState.PREPARATION]


@pytest.fixture
def accounts(district, cycle, people, staff):
    """Give two accounts of each who is appraised, and of one who is not; together they may do everything."""
    hand_in_materials(cycle, staff)
    for cadre in people.values():
        _empowered(account_of(cadre, "district_staff", district.top), district)
        _empowered(account_of(cadre, "leader", district.top), district)
    _empowered(make_user("district_staff", district.top), district)
    _empowered(make_user("leader", district.top), district)
    return list(User.objects.order_by("pk"))


class Year(RuleBasedStateMachine):
    """A year in which everybody tries everything on everybody; each run begins where the fixtures end."""

    cycle: AppraisalCycle
    accounts: Sequence[User]
    done: Counter[str]

    def __init__(self):
        super().__init__()
        self.step = transaction.atomic()
        self.step.__enter__()

    @rule(state=st.sampled_from(STATES))
    def turn(self, state):
        AppraisalCycle.objects.filter(pk=self.cycle.pk).update(state=state)

    @rule(act=st.sampled_from(sorted(ACTS)), seed=st.integers(0, 100_000))
    def attempt(self, act, seed):
        chance = Random(seed)
        by = User.objects.get(pk=chance.choice(self.accounts).pk)
        people = Participant.objects.filter(cycle=self.cycle).select_related("cycle", "cadre", "group").order_by("pk")
        try:
            with transaction.atomic():
                ACTS[act](by, chance.choice(list(people)), chance)
            self.done[act] += 1
        except (ValidationError, NothingThereError):
            self.done["refused"] += 1

    @invariant()
    def nobody_did(self):
        assert own_judgements() == []

    def teardown(self):
        transaction.set_rollback(True)
        self.step.__exit__(None, None, None)


def test_nobody_judges_themselves(cycle, accounts):
    class Attempts(Year):
        """The machine with this test's year."""

    Attempts.cycle, Attempts.accounts, Attempts.done = cycle, accounts, Counter()
    bounded = settings(
        max_examples=RUNS,
        stateful_step_count=STEPS,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Attempts, settings=bounded)
    assert len(Attempts.done) > 4, Attempts.done
    assert Attempts.done["refused"] > 0


def test_the_look_finds_what_it_looks_for(cycle, accounts, people):
    own = User.objects.filter(person_key=people["a"].person_key)
    Adjustment.objects.create(
        participant=Participant.objects.get(cycle=cycle, cadre=people["a"]),
        value=1_000,
        reason="受表彰",
        entered_by=own[0],
        entered_at=NOON,
        approved_by=own[1],
        approved_at=NOON,
        state="approved",
    )
    found = [one.partition(" ")[0] for one in own_judgements()]
    assert sorted(found) == ["Adjustment", "Adjustment.approved_by", "Adjustment.entered_by"]


def _empowered(user: User, district) -> None:
    """Give an account every role of the appraisal."""
    for role in ("district_staff", "leader"):
        if not user.assignments.filter(role=role).exists():
            give_role(user, district.top, role)
    give_role(user, district.township_a, "party_committee")
