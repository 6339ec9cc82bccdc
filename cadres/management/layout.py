"""How a township keeps its roster in a spreadsheet: titles, two storeys of headers, its own ways to write values."""

import random
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from cadres.choices import Education, EmploymentMode, LeaguePost, PoliticalStatus
from cadres.fields import COLUMN_BY_NAME
from cadres.management.quarter import Row
from youthleague.kernel.columns import DateColumn
from youthleague.kernel.dates import PartialDate

SHEET, NOTES, CHOICES = "花名册", "填表说明", "下拉数据"
HEADER_ROW, FIRST_ROW = 3, 5
HIDDEN = "native_place"


class Place(NamedTuple):
    """A column of the file: what it holds, the group title over it, its own title, its width."""

    name: str
    group: str
    title: str
    width: float


PLACES = (
    Place("", "", "序号", 5),
    Place("name", "", "姓　名", 10),
    Place("id_number", "", "身份证号", 21),
    Place("gender", "", "性别", 5),
    Place("ethnicity", "", "民族", 7),
    Place("birth_date", "", "出生年月", 10),
    Place("native_place", "", "籍贯", 10),
    Place("political_status", "", "政治面貌", 12),
    Place("joined_league_on", "", "入团时间", 10),
    Place("joined_party_on", "", "入党时间", 10),
    Place("organisation", "团内任职", "所在团组织", 24),
    Place("league_post", "团内任职", "团内职务", 10),
    Place("appointed_on", "团内任职", "任职时间", 10),
    Place("employment_mode", "团内任职", "专/挂/兼", 7),
    Place("admin_post", "", "党政职务", 18),
    Place("phone", "", "联系电话", 14),
    Place("fulltime_education", "文化程度", "全日制学历", 10),
    Place("degree", "文化程度", "学位", 7),
    Place("school_major", "文化程度", "毕业院校及专业", 26),
    Place("work_started_on", "", "参加工作时间", 11),
    Place("is_two_committee_member", "", "是否两委\n成员", 8),
    Place("establishment_type", "", "身份", 12),
    Place("", "", "备注2", 10),
)
LETTERS = {place.name: get_column_letter(at) for at, place in enumerate(PLACES, start=1) if place.name}
_LAST = len(PLACES)
_THIN = Side(style="thin", color="FF000000")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_HEADER_FILL = PatternFill("solid", fgColor="FFD9E1F2")
_INSTRUCTIONS = (
    "填表说明",
    "1. 每季度末月 25 日前报街道团工委，由组织委员汇总。",
    "2. 身份证号、联系电话请先把单元格设为文本再填。",
    "3. 时间写到月，如 2024.01。",
    "4. 专职、挂职、兼职从下拉列表中选择。",
)


def roster_book(rows: Sequence[Row], *, unit: str, day: date, rng: random.Random) -> Workbook:
    """Lay rows out as the township keeps them."""
    book = Workbook()
    _write_notes(book)
    sheet = book.create_sheet(SHEET)
    _write_titles(sheet, unit, day)
    _write_headers(sheet)
    hand = Hand(rng)
    for number, row in enumerate(rows, start=1):
        _write_row(sheet, FIRST_ROW + number - 1, [number, *hand.cells(row)])
    _merge_units(sheet, rows)
    _write_footer(sheet, FIRST_ROW + len(rows), len(rows))
    _write_choices(book, sheet, FIRST_ROW + len(rows) - 1)
    sheet.freeze_panes = f"C{FIRST_ROW}"
    sheet.column_dimensions[LETTERS[HIDDEN]].hidden = True
    return book


class Hand:
    """Writes values as people do: spaces in short names, points in dates, now and then something else."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def cells(self, row: Row) -> list[object]:
        """Give the cells after the serial number."""
        return [self._cell(row, place) for place in PLACES[1:]]

    def _cell(self, row: Row, place: Place) -> object:
        if place.name == "organisation":
            return row.unit
        value = row.values.get(place.name)
        if value is None or value == "":
            return self.rng.choice((None, None, "—", "无")) if place.name == "admin_post" else None
        writers = {"name": self._name, "id_number": self._number, "phone": self._phone}
        if place.name in writers:
            return writers[place.name](str(value))
        column = COLUMN_BY_NAME[place.name]
        return self._date(value) if isinstance(column, DateColumn) else self._words(place.name, column.write(value))

    def _name(self, name: str) -> str:
        return f"{name[0]}　{name[1]}" if len(name) == 2 else name

    def _number(self, number: str) -> str:
        written = number.lower() if self.rng.random() < 0.5 else number
        return f"{written} " if self.rng.random() < 0.1 else written

    def _phone(self, phone: str) -> object:
        return int(phone) if self.rng.random() < 0.3 else phone

    def _date(self, value: PartialDate) -> str:
        dotted = value.dotted()[:7]
        form = self.rng.random()
        if form < 0.85:
            return dotted
        return value.chinese()[: value.chinese().index("月") + 1] if form < 0.95 else dotted.replace(".", "")

    def _words(self, name: str, text: str) -> str:
        short = {"汉族": "汉", "大学本科": "大学", "大学专科": "大专", "中共党员": "党员", "共青团员": "团员"}
        if name in {"ethnicity", "fulltime_education", "political_status"} and self.rng.random() < 0.6:
            return short.get(text, text)
        return text


def _write_notes(book: Workbook) -> None:
    notes = book.worksheets[0]
    notes.title = NOTES
    notes.column_dimensions["A"].width = 80
    for number, line in enumerate(_INSTRUCTIONS, start=1):
        notes.cell(number, 1, line).font = Font(name="宋体", size=16 if number == 1 else 12, bold=number == 1)


def _write_titles(sheet: Worksheet, unit: str, day: date) -> None:
    quarter = (day.month - 1) // 3 or 4
    year = day.year if day.month > 3 else day.year - 1
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=_LAST)
    title = sheet.cell(1, 1, f"{unit}团干部花名册（{year}年第{'一二三四'[quarter - 1]}季度）")
    title.font, title.alignment = Font(name="方正小标宋简体", size=20), _CENTRE
    sheet.merge_cells(start_row=2, start_column=1, end_row=2, end_column=_LAST)
    line = sheet.cell(2, 1, f"填报单位（盖章）：{unit}团工委          填报日期：{year}年{quarter * 3}月25日")
    line.font = Font(name="仿宋", size=12)
    sheet.row_dimensions[1].height, sheet.row_dimensions[2].height = 36, 22


def _write_headers(sheet: Worksheet) -> None:
    """Write two storeys: a group title over several columns, any other title over both rows."""
    for at, place in enumerate(PLACES, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = place.width
        for row in (HEADER_ROW, HEADER_ROW + 1):
            _style(sheet, row, at, header=True)
        if place.group:
            sheet.cell(HEADER_ROW + 1, at, place.title)
            continue
        sheet.cell(HEADER_ROW, at, place.title)
        sheet.merge_cells(start_row=HEADER_ROW, start_column=at, end_row=HEADER_ROW + 1, end_column=at)
    for group in dict.fromkeys(place.group for place in PLACES if place.group):
        columns = [at for at, place in enumerate(PLACES, start=1) if place.group == group]
        sheet.cell(HEADER_ROW, columns[0], group)
        sheet.merge_cells(start_row=HEADER_ROW, start_column=columns[0], end_row=HEADER_ROW, end_column=columns[-1])


def _write_row(sheet: Worksheet, number: int, cells: Sequence[object]) -> None:
    sheet.row_dimensions[number].height = 24
    for at, value in enumerate(cells, start=1):
        cell: Any = sheet.cell(number, at)
        cell.value = value
        _style(sheet, number, at, header=False)
        if PLACES[at - 1].name == "id_number":
            cell.number_format = "@"


def _style(sheet: Worksheet, row: int, column: int, *, header: bool) -> None:
    cell = sheet.cell(row, column)
    cell.font = Font(name="黑体" if header else "仿宋", size=12 if header else 11)
    cell.alignment, cell.border = _CENTRE, _BORDER
    if header:
        cell.fill = _HEADER_FILL


def _merge_units(sheet: Worksheet, rows: Sequence[Row]) -> None:
    """Merge the unit's cells of people who stand together, for villages and communities as the township does it."""
    column = list(LETTERS).index("organisation") + 2
    start = 0
    for end in range(1, len(rows) + 1):
        if end < len(rows) and rows[end].unit == rows[start].unit:
            continue
        if end - start > 1 and rows[start].unit.endswith(("社区团支部", "村团支部")):
            sheet.merge_cells(
                start_row=FIRST_ROW + start, start_column=column, end_row=FIRST_ROW + end - 1, end_column=column
            )
        start = end


def _write_footer(sheet: Worksheet, number: int, count: int) -> None:
    sheet.cell(number, 1, "合计")
    sheet.cell(number, 2, f"{count}人次")
    sheet.cell(number + 2, 1, "填表人：何嘉禾          审核人：苏晚晴          联系电话：0000-1234567")
    for row in (number, number + 2):
        sheet.cell(row, 1).font = Font(name="仿宋", size=11)


def _write_choices(book: Workbook, sheet: Worksheet, last: int) -> None:
    """Write the lists of the drop-downs on a hidden sheet."""
    lists = {
        "political_status": PoliticalStatus.labels[:4],
        "league_post": LeaguePost.labels,
        "employment_mode": EmploymentMode.labels,
        "fulltime_education": Education.labels,
    }
    hidden = book.create_sheet(CHOICES)
    hidden.sheet_state = "hidden"
    for at, (name, titles) in enumerate(lists.items(), start=1):
        for number, title in enumerate(titles, start=1):
            hidden.cell(number, at, str(title))
        letter = get_column_letter(at)
        validation = DataValidation("list", f"'{CHOICES}'!${letter}$1:${letter}${len(titles)}", allow_blank=True)
        validation.errorStyle = "warning"
        validation.add(f"{LETTERS[name]}{FIRST_ROW}:{LETTERS[name]}{last}")
        sheet.add_data_validation(validation)
