"""Dates in every written form, and reckoning in years and months."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, to_excel

from tests.kernel.strategies import cells, full_width
from youthleague.kernel.cells import CellError
from youthleague.kernel.dates import (
    PartialDate,
    Precision,
    add_months,
    add_years,
    age_on,
    contains,
    is_open_ended,
    is_over_age,
    read_date,
    same_date,
)
from youthleague.kernel.findings import Finding

readable_days = st.dates(date(1900, 1, 1), date(2100, 12, 31))
partial_dates = st.builds(PartialDate, readable_days, st.sampled_from(Precision))

DAY_FORMS = (
    "{0.year}-{0.month:02d}-{0.day:02d}", "{0.year}.{0.month:02d}.{0.day:02d}", "{0.year}.{0.month}.{0.day}",
    "{0.year}/{0.month}/{0.day}", "{0.year}{0.month:02d}{0.day:02d}", "{0.year}年{0.month}月{0.day}日",
    "{0.year}年{0.month:02d}月{0.day:02d}日", "{0.year}年{0.month}月{0.day}号", "{0.year}-{0.month}-{0.day} 00:00:00",
    "{0.year}-{0.month:02d}-{0.day:02d}T23:59:59Z", "{0.year}/{0.month}/{0.day} 8:30", " '{0.year}. {0.month}. {0.day}",
    "{0.year} 年 {0.month} 月\u3000{0.day} 日", "{0.year}。{0.month}。{0.day}", "{0.year}.{0.month}.{0.day}.",
    "{0.year}\\{0.month}\\{0.day}", "{0.year}－{0.month}－{0.day}",
)  # fmt: skip
MONTH_FORMS = (
    "{0.year}-{0.month:02d}", "{0.year}.{0.month:02d}", "{0.year}.{0.month}", "{0.year}/{0.month}",
    "{0.year}{0.month:02d}", "{0.year}年{0.month}月", "{0.year}年{0.month:02d}月", "{0.year}年{0.month}月份",
    "{0.year}年{0.month}", "{0.year}\uff0e{0.month:02d}", "\u200b{0.year}.{0.month:02d}\xa0",
)  # fmt: skip
YEAR_FORMS = ("{0.year}", "{0.year}年", " {0.year} ")
FORMS = {Precision.DAY: DAY_FORMS, Precision.MONTH: MONTH_FORMS, Precision.YEAR: YEAR_FORMS}


def code_of(cell, **known):
    finding = read_date(cell, **known)
    assert isinstance(finding, Finding), finding
    return finding.code


@given(partial_dates, st.data(), st.booleans())
def test_every_written_form_gives_the_date_and_its_precision(when, data, wide):
    text = data.draw(st.sampled_from(FORMS[when.precision])).format(when.value)
    assert read_date(full_width(text) if wide else text) == when


@given(partial_dates)
def test_what_is_written_for_people_and_for_storage_reads_back(when):
    assert PartialDate.from_text(str(when)) == when
    assert [read_date(text) for text in (str(when), when.chinese(), when.dotted())] == [when] * 3


@given(readable_days, st.times())
def test_dates_and_moments_of_the_workbook_keep_their_day(day, moment):
    assert read_date(day) == read_date(datetime.combine(day, moment)) == PartialDate(day, Precision.DAY)


@given(st.dates(date(1906, 1, 1), date(2100, 12, 31)), st.floats(0, 0.99))
def test_serial_numbers_agree_with_another_implementation(day, part):
    expected = PartialDate(day, Precision.DAY)
    assert read_date(to_excel(day, CALENDAR_WINDOWS_1900) + part) == expected
    if day.year > 1909:
        assert read_date(to_excel(day, CALENDAR_MAC_1904) + part, date1904=True) == expected


@given(readable_days)
def test_digits_typed_into_a_number_cell_are_read_as_typed(day):
    assert read_date(int(f"{day:%Y%m%d}")) == PartialDate(day, Precision.DAY)
    assert read_date(float(f"{day:%Y%m}")) == PartialDate(day, Precision.MONTH)
    assert read_date(day.year) == PartialDate(day, Precision.YEAR)
    if day.month != 10:
        month = read_date(float(f"{day:%Y.%m}"))
        assert month == PartialDate(day, Precision.MONTH)


def test_a_lost_zero_is_told_from_a_typed_one():
    assert str(read_date("1993.1")) == "1993-01"
    assert str(read_date("1993.10")) == "1993-10"
    assert code_of(1993.1) == "date.ambiguous_month"
    assert str(read_date(1993.11)) == "1993-11"
    assert str(read_date(1993.5)) == "1993-05"


@pytest.mark.parametrize(
    ("cell", "date1904", "expected"),
    [
        (1, False, "1900-01-01"),
        (59, False, "1900-02-28"),
        (61, False, "1900-03-01"),
        (45536.0, False, "2024-09-01"),
        (44074, True, "2024-09-01"),
        (60, True, "1904-03-01"),
        (0, True, "1904-01-01"),
        (73415, False, "2100-12-31"),
        (datetime(2026, 12, 31, 16, 30), False, "2026-12-31"),
        ("2026-12-31 23:59:59", False, "2026-12-31"),
    ],
)
def test_serial_numbers_at_the_edges(cell, date1904, expected):
    assert str(read_date(cell, date1904=date1904)) == expected


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("九三年", "date.format"),
        ("93.5", "date.format"),
        ("1993.05-1995.06", "date.format"),
        ("1993.5/12", "date.format"),
        ("９月１日", "date.format"),
        ("至今", "date.format"),
        ("45536", "date.format"),
        ("", "date.format"),
        (None, "date.format"),
        (True, "date.format"),
        (time(0, 0), "date.format"),
        (1993.0512, "date.format"),
        (1234567, "date.range"),
        ("1993.05" + " " * 100, "date.format"),
        ("2024/13/45", "date.month"),
        ("199300", "date.month"),
        (1993.13, "date.month"),
        ("2024-02-30", "date.day"),
        ("19930532", "date.day"),
        (60, "date.day"),
        (-1, "date.range"),
        (0, "date.range"),
        (0.5, "date.range"),
        (73416, "date.range"),
        (2958466, "date.range"),
        (10**18, "date.range"),
        (float("nan"), "date.range"),
        (float("-inf"), "date.range"),
        ("1899-12-31", "date.range"),
        (date(2101, 1, 1), "date.range"),
        (CellError("#VALUE!"), "cell.error"),
    ],
)
def test_what_is_wrong_with_a_date(cell, code):
    assert code_of(cell) == code


@given(cells, st.booleans())
def test_no_cell_raises(cell, date1904):
    result = read_date(cell, date1904=date1904)
    if isinstance(result, Finding):
        assert result.params == {}
    else:
        assert read_date(str(result)) == result


@pytest.mark.parametrize("cell", ["至今", " 现 在 ", "今", "长期"])
def test_open_ends(cell):
    assert is_open_ended(cell) is True


@pytest.mark.parametrize("cell", ["", "2024", None, 2024, True])
def test_dates_and_blanks_are_no_open_ends(cell):
    assert is_open_ended(cell) is False


def test_an_unknown_day_is_held_as_the_first():
    day = date(1993, 5, 12)
    assert PartialDate(day, Precision.MONTH).value == date(1993, 5, 1)
    assert PartialDate(day, Precision.YEAR).value == date(1993, 1, 1)
    assert PartialDate(day, Precision.DAY).value == day


def test_three_ways_to_write_a_partial_date():
    forms = {
        precision: (str(when), when.dotted(), when.chinese())
        for precision in Precision
        for when in [PartialDate(date(1993, 5, 12), precision)]
    }
    assert forms == {
        Precision.YEAR: ("1993", "1993", "1993年"),
        Precision.MONTH: ("1993-05", "1993.05", "1993年5月"),
        Precision.DAY: ("1993-05-12", "1993.05.12", "1993年5月12日"),
    }


@pytest.mark.parametrize("text", ["", "93", "1993-5", "19930512", "1993-W20-3", "1993-05-32", "1993-05-12T00"])
def test_from_text_reads_nothing_else(text):
    with pytest.raises(ValueError, match=r"date|day|month"):
        PartialDate.from_text(text)


def test_partial_dates_sort_by_time():
    days = [PartialDate(date(1994, 1, 1), Precision.YEAR), PartialDate(date(1993, 5, 1), Precision.MONTH)]
    assert sorted(days) == days[::-1]


@given(partial_dates, st.sampled_from(Precision))
def test_a_date_is_the_same_as_its_less_precise_self(when, precision):
    other = PartialDate(when.value, precision)
    assert same_date(when, other)
    assert same_date(other, when)


def test_dates_that_differ_within_the_common_precision_are_not_the_same():
    may = PartialDate(date(1993, 5, 1), Precision.MONTH)
    assert not same_date(may, PartialDate(date(1993, 6, 1), Precision.DAY))
    assert not same_date(PartialDate(date(1993, 5, 1), Precision.DAY), PartialDate(date(1993, 5, 2), Precision.DAY))


@pytest.mark.parametrize(
    ("wide", "narrow", "expected"),
    [
        ("2024", "2024", True),
        ("2024", "2024-09", True),
        ("2024-09", "2024-09-15", True),
        ("2024-09-15", "2024-09", False),
        ("2024-09", "2024-10-15", False),
        ("2024-09", "2023-09", False),
    ],
)
def test_a_date_contains_what_says_no_less(wide, narrow, expected):
    assert contains(PartialDate.from_text(wide), PartialDate.from_text(narrow)) is expected


@given(readable_days, readable_days)
def test_age_counts_the_birthdays_passed(birth, day):
    def birthday(year: int) -> date:
        try:
            return birth.replace(year=year)
        except ValueError:
            return date(year, 3, 1)

    passed = sum(1 for year in range(birth.year + 1, 2102) if birthday(year) <= day)
    if birth <= day:
        assert age_on(birth, day) == passed


def test_who_was_born_on_29_february_is_older_on_1_march():
    birth = date(2004, 2, 29)
    assert age_on(birth, date(2022, 2, 28)) == 17
    assert age_on(birth, date(2022, 3, 1)) == 18
    assert age_on(birth, date(2024, 2, 29)) == 20


@pytest.mark.parametrize(("age", "over"), [(35, False), (36, True)])
def test_the_limit_itself_is_not_over_age(age, over):
    assert is_over_age(date(2000 - age, 1, 1), date(2000, 1, 1), limit=35) is over


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 12, 1), 1, date(2025, 1, 1)),
        (date(2024, 1, 15), -1, date(2023, 12, 15)),
        (date(2024, 8, 31), -6, date(2024, 2, 29)),
        (date(2024, 5, 5), 0, date(2024, 5, 5)),
    ],
)
def test_add_months(day, months, expected):
    assert add_months(day, months) == expected


@given(st.dates(date(1950, 1, 1), date(2050, 12, 31)), st.integers(-500, 500))
def test_adding_months_moves_by_whole_months_and_back(day, months):
    moved = add_months(day, months)
    assert (moved.year - day.year) * 12 + moved.month - day.month == months
    assert moved.day == day.day or (moved + timedelta(days=1)).day == 1
    if day.day <= 28:
        assert add_months(moved, -months) == day


def test_add_years_ends_29_february_on_the_28th():
    assert add_years(date(2024, 2, 29), 1) == date(2025, 2, 28)
    assert add_years(date(2024, 2, 29), 4) == date(2028, 2, 29)
