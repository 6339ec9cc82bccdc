"""Finding the header among the first rows of a sheet."""

import pytest

from tests.workbooks.builders import COLUMNS, TITLES, person
from youthleague.kernel.cells import CellError
from youthleague.kernel.columns import SerialColumn, TextColumn
from youthleague.workbooks.headers import ColumnIndex, best_header, header_at

INDEX = ColumnIndex(COLUMNS)
EDUCATION = ColumnIndex(
    (
        TextColumn(name="fulltime", title="全日制学历", aliases=("学历",)),
        TextColumn(name="inservice", title="在职学历"),
        TextColumn(name="league_post", title="团内职务", aliases=("职务",)),
        TextColumn(name="admin_post", title="行政职务", aliases=("现任职务",)),
    )
)


def named(rows, index=INDEX):
    header = best_header(rows, index)
    return header and (header.row, header.height, {at: column.name for at, column in header.found.items()})


def test_titles_and_aliases_in_any_writing():
    titles = ["序号", "姓　名", "身份证号码\n（必填）", "* 性别", "出生日期：", "爱好"]
    assert named([titles]) == (0, 1, {0: "serial", 1: "name", 2: "identity_number", 3: "gender", 4: "born_on"})


def test_title_rows_above_are_passed_over():
    rows = [["2026年团干部花名册"], [], ["填报单位：测试镇", None, "日期：2026.11"], list(TITLES), person(1)]
    assert named(rows)[:2] == (3, 1)


def test_only_the_first_ten_filled_rows_count():
    assert named([["标题"], [], *[["说明"]] * 8, list(TITLES)])[0] == 10
    assert named([["标题"]] * 11 + [list(TITLES)]) is None
    assert named([[]] * 50 + [list(TITLES)]) is None


def test_one_named_column_is_no_header_unless_there_is_only_one():
    assert named([["姓名", "爱好"]]) is None
    assert named([["序号", "姓名"]]) is None
    assert named([["序号", "名称"]], ColumnIndex((SerialColumn(), TextColumn(name="title", title="名称")))) is not None


def test_two_storeys_with_vertical_and_horizontal_merges():
    upper = ["姓名", "身份证号", "任职情况", None, None]
    lower = [None, None, "所在单位", "职务", "任职时间"]
    header = best_header([["标题"], upper, lower, person(1)], INDEX)
    assert (header.row, header.height, header.end, header.matched) == (1, 2, 3, 5)
    assert header.texts == {0: "姓名", 1: "身份证号", 2: "任职情况所在单位", 3: "任职情况职务", 4: "任职情况任职时间"}


def test_storeys_are_joined_in_either_order():
    upper, lower = ["学历", None, "职务", None], ["全日制", "在职", "团内", "行政"]
    assert named([upper, lower], EDUCATION) == (
        0,
        2,
        {0: "fulltime", 1: "inservice", 2: "league_post", 3: "admin_post"},
    )


def test_a_title_over_the_header_is_no_upper_storey():
    assert named([["团干部花名册"], ["姓名", "手机号"], ["张三", "1"]])[:2] == (1, 1)


def test_a_row_of_data_is_no_lower_storey():
    assert named([["姓名", "手机号", None], ["张三", "199", "性别"]])[:2] == (0, 1)


def test_a_title_goes_before_an_alias():
    assert named([["学历", "全日制学历", "职务"]], EDUCATION)[2] == {1: "fulltime", 2: "league_post"}
    assert named([["学历", "学历", "职务"]], EDUCATION)[2] == {0: "fulltime", 1: "fulltime", 2: "league_post"}


def test_numbers_are_texts_and_errors_are_nothing():
    header = header_at([[2026, CellError("#N/A"), " ", "姓名", 1.5]], 0, INDEX)
    assert header.texts == {0: "2026", 3: "姓名", 4: "1.5"}


def test_overlong_texts_are_cut():
    assert header_at([["长" * 32_767, "姓名"]], 0, INDEX).texts == {0: "长" * 100, 1: "姓名"}


def test_a_given_row_is_read_whatever_it_names():
    header = header_at([list(TITLES), ["爱好", "特长"], person(1)], 1, INDEX)
    assert (header.row, header.height, header.matched) == (1, 1, 0)


@pytest.mark.parametrize("rows", [[], [[]], [[None, ""]], [["爱好"]]])
def test_without_a_header_there_is_none(rows):
    assert named(rows) is None
