"""The accounts of the demonstration district, as ``demo`` left them in ``demo-accounts.txt``."""

from dataclasses import dataclass
from pathlib import Path

from orgs.roles import ROLE_BY_CODE


@dataclass(frozen=True)
class Account:
    """One line of the file: ``username role password``."""

    username: str
    role: str
    password: str

    @property
    def title(self) -> str:
        """Return the role's Chinese title."""
        known = ROLE_BY_CODE.get(self.role)
        return known.title if known else self.role


def read_accounts(var_dir: Path) -> list[Account]:
    """Read all accounts; a folder without the file has none."""
    path = var_dir / "demo-accounts.txt"
    if not path.exists():
        return []
    rows = (line.split(maxsplit=2) for line in path.read_text(encoding="utf-8").splitlines())
    return [Account(*row) for row in rows if len(row) == 3 and not row[0].startswith("#")]


def one_per_role(accounts: list[Account]) -> list[Account]:
    """Keep the first account of each role, in the order of the file."""
    first: dict[str, Account] = {}
    for account in accounts:
        first.setdefault(account.role, account)
    return list(first.values())
