"""Which unit and which day the statistics are about（换届后常用统计）."""

from datetime import date
from typing import Any

from django import forms

from cadres.filtersets import DayInput, asked_day, day_bounds
from orgs.access import Scope
from orgs.scoped_views import ScopeUnits
from orgs.scoped_views.units import UnitChoiceField
from orgs.widgets import PlainSelect

FOREIGN = "当天没有这个团组织，或它不在您的管辖范围；请重新选择。"


class OverviewForm(forms.Form):
    """A unit of the day, the topmost one unless another is named, and a day, today unless another is named."""

    organisation = UnitChoiceField(
        label="团组织", required=False, widget=PlainSelect, error_messages={"invalid_choice": FOREIGN}
    )
    day = forms.DateField(label="截至", required=False, widget=DayInput())

    def __init__(self, data: Any, *, scope: Scope) -> None:
        self.scope = scope
        self.day_or_today: date = asked_day(data.get("day", ""), scope)
        self.units = ScopeUnits(scope, self.day_or_today)
        given = {name: value for name, value in data.items() if value}
        super().__init__({"organisation": self._top or "", "day": f"{self.day_or_today:%Y-%m-%d}", **given})
        self.fields["organisation"].choices = self.units.choices  # type: ignore[attr-defined]
        self.fields["day"].validators += day_bounds(scope)

    @property
    def day_asked(self) -> str:
        """Give the day as an address carries it; nothing for today."""
        return "" if self.day_or_today == self.scope.day else f"{self.day_or_today:%Y-%m-%d}"

    @property
    def unit_key(self) -> int | None:
        """Give the key of the unit; None when it, or the day, cannot be read."""
        if not self.is_valid():
            return None
        return int(self.cleaned_data["organisation"] or 0) or None

    @property
    def _top(self) -> int | None:
        tops = self.units.tops
        return tops[0].pk if tops else None
