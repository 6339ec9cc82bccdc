"""What the workbench itself adds to the navigation."""

from youthleague.kernel.navigation import NavigationEntry, NavigationGroup

ENTRIES: tuple[NavigationEntry, ...] = (
    NavigationEntry("工作台", "workbench", "home", NavigationGroup.TOP, 0, short="工作台", phone=True),
    NavigationEntry("审计日志", "audit", "history", NavigationGroup.SYSTEM, 90, permission="audit.view"),
)
