"""What the linkage adds to the navigation."""

from youthleague.kernel.navigation import NavigationEntry, NavigationGroup

ENTRIES: tuple[NavigationEntry, ...] = (
    NavigationEntry(
        "联动任务",
        "tasks",
        "topology-star-3",
        NavigationGroup.MECHANISM,
        20,
        permission="linkage.view_task",
        short="联动",
        phone=True,
    ),
    NavigationEntry(
        "周周联动",
        "weeks",
        "calendar-week",
        NavigationGroup.MECHANISM,
        30,
        permission="linkage.view_week",
        short="周联动",
    ),
)
