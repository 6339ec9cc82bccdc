"""What an app adds to the navigation; the workbench collects it."""

from dataclasses import dataclass
from enum import StrEnum


class NavigationGroup(StrEnum):
    """The groups of the navigation: the reform's three dimensions, what stands above them and what below."""

    TOP = "top"
    TEAM = "team"
    MECHANISM = "mechanism"
    SUPPORT = "support"
    SYSTEM = "system"

    def title(self) -> str:
        """Give the Chinese heading; the top group has none."""
        return _TITLES[self]


_TITLES = {
    NavigationGroup.TOP: "",
    NavigationGroup.TEAM: "强队伍建组织",
    NavigationGroup.MECHANISM: "强机制建制度",
    NavigationGroup.SUPPORT: "强保障固基础",
    NavigationGroup.SYSTEM: "系统管理",
}


@dataclass(frozen=True)
class NavigationEntry:
    """One line of the navigation; ``phone`` puts it into the bar at the bottom of a phone, under ``short``."""

    title: str
    url_name: str
    icon: str
    group: NavigationGroup
    order: int
    permission: str = ""
    short: str = ""
    phone: bool = False
