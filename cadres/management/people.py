"""The people of the demonstration district: who holds which posts, since when, and what life they have had."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from cadres.choices import Degree, Education, EndReason, PoliticalStatus
from cadres.management import places
from cadres.management.names import NameBook
from cadres.management.tree import Unit
from youthleague.kernel.dates import PartialDate, Precision, add_months, add_years
from youthleague.kernel.identity_numbers import check_digit

AREA = "990101"  # assigned to nobody
_PARTY = (PoliticalStatus.PARTY_MEMBER, PoliticalStatus.PROBATIONARY)
_EDUCATIONS = (Education.MASTER, Education.BACHELOR, Education.COLLEGE, Education.SECONDARY, Education.HIGH_SCHOOL)
_DEGREES = {Education.MASTER: Degree.MASTER, Education.BACHELOR: Degree.BACHELOR}
FINISHED_AT = {Education.MASTER: 25, Education.BACHELOR: 22, Education.COLLEGE: 21}


@dataclass(slots=True, eq=False)
class Post:
    """A post: its values by column name (the organisation apart), and how it ended when it has."""

    unit: Unit
    values: dict[str, Any]
    is_main: bool = True
    ended_on: date | None = None
    end_reason: str = ""
    pk: int = 0

    @property
    def begun_on(self) -> date:
        """Give the day on which it began."""
        begun: PartialDate = self.values["appointed_on"]
        return begun.value


@dataclass(slots=True, eq=False)
class Person:
    """A person: values by column name, and posts in the order in which they began."""

    values: dict[str, Any]
    birth: date
    posts: list[Post] = field(default_factory=list)
    pk: int = 0
    version: int = 1

    @property
    def current(self) -> list[Post]:
        """List the posts in force."""
        return [post for post in self.posts if post.ended_on is None]


class Milieu(NamedTuple):
    """What people of a kind of unit are like: ages, share of Party members, educations by weight, what else they do."""

    youngest: int
    oldest: int
    party: float
    educations: tuple[int, int, int, int, int]  # master, bachelor, college, secondary, high school
    admin_posts: tuple[str, ...]
    establishments: tuple[str, ...]
    sources: tuple[str, ...]


class Lives:
    """Makes people; numbers are valid, never given twice, and belong to an area that is assigned to nobody."""

    def __init__(self, rng: random.Random, day: date) -> None:
        self.rng, self.day = rng, day
        self.names = NameBook(rng)
        self._numbers: set[str] = set()
        self._phones: set[str] = set()

    def person(self, milieu: Milieu, *, gender: str = "", leading: bool = False) -> Person:
        """Make a person as a milieu has them; who leads is rather older and in the Party."""
        gender = gender or self.rng.choice(("male", "female"))
        name, ethnicity = self.names.person(gender)
        span = milieu.oldest - milieu.youngest
        age = milieu.youngest + int(span * (self.rng.random() * 0.6 + (0.35 if leading else 0.0)))
        education = _finished(self.rng.choices(_EDUCATIONS, milieu.educations)[0], age)
        person = self.life(gender, age, education, self._political(milieu, age, leading=leading))
        person.values |= {"name": name, "ethnicity": ethnicity}
        person.values["establishment_type"] = self.rng.choice(milieu.establishments)
        person.values["source"] = self.rng.choice(milieu.sources)
        return person

    def life(self, gender: str, age: int, education: Education, political: PoliticalStatus) -> Person:
        """Make the dated facts of a life, each not before its age."""
        birth = add_years(self.day, -age) - timedelta(days=self.rng.randint(5, 355))
        values: dict[str, Any] = {
            "id_number": self._identity_number(birth, gender),
            "phone": self._phone(),
            "native_place": self.rng.choice(places.COUNTIES),
            "political_status": political.value,
            "fulltime_education": education.value,
            "joined_league_on": self._month(add_months(birth, 14 * 12 + self.rng.randint(1, min(30, (age - 14) * 12)))),
        }
        if political in _PARTY:
            values["joined_party_on"] = self._joined_party(birth, age, political)
        finished = FINISHED_AT.get(education, 18)
        if age > finished:
            values["work_started_on"] = PartialDate(date(birth.year + finished, 8, 1), Precision.MONTH)
        if education in FINISHED_AT:
            school = self.rng.choice(places.COLLEGES if education == Education.COLLEGE else places.UNIVERSITIES)
            values["school_major"] = f"{school}{self.rng.choice(places.MAJORS)}专业"
            values["degree"] = _DEGREES.get(education, Degree.NONE).value
        if political == PoliticalStatus.PARTY_MEMBER and age < 28 and self.rng.random() < 0.3:
            values["retains_league_membership"] = True
        return Person(values, birth)

    def _political(self, milieu: Milieu, age: int, *, leading: bool) -> PoliticalStatus:
        chance = min(0.95, milieu.party * (1.6 if leading else 1.0))
        if age >= 20 and self.rng.random() < chance:
            probationary = age < 30 and self.rng.random() < 0.12
            return PoliticalStatus.PROBATIONARY if probationary else PoliticalStatus.PARTY_MEMBER
        if age > 28:
            others = (PoliticalStatus.MASSES, PoliticalStatus.MINMENG, PoliticalStatus.JIUSAN)
            return self.rng.choices(others, (94, 3, 3))[0]
        return PoliticalStatus.LEAGUE_MEMBER

    def _joined_party(self, birth: date, age: int, political: PoliticalStatus) -> PartialDate:
        if political == PoliticalStatus.PROBATIONARY:
            return self._month(add_months(self.day, -self.rng.randint(2, 11)))
        latest = (age - 18) * 12 - 6
        return self._month(add_months(birth, 18 * 12 + self.rng.randint(min(14, latest), min(latest, 96))))

    def _month(self, day: date) -> PartialDate:
        return PartialDate(day, Precision.MONTH)

    def _identity_number(self, birth: date, gender: str) -> str:
        while True:
            order = self.rng.randrange(500) * 2 + (gender == "male")
            first17 = f"{AREA}{birth:%Y%m%d}{order:03d}"
            if first17 not in self._numbers:
                self._numbers.add(first17)
                return first17 + check_digit(first17)

    def _phone(self) -> str:
        while True:
            phone = f"199{self.rng.randrange(10**8):08d}"
            if phone not in self._phones:
                self._phones.add(phone)
                return phone


def _finished(education: Education, age: int) -> Education:
    """Lower an education that somebody of that age cannot have finished."""
    if education == Education.MASTER and age < 25:
        education = Education.BACHELOR
    if education == Education.BACHELOR and age < 22:
        education = Education.COLLEGE
    return Education.HIGH_SCHOOL if education == Education.COLLEGE and age < 21 else education


def end_reason(rng: random.Random) -> str:
    """Choose why a post ended."""
    reasons = (EndReason.REASSIGNED, EndReason.TERM_ENDED, EndReason.PROMOTED, EndReason.RESIGNED, EndReason.CHANGED)
    return rng.choices(reasons, (40, 25, 12, 8, 15))[0].value
