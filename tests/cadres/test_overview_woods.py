"""换届后常用统计 in random trees, with random people, on random days: beside a plain Python account of it.

Each figure opens just as many rows as it counts, and the rows are of different people, or different units.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlsplit

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cadres.filtersets import CoverFilterSet, RosterFilterSet
from cadres.models import Appointment, Cadre
from cadres.reports import OWN, REST, overview
from cadres.views.overview import MEASURES
from orgs.access import scope_of
from orgs.models import Organisation, OrganisationPlacement
from orgs.reports import TreeOfDay, tree_as_of
from tests.factories import TODAY
from tests.orgs.woods import UNITS, Holder, Wood, acts, grown, hold, holdings, parents

pytestmark = pytest.mark.django_db
slow = settings(
    max_examples=max(10, settings.default.max_examples // 4), suppress_health_check=list(HealthCheck), deadline=None
)

SEES_PEOPLE = {"leader", "district_staff", "township_secretary"}
LONG_AGO, LATELY = date(2020, 1, 1), TODAY - timedelta(days=150)
DAYS = (TODAY, TODAY - timedelta(days=1), TODAY - timedelta(days=200))
SPANS = ((LONG_AGO, None), (LATELY, None), (LONG_AGO, TODAY - timedelta(days=100)), (LONG_AGO, TODAY))
BIRTHS = (date(1996, 2, 29), date(1990, 11, 23), date(1990, 11, 24), date(2004, 6, 1))
LEVELS = ("township", "village", "unit")


@dataclass
class Post:
    unit: int
    span: tuple[date, date | None]
    league_post: str
    two_committee: bool | None
    leader: bool | None

    def is_held(self, day: date) -> bool:
        begun, ended = self.span
        return begun <= day and (ended is None or ended > day)


@dataclass
class Person:
    birth: date
    gender: str
    politics: str
    educations: tuple[str, str]
    posts: list[Post]


posts = st.builds(
    Post,
    st.integers(0, UNITS - 1),
    st.sampled_from(SPANS),
    st.sampled_from(["secretary", "member"]),
    st.sampled_from([True, False, None]),
    st.sampled_from([True, False, None]),
)
people = st.lists(
    st.builds(
        Person,
        st.sampled_from(BIRTHS),
        st.sampled_from(["male", "female"]),
        st.sampled_from(["01", "02", "03", "13"]),
        st.tuples(st.sampled_from(["", "14", "21", "31", "61"]), st.sampled_from(["", "21", "31"])),
        st.lists(posts, min_size=1, max_size=3, unique_by=lambda post: (post.unit, post.league_post)),
    ),
    max_size=6,
)
levels = st.tuples(*(st.sampled_from(LEVELS) for _ in range(UNITS - 1)))


def settle(wood: Wood, wanted: list[Person]) -> dict[int, Person]:
    """Put people into the wood; a post in a unit that is gone ended with it at the latest."""
    found = {}
    for number, person in enumerate(wanted):
        cadre = Cadre.objects.create(
            name=f"人{number}",
            name_key=f"人{number}",
            id_number_index=f"index{number}",
            gender=person.gender,
            birth_date=person.birth,
            ethnicity="01",
            political_status=person.politics,
            fulltime_education=person.educations[0],
            inservice_education=person.educations[1],
        )
        found[cadre.pk] = person
        has_main = False
        for post in person.posts:
            begun, ended = post.span
            if post.unit in wood.gone and ended is None:
                post.span = begun, TODAY
            is_main = post.span[1] is not None or not has_main
            has_main = has_main or post.span[1] is None
            Appointment.objects.create(
                cadre=cadre,
                organisation=wood.units[post.unit],
                league_post=post.league_post,
                employment_mode="part_time",
                appointed_on=begun,
                ended_on=post.span[1],
                is_main=is_main,
                is_two_committee_member=post.two_committee,
                is_party_gov_leader=post.leader,
            )
    return found


def parents_on(day: date, wood: Wood) -> dict[int, int | None]:
    """Give who stood under whom on a day: as the last act up to it left the tree."""
    last = max(written for written in wood.days if written <= day)
    return {one: path[-2] if len(path) > 1 else None for one, (path, _) in wood.days[last].items()}


def below(number: int, parent: dict[int, int | None]) -> set[int]:
    children = {one for one, over in parent.items() if over == number}
    return {number}.union(*(below(child, parent) for child in children))


def parts_of(
    top: int, parent: dict[int, int | None], level: dict[int, str], seen: set[int]
) -> dict[tuple[int, str], set[int]]:
    """Give the units of each line by what it is called in an address."""
    children = [one for one, over in parent.items() if over == top]
    if not children:
        return {(top, ""): {top}}
    known = [one for one in children if one in seen]
    single = [one for one in known if level[one] in {"township", "village"}] or known
    parts = {(top, ""): below(top, parent), (top, OWN): {top}}
    parts |= {(child, ""): below(child, parent) for child in single}
    rest = [child for child in children if child not in single]
    return parts | ({(top, REST): set().union(*(below(child, parent) for child in rest))} if rest else {})


def age(birth: date, day: date) -> int:
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def expected(
    units: set[int], folk: dict[int, Person], day: date, level: dict[int, str], seen: set[int]
) -> dict[str, object]:
    held = [(person, post) for person in folk.values() for post in person.posts if post.is_held(day)]
    held = [(person, post) for person, post in held if post.unit in units]
    heads = {id(person): person for person, _ in held}
    known = [
        person for person in heads.values() if any(post.is_held(TODAY) and post.unit in seen for post in person.posts)
    ]
    best = {"14", "21"}
    flags = {"village": "two_committee", "township": "leader"}
    covered = {
        (post.unit, level[post.unit])
        for _, post in held
        if post.league_post == "secretary"
        and level[post.unit] in flags
        and getattr(post, flags[level[post.unit]]) is True
    }
    return {
        "heads": len(heads),
        "age": (len(known), sum(age(person.birth, day) for person in known)),
        "bachelor": (sum(bool(best & {*person.educations}) for person in known), len(known)),
        "college": (sum(bool((best | {"31"}) & {*person.educations}) for person in known), len(known)),
        "party": (sum(person.politics in {"01", "02"} for person in known), len(known)),
        "women": (sum(person.gender == "female" for person in known), len(known)),
        **{
            name: (sum(held_at == which for _, held_at in covered), sum(level[unit] == which for unit in units))
            for name, which in (("villages", "village"), ("townships", "township"))
        },
    }


def counted(line) -> dict[str, object]:
    found = {one.code: (one.rate(line).numerator, one.rate(line).denominator) for one in MEASURES if one.rate}
    return {"heads": line.heads, "age": (line.people.people, line.people.age_total), **found}


def opened(address: str, scope) -> tuple[int, int]:
    """Count the rows behind an address, and how many different people or units they are about."""
    parts = urlsplit(address)
    if parts.path == "/roster/":
        rows = RosterFilterSet(QueryDict(parts.query), Appointment.objects.visible_to(scope), scope=scope)
        assert not rows.form.errors
        keys = [post.cadre_id for post in rows.qs]
    else:
        rows = CoverFilterSet(QueryDict(parts.query), OrganisationPlacement.objects.visible_to(scope), scope=scope)
        assert not rows.form.errors
        keys = [placement.organisation_id for placement in rows.qs]
    return len(keys), len(set(keys))


def visible(wood: Wood, holder: Holder) -> set[int]:
    return {number for number in range(UNITS) if holder.sees(wood, wood.paths[number], SEES_PEOPLE)}


@slow
@example((0,) * 6, [("move", 1, 2)], [("district_staff", 0, "now")], [], ("township",) * 6, TODAY - timedelta(days=1))
@given(parents, acts, holdings, people, levels, st.sampled_from(DAYS))
def test_each_line_counts_what_it_should_and_opens_what_it_counts(above, done, held, wanted, leveled, day):
    with grown(above, done) as wood:
        level = {0: "district", **dict(enumerate(leveled, 1))}
        for number, unit in enumerate(wood.units):
            Organisation.objects.filter(pk=unit.pk).update(level=level[number])
        folk, holder = settle(wood, wanted), hold(wood, "holder", held)
        scope = scope_of(holder.user, TODAY).holding("cadres.view_cadre")
        seen, parent = visible(wood, holder), parents_on(day, wood)
        tree, numbers = TreeOfDay(tree_as_of(day)), {unit.pk: number for number, unit in enumerate(wood.units)}
        asked = "" if day == TODAY else f"{day:%Y-%m-%d}"
        for top in seen & parent.keys():
            lines = overview(tree, wood.units[top].pk, scope, day)
            found = {(numbers[line.key], line.reach): counted(line) for line in lines}
            parts = {name: units & seen for name, units in parts_of(top, parent, level, seen).items() if units & seen}
            assert found == {name: expected(units, folk, day, level, seen) for name, units in parts.items()}
            for line in lines:
                for measure in MEASURES:
                    address = measure.opens(line, asked)
                    count = measure.count(line)
                    assert (opened(address, scope) if address else (0, 0)) == (count, count), (address, measure.code)
