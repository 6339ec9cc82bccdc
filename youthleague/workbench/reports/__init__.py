"""What the roof gathers: from the applications, and of the installation."""

from youthleague.workbench.reports.collected import (
    BuiltPanel,
    JobRow,
    all_jobs,
    built_panels,
    by_urgency,
    job_rows,
    navigation_entries,
    offered_actions,
    panels_at,
    ranges_named,
    refusable_actions,
    subject_names,
    todo_items,
)
from youthleague.workbench.reports.system import (
    KeyAge,
    batch_counts,
    disk_space,
    folder_sizes,
    key_ages,
    robot_count,
    versions,
)

__all__ = [
    "BuiltPanel",
    "JobRow",
    "KeyAge",
    "all_jobs",
    "batch_counts",
    "built_panels",
    "by_urgency",
    "disk_space",
    "folder_sizes",
    "job_rows",
    "key_ages",
    "navigation_entries",
    "offered_actions",
    "panels_at",
    "ranges_named",
    "refusable_actions",
    "robot_count",
    "subject_names",
    "todo_items",
    "versions",
]
