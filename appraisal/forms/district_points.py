"""The grid of 核分: all units of one indicator, each with points and, where they differ from the 自评, the reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError

from appraisal.forms.numbers import POINTS, ScaledField, write_scaled
from appraisal.models import UnitPoints
from appraisal.services.district.scoring import GivenPoints

UNREAD = "有几格没有写对，一行也没有保存；请按提示改好后再保存。"
_LONGEST, _LONGEST_REASON = 12, 200
_LONG_REASON = "理由最多 200 个字。"


@dataclass
class PointsRow:
    """A unit as it is shown: what is stored, what was typed over it, what is wrong with that."""

    stored: UnitPoints
    is_open: bool
    typed: str
    reason: str
    seen: int
    faults: list[str] = field(default_factory=list)

    @property
    def own(self) -> str:
        """Write what the unit gave itself."""
        return "—" if self.stored.own is None else write_scaled(self.stored.own, POINTS)

    @property
    def given(self) -> str:
        """Write the stored points."""
        return "" if self.stored.points is None else write_scaled(self.stored.points, POINTS)

    @property
    def has_changed(self) -> bool:
        """Tell whether something else was typed than is stored."""
        return self.is_open and (self.typed, self.reason) != (self.given, self.stored.reason)

    @property
    def name(self) -> str:
        """Name the inputs of the row."""
        return f"u{self.stored.unit_id}"


@dataclass
class PointsGrid:
    """The rows of one indicator, in the order of the tree."""

    rows: Sequence[PointsRow]

    @classmethod
    def of(
        cls, points: Sequence[UnitPoints], *, own: frozenset[int], data: Mapping[str, Any] | None = None
    ) -> "PointsGrid":
        """Make the rows with what was typed; computed ones, and those of units one represents, are only shown."""
        return cls([_row(one, is_open=not one.is_computed and one.unit_id not in own, data=data) for one in points])

    def read(self) -> dict[tuple[int, int], GivenPoints] | None:
        """Read the rows that were touched; None, with what is wrong beside it, where one cannot be read."""
        given = {(row.stored.unit_id, row.stored.item_id): _read(row) for row in self.rows if row.has_changed}
        return None if any(row.faults for row in self.rows) else given

    def refuse(self, refusal: ValidationError) -> str:
        """Put what the service refused beside its rows; gives the sentence about the whole."""
        if not hasattr(refusal, "error_dict"):
            return "".join(refusal.messages)
        by_unit = {str(row.stored.unit_id): row for row in self.rows}
        for key, errors in refusal.error_dict.items():
            by_unit[key.split("-")[0]].faults += [message for one in errors for message in one.messages]
        return UNREAD


def _row(one: UnitPoints, *, is_open: bool, data: Mapping[str, Any] | None) -> PointsRow:
    row = PointsRow(one, is_open, "", one.reason, one.version)
    row.typed = row.given
    name = row.name
    if data is not None and is_open and f"{name}-points" in data:
        row.typed = str(data[f"{name}-points"]).strip()[:_LONGEST]
        row.reason = str(data.get(f"{name}-reason", "")).strip()[: _LONGEST_REASON + 1]
        text = str(data.get(f"{name}-version", ""))
        row.seen = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
    return row


def _read(row: PointsRow) -> GivenPoints:
    points = None
    try:
        points = ScaledField("得分", scale=POINTS, most=row.stored.item.maximum, required=False).clean(row.typed)
    except ValidationError as error:
        row.faults += error.messages
    if len(row.reason) > _LONGEST_REASON:
        row.faults.append(_LONG_REASON)
    return GivenPoints(points, row.reason, row.seen)
