"""The screens of a judge: what is stored, what was typed over it, what is wrong with that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from appraisal.reports.meetings import Screen
from appraisal.rules.marking import read_mark, write_mark
from appraisal.services.judging import JudgeEntry
from youthleague.kernel.findings import Finding

UNREAD = "有的分数没有写对，一个也没有保存；请按提示改好后再保存。"
_GONE = "这一位已不由您打分，没有保存；请刷新后再看。"
_LONGEST, _LONGEST_VERSION = 12, 9


@dataclass
class ScreenRow:
    """A screen: what is stored, what was typed, the version seen, and what is wrong."""

    screen: Screen
    typed: str | None = None
    seen: int = 0
    fault: str = ""
    is_stale: bool = False

    @property
    def stored(self) -> str:
        """Write what is stored."""
        return "" if self.screen.mark is None else write_mark(self.screen.mark)

    @property
    def text(self) -> str:
        """Give what the field shows."""
        return self.stored if self.typed is None else self.typed

    @property
    def has_changed(self) -> bool:
        """Tell whether something else was typed than is stored."""
        return self.typed is not None and self.typed != self.stored


@dataclass
class JudgeSheet:
    """All screens of a judge."""

    rows: Sequence[ScreenRow]

    @classmethod
    def of(cls, screens: Sequence[Screen], data: Mapping[str, Any] | None = None) -> "JudgeSheet":
        """Make the rows, with what was typed."""
        return cls([_row(one, data) for one in screens])

    @property
    def done(self) -> int:
        """Count those who have a mark."""
        return sum(one.screen.mark is not None for one in self.rows)

    @property
    def percent(self) -> int:
        """Give how far it is."""
        return 100 * self.done // len(self.rows) if self.rows else 0

    @property
    def has_faults(self) -> bool:
        """Tell whether something could not be read."""
        return any(one.fault for one in self.rows)

    def entries(self) -> list[JudgeEntry]:
        """Read what was changed; what cannot be read says so beside the field."""
        return [entry for one in self.rows if one.has_changed and (entry := _entry(one))]

    def refuse(self, refusal: ValidationError) -> str:
        """Put a refusal beside the fields that it names; gives what is about none."""
        if not hasattr(refusal, "error_dict"):
            return "".join(refusal.messages)
        for row in self.rows:
            for error in refusal.error_dict.get(str(row.screen.speaker.pk), ()):
                row.fault, row.is_stale = "".join(error.messages), error.code == "row.stale"
        return UNREAD

    def told(self, now: "JudgeSheet", sent: Mapping[str, Any]) -> dict[str, Any]:
        """Say of each mark that was sent how it stands now, and how far the judge is."""
        then, standing = self.by_key(), now.by_key()
        keys = [name.removeprefix("m-") for name in sent if name.startswith("m-")]
        marks = {key: _told(then.get(key), standing.get(key)) for key in keys}
        return {"marks": marks, "done": now.done, "asked": len(now.rows), "percent": now.percent}

    def by_key(self) -> dict[str, ScreenRow]:
        """Give the rows by the key of the speaker."""
        return {str(one.screen.speaker.pk): one for one in self.rows}


def _row(screen: Screen, data: Mapping[str, Any] | None) -> ScreenRow:
    key = screen.speaker.pk
    text = (data or {}).get(f"m-{key}")
    typed = None if text is None or screen.speaker.is_written else str(text).strip()[:_LONGEST]
    seen = str((data or {}).get(f"v-{key}", ""))
    is_number = seen.isascii() and seen.isdecimal() and len(seen) <= _LONGEST_VERSION
    return ScreenRow(screen, typed, int(seen) if is_number else 0)


def _entry(row: ScreenRow) -> JudgeEntry | None:
    if not row.typed:
        return JudgeEntry(row.screen.speaker.pk, None, row.seen)
    mark = read_mark(row.typed)
    if isinstance(mark, Finding):
        row.fault = mark.sentence
        return None
    return JudgeEntry(row.screen.speaker.pk, mark, row.seen)


def _told(sent: ScreenRow | None, now: ScreenRow | None) -> dict[str, Any]:
    if sent is None or now is None:
        return {"fault": _GONE}
    told = {"mark": now.stored, "version": now.screen.version}
    return {**told, "fault": sent.fault, "is_stale": sent.is_stale}
