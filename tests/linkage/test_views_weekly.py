"""Pages of the weekly linkage."""

import pytest
from django.utils import timezone

from linkage.models import WeeklyReport
from linkage.services.weekly import report_weeks
from tests.factories import make_organisation, make_user
from tests.linkage.conftest import entry
from youthleague.kernel.weeks import IsoWeek

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_files")]


@pytest.fixture
def this():
    return IsoWeek.of(timezone.localdate())


@pytest.fixture
def page(this):
    return f"/weeks/{this}/"


@pytest.fixture
def desk(client, secretary):
    client.force_login(secretary)
    return client


def test_the_grid_of_a_township_is_filled_and_saved_at_once(desk, district, page, this):
    a, b = district.village_a1, district.village_a2
    shown = desk.get(page).text
    assert all(unit.name in shown for unit in (district.township_a, a, b))
    assert district.village_b1.name not in shown
    data = {f"u{a.pk}-theme": "清河", f"u{a.pk}-done": "清了河", f"u{a.pk}-forces": "12", f"u{b.pk}-is_quiet": "on"}
    assert desk.post(f"{page}report/", data).status_code == 302
    rows = WeeklyReport.objects.of_week(this).values_list("organisation_id", "theme", "state", "forces")
    assert set(rows) == {(a.pk, "清河", "done", 12), (b.pk, "", "done", None)}


def test_a_wrong_row_is_told_beside_it_and_nothing_is_saved(desk, district, page):
    a, b = district.village_a1, district.village_a2
    data = {f"u{a.pk}-done": "一\n二\n三\n四", f"u{b.pk}-theme": "好", f"u{b.pk}-forces": "-1"}
    answer = desk.post(f"{page}report/", data)
    assert ("请填写不小于零的整数" in answer.text, WeeklyReport.objects.exists()) == (True, False)
    answer = desk.post(f"{page}report/", {**data, f"u{b.pk}-forces": "1"})
    assert ("最多写 3 行" in answer.text, "好" in answer.text, WeeklyReport.objects.exists()) == (True, True, False)


def test_one_click_for_all_that_is_left(desk, district, page, secretary, this):
    report_weeks(week=this, entries=[entry(district.village_a1, theme="清河")], by=secretary, at=timezone.now())
    desk.post(f"{page}report/", {"quiet": "all"})
    states = dict(WeeklyReport.objects.of_week(this).values_list("organisation__name", "state"))
    assert states == {
        district.township_a.name: "done",
        district.village_a1.name: "running",
        district.village_a2.name: "done",
    }


def test_same_as_last_week_by_one_click(desk, district, page, secretary, this):
    said = entry(district.village_a1, theme="清河", done="清了河")
    report_weeks(week=this.previous(), entries=[said], by=secretary, at=timezone.now())
    desk.post(f"{page}report/", {"same": f"{district.village_a1.pk}"})
    assert WeeklyReport.objects.of_week(this).values_list("theme", "done").get() == ("清河", "清了河")
    answer = desk.post(f"{page}report/", {"same": f"{district.village_a2.pk}"})
    assert "上一周没有填写" in answer.text
    assert desk.post(f"{page}report/", {"same": f"{district.village_b1.pk}"}).status_code == 404


def test_what_was_typed_is_saved_with_a_click_on_another_row(desk, district, page, secretary, this):
    a, b, top = district.village_a1, district.village_a2, district.township_a
    said = entry(b, theme="清河", done="清了河")
    report_weeks(week=this.previous(), entries=[said], by=secretary, at=timezone.now())
    typed = {f"u{a.pk}-done": "植了树\r\n浇了水", f"u{a.pk}-forces": "3"}
    answer = desk.post(f"{page}report/", {**typed, "same": f"{b.pk}"}, follow=True)
    assert "已保存 2 个团组织" in answer.text
    rows = WeeklyReport.objects.of_week(this).order_by("lineage")
    assert list(rows.values_list("organisation", "done")) == [(a.pk, "植了树\n浇了水"), (b.pk, "清了河")]
    typed = {f"u{a.pk}-done": "植了树", f"u{a.pk}-version": "1", f"u{b.pk}-done": "清了河", f"u{b.pk}-version": "1"}
    desk.post(f"{page}report/", {**typed, f"u{b.pk}-theme": "清河", f"u{top.pk}-theme": "开会", "quiet": "all"})
    assert list(rows.values_list("organisation", "done", "theme", "is_quiet")) == [
        (top.pk, "", "开会", False),
        (a.pk, "植了树", "", False),
        (b.pk, "清了河", "清河", False),
    ]


def test_the_rest_is_quiet_and_what_was_typed_is_not(desk, district, page, this):
    a, b = district.village_a1, district.village_a2
    desk.post(f"{page}report/", {f"u{a.pk}-theme": "清河", f"u{b.pk}-theme": "改了主意", "quiet": f"{b.pk}"})
    rows = dict(WeeklyReport.objects.of_week(this).values_list("organisation", "theme"))
    assert rows == {a.pk: "清河", b.pk: ""}


def test_a_click_saves_nothing_beside_a_row_that_cannot_be_read(desk, district, page):
    a, b = district.village_a1, district.village_a2
    answer = desk.post(f"{page}report/", {f"u{a.pk}-forces": "三", f"u{a.pk}-theme": "清河", "quiet": f"{b.pk}"})
    assert ("请填写不小于零的整数" in answer.text, "清河" in answer.text) == (True, True)
    assert not WeeklyReport.objects.exists()


def test_what_was_saved_meanwhile_is_shown_and_not_overwritten(desk, district, page, this, staff):
    unit = district.village_a1
    report_weeks(week=this, entries=[entry(unit, theme="先写的")], by=staff, at=timezone.now())
    answer = desk.post(f"{page}report/", {f"u{unit.pk}-theme": "后写的", f"u{unit.pk}-version": "0"})
    assert "已被别人改动" in answer.text
    assert WeeklyReport.objects.get().theme == "先写的"


@pytest.mark.parametrize("week", ["2026-W54", "2025-W53", "2026-W00", "2026-48", "x"])
def test_a_week_that_does_not_exist_is_not_found(desk, week):
    assert desk.get(f"/weeks/{week}/").status_code == 404


@pytest.mark.parametrize("asked", ["village_b1", "township_b", "top"])
def test_a_foreign_unit_does_not_exist(desk, district, page, asked):
    unit = getattr(district, asked)
    assert [desk.get(f"{path}?unit={unit.pk}").status_code for path in (page, "/weeks/")] == [404, 404]
    assert desk.post(f"{page}report/?unit={unit.pk}", {"quiet": "all"}).status_code == 404
    assert not WeeklyReport.objects.exists()


def test_a_leader_reads_and_does_not_write(client, district, page):
    client.force_login(make_user("leader", district.top))
    shown = client.get(f"{page}?unit={district.township_a.pk}").text
    assert (district.village_a1.name in shown, "与上周相同" in shown, "保存" in shown) == (True, False, False)
    assert client.post(f"{page}report/?unit={district.township_a.pk}", {"quiet": "all"}).status_code == 403
    assert not WeeklyReport.objects.exists()


def test_the_grid_leads_to_the_sheet(desk, client, district, page, this):
    unit = district.township_a
    upload = f"/sheets/weeks/upload/?unit={unit.pk}"
    shown, before = desk.get(page).text, desk.get(f"/weeks/{this.previous()}/").text
    assert (upload in shown, "/sheets/weeks/update-template/" in shown) == (True, True)
    assert (upload in before, "/sheets/weeks/update-template/" in before) == (True, False)
    file = desk.post("/sheets/weeks/update-template/", {"organisation": f"{unit.pk}"})
    assert file.headers["Content-Type"].startswith("application/vnd.openxmlformats")
    assert desk.get(upload).status_code == 200
    client.force_login(make_user("leader", district.top))
    assert "/sheets/weeks/" not in client.get(f"{page}?unit={unit.pk}").text


def test_the_district_sees_its_townships_and_opens_one(client, district, staff):
    client.force_login(staff)
    shown = client.get("/weeks/").text
    assert (district.township_a.name in shown, district.village_a1.name in shown) == (True, False)
    assert f"/weeks/?unit={district.township_a.pk}" in shown


def test_an_account_without_the_roster_is_refused(client, district, page):
    client.force_login(make_user("auditor", district.top))
    assert [client.get(path).status_code for path in (page, "/weeks/")] == [403, 403]


@pytest.mark.parametrize("villages", [1, 30])
def test_the_number_of_queries_does_not_grow(client, district, page, villages, django_assert_num_queries):
    for number in range(villages):
        make_organisation(f"村{number}团支部", district.township_a, 5, "village")
    client.force_login(make_user("township_secretary", district.township_a))
    client.get(page)
    with django_assert_num_queries(11):
        client.get(page)
