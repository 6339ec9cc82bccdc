"""What spreadsheets add to the navigation."""

from youthleague.kernel.navigation import NavigationEntry, NavigationGroup

ENTRIES = (NavigationEntry("导入", "sheet-batches", "upload", NavigationGroup.TEAM, 30, permission="sheets.use"),)
