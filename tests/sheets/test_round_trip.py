"""What is exported imports back with zero changes: any values, masked or whole, however the file was treated."""

import random
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from appraisal.services.cycles import open_cycle, prepare_cycle
from appraisal.services.population import draw_population
from cadres.choices import Degree, Education, EmploymentMode, Establishment, LeaguePost, Rank, Source
from cadres.fields import COLUMN_BY_NAME
from cadres.models import Appointment, Cadre
from tests.factories import NOW, make_cadre, make_user, valid_identity_number
from tests.rosters import codes, counts
from tests.sheets.downloads import download, uploaded_again
from youthleague.kernel.cells import read_blank, tidy_text
from youthleague.kernel.dates import PartialDate
from youthleague.sheets.services.exports import Wanted
from youthleague.sheets.services.kinds import all_kinds

pytestmark = pytest.mark.django_db

WANTED = {"masked": Wanted(), "whole": Wanted(full=True, reason="区里核对花名册", is_verified=True)}
texts = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]) | st.sampled_from("=+-@'\t＝－*＊~#/无"),
    max_size=20,
).map(tidy_text)
contents = texts.filter(lambda text: text and read_blank(text) is None)
months = st.builds(
    lambda year, month, day, length: PartialDate.from_text(date(year, month, day).isoformat()[:length]),
    st.integers(2019, 2025),
    st.integers(1, 12),
    st.integers(1, 28),
    st.sampled_from([4, 7, 10]),
)


def one_of(choices: Any) -> st.SearchStrategy[str]:
    return st.sampled_from([value for value, _title in choices])


people = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["阿依努尔·买买提江", "张三", "欧阳娜娜", "𠮷田"]),
        "league_post": one_of(LeaguePost.choices),
        "employment_mode": one_of(EmploymentMode.choices),
        "appointed_on": months,
        "fulltime_education": one_of(Education.choices),
    },
    optional={
        "remark": contents,
        "native_place": contents,
        "school_major": contents,
        "admin_post": contents,
        "degree": one_of(Degree.choices),
        "rank": one_of(Rank.choices),
        "establishment_type": one_of(Establishment.choices),
        "source": one_of(Source.choices),
        "is_party_gov_leader": st.booleans(),
        "is_two_committee_member": st.booleans(),
        "is_party_committee_member": st.booleans(),
        "joined_league_on": st.just(PartialDate.from_text("2012-05")),
    },
)
members = {
    "political_status": "01",
    "joined_party_on": PartialDate.from_text("2016-07"),
    "retains_league_membership": True,
}


@pytest.mark.parametrize("whole", sorted(WANTED))
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate],  # shrinking would take minutes: each example is a whole import
)
@given(rows=st.lists(people, min_size=1, max_size=6), seed=st.integers(0, 10**6))
def test_an_export_imports_back_with_zero_changes(district, whole, rows, seed):
    staff = make_user("district_staff", district.top)
    units = [district.top, district.township_a, district.village_a1, district.village_b1]
    chance = random.Random(seed)
    Appointment.objects.all().delete()
    Cadre.objects.all().delete()
    for number, values in enumerate(rows):
        id_number = valid_identity_number(number, date(1995, 6, 15))
        make_cadre(chance.choice(units), **(chance.choice([{}, members]) | values), id_number=id_number)
    file = download(district.top, staff, WANTED[whole])
    chance.shuffle(file.rows)
    chance.shuffle(file.titles)
    for row in file.rows:  # so that a row is compared cell by cell, and not known by its digest
        row["备注"] = row["备注"] or chance.choice(["", "—", "/", "无", "暂无"])
        row[chance.choice([column.title for column in COLUMN_BY_NAME.values() if not column.sensitive])] = None
    batch = uploaded_again(file.saved(), district.top, staff)
    assert codes(batch) == set()
    assert counts(batch) == (0, 0, len(rows), 0)


def open_year(staff):
    """Open a year of appraisal, so that there are marks to give."""
    cycle = prepare_cycle(year=NOW.year, by=staff, at=NOW)
    draw_population(cycle=cycle, by=staff, at=NOW)
    cycle.refresh_from_db()
    open_cycle(cycle=cycle, version=cycle.version, by=staff, at=NOW)


@pytest.mark.parametrize("code", sorted(all_kinds()))
@pytest.mark.parametrize("whole", sorted(WANTED))
def test_every_kind_comes_back_with_zero_changes(district, code, whole):
    staff = make_user("district_staff", district.top)
    for unit in (district.top, district.township_a, district.village_a1, district.village_b1):
        make_cadre(unit, remark="备注", admin_post="副主任")
    open_year(staff)
    file = download(district.top, staff, WANTED[whole], kind=code)
    for content in (file.content, file.saved()):
        batch = uploaded_again(content, district.top, staff, kind=code)
        assert codes(batch) == set()
        assert counts(batch) == (0, 0, len(file.rows), 0)
    assert file.rows
