"""Who sits where in the demonstration district, who sits in two places, and who sat there before."""

import random
from collections.abc import Sequence
from datetime import date, timedelta

from cadres.choices import Education, EmploymentMode, LeaguePost, Rank
from cadres.management.milieus import DISTRICT, milieu_of, needed_seats, seats_of
from cadres.management.people import FINISHED_AT, Lives, Person, Post, end_reason
from cadres.management.township import NAME, QINGHE_PEOPLE, QINGHE_SIZE, VILLAGE_SECRETARY, OwnPerson
from cadres.management.tree import Unit
from orgs.choices import Level, OrganisationKind, TownshipKind, VillageKind
from youthleague.kernel.dates import PartialDate, Precision, add_months, add_years

FORMER_ONLY, FORMER_POSTS, COMMITTEE_MEMBERS = 120, 240, 28
_SECRETARY = LeaguePost.SECRETARY
_FULL, _SECONDED, _PART = EmploymentMode.FULL_TIME, EmploymentMode.SECONDED, EmploymentMode.PART_TIME
_LEADERSHIP = (
    (LeaguePost.SECRETARY, _FULL, 35),
    (LeaguePost.DEPUTY_SECRETARY, _FULL, 33),
    (LeaguePost.DEPUTY_SECRETARY, _SECONDED, 31),
)
_STAFF = 4
_TOWNSHIP_LEADERS = {
    TownshipKind.SUBDISTRICT: ("党工委委员、办事处副主任", "党工委委员、组织委员"),
    TownshipKind.TOWN: ("党委委员、副镇长", "党委委员、组织委员", "党委委员、宣传委员"),
    TownshipKind.TOWNSHIP: ("党委委员、副乡长", "党委委员、组织委员"),
}


class Seating:
    """Fills the seats of the tree with people."""

    def __init__(self, rng: random.Random, day: date, units: Sequence[Unit]) -> None:
        self.rng, self.day, self.units = rng, day, units
        self.lives = Lives(rng, day)
        self.people: list[Person] = []
        self._qinghe = [unit for unit in units if _is_in_qinghe(unit)]
        self._elsewhere = [unit for unit in units[1:] if not _is_in_qinghe(unit)]
        self._filled: dict[Unit, int] = dict.fromkeys(units, 0)

    def seat(self, count: int) -> list[Person]:
        """Give so many people, of them some whose posts have all ended."""
        self._seat_district()
        self._seat_qinghe()
        for unit in self._elsewhere:
            self._seat_unit(unit, needed_seats(unit))
        self._seat_more(count - FORMER_ONLY)
        self._seat_twice()
        self._remember_former_posts()
        self._add_former_people(count)
        return self.people

    # ---- the district's own leadership: 两专一挂两兼 ---------------------------
    def _seat_district(self) -> None:
        top = self.units[0]
        for post, mode, age in _LEADERSHIP:
            person = self._newcomer(top, post, leading=True)
            person.posts[0].values["employment_mode"] = mode
            if mode == _SECONDED:  # for two years
                person.posts[0].values["appointed_on"] = self._month(add_months(self.day, -22))
                person.posts[0].values["term_ends_on"] = PartialDate(add_months(self.day, 2), Precision.MONTH)
            person.values["rank"] = (Rank.TOWNSHIP_HEAD if age == 35 else Rank.TOWNSHIP_DEPUTY).value
        for _ in range(_STAFF):
            self._newcomer(top, LeaguePost.STAFF).posts[0].values["employment_mode"] = _FULL

    # ---- 青禾街道: the people of the design first ------------------------------
    def _seat_qinghe(self) -> None:
        start = len(self.people)
        by_name = {key: unit for unit in self._qinghe for key in (unit.short_name, unit.name) if key}
        for one in QINGHE_PEOPLE:
            self._add_own(one, by_name[one.unit])
        taken = {unit for unit in self._qinghe if self._filled[unit]}
        seats = [(rank, unit) for unit in self._qinghe if unit not in taken for rank in range(3)]
        seats += [(rank, self._qinghe[0]) for rank in (5, 6, 8)]
        for rank, unit in sorted(seats, key=lambda seat: seat[0])[: QINGHE_SIZE - (len(self.people) - start)]:
            person = self._newcomer(unit, seats_of(unit)[rank], leading=rank == 0)
            self._add_flags(person.posts[0], leading=rank == 0)

    def _add_own(self, one: OwnPerson, unit: Unit) -> None:
        person = self.lives.life(one.gender, one.age, one.education, one.political)
        person.values |= {"name": one.name, "ethnicity": "05" if "·" in one.name else "01"}
        begun = PartialDate.from_text(one.appointed)
        if begun.value > self.day:
            begun = self._month(add_months(self.day, -3))
        values = {"league_post": one.post.value, "employment_mode": one.mode.value, "appointed_on": begun}
        post = Post(unit, {**values, "admin_post": one.admin_post})
        self._add_flags(post, leading="委员" in one.admin_post or "副书记" in one.admin_post)
        self._enter(person, post)

    # ---- everybody else --------------------------------------------------------
    def _seat_unit(self, unit: Unit, number: int) -> None:
        vacant = unit.level == Level.VILLAGE and self.rng.random() < 0.05
        for rank in range(number):
            post = seats_of(unit)[rank]
            if rank == 0 and vacant:
                post = LeaguePost.DEPUTY_SECRETARY
            self._newcomer(unit, post, leading=rank == 0)

    def _seat_more(self, target: int) -> None:
        """Fill further seats, one in one unit after the other, until there are enough people."""
        rooms = [unit for unit in self._elsewhere if self._filled[unit] < len(seats_of(unit))]
        while len(self.people) < target:
            unit = self.rng.choice(rooms)
            free = self._filled[unit]
            if free < len(seats_of(unit)):
                self._newcomer(unit, self._free_post(unit, seats_of(unit)[free]))

    def _free_post(self, unit: Unit, post: LeaguePost) -> LeaguePost:
        return LeaguePost.MEMBER if post == LeaguePost.DEPUTY_SECRETARY and unit.level == Level.VILLAGE else post

    def _newcomer(self, unit: Unit, post: LeaguePost, *, leading: bool = False) -> Person:
        milieu = DISTRICT if unit.level == Level.DISTRICT else milieu_of(unit)
        person = self.lives.person(milieu, leading=leading)
        values = {"league_post": post.value, "employment_mode": self._mode(unit, post).value}
        seat = Post(unit, values | {"admin_post": self.rng.choice(milieu.admin_posts)})
        seat.values["appointed_on"] = self._begun(unit, person)
        self._add_flags(seat, leading=leading and self.rng.random() < 0.8)
        self._add_term(seat)
        return self._enter(person, seat)

    def _enter(self, person: Person, post: Post) -> Person:
        person.posts.append(post)
        self.people.append(person)
        self._filled[post.unit] += 1
        return person

    def _mode(self, unit: Unit, post: LeaguePost) -> EmploymentMode:
        if post == LeaguePost.STAFF or unit.level == Level.DISTRICT:
            return _FULL
        if unit.level == Level.TOWNSHIP and post in {_SECRETARY, LeaguePost.DEPUTY_SECRETARY}:
            return self.rng.choices((_FULL, _PART, _SECONDED), (50, 42, 8))[0]
        return _PART

    def _begun(self, unit: Unit, person: Person) -> PartialDate:
        """Choose when a post began: of age, since the unit exists, most after the last election."""
        if unit.is_student:
            return self._month(unit.elected_on or self.day)
        education = Education(person.values["fulltime_education"])
        grown = add_years(person.birth, FINISHED_AT.get(education, 19))
        earliest = max(add_months(self.day, -66), unit.founded_on, grown)
        elected = unit.elected_on
        if elected and elected > earliest and self.rng.random() < 0.6:
            return self._month(elected)
        months = max(1, (self.day.year - earliest.year) * 12 + self.day.month - earliest.month - 1)
        return self._month(add_months(self.day, -self.rng.randint(1, months)))

    def _add_flags(self, post: Post, *, leading: bool) -> None:
        """Say whether a township's secretary sits in its leadership, a village's in its two committees."""
        is_secretary = post.values["league_post"] == _SECRETARY
        if post.unit.level == Level.TOWNSHIP and is_secretary:
            post.values["is_party_gov_leader"] = leading
            if leading and not post.values["admin_post"].endswith("委员"):
                posts = _TOWNSHIP_LEADERS[TownshipKind(post.unit.township_kind)]
                post.values["admin_post"] = self.rng.choice(posts)
        if post.unit.level == Level.VILLAGE:
            post.values["is_two_committee_member"] = leading
            if leading and "委员" not in post.values["admin_post"] and "副书记" not in post.values["admin_post"]:
                urban = post.unit.village_kind == VillageKind.COMMUNITY
                post.values["admin_post"] = self.rng.choice(
                    ("居委会委员", "社区党委委员") if urban else ("村委会委员", "村党支部委员")
                )

    def _add_term(self, post: Post) -> None:
        unit = post.unit
        if unit.elected_on is None or unit.is_student or self.rng.random() < 0.5:
            return
        years = 3 if unit.kind in {OrganisationKind.BRANCH, OrganisationKind.GENERAL_BRANCH} else 5
        ends = add_years(unit.elected_on, years)
        if ends > add_months(post.begun_on, 2):
            post.values["term_ends_on"] = PartialDate(ends, Precision.MONTH)

    # ---- several posts at once, and former ones ----------------------------------
    def _seat_twice(self) -> None:
        """Let people sit in two places: two 兼职 deputies and the members of the district committee, and others."""
        top = self.units[0]
        secretaries = [one for one in self.people if one.posts[0].values["league_post"] == _SECRETARY]
        by_unit = {one.posts[0].unit: one for one in secretaries}
        schools = next(unit for unit in self.units if unit.short_name == "区教育系统")
        group = next(unit for unit in self.units if unit.short_name == "区城市建设投资集团")
        for unit in (schools, group):
            self._second_post(by_unit[unit], top, LeaguePost.DEPUTY_SECRETARY)
        townships = [by_unit[unit] for unit in self.units if unit.level == Level.TOWNSHIP and unit in by_unit]
        others = [one for one in secretaries if one.posts[0].unit.level in {Level.UNIT, Level.VILLAGE}]
        others = [one for one in others if not one.posts[0].unit.is_student and _is_single(one)]
        for person in [*townships, *self.rng.sample(others, COMMITTEE_MEMBERS - len(townships))]:
            self._second_post(person, top, LeaguePost.MEMBER)
        self._seat_in_townships(by_unit)

    def _seat_in_townships(self, secretaries: dict[Unit, Person]) -> None:
        for unit in self.units:
            if unit.level == Level.TOWNSHIP:
                below = [secretaries[one] for one in self.units if one.parent is unit and one in secretaries]
                chosen = [one for one in below if _is_single(one)]
                own = [one for one in chosen if one.values["name"] == VILLAGE_SECRETARY]
                for person in own or self.rng.sample(chosen, min(3, len(chosen))):
                    self._second_post(person, unit, LeaguePost.MEMBER)

    def _second_post(self, person: Person, unit: Unit, post: LeaguePost) -> None:
        earliest = max(person.posts[0].begun_on, add_months(self.day, -30))
        values = {
            "league_post": post.value,
            "employment_mode": _PART.value,
            "admin_post": person.posts[0].values["admin_post"],
        }
        values["appointed_on"] = self._month(earliest)
        person.posts.append(Post(unit, values, is_main=False))

    def _remember_former_posts(self) -> None:
        """Give some people a lower post before the present one, ended on the day on which this began."""
        grown = [one for one in self.people if _may_have_past(one, self.day)]
        for person in self.rng.sample(grown, FORMER_POSTS):
            now = person.posts[0]
            begun = add_months(now.begun_on, -self.rng.randint(6, 24))
            if begun < add_years(person.birth, 17) or begun < now.unit.founded_on:
                continue
            former = {"league_post": LeaguePost.STAFF.value, "employment_mode": _PART.value}
            values = {**former, "appointed_on": self._month(begun)}
            person.posts.insert(0, Post(now.unit, values, is_main=False, ended_on=now.begun_on, end_reason="changed"))

    def _add_former_people(self, count: int) -> None:
        while len(self.people) < count:
            unit = self.rng.choice(self._elsewhere)
            if unit.is_student:
                continue
            person = self._newcomer(unit, LeaguePost.MEMBER)
            post = person.posts[0]
            post.is_main = False
            span = (self.day - post.begun_on).days
            post.ended_on = post.begun_on + timedelta(days=self.rng.randint(span // 2, span))
            post.end_reason = end_reason(self.rng)

    def _month(self, day: date) -> PartialDate:
        return PartialDate(min(day, self.day), Precision.MONTH)


def _is_in_qinghe(unit: Unit) -> bool:
    return unit.short_name == NAME or bool(unit.parent and unit.parent.short_name == NAME)


def _is_single(person: Person) -> bool:
    return len(person.posts) == 1


def _may_have_past(person: Person, day: date) -> bool:
    post = person.posts[0]
    return (
        not _is_in_qinghe(post.unit)
        and post.values["league_post"] in {_SECRETARY, LeaguePost.DEPUTY_SECRETARY}
        and not post.unit.is_student
        and post.begun_on < day
    )
