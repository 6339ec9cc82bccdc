"""Who sees whom on the roster, in random trees with random posts: each queryset beside a plain Python account of it."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cadres.access import sight_of
from cadres.models import Account, Appointment, Cadre
from orgs.access import scope_of
from orgs.models import User
from tests.factories import NOW, TODAY
from tests.orgs.woods import UNITS, Holder, Wood, acts, grown, hold, holdings, parents
from youthleague.sheets.models import ImportBatch
from youthleague.sheets.services.kinds import all_kinds

pytestmark = pytest.mark.django_db
# Each example founds seven units, and people in them.
slow = settings(
    max_examples=max(10, settings.default.max_examples // 4), suppress_health_check=list(HealthCheck), deadline=None
)

BEGUN = date(2020, 1, 1)
SINCE = date(2024, 11, 23)
ENDS = {"now": None, "lately": TODAY - timedelta(days=300), "on the last day": SINCE, "long ago": date(2024, 11, 22)}
SEES_PEOPLE = {"leader", "district_staff", "township_secretary"}
KEEPS_PEOPLE = {"district_staff", "township_secretary"}

posts = st.tuples(st.integers(0, UNITS - 1), st.sampled_from(sorted(ENDS)))
people = st.lists(st.lists(posts, min_size=1, max_size=3, unique_by=lambda post: post[0]), min_size=1, max_size=3)


@dataclass
class Person:
    """A person with posts by unit number; the first post in force is the main one."""

    cadre: Cadre
    posts: dict[int, Appointment] = field(default_factory=dict)

    def units(self, *spans: str) -> list[int]:
        """List the units of posts that ended so, or did not."""
        return [number for number, post in self.posts.items() if post.ended_on in {ENDS[span] for span in spans}]

    @property
    def main(self) -> int | None:
        return next((number for number, post in self.posts.items() if post.is_main), None)


def settle(wood: Wood, wanted: list[list[tuple[int, str]]]) -> list[Person]:
    """Put people into the wood, where a unit is still open to posts; acts on units have happened already."""
    found = []
    for number, held in enumerate(wanted):
        cadre = Cadre.objects.create(
            name=f"人{number}",
            name_key=f"人{number}",
            id_number_index=f"index{number}",
            gender="male",
            birth_date=BEGUN,
            ethnicity="01",
            political_status="03",
        )
        person = Person(cadre)
        for unit, span in held:
            is_main = span == "now" and person.main is None
            person.posts[unit] = Appointment.objects.create(
                cadre=cadre,
                organisation=wood.units[unit],
                league_post="secretary",
                employment_mode="part_time",
                appointed_on=BEGUN,
                ended_on=ENDS[span],
                is_main=is_main,
            )
        found.append(person)
    return found


def opens(wood: Wood, holder: Holder, numbers: list[int], roles: set[str]) -> bool:
    """Tell whether one of some roles opens one of some units."""
    return any(holder.sees(wood, wood.paths[number], roles) for number in numbers)


@slow
@given(parents, acts, holdings, people)
def test_posts_are_seen_while_held_and_two_years_after(above, done, held, wanted):
    with grown(above, done) as wood:
        folk, holder = settle(wood, wanted), hold(wood, "holder", held)
        seen = {
            post
            for person in folk
            for number, post in person.posts.items()
            if number in person.units("now", "lately", "on the last day") and opens(wood, holder, [number], SEES_PEOPLE)
        }
        assert set(Appointment.objects.visible_to(scope_of(holder.user, TODAY))) == seen


@slow
@given(parents, acts, holdings, people)
def test_people_are_seen_whole_by_units_that_hold_them_and_by_name_by_those_they_left(above, done, held, wanted):
    with grown(above, done) as wood:
        folk, holder = settle(wood, wanted), hold(wood, "holder", held)
        scope = scope_of(holder.user, TODAY)
        known = {
            person.cadre
            for person in folk
            if opens(wood, holder, person.units("now", "lately", "on the last day"), SEES_PEOPLE)
        }
        whole = {person.cadre for person in folk if opens(wood, holder, person.units("now"), SEES_PEOPLE)}
        assert set(Cadre.objects.visible_to(scope)) == known
        assert set(Cadre.objects.fully_visible_to(scope)) == whole
        assert whole <= known


@slow
@given(parents, acts, holdings, people)
def test_people_are_edited_by_the_unit_of_the_main_post(above, done, held, wanted):
    with grown(above, done) as wood:
        folk, holder = settle(wood, wanted), hold(wood, "holder", held)
        edited = {
            person.cadre
            for person in folk
            if person.main is not None and opens(wood, holder, [person.main], KEEPS_PEOPLE)
        }
        assert set(Cadre.objects.editable_by(scope_of(holder.user, TODAY))) == edited


@slow
@given(parents, acts, holdings, people)
def test_the_page_of_a_person_and_the_lists_say_the_same(above, done, held, wanted):
    with grown(above, done) as wood:
        folk, holder = settle(wood, wanted), hold(wood, "holder", held)
        scope = scope_of(holder.user, TODAY)
        seen, whole = set(Cadre.objects.visible_to(scope)), set(Cadre.objects.fully_visible_to(scope))
        edited, shown = set(Cadre.objects.editable_by(scope)), set(Appointment.objects.visible_to(scope))
        for person in folk:
            sight = sight_of(person.cadre.appointments.select_related("organisation"), scope)
            said = (bool(sight.posts), sight.whole, sight.may_correct_facts)
            assert said == (person.cadre in seen, person.cadre in whole, person.cadre in edited)
            others = set(person.posts.values()) if sight.whole else shown & set(person.posts.values())
            assert set(sight.posts) == others


@slow
@given(parents, acts, holdings, people)
def test_accounts_are_seen_with_their_people(above, done, held, wanted):
    with grown(above, done) as wood:
        folk, holder = settle(wood, wanted), hold(wood, "holder", held)
        for number, person in enumerate(folk):
            user = User.objects.create_user(f"account{number}", None, full_name="某人")
            Account.objects.create(user=user, cadre=person.cadre)
        seen = {person.cadre for person in folk if opens(wood, holder, person.units("now"), SEES_PEOPLE)}
        links = list(Account.objects.visible_to(scope_of(holder.user, TODAY)))
        assert ({link.cadre for link in links}, len(links)) == (seen, len(seen))


@slow
@given(parents, acts, holdings, st.lists(st.tuples(st.booleans(), st.integers(0, UNITS - 1)), max_size=4))
def test_batches_are_ones_own_and_of_units_one_still_keeps(above, done, held, uploads):
    with grown(above, done) as wood:
        holder, other = hold(wood, "holder", held), hold(wood, "other", held)
        made = [
            ImportBatch.objects.create(
                kind="cadres",
                organisation=wood.units[number],
                uploaded_at=NOW,
                filename="名册.xlsx",
                size=1,
                digest="d",
                uploaded_by=holder.user if own else other.user,
            )
            for own, number in uploads
        ]
        mine = [batch for batch, (own, _) in zip(made, uploads, strict=True) if own]
        assert set(ImportBatch.objects.visible_to(holder.user)) == set(mine)
        kept = {
            batch
            for batch, (own, number) in zip(made, uploads, strict=True)
            if own and opens(wood, holder, [number], KEEPS_PEOPLE)
        }
        scope = scope_of(holder.user, TODAY)
        assert set(ImportBatch.objects.visible_to(holder.user).manageable_in(scope, all_kinds().values())) == kept
