"""What organisations and accounts add to the navigation."""

from youthleague.kernel.navigation import NavigationEntry, NavigationGroup

ENTRIES: tuple[NavigationEntry, ...] = (
    NavigationEntry(
        "团组织",
        "organisation-tree",
        "sitemap",
        NavigationGroup.TEAM,
        20,
        permission="orgs.view_organisation",
        short="团组织",
        phone=True,
    ),
    NavigationEntry(
        "换届",
        "terms",
        "calendar",
        NavigationGroup.TEAM,
        30,
        permission="orgs.view_organisation",
    ),
    NavigationEntry(
        "制度文件", "documents", "file-text", NavigationGroup.MECHANISM, 80, permission="orgs.view_policydocument"
    ),
    NavigationEntry(
        "账号", "accounts", "key", NavigationGroup.SYSTEM, 10, permission="orgs.view_user", short="账号", phone=True
    ),
    NavigationEntry(
        "政策参数", "policies", "adjustments", NavigationGroup.SYSTEM, 40, permission="orgs.view_policyvalue"
    ),
)
