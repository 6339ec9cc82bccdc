"""What organisations and accounts add to the navigation."""

from youthleague.kernel.navigation import NavigationEntry, NavigationGroup

ENTRIES: tuple[NavigationEntry, ...] = (
    NavigationEntry(
        "团组织",
        "organisations",
        "sitemap",
        NavigationGroup.TEAM,
        20,
        permission="orgs.view_organisation",
        short="团组织",
        phone=True,
    ),
)
