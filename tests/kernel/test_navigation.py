"""Navigation entries."""

from youthleague.kernel.navigation import NavigationEntry, NavigationGroup


def test_groups_carry_the_reform_s_dimensions():
    assert [group.title() for group in NavigationGroup] == [
        "", "强队伍建组织", "强机制建制度", "强保障固基础", "系统管理",
    ]  # fmt: skip


def test_an_entry_is_for_everyone_and_off_the_phone_bar_unless_it_says_so():
    entry = NavigationEntry("名册", "cadres:list", "users", NavigationGroup.TEAM, 10)
    assert (entry.permission, entry.short, entry.phone) == ("", "", False)
