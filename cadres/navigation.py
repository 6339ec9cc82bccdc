"""What the roster adds to the navigation."""

from youthleague.kernel.navigation import NavigationEntry, NavigationGroup

ENTRIES: tuple[NavigationEntry, ...] = (
    NavigationEntry(
        "名册", "roster", "users", NavigationGroup.TEAM, 10, permission="cadres.view_cadre", short="名册", phone=True
    ),
    NavigationEntry("调入申请", "requests", "arrows-exchange", NavigationGroup.TEAM, 35, permission="cadres.add_cadre"),
    NavigationEntry("班子配备", "seats", "armchair", NavigationGroup.TEAM, 40, permission="cadres.view_cadre"),
)
