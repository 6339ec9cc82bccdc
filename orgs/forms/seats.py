"""The form of the approved number of seats of a committee（核定职数）."""

from typing import Any

from django import forms

from orgs.models import Organisation

MOST = 60


class ApprovedSeatsForm(forms.Form):
    """How many seats were approved for a committee; none means as the rule says."""

    approved_seats = forms.IntegerField(
        label="核定委员会职数",
        required=False,
        min_value=1,
        max_value=MOST,
        help_text="上级批复的人数；留空就按规定的人数。",
        error_messages={
            "invalid": "请填整数。",
            "min_value": "职数至少是 1。",
            "max_value": f"职数最多是 {MOST}。",
        },
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, organisation: Organisation) -> None:
        stored = {"approved_seats": organisation.approved_seats, "version": organisation.version}
        super().__init__(data, initial=stored)
