"""What notices add to the navigation."""

from youthleague.kernel.navigation import NavigationEntry, NavigationGroup

ENTRIES: tuple[NavigationEntry, ...] = (
    NavigationEntry("发送情况", "deliveries", "mail-forward", NavigationGroup.SYSTEM, 60, permission="notices.keep"),
)
