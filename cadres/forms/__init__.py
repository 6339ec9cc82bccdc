"""Forms of the roster; their fields come from the columns of the spreadsheet."""

from cadres.forms.overview import OverviewForm
from cadres.forms.people import CorrectForm, RegisterForm
from cadres.forms.posts import AppointForm, CorrectPostForm, EndForm, TransferForm
from cadres.forms.requests import DecideForm, RequestForm, RequestRowForm

__all__ = [
    "AppointForm",
    "CorrectForm",
    "CorrectPostForm",
    "DecideForm",
    "EndForm",
    "OverviewForm",
    "RegisterForm",
    "RequestForm",
    "RequestRowForm",
    "TransferForm",
]
