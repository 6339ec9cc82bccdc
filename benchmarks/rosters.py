"""A roster workbook of any length, valid from the first row to the last, for measurements."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import xlsxwriter

from youthleague.kernel.identity_numbers import check_digit

HEADERS = [
    "姓名",
    "身份证号",
    "性别",
    "民族",
    "出生年月",
    "籍贯",
    "政治面貌",
    "入团时间",
    "参加工作时间",
    "全日制学历",
    "在职学历",
    "学位",
    "毕业院校及专业",
    "所在团组织",
    "团内职务",
    "专/挂/兼",
    "任职时间",
    "行政职务",
    "编制类型",
    "手机号码",
]
UNITS = tuple(f"第{number}社区团支部" for number in range(1, 201))
POSTS = ("书记", "副书记", "组织委员", "宣传委员", "文体委员")
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = "子雨思明晓文佳欣宇浩然静怡雪梅志远建国海燕春华丽娟俊杰博文诗涵梓萱嘉豪"
_FIRST_BIRTH = date(1986, 1, 1)


def roster_row(number: int, units: Sequence[str] = UNITS) -> list[str]:
    """Give one row; every number gives another person."""
    birth = _FIRST_BIRTH + timedelta(days=number // 450 % 5000)
    first17 = f"990101{birth:%Y%m%d}{number % 450 * 2 + 1:03d}"
    name = _SURNAMES[number % len(_SURNAMES)] + _GIVEN[number // 7 % len(_GIVEN)] + _GIVEN[number // 3 % len(_GIVEN)]
    return [
        name,
        first17 + check_digit(first17),
        "男",
        "汉族",
        f"{birth:%Y.%m}",
        "云州双溪",
        "共青团员",
        f"{birth.year + 15}.05",
        f"{birth.year + 22}.07",
        "大学本科",
        "硕士研究生",
        "学士",
        f"某某大学第{number % 300}专业",
        units[number % len(units)],
        POSTS[number // len(units) % len(POSTS)],
        "兼职",
        f"2024.{number % 9 + 1:02d}",
        "网格员",
        "事业",
        f"199{number % 10**8:08d}",
    ]


def write_roster(path: Path, rows: int, *, first: int = 0, units: Sequence[str] = UNITS) -> None:
    """Write a workbook of so many rows, the people counted from ``first``."""
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("花名册")
        sheet.write_row(0, 0, HEADERS)
        for number in range(rows):
            sheet.write_row(number + 1, 0, roster_row(first + number, units))
