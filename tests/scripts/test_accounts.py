"""Reading the accounts of the demonstration district."""

from scripts.accounts import Account, one_per_role, read_accounts

FIRST = Account("a", "leader", "p 1")
SECOND = Account("b", "leader", "p2")
OTHER = Account("c", "judge", "p3")


def test_the_file_is_read_line_by_line(tmp_path):
    (tmp_path / "demo-accounts.txt").write_text(
        "# 演示账号\na leader p 1\n\nb leader p2\nc judge p3\n", encoding="utf-8"
    )
    assert read_accounts(tmp_path) == [FIRST, SECOND, OTHER]


def test_a_folder_without_the_file_has_no_accounts(tmp_path):
    assert read_accounts(tmp_path) == []


def test_the_first_account_stands_for_its_role():
    assert one_per_role([FIRST, SECOND, OTHER]) == [FIRST, OTHER]


def test_a_role_is_called_by_its_title():
    assert (OTHER.title, Account("x", "unknown", "p").title) == ("评委", "unknown")
