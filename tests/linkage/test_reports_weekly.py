"""The heat map: who was asked and who reported, as the tree stood in each week."""

from datetime import UTC, date, datetime

import pytest

from linkage.reports import heat_map, unreported_units
from orgs.access import scope_of
from orgs.services import merge_organisation, move_organisation
from tests.factories import make_user
from tests.linkage.conftest import LAST, NOON, THIS, entry, write
from youthleague.kernel.weeks import IsoWeek

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 25)


def cells(district, user, top=None, weeks=(LAST, THIS)):
    shown = heat_map(top or district.top, weeks, scope_of(user, DAY))
    return {row.unit.name: [(cell.reported, cell.asked, cell.running) for cell in row.cells] for row in shown.rows}


def test_each_township_counts_itself_and_its_villages(district, staff):
    write(
        staff, entry(district.village_a1, done="好", forces=5, youth_served=7), entry(district.village_a2, theme="好")
    )
    write(staff, entry(district.township_b, is_quiet=True), entry(district.village_b1, is_exempt=True), week=LAST)
    assert cells(district, staff) == {
        district.township_a.name: [(0, 3, 0), (1, 3, 1)],
        district.township_b.name: [(2, 3, 0), (0, 3, 0)],
    }
    total = heat_map(district.top, [THIS], scope_of(staff, DAY)).totals[0]
    assert (total.reported, total.asked, total.forces, total.youth) == (1, 6, 5, 7)


def test_a_township_sees_its_villages_one_by_one(district, secretary):
    write(secretary, entry(district.village_a1, done="好"))
    assert cells(district, secretary, top=district.township_a) == {
        district.township_a.name: [(0, 1, 0), (0, 1, 0)],
        district.village_a1.name: [(0, 1, 0), (1, 1, 0)],
        district.village_a2.name: [(0, 1, 0), (0, 1, 0)],
    }


def test_a_week_before_a_move_stays_where_the_unit_stood(district, staff):
    write(staff, entry(district.village_a1, done="搬之前"), week=LAST)
    write(staff, entry(district.village_a1, done="搬之后"))
    on = date(2026, 11, 24)
    move_organisation(organisation=district.village_a1, parent=district.township_b, on=on, by=staff, at=NOON)
    assert cells(district, staff) == {
        district.township_a.name: [(1, 3, 0), (0, 2, 0)],
        district.township_b.name: [(0, 3, 0), (1, 4, 0)],
    }


def test_a_unit_merged_in_mid_week_is_asked_no_more_and_its_earlier_weeks_stay(district, staff):
    write(staff, entry(district.village_a1, done="并入之前"), week=LAST)
    write(staff, entry(district.village_a1, done="这一周也写了"), entry(district.village_a2, done="好"))
    merge_organisation(organisation=district.village_a1, into=district.village_a2, on=DAY, by=staff, at=NOON)
    assert cells(district, staff, top=district.township_a) == {
        district.township_a.name: [(0, 1, 0), (0, 1, 0)],
        district.village_a1.name: [(1, 1, 0), (0, 0, 0)],
        district.village_a2.name: [(0, 1, 0), (1, 1, 0)],
    }


def test_weeks_follow_one_another_over_new_year(district, staff):
    at = datetime(2027, 1, 4, 4, tzinfo=UTC)
    weeks = [IsoWeek(2026, 52), IsoWeek(2026, 53), IsoWeek(2027, 1)]
    for week in weeks[1:]:
        write(staff, entry(district.village_a1, done="好"), week=week, at=at)
    shown = heat_map(district.township_a, weeks, scope_of(staff, date(2027, 1, 4)))
    [row] = [row for row in shown.rows if row.unit == district.village_a1]
    assert [(str(cell.week), cell.reported) for cell in row.cells] == [
        ("2026-W52", 0),
        ("2026-W53", 1),
        ("2027-W01", 1),
    ]


def test_silence_is_counted_from_the_last_week_back(district, staff):
    weeks = [IsoWeek(2026, number) for number in (45, 46, 47, 48)]
    write(staff, entry(district.village_a1, theme="好"), week=weeks[1])
    rows = heat_map(district.top, weeks, scope_of(staff, DAY)).rows
    assert {row.unit.name: row.silent for row in rows} == {district.township_a.name: 2, district.township_b.name: 4}


def test_the_unreported_are_those_asked_without_a_result(district, staff):
    write(staff, entry(district.village_a1, done="好"), entry(district.village_a2, theme="正在做"))
    write(staff, entry(district.village_b1, is_exempt=True))
    names = {unit.name for unit in unreported_units(THIS, DAY)}
    assert names == {
        one.name for one in (district.township_a, district.village_a2, district.township_b, district.village_b2)
    }


@pytest.mark.parametrize("weeks", [2, 12])
def test_the_number_of_queries_grows_with_the_weeks_only(district, staff, weeks, django_assert_num_queries):
    asked = [IsoWeek(2026, 48 - back) for back in range(weeks)]
    scope = scope_of(make_user("district_staff", district.top), DAY)
    with django_assert_num_queries(weeks + 2):
        heat_map(district.top, asked, scope)
