"""Forms of the roster; their fields come from the columns of the spreadsheet."""

from cadres.forms.people import CorrectForm, RegisterForm
from cadres.forms.posts import AppointForm, CorrectPostForm, EndForm, TransferForm

__all__ = ["AppointForm", "CorrectForm", "CorrectPostForm", "EndForm", "RegisterForm", "TransferForm"]
