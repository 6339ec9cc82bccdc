"""What the roster adds to the navigation."""

from youthleague.kernel.navigation import NavigationEntry, NavigationGroup

ENTRIES: tuple[NavigationEntry, ...] = (
    NavigationEntry(
        "名册", "roster", "users", NavigationGroup.TEAM, 10, permission="cadres.view_cadre", short="名册", phone=True
    ),
)
