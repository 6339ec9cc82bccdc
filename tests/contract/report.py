"""Says at the end of a run how many requests the contract sent."""

from typing import Any

PROPERTY = "contract_requests"


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Add up what the tests noted, those of other processes included."""
    reports = [one for outcome in ("passed", "failed") for one in terminalreporter.stats.get(outcome, ())]
    noted = [int(value) for one in reports for name, value in getattr(one, "user_properties", ()) if name == PROPERTY]
    if noted:
        terminalreporter.write_line(f"{sum(noted)} requests of the scope contract in {len(noted)} tours")
