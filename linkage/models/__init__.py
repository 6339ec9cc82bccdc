"""Models of the linkage."""

from linkage.models.records import TaskEvidence, TaskExtension, TaskPartner, TaskRecord, TaskReminder
from linkage.models.tasks import LinkageTask, TaskAssignment
from linkage.models.weekly import WeeklyReport

__all__ = [
    "LinkageTask",
    "TaskAssignment",
    "TaskEvidence",
    "TaskExtension",
    "TaskPartner",
    "TaskRecord",
    "TaskReminder",
    "WeeklyReport",
]
