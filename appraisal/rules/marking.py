"""What a mark, a count or a deduction may be, and when it is due; marks are thousandths of a point."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from appraisal.choices import BallotOption
from appraisal.rules.scheme import FULL_MARK, MOST_VOTES
from youthleague.kernel.findings import Finding

MARK_STEP = 500  # 评分以 0.5 分为一档
DAYS_TO_CLOSE = 10  # a period is marked until the tenth day after it
_WRITTEN = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,2}0*)?")
_QUARTERS = "一二三四"
_PERIOD_WRITTEN = re.compile(r"(?:([0-9]{4})年度?)?(?:第?([一二三四1-4])季度?|([0-9]{1,2})月份?)")
_MARK = Finding("mark.range", "分数应在 0 至 %(most)s 之间，最多两位小数。")
_STEP = Finding("mark.step", "日常评分以 0.5 分为一档，如 88 或 88.5。")
_UNREAD = Finding("mark.format", "请写 0 至 100 的分数，如 88 或 88.5。")
_REASON = Finding("mark.reason", "请写明评分理由。")
_PERIOD = Finding("mark.period", "没有这一期。")
_PERIOD_UNREAD = Finding("period.format", "期次请写“2026年第三季度”“第3季度”，按月的写“9月”。")
_FUTURE = Finding("mark.future", "这一期还没有开始，不能评分。")
_COUNT = Finding("ballot.count", "每个选项的票数应是不小于零的整数，一种票合计不超过 %(most)d 张。")
_CAP = Finding("adjustment.value", "加减分不能是 0，也不能超过 ±%(cap)s 分，最多两位小数。")
_EMPTY_REASON = Finding("fact.reason", "请写明事由。")


def mark_finding(mark: int, *, most: int = FULL_MARK) -> Finding | None:
    """Say that a mark is out of range or finer than hundredths."""
    return None if 0 <= mark <= most and mark % 10 == 0 else _MARK.about(most=most // 1000)


def daily_mark_finding(mark: int) -> Finding | None:
    """Say that a daily mark is out of range, or not a whole number of halves of a point (domain.md §4.6)."""
    return mark_finding(mark) or (_STEP if mark % MARK_STEP else None)


def read_mark(text: str) -> int | Finding:
    """Read a mark as people write it (90, 90.5, 90分, in any width), at most two decimals, whatever it is worth."""
    plain = unicodedata.normalize("NFKC", text).strip().removesuffix("分").strip().replace("。", ".")
    if not _WRITTEN.fullmatch(plain):
        return _UNREAD
    whole, _, part = plain.partition(".")
    return int(whole) * 1000 + int(part[:2].ljust(3, "0"))


def write_mark(mark: int) -> str:
    """Write a mark in points without zeros at its end: 90, 90.5."""
    return f"{mark / 1000:.2f}".rstrip("0").rstrip(".")


def reason_finding(reason: str) -> Finding | None:
    """Say that a daily mark comes without a reason."""
    return None if reason.strip() else _REASON


def cause_finding(reason: str) -> Finding | None:
    """Say that an exemption, an item or a decision comes without its cause."""
    return None if reason.strip() else _EMPTY_REASON


def period_start(year: int, period: int, periods: int) -> date:
    """Give the first day of a period of a year of so many."""
    return date(year, (period - 1) * (12 // periods) + 1, 1)


def period_finding(year: int, period: int, *, periods: int, today: date) -> Finding | None:
    """Say that a period does not exist, or has not begun."""
    if not 1 <= period <= periods:
        return _PERIOD
    return _FUTURE if period_start(year, period, periods) > today else None


def period_end(year: int, period: int, periods: int) -> date:
    """Give the last day of a period."""
    is_last = period == periods
    following = date(year + 1, 1, 1) if is_last else period_start(year, period + 1, periods)
    return following - timedelta(days=1)


def period_due(year: int, periods: int, today: date) -> int:
    """Give the period to be marked now: the one that runs, or until its tenth day the one before it."""
    day = today - timedelta(days=DAYS_TO_CLOSE)
    if day.year != year:
        return periods if day.year > year else 1
    return (day.month - 1) // (12 // periods) + 1


def periods_begun(year: int, periods: int, today: date) -> list[int]:
    """Give the periods of a year that have begun."""
    return [one for one in range(1, periods + 1) if period_start(year, one, periods) <= today]


def period_title(period: int, periods: int) -> str:
    """Name a period: 第三季度 of four, 9 月 of twelve."""
    return f"{period} 月" if periods == 12 else f"第{_QUARTERS[period - 1]}季度"


@dataclass(frozen=True)
class Period:
    """A period of a year of so many."""

    year: int
    periods: int
    number: int

    def __str__(self) -> str:
        return f"{self.year}-{self.periods}-{self.number}"

    def title(self) -> str:
        """Name it with its year: 2026年第三季度, 2026年9月."""
        return f"{self.year}年{period_title(self.number, self.periods).replace(' ', '')}"


def read_period(text: str, year: int) -> Period | Finding:
    """Read a period as people write it: 2026年第三季度, 3季度, 9月; without a year it is one of the year given."""
    found = _PERIOD_WRITTEN.fullmatch("".join(unicodedata.normalize("NFKC", text).split()))
    if found is None:
        return _PERIOD_UNREAD
    written, quarter, month = found.groups()
    periods = 4 if quarter else 12
    number = int(month) if month else int(quarter) if quarter.isdecimal() else _QUARTERS.index(quarter) + 1
    return Period(int(written or year), periods, number) if 1 <= number <= periods else _PERIOD


def counts_finding(counts: Mapping[int, int]) -> Finding | None:
    """Say that the counts of a pool are none: an unknown option, a negative number, more votes than a pool may have."""
    is_sound = set(counts) <= set(BallotOption) and all(count >= 0 for count in counts.values())
    return None if is_sound and sum(counts.values()) <= MOST_VOTES else _COUNT.about(most=MOST_VOTES)


def adjustment_finding(value: int, *, cap: int) -> Finding | None:
    """Say that a ± item is nothing, or more than all items together may be."""
    return None if value and abs(value) <= cap and value % 10 == 0 else _CAP.about(cap=cap / 1000)
