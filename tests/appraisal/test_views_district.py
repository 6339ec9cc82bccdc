"""The pages of the 区综合考核: for the district, and for a unit, which sees its own and no ranking."""

import re
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from appraisal.choices import DistrictState
from appraisal.models import AppraisedUnit, DistrictAppraisal, DistrictResult, UnitObjection, UnitPoints
from appraisal.services.cycles import prepare_cycle
from appraisal.services.district.objections import raise_objection
from appraisal.services.district.scoring import start_scoring
from tests.appraisal.conftest import NOON, YEAR, fresh
from tests.appraisal.districts import (
    ITEMS,
    current,
    feed,
    issue,
    points_of,
    prepare,
    rate,
    score,
    step,
    unit_of,
)
from tests.factories import make_user
from tests.linkage.conftest import at, main, plain_files
from youthleague.audit.models import AuditEvent

__all__ = ["plain_files"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_files")]


@pytest.fixture
def secretary(district):
    return make_user("township_secretary", district.township_a)


@pytest.fixture
def issued(prepared, district, staff, secretary):
    return issue(prepared, district, staff)


@pytest.fixture
def fed(prepared, district, staff, secretary):
    """Told to the units today, whatever day it is."""
    row = feed(prepared, district, staff, secretary)
    DistrictAppraisal.objects.update(last_day=NOON.date() + timedelta(days=36_500))
    return fresh(row)


def url(name="appraisal-district", *rest):
    return reverse(name, args=[YEAR, *rest])


def text(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main(answer)))


def take(user, action, name="appraisal-district-step"):
    args = [] if name == "appraisal-district-report" else [action]
    return at(user).post(url(name, *args), {"version": current().version}, follow=True)


# ---- the table ------------------------------------------------------------------------
def test_it_is_set_up_from_nothing_or_as_the_last_one(prepared, staff, leader, district):
    shown = text(at(staff).get(url()))
    assert "还没有建立区综合考核" in shown
    assert "从空表建立" in shown
    assert "从空表建立" not in text(at(leader).get(url()))
    assert at(leader).post(url("appraisal-district-prepare")).status_code == 403
    shown = text(at(staff).post(url("appraisal-district-prepare"), follow=True))
    assert ("还没有指标" in shown, "还没有选定受考单位" in shown) == (True, True)
    at(staff).post(url("appraisal-district-prepare"), follow=True)
    assert DistrictAppraisal.objects.count() == 1
    prepare_cycle(year=YEAR + 1, by=staff, at=NOON)
    page = reverse("appraisal-district", args=[YEAR + 1])
    assert "照2026年度建立" in text(at(staff).get(page))
    at(staff).post(reverse("appraisal-district-prepare", args=[YEAR + 1]) + "?like=2026")
    assert DistrictAppraisal.objects.count() == 2


def items_data(*rows):
    """Give what the form of indicators sends."""
    data = {"version": current().version}
    for number, row in enumerate(rows, start=1):
        data |= {
            f"i{number}-{name}": value
            for name, value in zip(("title", "how", "maximum", "figure", "target"), row, strict=True)
        }
    return data


def test_indicators_are_written_with_what_is_wrong_beside_them(prepared, staff, district):
    prepare(prepared, district, staff, ())
    page = url("appraisal-district-items")
    shown = at(staff).get(page).text
    assert shown.count('class="dis-item') == 6
    answer = at(staff).post(page, items_data(("指标甲", "", "40", "", ""), ("", "", "", "", "")))
    assert "请写明评分办法。" in answer.text
    answer = at(staff).post(page, items_data(("指标甲", "办法", "4x", "", "")))
    assert "满分请填写 1 至 100 的整数。" in answer.text
    answer = at(staff).post(page, items_data(("指标甲", "办法", "40", "roster.two_committee_permille", "")))
    assert "取数的指标要有目标值" in answer.text
    assert not current().items.exists()
    rows = (
        ("指标甲", "办法", "40", "roster.two_committee_permille", "90.5"),
        ("", "", "", "", ""),
        ("乙", "办", "60", "", ""),
    )
    answer = at(staff).post(page, items_data(*rows), follow=True)
    assert "指标已保存。" in answer.text
    assert list(current().items.values_list("position", "title", "maximum", "target")) == [
        (1, "指标甲", 40, 90_500),
        (2, "乙", 60, 0),
    ]
    assert "系统取数：村（社区）书记由“两委”兼任占比，目标 90.5%" in text(answer)


def test_units_are_ticked_and_the_table_is_issued(prepared, staff, leader, secretary, district):
    row = prepare(prepared, district, staff)
    page = url("appraisal-district-units")
    assert main(at(staff).get(page)).count("form-check-input") == 2
    data = {"version": current().version, "units": [district.village_a1.pk]}
    assert "名单已有变化" in at(staff).post(page, data).text
    data["units"] = [district.township_a.pk]
    assert "受考单位已保存。" in at(staff).post(page, data, follow=True).text
    assert row.units.count() == 1
    assert at(leader).post(url("appraisal-district-step", "issue")).status_code == 403
    assert at(staff).post(url("appraisal-district-step", "x")).status_code == 404
    assert "已进入“单位自评”" in take(staff, "issue").text
    assert "不能这样办理" in take(staff, "issue").text
    assert "指标已经下达" in at(staff).get(page).text
    assert "指标已经下达" in at(staff).get(url("appraisal-district-items")).text
    shown = text(at(staff).get(url()))
    assert ("没有提交自评 1 个单位" in shown, "未自评" in shown) == (True, True)


# ---- a unit ---------------------------------------------------------------------------
def rating_data(unit, *rows, **more):
    keys = [row.item_id for row in points_of(unit.appraisal, unit.organisation).values()]
    data = {"version": fresh(unit).version, **more}
    for key, (points, ground) in zip(keys, rows, strict=True):
        data |= {f"p{key}": points, f"g{key}": ground}
    return data


def test_a_unit_rates_itself_with_a_draft_that_saves_itself(issued, secretary, staff, district):
    unit = unit_of(issued, district.township_a)
    page = reverse("appraisal-unit", args=[unit.pk])
    assert "请自评" in text(at(secretary).get(reverse("appraisal-units")))
    saved = at(secretary).post(page, rating_data(unit, ("38.5", ""), ("", "")), HTTP_X_AUTOSAVE="1")
    assert saved.json()["version"] == 2
    assert "38.50" not in text(at(staff).get(reverse("appraisal-district-unit", args=[unit.pk])))  # a draft is its own
    stale = rating_data(unit, ("1", ""), ("", "")) | {"version": 1}
    assert at(secretary).post(page, stale, HTTP_X_AUTOSAVE="1").status_code == 409
    assert at(secretary).post(page, stale).status_code == 409
    refused = at(secretary).post(page, rating_data(unit, ("41", ""), ("", "")), HTTP_X_AUTOSAVE="1")
    assert (refused.status_code, refused.json()["refused"]) == (422, "得分请填写 0 至 40 的数，最多 2 位小数。")
    answer = at(secretary).post(page, rating_data(unit, ("38.5", "台账"), ("50", ""), **{"hand-in": "1"}))
    assert "请用一句话写明得分的依据。" in answer.text
    assert fresh(unit).handed_in_at is None
    assert "草稿已保存" in at(secretary).post(page, rating_data(unit, ("38.5", "台账"), ("50", "")), follow=True).text
    data = rating_data(unit, ("38.5", "台账"), ("50", "台账"), **{"hand-in": "1"})
    shown = text(at(secretary).post(page, data, follow=True))
    assert ("自评已经提交" in shown, "88.50" in shown, "核定得分" in shown) == (True, True, False)
    assert "已提交，等核分" in text(at(secretary).get(reverse("appraisal-units")))
    assert "自评已经提交，不能再改" in at(secretary).post(page, data | {"version": fresh(unit).version}).text


def test_a_unit_sees_its_own_only_and_no_ranking(fed, secretary, district, staff):
    a, b = (unit_of(fed, one) for one in (district.township_a, district.township_b))
    assert at(secretary).get(reverse("appraisal-unit", args=[b.pk])).status_code == 404
    shown = text(at(secretary).get(reverse("appraisal-unit", args=[a.pk])))
    for wanted in ("88.00", "8.80", "总考核的 10%", "理由：次数不足", "提出异议"):
        assert wanted in shown
    assert district.township_b.name not in shown
    assert "位次" not in shown
    for name in ("appraisal-district", "appraisal-district-file"):
        assert at(secretary).get(url(name)).status_code == 403


def test_a_unit_objects_and_a_leader_answers(fed, secretary, leader, staff, district):
    unit = unit_of(fed, district.township_a)
    page = reverse("appraisal-unit-object", args=[unit.pk, 2])
    assert "评分办法" in text(at(secretary).get(page))
    assert at(secretary).get(reverse("appraisal-unit-object", args=[unit.pk, 9])).status_code == 404
    assert "请填写异议和依据。" in at(secretary).post(page, {"text": ""}).text
    shown = text(at(secretary).post(page, {"text": "附佐证三份"}, follow=True))
    assert "异议待答复" in shown
    assert "只能提出一次" in at(secretary).post(page, {"text": "再提"}).text
    assert "异议 1 条待答复" in text(at(leader).get(url()))
    office = reverse("appraisal-district-unit", args=[unit.pk])
    answer = reverse("appraisal-objection", args=[UnitObjection.objects.get().pk])
    assert (answer in at(leader).get(office).text, answer in at(staff).get(office).text) == (True, False)
    data = {"outcome": "corrected", "points": "61", "reason": "属实"}
    assert "0 至 60 的数" in at(leader).post(answer, data).text
    shown = text(at(leader).post(answer, data | {"points": "55"}, follow=True))
    assert ("异议：已更正" in shown, "93.00" in shown) == (True, True)
    assert "已经答复" in at(leader).post(answer, data | {"points": "56"}).text


def test_what_a_unit_without_an_account_sent_is_entered_for_it(issued, staff, secretary, district):
    a, b = (unit_of(issued, one) for one in (district.township_a, district.township_b))
    assert at(staff).get(reverse("appraisal-district-rate", args=[a.pk])).status_code == 403
    office = at(staff).get(reverse("appraisal-district-unit", args=[b.pk])).text
    page = reverse("appraisal-district-rate", args=[b.pk])
    assert page in office
    data = rating_data(b, ("30", "纸质"), ("40", "纸质"), **{"hand-in": "1"})
    assert "（登记书面）" in text(at(staff).post(page, data, follow=True))
    step(start_scoring, issued, staff)
    score(
        issued,
        staff,
        {(district.township_b, number): points_of(issued, district.township_b)[number].own for number in (1, 2)},
    )
    DistrictAppraisal.objects.update(state="objections", last_day=NOON.date() + timedelta(days=36_500))
    page = reverse("appraisal-district-object", args=[b.pk, 1])
    assert page in at(staff).get(reverse("appraisal-district-unit", args=[b.pk])).text
    assert "异议待答复" in text(at(staff).post(page, {"text": "来函"}, follow=True))
    assert at(staff).get(reverse("appraisal-district-object", args=[a.pk, 1])).status_code == 403


# ---- 核分 -----------------------------------------------------------------------------
def sent(user, position, data):
    page = at(user).get(url("appraisal-district-scores", position)).text
    seen = dict(re.findall(r'name="(u\d+-version)" value="(\d+)"', page))
    stored = dict(re.findall(r'name="(u\d+-(?:points|reason))" value="([^"]*)"', page))
    return at(user).post(url("appraisal-district-enter", position), {**seen, **stored, **data}, follow=True)


def test_points_are_typed_into_a_grid_of_all_units(issued, staff, leader, secretary, district):
    a, b = (unit_of(issued, one) for one in (district.township_a, district.township_b))
    assert "现在只能查看" in at(staff).get(url("appraisal-district-scores", 1)).text
    rate(issued, district.township_a, secretary, 38_000, 55_500)
    step(start_scoring, issued, staff)
    assert 'name="u' not in at(leader).get(url("appraisal-district-scores", 1)).text
    assert at(staff).get(url("appraisal-district-scores", 9)).status_code == 404
    answer = sent(staff, 1, {f"u{a.pk}-points": "37", f"u{b.pk}-points": "30"})
    assert "与自评不一致，请写明理由。" in answer.text
    assert "一行也没有保存" in answer.text
    assert "得分请填写 0 至 40 的数" in sent(staff, 1, {f"u{b.pk}-points": "40.5"}).text
    assert "理由最多 200 个字。" in sent(staff, 1, {f"u{b.pk}-points": "40", f"u{b.pk}-reason": "长" * 201}).text
    assert "没有改动。" in sent(staff, 1, {}).text
    told = {f"u{a.pk}-points": "37", f"u{a.pk}-reason": "少一个", f"u{b.pk}-points": "30"}
    assert "已保存 2 个单位的得分。" in sent(staff, 1, told).text
    assert [row.points for row in UnitPoints.objects.filter(item__position=1).order_by("unit__lineage")] == [
        37_000,
        30_000,
    ]
    stale = {f"u{a.pk}-version": "1", f"u{a.pk}-points": "36", f"u{a.pk}-reason": "改"}
    assert "已有变动" in sent(staff, 1, stale).text
    shown = text(at(staff).get(url("appraisal-district-scores", 2)))
    assert "空着的 1 个照自评" in shown
    assert "1 个单位照自评核分。" in at(staff).post(url("appraisal-district-adopt", 2), follow=True).text
    assert "没有空着、又提交了自评的单位。" in at(staff).post(url("appraisal-district-adopt", 2), follow=True).text
    assert "没有核分 1 项" in text(at(staff).get(url()))
    assert "不能反馈" in take(staff, "feed-back").text


def test_points_are_given_while_they_are_scored_only(fed, staff):
    assert "不能这样办理" in at(staff).post(url("appraisal-district-adopt", 1), follow=True).text
    unit = AppraisedUnit.objects.first()
    data = {f"u{unit.pk}-version": "1", f"u{unit.pk}-points": "1", f"u{unit.pk}-reason": "改"}
    assert "不能这样办理" in at(staff).post(url("appraisal-district-enter", 1), data).text


# ---- the report -----------------------------------------------------------------------
def test_the_district_sorts_units_and_a_leader_reports(fed, staff, leader, district):
    a, b = district.township_a.name, district.township_b.name
    for query in ("", "?sort=-score", "?sort=score", "?sort=-name", "?sort=own", "?sort=x"):
        shown = text(at(staff).get(url() + query))
        is_turned = query == "?sort=score" or (query == "?sort=-name" and b > a)
        assert (shown.index(b) < shown.index(a)) == is_turned, query
    assert 'aria-sort="descending"' in at(staff).get(url() + "?sort=-score").text
    assert take(staff, "", "appraisal-district-report").status_code == 403
    assert "还没有过" in take(leader, "", "appraisal-district-report").text
    DistrictAppraisal.objects.update(last_day=date(2000, 1, 1))
    shown = text(take(leader, "", "appraisal-district-report"))
    assert ("已报区考核办" in shown, "核对一致" in shown) == (True, True)
    DistrictResult.objects.update(converted=1_000)  # a hand in the database
    assert "与现在的结果不一致" in text(at(staff).get(url()))


def test_the_file_has_a_line_a_unit_and_sheets_of_points_and_indicators(fed, staff, leader, district):
    answer = at(leader).get(url("appraisal-district-file"))
    book = load_workbook(BytesIO(answer.content))
    assert book.sheetnames[:3] == ["2026年度区综合考核共青团工作赋分表（未上报）", "逐项得分", "指标"]
    rows = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    assert rows[1] == ["受考单位", "得分", "比重", "基数", "折算分"]
    assert rows[2] == [district.township_a.name, "88.00", "10%", "总考核", "8.80"]
    assert rows[3] == [district.township_b.name, "70.05", "10%", "总考核", "7.01"]
    assert "异议期内，未上报" in rows[4][0]
    points = [[cell.value for cell in row] for row in book.worksheets[1].iter_rows()]
    assert points[1:3] == [
        ["受考单位", "1. 基层组织建设（40）", "2. 青年服务（60）"],
        [district.township_a.name, "38.00", "50.00"],
    ]
    items = [[cell.value for cell in row] for row in book.worksheets[2].iter_rows()]
    assert items[2][:4] == ["1", ITEMS[0].title, "40", ITEMS[0].how]
    event = AuditEvent.objects.get(action="list.export")
    assert (event.facts["list"], event.facts["rows"]) == ("appraisal-district", 2)
    DistrictAppraisal.objects.update(state="scoring")
    assert at(leader).get(url("appraisal-district-file")).status_code == 404


@pytest.mark.parametrize("state", list(DistrictState))
def test_every_state_has_its_next_step_and_its_page_for_a_unit(fed, staff, leader, secretary, district, state):
    raise_objection(points=points_of(fed, district.township_a)[1], text="依据", by=secretary, at=NOON)
    DistrictAppraisal.objects.update(state=state)
    for user in (staff, leader):
        assert "下一步" in text(at(user).get(url()))
    unit = unit_of(fed, district.township_a)
    answer = at(secretary).get(reverse("appraisal-unit", args=[unit.pk]))
    assert answer.status_code == (404 if state == DistrictState.DRAFT else 200)
    assert at(secretary).get(reverse("appraisal-units")).status_code == 200


def test_the_workbench_tells_a_unit_and_a_leader_what_waits_for_them(fed, secretary, leader, staff, district):
    home = reverse("workbench")
    assert "区综合考核自评" not in text(at(secretary).get(home))
    raise_objection(points=points_of(fed, district.township_a)[1], text="依据", by=secretary, at=NOON)
    assert "2026年度区综合考核的异议 1 条" in text(at(leader).get(home))
    DistrictAppraisal.objects.update(state="self-rating")
    AppraisedUnit.objects.update(handed_in_at=None)
    shown = text(at(secretary).get(home))
    assert ("2026年度区综合考核自评" in shown, "待提交" in shown) == (True, True)
