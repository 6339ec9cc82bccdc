"""Writing weeks: all rows of a grid or none, inside the scope, nobody's words overwritten."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from linkage.models import WeeklyReport
from linkage.services.weekly import quiet_week, same_as_last_week
from orgs.services import merge_organisation, move_organisation
from tests.factories import TODAY, make_user
from tests.linkage.conftest import LAST, NOON, THIS, entry, stored, write
from youthleague.audit.models import AuditEvent
from youthleague.kernel.weeks import IsoWeek

pytestmark = pytest.mark.django_db


def refusal(by, *entries, **more):
    """Write what must be refused; gives the codes, by unit where they are about one."""
    with pytest.raises(ValidationError) as refused:
        write(by, *entries, **more)
    if hasattr(refused.value, "error_dict"):
        return {int(key): [one.code for one in errors] for key, errors in refused.value.error_dict.items()}
    return refused.value.code


def test_a_grid_is_written_at_once_with_one_event(district, secretary):
    a, b = district.village_a1, district.village_a2
    count = write(secretary, entry(a, theme="清河", done="清了河", forces=12, youth_served=40), entry(b, is_quiet=True))
    assert count == 2
    assert stored() == {a.name: ("done", "清河", "清了河", 1), b.name: ("done", "", "", 1)}
    row = WeeklyReport.objects.get(organisation=a)
    assert (row.lineage, row.forces, row.youth_served, row.reported_by) == (a.lineage, 12, 40, secretary)
    event = AuditEvent.objects.get(action="week.report")
    assert event.facts == {"rows": 2, "week": "2026-W48"}


def test_the_same_again_changes_nothing(district, secretary):
    write(secretary, entry(district.village_a1, theme="清河"))
    assert write(secretary, entry(district.village_a1, version=1, theme="清河")) == 0
    assert AuditEvent.objects.filter(action="week.report").count() == 1
    assert stored()[district.village_a1.name][3] == 1


def test_one_bad_row_leaves_all_unwritten(district, secretary):
    a, b = district.village_a1, district.village_a2
    codes = refusal(secretary, entry(a, done="一\n二\n三\n四"), entry(b, theme="好"), entry(district.township_a))
    assert codes == {a.pk: ["week.lines"], district.township_a.pk: ["week.nothing"]}
    assert stored() == {}


@pytest.mark.parametrize("unit", ["township_b", "village_b1", "top"])
def test_a_foreign_unit_is_refused_with_all_of_the_grid(district, secretary, unit):
    assert refusal(secretary, entry(district.village_a1, theme="好"), entry(getattr(district, unit), theme="坏")) == (
        "week.scope"
    )
    assert stored() == {}


def test_a_leader_reads_and_does_not_write(district):
    leader = make_user("leader", district.top)
    assert refusal(leader, entry(district.village_a1, theme="好")) == "week.scope"


def test_what_somebody_else_wrote_meanwhile_is_not_overwritten(district, secretary, staff):
    unit = district.village_a1
    write(staff, entry(unit, theme="先写的"))
    assert refusal(secretary, entry(unit, version=0, theme="后写的")) == {unit.pk: ["row.stale"]}
    write(secretary, entry(unit, version=1, theme="看过再写"))
    assert stored()[unit.name] == ("running", "看过再写", "", 2)


@pytest.mark.parametrize(("week", "code"), [(IsoWeek(2026, 50), "week.future"), (IsoWeek(2026, 43), "week.past")])
def test_weeks_far_off_are_refused(district, secretary, week, code):
    assert refusal(secretary, entry(district.village_a1, theme="好"), week=week) == code


def test_a_week_is_excused_from_above(district, secretary, staff):
    assert refusal(secretary, entry(district.township_a, is_exempt=True)) == {district.township_a.pk: ["week.exempt"]}
    write(secretary, entry(district.village_a1, is_exempt=True))
    write(staff, entry(district.township_a, is_exempt=True))
    assert {name: row[0] for name, row in stored().items()} == {
        district.village_a1.name: "exempt",
        district.township_a.name: "exempt",
    }


def test_a_village_secretary_writes_the_own_unit_only(district):
    village = make_user("village_secretary", district.village_a1)
    write(village, entry(district.village_a1, theme="自己的"))
    assert refusal(village, entry(district.village_a2, theme="别人的")) == "week.scope"
    assert refusal(village, entry(district.village_a1, version=1, is_exempt=True)) == {
        district.village_a1.pk: ["week.exempt"]
    }


def test_the_week_before_is_carried_over(district, secretary):
    unit = district.village_a1
    write(secretary, entry(unit, theme="清河", done="清了河", need="缺人", forces=3), week=LAST)
    assert same_as_last_week(organisation=unit, week=THIS, version=0, by=secretary, at=NOON) == 1
    assert WeeklyReport.objects.of_week(THIS).values_list("theme", "done", "need", "forces").get() == (
        "清河",
        "清了河",
        "缺人",
        3,
    )


def test_nothing_is_carried_over_where_nothing_stood(district, secretary):
    with pytest.raises(ValidationError) as refused:
        same_as_last_week(organisation=district.village_a1, week=THIS, version=0, by=secretary, at=NOON)
    assert refused.value.code == "week.no_last"


def test_what_was_written_under_the_former_superior_is_not_carried_over(district, secretary, staff):
    unit = district.village_a1
    write(secretary, entry(unit, theme="别街乡的事", done="别街乡做的"), week=LAST)
    move_organisation(organisation=unit, parent=district.township_b, on=date(2026, 11, 25), by=staff, at=NOON)
    unit.refresh_from_db()
    other = make_user("township_secretary", district.township_b)
    with pytest.raises(ValidationError) as refused:
        same_as_last_week(organisation=unit, week=THIS, version=0, by=other, at=NOON)
    assert refused.value.code == "week.no_last"
    assert not WeeklyReport.objects.of_week(THIS).exists()


def test_a_quiet_week_leaves_alone_what_was_written(district, secretary):
    a, b = district.village_a1, district.village_a2
    write(secretary, entry(a, theme="清河"))
    assert quiet_week(organisations=[a.pk, b.pk], week=THIS, by=secretary, at=NOON) == 1
    assert stored() == {a.name: ("running", "清河", "", 1), b.name: ("done", "", "", 1)}


def test_a_result_takes_the_place_of_quiet(district, secretary):
    unit = district.village_a1
    write(secretary, entry(unit, is_quiet=True))
    write(secretary, entry(unit, version=1, done="还是有事", is_quiet=True))
    assert WeeklyReport.objects.values_list("state", "is_quiet").get() == ("done", False)


def test_open_weeks_follow_a_unit_that_is_moved_and_earlier_ones_stay(district, secretary, staff):
    unit, old = district.village_a1, district.village_a1.lineage
    write(secretary, entry(unit, theme="上周"), week=LAST)
    write(secretary, entry(unit, theme="本周"))
    write(secretary, entry(district.village_a2, theme="没动的"))
    day = date(2026, 11, 25)
    move_organisation(organisation=unit, parent=district.township_b, on=day, by=staff, at=NOON)
    unit.refresh_from_db()
    rows = {row.theme: row.lineage for row in WeeklyReport.objects.all()}
    assert rows == {"上周": old, "本周": unit.lineage, "没动的": district.village_a2.lineage}


def test_a_unit_merged_in_mid_week_keeps_its_week_in_sight_of_the_other(district, secretary, staff):
    write(secretary, entry(district.village_a1, theme="并入之前"))
    day = date(2026, 11, 25)
    merge_organisation(organisation=district.village_a1, into=district.village_b1, on=day, by=staff, at=NOON)
    receiver = make_user("village_secretary", district.village_b1)
    assert WeeklyReport.objects.visible_to(receiver).values_list("theme", flat=True).get() == "并入之前"
    assert refusal(secretary, entry(district.village_a1, version=1, theme="之后")) == "week.scope"


def test_week_53_and_new_year(district, secretary):
    at = NOON + timedelta(days=37)  # Friday, 1 January 2027: week 53 of 2026
    write(secretary, entry(district.village_a1, theme="跨年"), week=IsoWeek(2026, 53), at=at)
    row = WeeklyReport.objects.get()
    assert (row.iso_year, row.iso_week, row.week.title()) == (2026, 53, "2026年第53周")


def test_29_february_lies_in_a_week_like_any_other(district, secretary):
    at = datetime(2028, 2, 29, 4, tzinfo=UTC)
    write(secretary, entry(district.village_a1, done="闰日"), week=IsoWeek(2028, 9), at=at)
    assert same_as_last_week(organisation=district.village_a1, week=IsoWeek(2028, 10), version=0, by=secretary, at=at)
    assert refusal(secretary, entry(district.village_a1, done="早"), week=IsoWeek(2028, 11), at=at) == "week.future"
    rows = WeeklyReport.objects.order_by("iso_week").values_list("iso_year", "iso_week", "done")
    assert list(rows) == [(2028, 9, "闰日"), (2028, 10, "闰日")]


def test_the_53rd_week_is_carried_over_into_the_first(district, secretary):
    at = NOON + timedelta(days=41)  # Tuesday, 5 January 2027
    write(secretary, entry(district.village_a1, theme="跨年"), week=IsoWeek(2026, 53), at=at)
    assert same_as_last_week(organisation=district.village_a1, week=IsoWeek(2027, 1), version=0, by=secretary, at=at)
    assert set(WeeklyReport.objects.values_list("iso_year", "iso_week")) == {(2026, 53), (2027, 1)}


def test_words_are_stored_alike_however_they_were_typed(district, secretary):
    a, b = district.village_a1, district.village_a2
    said = {"theme": " 清　河 ", "done": "清了河\r\n\r\n 植了树", "need": "无", "next_week": "—"}
    write(secretary, entry(a, **said), entry(b, done="本周无重点事项。", need="缺人"))
    rows = WeeklyReport.objects.order_by("lineage").values_list("theme", "done", "need", "next_week", "is_quiet")
    assert list(rows) == [("清 河", "清了河\n植了树", "", "", False), ("", "", "缺人", "", True)]


def test_a_week_that_a_former_superior_wrote_is_not_overwritten(district, staff, secretary):
    write(secretary, entry(district.village_a1, theme="清河"), week=LAST)
    move_organisation(organisation=district.village_a1, parent=district.township_b, on=TODAY, by=staff, at=NOON)
    other = make_user("township_secretary", district.township_b)
    with pytest.raises(ValidationError) as refused:
        write(other, entry(district.village_a1, version=1, theme="改写"), week=LAST)
    assert [one.code for one in refused.value.error_dict[str(district.village_a1.pk)]] == ["week.elsewhere"]
    assert stored(LAST)["松涛社区团支部"][1] == "清河"
