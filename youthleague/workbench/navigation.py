"""What the workbench itself adds to the navigation."""

from youthleague.kernel.navigation import NavigationEntry, NavigationGroup

ENTRIES: tuple[NavigationEntry, ...] = (
    NavigationEntry("工作台", "workbench", "home", NavigationGroup.TOP, 0, short="工作台", phone=True),
    NavigationEntry("定时任务", "jobs", "clock", NavigationGroup.SYSTEM, 50, permission="notices.keep"),
    NavigationEntry(
        "系统状态", "system-status", "database", NavigationGroup.SYSTEM, 30, permission="workbench.view_status"
    ),
    NavigationEntry("审计日志", "audit", "history", NavigationGroup.SYSTEM, 90, permission="audit.view"),
)
