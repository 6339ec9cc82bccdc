"""What happened in 青禾街道 since the roster was last in order: the rows of its quarterly file."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from cadres.choices import Education, EmploymentMode, LeaguePost, PoliticalStatus
from cadres.management.people import Lives
from cadres.management.township import COURIERS
from cadres.models import Appointment, Cadre
from cadres.services.fields import indexes_of, person_values, post_values
from orgs.models import Organisation
from youthleague.kernel.dates import PartialDate, Precision, add_months


@dataclass(slots=True)
class Row:
    """A row of a roster: the unit as it is written, and values by column name."""

    unit: str
    values: dict[str, Any]

    @property
    def name(self) -> str:
        """Give the name of the person."""
        return str(self.values["name"])


class Newcomer(NamedTuple):
    """A person who is in the file and not yet in the portal."""

    name: str
    gender: str
    age: int
    unit: str
    post: LeaguePost
    admin_post: str = ""


NEWCOMERS = (
    Newcomer("叶知秋", "female", 23, "北塔社区团支部", LeaguePost.ORGANISATION_MEMBER, "社区工作者"),
    Newcomer("方以恒", "male", 27, "石井村团支部", LeaguePost.PUBLICITY_MEMBER, "村会计"),
    Newcomer("温若兰", "female", 25, COURIERS, LeaguePost.ORGANISATION_MEMBER, "客服主管"),
    Newcomer("乔安", "male", 24, "西部计划志愿服务队团支部", LeaguePost.ORGANISATION_MEMBER),
    Newcomer("聂书瑶", "female", 26, "青禾卫生院团支部", LeaguePost.PUBLICITY_MEMBER, "药师"),
)
LEFT = (("青禾派出所团支部", LeaguePost.PUBLICITY_MEMBER), ("长荷路沿街商户联合团支部", LeaguePost.PUBLICITY_MEMBER))


def changes(day: date) -> dict[str, dict[str, Any]]:
    """Give what is new of people known already, by name and column: six people."""
    lately = PartialDate(add_months(day, -1), Precision.MONTH)
    earlier = PartialDate(add_months(day, -4), Precision.MONTH)
    return {
        "欧阳若溪": {"admin_post": "居委会委员", "is_two_committee_member": True},
        "李哲": {"political_status": PoliticalStatus.PROBATIONARY.value, "joined_party_on": earlier},
        "郑一鸣": {"fulltime_education": Education.BACHELOR.value},
        "苏晚晴": {"phone": "19900005518"},
        "夏语嫣": {"league_post": LeaguePost.DEPUTY_SECRETARY.value, "appointed_on": lately},
        "魏然": {"league_post": LeaguePost.DEPUTY_SECRETARY.value, "appointed_on": lately},
    }


def rows_of(township: Organisation, day: date) -> list[Row]:
    """Give the posts in force below a township as rows, in the order of its roster."""
    held = Appointment.objects.within(township).in_force(day).select_related("cadre", "organisation")
    return [Row(one.organisation.name, person_values(one.cadre) | post_values(one)) for one in held.in_list_order()]


def quarterly_rows(township: Organisation, day: date, rng: random.Random) -> list[Row]:
    """Give the rows of the quarter: a few changed, a few new, two people no longer there, the rest as known."""
    rows = [row for row in rows_of(township, day) if (row.unit, row.values["league_post"]) not in LEFT]
    for row in rows:
        row.values |= changes(day).get(row.name, {})
    for newcomer in NEWCOMERS:
        last = max(place for place, row in enumerate(rows) if row.unit == newcomer.unit)
        rows.insert(last + 1, newcomer_row(newcomer, day, rng))
    return rows


def newcomer_row(newcomer: Newcomer, day: date, rng: random.Random) -> Row:
    """Make the row of a person whose number nobody on the roster has."""
    lives = Lives(rng, day)
    while True:
        life = lives.life(newcomer.gender, newcomer.age, Education.BACHELOR, PoliticalStatus.LEAGUE_MEMBER)
        if not Cadre.objects.filter(id_number_index__in=indexes_of(life.values["id_number"])).exists():
            break
    post = {
        "name": newcomer.name,
        "ethnicity": "01",
        "gender": newcomer.gender,
        "birth_date": PartialDate(life.birth, Precision.DAY),
        "league_post": newcomer.post.value,
        "employment_mode": EmploymentMode.PART_TIME.value,
        "appointed_on": PartialDate(add_months(day, -2), Precision.MONTH),
        "admin_post": newcomer.admin_post,
    }
    return Row(newcomer.unit, life.values | post)


def row_by_name(rows: Sequence[Row], name: str) -> Row:
    """Find the first row of a person."""
    return next(row for row in rows if row.name == name)
