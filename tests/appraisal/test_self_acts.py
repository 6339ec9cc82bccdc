"""Nobody judges themselves and nobody approves what they entered, whatever is tried, by a second account either."""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from random import Random

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from appraisal.choices import CycleState
from appraisal.models import Adjustment, AppraisalCycle, Participant
from orgs.models import User
from tests.appraisal.conftest import NOON, account_of, hand_in_materials
from tests.appraisal.self_acts import ACTS, Act, NothingThereError
from tests.appraisal.self_acts_later import LATER_ACTS
from tests.appraisal.self_looks import own_judgements
from tests.appraisal.self_years import Hands, ahead, begin, empowered
from tests.effort import FULL
from tests.factories import District, make_user

pytestmark = pytest.mark.django_db
# A run takes up to 50 steps, most often 40: 500 steps in all, 20,000 in the long profile.
STEPS, RUNS, TRIES = 50, 520 if FULL else 13, 5
STATES = [one.value for one in CycleState if one != CycleState.PREPARATION]


@pytest.fixture
def accounts(district, cycle, people, staff):
    """Give two accounts of each who is appraised, and of one who is not; together they may do everything."""
    hand_in_materials(cycle, staff)
    for cadre in people.values():
        empowered(account_of(cadre, "district_staff", district.top), district)
        empowered(account_of(cadre, "leader", district.top), district)
    empowered(make_user("district_staff", district.top), district)
    empowered(make_user("leader", district.top), district)
    return list(User.objects.order_by("pk"))


class Attempts(RuleBasedStateMachine):
    """Everybody tries everything on everybody; each run begins where the fixtures end."""

    cycle: AppraisalCycle
    accounts: Sequence[User]
    acts: Mapping[str, Act]
    done: Counter[str]

    def __init__(self):
        super().__init__()
        self.active, self.is_changed, self.tries = [], True, 0
        self.step = transaction.atomic()
        self.step.__enter__()

    @rule(seed=st.integers(0, 2**32))
    def attempt(self, seed):
        """Try an act; where there is nothing to try it on, another one."""
        self.tries += 1  # some seeds are drawn again and again
        chance = Random(f"{seed}-{self.tries}")
        people = Participant.objects.filter(cycle=self.cycle, cadre__person_key__in=self.keys)
        whom = chance.choice(list(people.select_related("cycle", "cadre", "group").order_by("pk")))
        by = self.somebody(whom, chance)
        for act in chance.sample(sorted(self.acts), TRIES):
            with suppress(NothingThereError):
                self.do(act, by, whom, chance)
                return

    def do(self, act, by, whom, chance):
        note(f"{act}: {by}, {whom}")
        try:
            with transaction.atomic():
                self.acts[act](by, whom, chance)
            self.done[act] += 1
            self.is_changed = True
            self.active.append(by.person_key)
        except ValidationError:
            self.done["refused"] += 1

    def somebody(self, whom, chance):
        """Choose who tries: often the person, or who has done something already, by any account."""
        own, active = whom.cadre.person_key, self.active and chance.choice(self.active)
        key = chance.choice((own, own, active, ""))
        near = [one.pk for one in self.accounts if one.person_key == key]
        return User.objects.get(pk=chance.choice(near or [one.pk for one in self.accounts]))

    @property
    def keys(self):
        return {one.person_key for one in self.accounts}

    @invariant()
    def nobody_did(self):
        """Look once something was done: what was refused has left no row."""
        assert not self.is_changed or own_judgements() == []
        self.is_changed = False

    def teardown(self):
        transaction.set_rollback(True)
        self.step.__exit__(None, None, None)


class Year(Attempts):
    """A year until it is added up, in any state."""

    acts = ACTS

    @rule(state=st.sampled_from(STATES))
    def turn(self, state):
        AppraisalCycle.objects.filter(pk=self.cycle.pk).update(state=state)


class Results(Attempts):
    """What becomes of years once they are added up, as it stands or one step on."""

    acts = LATER_ACTS
    district: District
    hands: Hands

    @initialize(is_ahead=st.booleans())
    def go_ahead(self, is_ahead):
        self.active += [one.person_key for one in self.hands.everybody]
        if is_ahead:
            ahead(self.district, self.hands)


def try_everything(machine, **given):
    """Run a machine on the rows of a test; gives how often each act was done, and how many were refused."""
    bounded = settings(
        max_examples=RUNS,
        stateful_step_count=STEPS,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    done = Counter()
    run_state_machine_as_test(type(machine.__name__, (machine,), {**given, "done": done}), settings=bounded)
    print(machine.__name__, done.total(), sorted(done.items()))
    assert done["refused"] > 0
    return done


def test_nobody_judges_themselves_until_the_year_is_added_up(cycle, accounts):
    done = try_everything(Year, cycle=cycle, accounts=accounts)
    assert len(done) > 4, done


def test_nobody_judges_themselves_afterwards(district, people, staff, leader):
    cycle, hands = begin(district, people, staff, leader)
    accounts = list(User.objects.order_by("pk"))
    assert own_judgements() == []
    done = try_everything(Results, cycle=cycle, accounts=accounts, district=district, hands=hands)
    assert len(done) > 10, done


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
    assert sorted(found) == ["Adjustment.approved_by", "Adjustment.entered_by", "Adjustment.entered_by=approved_by"]
