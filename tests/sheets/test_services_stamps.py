"""Stamped rows: found again however a file was treated, unchanged unless changed, refused when others were quicker."""

import csv
import io
import random
from datetime import date

import pytest

from cadres.models import Cadre
from cadres.services.posts import appoint
from tests.factories import NOW, TODAY, make_user
from tests.rosters import applied, codes, counts
from tests.sheets.downloads import STAMP, UNIT_A2, download, other_number, row_in, uploaded_again
from youthleague.kernel.dates import PartialDate
from youthleague.kernel.sheet_kinds import Decision
from youthleague.sheets.services.batches import decide_row
from youthleague.sheets.services.exports import Wanted

pytestmark = pytest.mark.django_db


# ---- nothing was touched --------------------------------------------------------
def test_a_masked_download_comes_back_without_a_change(file, take):
    assert all("*" in row["身份证号"] and "*" in row["手机号码"] for row in file.rows)
    batch = take(file)
    assert (counts(batch), codes(batch)) == ((0, 0, 3, 0), set())


def test_the_file_itself_comes_back_without_a_change(district, secretary, file):
    batch = uploaded_again(file.content, district.township_a, secretary)
    assert (counts(batch), codes(batch), batch.layout["unknown"]) == ((0, 0, 3, 0), set(), [])
    assert STAMP.name not in batch.mapping.values()


def test_sorting_moving_and_dropping_columns_keeps_the_stamps(file, take):
    chance = random.Random(5)
    chance.shuffle(file.rows)
    chance.shuffle(file.titles)
    file.titles.remove("民族")
    file.titles.insert(4, "我们自己的一列")
    batch = take(file)
    assert (counts(batch), codes(batch)) == ((0, 0, 3, 0), set())


def test_a_stamped_row_is_found_though_all_that_identifies_it_is_blank(file, take):
    for row in file.rows:
        row.update(dict.fromkeys(("姓名", "身份证号", "所在团组织", "团内职务")))
    file.rows[0]["备注"] = "只改备注"
    batch = take(file)
    assert (counts(batch), codes(batch)) == ((0, 1, 2, 0), set())


def test_a_download_saved_as_text_comes_back_without_a_change(district, secretary, file):
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows([file.titles, *(list(row.values()) for row in file.rows)])
    content = buffer.getvalue().encode("gb18030")
    batch = uploaded_again(content, district.township_a, secretary, name="更新.csv")
    assert (counts(batch), codes(batch)) == ((0, 0, 3, 0), set())


def test_an_update_template_comes_back_without_a_change_or_a_note(district, secretary, people):
    file = download(district.township_a, secretary, Wanted(for_update=True))
    batch = uploaded_again(file.content, district.township_a, secretary)
    assert (counts(batch), codes(batch)) == ((0, 0, 3, 0), set())
    assert batch.layout["notes"] == ["已忽略隐藏的工作表：“下拉数据”。"]


# ---- what was touched -----------------------------------------------------------
def test_only_what_was_written_changes(file, take, people):
    before = Cadre.objects.get(pk=people["甲"].pk)
    row = file.of("程甲")
    row["备注"], row["籍贯"] = "新的备注", "云州双溪"
    batch = applied(take(file))
    after = Cadre.objects.get(pk=people["甲"].pk)
    assert (after.remark, after.native_place) == ("新的备注", "云州双溪")
    assert (after.id_number, after.phone, after.version) == (before.id_number, before.phone, before.version + 1)
    assert counts(batch) == (0, 1, 2, 0)


@pytest.mark.parametrize("blank", ["", None, "—", "/", "无", "暂无", "  "])
def test_blank_keeps(file, take, blank):
    row = file.of("程甲")
    row["备注"] = row["行政职务"] = row["手机号码"] = blank
    batch = take(file)
    assert (counts(batch), codes(batch)) == ((0, 0, 3, 0), set())


def test_cells_that_say_nothing_are_counted_as_unchanged(file, take):
    columns = len(file.titles) - 2  # without the serial number and the stamp
    silent = sum(row[title] is None for row in file.rows for title in file.titles[1:-1])
    file.rows.append(dict.fromkeys(file.titles) | {"姓名": "新人", "身份证号": "123"})
    assert take(file).layout["kept"] == silent
    file.of("程甲").update(dict.fromkeys(("备注", "行政职务"), "暂无"))
    assert take(file).layout["kept"] == silent + 2
    assert 0 < silent < 3 * columns


@pytest.mark.parametrize("sign_", ["-", "－"])
def test_a_dash_clears(file, take, people, sign_):
    file.of("程甲")["备注"] = sign_
    applied(take(file))
    cadre = Cadre.objects.get(pk=people["甲"].pk)
    assert (cadre.remark, cadre.appointments.get().admin_post) == ("", "副主任")


def test_a_dash_in_a_required_column_is_an_error(file, take):
    file.of("程甲")["手机号码"] = "-"
    assert {(title, code) for _row, title, code in codes(take(file))} == {("手机号码", "column.required_cleared")}


def test_a_name_and_a_phone_are_corrected_by_the_stamp(file, take, people):
    row = file.of("程甲")
    row["姓名"], row["手机号码"] = "程佳", "19988887777"
    applied(take(file))
    cadre = Cadre.objects.get(pk=people["甲"].pk)
    assert (cadre.name, cadre.phone) == ("程佳", "19988887777")


def test_a_wrong_number_is_corrected_by_the_stamp(file, take, people):
    new = other_number(people["甲"])
    row = file.of("程甲")
    row["身份证号"] = new
    batch = take(file)
    assert (counts(batch), codes(batch)) == ((0, 1, 2, 0), set())
    applied(batch)
    assert Cadre.objects.get(pk=people["甲"].pk).id_number == new
    assert Cadre.objects.count() == 4


def test_a_mask_that_was_altered_is_no_number(file, take):
    file.of("程甲")["手机号码"] = "199****9999"
    file.of("程乙")["身份证号"] = "990*************99"
    found = {(title, code) for _row, title, code in codes(take(file))}
    assert found == {("手机号码", "cell.masked"), ("身份证号", "cell.masked")}


def test_a_mask_without_a_stamp_is_no_number(file, take, people):
    file.titles.remove(STAMP.title)
    batch = take(file)
    assert {(title, code) for _row, title, code in codes(batch)} == {
        ("身份证号", "cell.masked"),
        ("手机号码", "cell.masked"),
    }
    assert counts(batch) == (0, 0, 0, 3)


def test_a_new_row_stands_beside_stamped_ones(file, take, people):
    new = dict.fromkeys(file.titles) | {
        "姓名": "新来者",
        "身份证号": other_number(people["甲"]),
        "民族": "汉族",
        "政治面貌": "共青团员",
        "全日制学历": "大学本科",
        "所在团组织": UNIT_A2,
        "团内职务": "书记",
        "专/挂/兼": "兼职",
        "任职时间": "2025.03",
        "手机号码": "19900001234",
    }
    file.rows.append(new)
    batch = take(file)
    assert (counts(batch), codes(batch)) == ((1, 0, 3, 0), set())


# ---- another post ---------------------------------------------------------------
def test_another_unit_asks_what_it_means_and_a_change_is_preset(file, take, people):
    row = file.of("程甲")
    row["所在团组织"], row["任职时间"] = UNIT_A2, "2026-09"
    batch = take(file)
    stored = row_in(batch, "程甲")
    assert (stored.options, stored.decision, stored.decided_on) == (
        tuple(Decision),
        Decision.CHANGE,
        date(2026, 9, 1),
    )
    applied(batch)
    posts = people["甲"].appointments.order_by("pk")
    assert [(one.organisation.name, one.ended_on) for one in posts] == [
        ("松涛社区团支部", date(2026, 9, 1)),
        ("长荷社区团支部", None),
    ]


@pytest.mark.parametrize(
    ("decision", "units"),
    [("correction", ["长荷社区团支部"]), ("addition", ["松涛社区团支部", "长荷社区团支部"])],
)
def test_another_unit_may_be_a_correction_or_one_more_post(file, take, people, secretary, decision, units):
    row = file.of("程甲")
    row["所在团组织"], row["任职时间"] = UNIT_A2, "2026-09"
    batch = take(file)
    stored = batch.rows.get(number=row_in(batch, "程甲").number)
    decide_row(row=stored, decision=decision, on=None, by=secretary, at=NOW)
    batch.refresh_from_db()
    applied(batch)
    posts = people["甲"].appointments.filter(ended_on=None).order_by("pk")
    assert [one.organisation.name for one in posts] == units


def test_another_start_asks_as_well(file, take):
    file.of("程甲")["任职时间"] = "2024-10"
    assert row_in(take(file), "程甲").options == (Decision.CORRECTION, Decision.CHANGE)


def test_a_post_that_is_held_already_is_not_doubled(district, secretary, people, take):
    values = {
        "organisation": district.village_a2.pk,
        "league_post": "member",
        "employment_mode": "part_time",
        "appointed_on": PartialDate.from_text("2025-01"),
    }
    appoint(cadre=people["甲"], values=values, by=secretary, at=NOW, day=TODAY)
    file = download(district.township_a, secretary)
    own = [row for row in file.rows if row["姓名"] == "程甲"]
    own[0] |= {"所在团组织": UNIT_A2, "团内职务": own[1]["团内职务"], "任职时间": "2026-09"}
    file.rows.remove(own[1])
    found = {(title, code) for _row, title, code in codes(take(file))}
    assert found == {("团内职务", "post.held_already")}


def test_a_phone_written_in_one_of_two_rows_is_enough(district, secretary, people, take):
    values = {
        "organisation": district.village_a2.pk,
        "league_post": "secretary",
        "employment_mode": "part_time",
        "appointed_on": PartialDate.from_text("2025-01"),
    }
    appoint(cadre=people["甲"], values=values, by=secretary, at=NOW, day=TODAY)
    file = download(district.township_a, secretary)
    own = [row for row in file.rows if row["姓名"] == "程甲"]
    own[0]["手机号码"], own[1]["行政职务"] = "19911112222", "主任"
    batch = take(file)
    assert (counts(batch), codes(batch)) == ((0, 2, 2, 0), set())
    applied(batch)
    assert Cadre.objects.get(pk=people["甲"].pk).phone == "19911112222"


def test_whole_numbers_come_back_as_well(district, people, take):
    staff = make_user("district_staff", district.top, "staff_w")
    wanted = Wanted(full=True, reason="区里核对花名册", is_verified=True)
    file = download(district.township_a, staff, wanted)
    assert file.of("程甲")["身份证号"] == people["甲"].id_number
    assert counts(take(file)) == (0, 0, 3, 0)
