"""Forms of the linkage."""

from linkage.forms.acts import (
    AnswerForm,
    EvidenceForm,
    ExtensionForm,
    RateForm,
    ReasonForm,
    ReportForm,
    SplitForm,
    SubmitForm,
)
from linkage.forms.drafting import CorrectTaskForm, TaskForm, UnitsForm
from linkage.forms.weekly import UNREAD, WeekGrid

__all__ = [
    "UNREAD",
    "AnswerForm",
    "CorrectTaskForm",
    "EvidenceForm",
    "ExtensionForm",
    "RateForm",
    "ReasonForm",
    "ReportForm",
    "SplitForm",
    "SubmitForm",
    "TaskForm",
    "UnitsForm",
    "WeekGrid",
]
