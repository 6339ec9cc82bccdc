"""A dozen kinds of mistakes, as they come in quarterly rosters, put into one that was in order."""

import random
from collections.abc import Sequence
from datetime import date
from typing import Any

from openpyxl.worksheet.worksheet import Worksheet

from cadres.choices import LeaguePost
from cadres.management.layout import FIRST_ROW, LETTERS
from cadres.management.quarter import Newcomer, Row, newcomer_row, row_by_name, rows_of
from cadres.management.township import NAME
from orgs.models import Organisation
from youthleague.kernel.identity_numbers import check_digit

FOREIGN_UNIT = "柳溪街道团工委"
STRANGER = Newcomer("程一帆", "male", 26, FOREIGN_UNIT, LeaguePost.MEMBER)


def wrong_rows(rows: Sequence[Row], neighbour: Organisation, day: date, rng: random.Random) -> list[Row]:
    """Give the rows that should not be in the file: one twice, one of a foreign unit, one of a foreign person."""
    doubled = row_by_name(rows, "蒋梦瑶")
    foreign = next(row for row in rows_of(neighbour, day) if row.unit != FOREIGN_UNIT)
    moved = Row(f"{NAME}团工委", foreign.values | {"league_post": LeaguePost.STAFF.value})
    return [Row(doubled.unit, dict(doubled.values)), newcomer_row(STRANGER, day, rng), moved]


def spoil(sheet: Worksheet, rows: Sequence[Row]) -> None:
    """Write mistakes into cells, each into the row of somebody else."""
    for name, column, wrong in _wrong_cells(rows):
        number = FIRST_ROW + rows.index(row_by_name(rows, name))
        cell: Any = sheet[f"{LETTERS[column]}{number}"]
        cell.value = wrong
        if isinstance(wrong, int):
            cell.number_format = "General"


def _wrong_cells(rows: Sequence[Row]) -> list[tuple[str, str, object]]:
    def number(name: str) -> str:
        return str(row_by_name(rows, name).values["id_number"])

    birth_cell = f"{LETTERS['id_number']}{FIRST_ROW + rows.index(row_by_name(rows, '冯一诺'))}"
    return [
        ("唐静怡", "id_number", _with_wrong_digit(number("唐静怡"))),
        ("马文昊", "id_number", int(number("马文昊")[:15]) * 1000),
        ("彭可欣", "id_number", number("彭可欣")[:6] + number("彭可欣")[8:17]),
        ("何嘉禾", "birth_date", "1989.02"),
        ("吴思齐", "gender", "女"),
        ("冯一诺", "birth_date", f'=MID({birth_cell},7,4)&"."&MID({birth_cell},11,2)'),
        ("沈星河", "political_status", "青年"),
        ("曹俊杰", "organisation", "产业园"),
        ("许清和", "league_post", "负责人"),
        ("周明轩", "appointed_on", "2026.13"),
        ("罗子涵", "phone", str(row_by_name(rows, "罗子涵").values["phone"])[:10]),
        ("邓博文", "name", "邓博文（待核）"),
        ("叶知秋", "ethnicity", None),
    ]


def _with_wrong_digit(number: str) -> str:
    right = check_digit(number[:17])
    return number[:17] + ("5" if right != "5" else "6")
