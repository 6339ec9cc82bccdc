"""Which week of which unit a row of a 周报 means, and what the rules say of it."""

from datetime import date

import openpyxl
import pytest

from linkage.models import WeeklyReport
from orgs.models import Organisation
from orgs.services import merge_organisation, move_organisation
from tests.factories import NOW, make_user
from tests.linkage.conftest import LAST, THIS, entry, write
from tests.linkage.week_sheets import A1, A2, checked_file, checked_weeks, reports, saved, week_row
from tests.orgs.unit_sheets import changes, found, loaded
from youthleague.sheets.services.kinds import all_kinds
from youthleague.sheets.services.moving import context_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def check(district, secretary):
    """Check rows of township A, or of another unit; nothing is changed by it."""

    def checking(*rows, unit=None, by=None):
        before = reports()
        batch = checked_weeks(rows, unit or district.township_a, by or secretary)
        assert reports() == before
        return batch

    return checking


# ---- what is meant ------------------------------------------------------------------
@pytest.mark.parametrize(
    "week", ["2026-W48", "2026年第48周", "第48周", 48, "48", date(2026, 11, 27), "2026.11.29", "第48周（11.23—11.29）"]
)
def test_a_week_is_read_as_people_write_it(check, district, week):
    [row] = loaded(check(week_row(week=week, done="清了河")))
    assert (row.values["week"], row.values["organisation"]) == (THIS, district.village_a1.pk)
    assert (row.change.value, row.errors) == ("new", [])


@pytest.mark.parametrize(
    ("cells", "codes"),
    [
        ({"week": "2026年第50周"}, ["week:week.future"]),
        ({"week": "2026年第43周"}, ["week:week.past"]),
        ({"week": "2025年第53周"}, ["week:week.none"]),
        ({"week": "上周"}, ["week:week.format"]),
        ({"week": None}, ["week:column.required"]),
        ({"organisation": None}, ["organisation:column.required"]),
        ({"done": "一\n二\n三\n四"}, ["done:week.lines"]),
        ({"done": None}, ["done:week.nothing"]),
        ({"done": "—"}, ["done:week.nothing"]),
        ({"done": None, "is_quiet": "否"}, ["done:week.nothing"]),
        ({"done": "字" * 301}, ["done:column.too_long"]),
        ({"theme": "字" * 61}, ["theme:column.too_long"]),
        ({"forces": "十人"}, ["forces:integer.format"]),
        ({"youth_served": 1_000_001}, ["youth_served:integer.range"]),
        ({"is_quiet": "也许"}, ["is_quiet:choice.unknown"]),
    ],
)
def test_what_may_not_be_is_refused(check, cells, codes):
    assert found(check(week_row(**{"done": "清了河"} | cells))) == [codes]


def test_weeks_around_new_year(check):
    rows = [week_row(week=week, done="好") for week in ("第47周", "第44周", "第49周", "2026年第53周", 1)]
    codes = found(check(*rows))
    assert codes == [[], [], [], ["week:week.future"], ["week:week.future"]]


@pytest.mark.parametrize(
    "cells",
    [
        {"done": "本周无重点事项"},
        {"done": " 本周无重点事项。"},
        {"done": "无重点事项"},
        {"is_quiet": "是"},
        {"is_quiet": "√"},
    ],
)
def test_a_quiet_week_is_said_in_words_or_in_its_column(check, cells):
    batch = check(week_row(**cells))
    assert (found(batch), changes(batch)) == ([[]], ["new"])


def test_a_result_is_no_quiet_week(check):
    batch = check(week_row(done="清了河", is_quiet="是"))
    assert (found(batch), found(batch, blocking=False)) == ([[]], [["is_quiet:week.not_quiet"]])


def test_the_same_week_of_a_unit_stands_once_in_a_file(check):
    batch = check(
        week_row(done="一"), week_row(week=48, done="二"), week_row(A2, done="三"), week_row(week=47, done="四")
    )
    assert found(batch) == [[], ["week:row.duplicate"], [], []]


# ---- the scope -----------------------------------------------------------------------
def test_foreign_and_unknown_units_are_told_in_one_sentence(check, district, staff):
    write(staff, entry(district.village_b1, theme="别街乡的事"))
    batch = check(
        week_row("石井村团支部", done="一"), week_row("没有的团支部", done="一"), week_row("柳溪镇团委", done="一")
    )
    assert found(batch) == [["organisation:organisation.unknown"]] * 3
    assert len({one.finding.sentence for row in loaded(batch) for one in row.errors}) == 1


def test_a_village_secretary_fills_in_her_own_unit(check, district):
    village = make_user("village_secretary", district.village_a1)
    batch = check(week_row(done="一"), week_row(A2, done="二"), unit=district.village_a1, by=village)
    assert found(batch) == [[], ["organisation:organisation.unknown"]]


def test_a_unit_that_was_merged_away_is_no_unit_any_more(check, district, staff):
    day = date(2026, 11, 23)
    merge_organisation(organisation=district.village_a2, into=district.village_a1, on=day, by=staff, at=NOW)
    assert found(check(week_row(A2, done="一"))) == [["organisation:organisation.unknown"]]


def test_a_week_written_under_the_former_superior_is_out_of_reach(check, district, secretary, staff):
    write(secretary, entry(district.village_a1, done="别街乡做的"), week=LAST)
    day = date(2026, 11, 23)
    move_organisation(organisation=district.village_a1, parent=district.township_b, on=day, by=staff, at=NOW)
    other = make_user("township_secretary", district.township_b)
    batch = check(
        week_row(A1, week=47, done="一"), week_row(A1, week=48, done="一"), unit=district.township_b, by=other
    )
    assert found(batch) == [["week:week.elsewhere"], []]
    assert "别街乡做的" not in str([row.differences for row in loaded(batch)])


# ---- compared with what is on file -------------------------------------------------------
def test_what_is_on_file_is_compared_cell_by_cell(check, district, secretary):
    write(secretary, entry(district.village_a1, theme="清河", done="清了河", forces=3, need="缺人"))
    write(secretary, entry(district.village_a2, is_quiet=True))
    batch = check(
        week_row(done="清了河\n植了树", forces=3, need="-", next_week="植树"),
        week_row(A2, done=None),
        week_row(A2, week=49, theme="下周的"),
    )
    first = loaded(batch)[0]
    assert [(one.column, one.old, one.new) for one in first.differences] == [
        ("done", "清了河", "清了河\n植了树"),
        ("need", "缺人", ""),
        ("next_week", "", "植树"),
    ]
    assert (changes(batch), found(batch)) == (["changed", "same", "new"], [[], [], []])


def test_what_empties_a_week_is_refused(check, district, secretary):
    write(secretary, entry(district.village_a1, theme="清河"))
    assert found(check(week_row(theme="-"))) == [["done:week.nothing"]]


def test_what_was_excused_is_no_longer_so_once_it_is_filled_in(check, district, secretary):
    write(secretary, entry(district.village_a1, is_exempt=True), entry(district.village_a2, is_exempt=True))
    batch = check(week_row(done="还是做了"), week_row(A2))
    assert (changes(batch), found(batch, blocking=False)) == (["changed", "same"], [["week:week.excused"], []])


def test_lines_of_a_form_and_of_a_cell_are_the_same_lines(check, district, secretary):
    row = WeeklyReport.objects.create(
        organisation=district.village_a1,
        lineage=district.village_a1.lineage,
        iso_year=2026,
        iso_week=48,
        state="done",
        done=" 清了河\r\n\r\n植了树 ",
        reported_by=secretary,
        reported_at=NOW,
    )
    batch = check(week_row(done="清了河\n植了树"))
    assert (changes(batch), row.version) == (["same"], 1)


# ---- what the file leaves out -----------------------------------------------------------
def test_units_that_a_file_leaves_out_are_named_by_week(check, district, secretary, staff):
    write(staff, entry(district.village_b1, theme="别街乡的事"))
    write(secretary, entry(district.township_a, theme="已经填了"))
    batch = check(week_row(done="一"), week_row(week=43, done="太早"))
    kind = all_kinds()["weeks"]
    context = context_for(batch, kind, NOW)
    words = kind.describe_absent(batch.layout["absent"], context)
    assert [(one.pk, one.title, one.detail) for one in words] == [
        ("2026-W48", district.township_a.name, "2026年第48周，进行中"),
        ("2026-W48", A2, "2026年第48周，还没有填写"),
    ]
    assert kind.describe_absent([1, 47], context) == []


def test_too_many_lines_are_mended_in_a_box_of_lines(check, client, plain_files, district, secretary):
    batch = check(week_row(done="一\n二\n三\n四"))
    client.force_login(secretary, backend="orgs.backends.RoleBackend")
    page = f"/sheets/batches/{batch.pk}/"
    shown = client.get(page)
    [line] = shown.context["rows"].lines
    assert (line.name, line.unit, line.faults[0].control.has_lines) == (A1, "2026年第48周", True)
    assert "一\n二\n三\n四</textarea>" in shown.text
    client.post(f"{page}rows/2/cells/done/fix/", {"seen": line.seen, "text": "一\r\n二\r\n三、四"})
    [row] = loaded(batch)
    assert (row.values["done"], row.errors) == ("一\n二\n三、四", [])


# ---- files as people have them -------------------------------------------------------------
def table(rows, header=("序号", "周次", "单位", "本周主要工作", "投入力量（人次）", "服务青年（人次）")):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["青禾街道周周联动情况表（第48周）"])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(header))
    for row in (header, *rows):
        sheet.append(list(row))
    return book


def test_a_title_over_the_table_and_totals_below_are_no_rows(district, secretary):
    book = table(
        [
            (1, "第48周", A1, "清了河\n植了树", 12, 40),
            (2, "第48周", "长荷社区", "本周无重点事项", None, None),
            ("合计", None, None, None, 12, 40),
            ("填报人：某某", None, None, None, None, None),
        ]
    )
    batch = checked_file(saved(book), district.township_a, secretary)
    assert (changes(batch), found(batch)) == (["new", "new"], [[], []])
    assert loaded(batch)[0].values["done"] == "清了河\n植了树"


def test_headers_in_two_rows(district, secretary):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["周次", "团组织", "本周情况", None, "人次", None, "问题和需求", "下周计划"])
    sheet.append([None, None, "本周主题", "主要工作", "投入力量", "服务青年", None, None])
    for cells in ("A1:A2", "B1:B2", "C1:D1", "E1:F1", "G1:G2", "H1:H2"):
        sheet.merge_cells(cells)
    sheet.append([48, A1, "清河", "清了河", 12, 40, "缺人", "植树"])
    sheet.append(["合计", None, None, None, 12, 40, None, None])
    batch = checked_file(saved(book), district.township_a, secretary)
    assert (changes(batch), found(batch)) == (["new"], [[]])
    values = loaded(batch)[0].values
    assert {name: values[name] for name in values if name not in {"week", "organisation"}} == {
        "theme": "清河",
        "done": "清了河",
        "forces": 12,
        "youth_served": 40,
        "need": "缺人",
        "next_week": "植树",
    }


def test_a_file_of_comma_separated_values(district, secretary):
    text = f'周次,单位,本周工作\n第48周,{A1},"清了河\n植了树"\n第48周,{A2},本周无重点事项\n'
    batch = checked_file(text.encode("gb18030"), district.township_a, secretary, "周报.csv")
    assert (changes(batch), found(batch)) == (["new", "new"], [[], []])
    assert Organisation.objects.get(pk=loaded(batch)[1].values["organisation"]).name == A2
