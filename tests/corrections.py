"""The corrected twin of the messy quarterly roster: what a secretary does with the errors that she was shown."""

from pathlib import Path

from openpyxl import load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from cadres.management.layout import FIRST_ROW, PLACES, SHEET


def correct(messy: Path, clean: Path, target: Path) -> Path:
    """Put every spoilt cell of ``messy`` right, as ``clean`` has it, and empty the rows that should not be there."""
    book = load_workbook(messy)
    sheet, right = book[SHEET], load_workbook(clean)[SHEET]
    end = total_row(right)
    for row in range(FIRST_ROW, end):
        for column in range(2, len(PLACES) + 1):
            _set(sheet, row, column, right.cell(row, column).value)
    for row in range(end, total_row(sheet)):
        for column in range(1, len(PLACES) + 1):
            _set(sheet, row, column, None)
    book.save(target)
    return target


def total_row(sheet: Worksheet) -> int:
    """Find the row of the 合计."""
    return next(cell.row for cell in sheet["A"] if cell.value == "合计")


def _set(sheet: Worksheet, row: int, column: int, value: object) -> None:
    cell = sheet.cell(row, column)
    if not isinstance(cell, MergedCell) and cell.value != value:
        cell.value = value
