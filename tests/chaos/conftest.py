"""What the tests of outages counted, as one table at the end of the run."""

from collections.abc import Callable

import pytest

COLUMNS = ("db", "batches", "rows", "undone_rows", "lost", "doubled", "slowest_s")
_told: list[tuple[str, dict[str, object]]] = []


@pytest.fixture
def tell() -> Callable[[str, dict[str, object]], None]:
    """Put what was counted in the table, under a name."""
    return lambda name, found: _told.append((name, found))


def pytest_terminal_summary(terminalreporter) -> None:
    """Print the table, as ``benchmarks/README.md`` keeps it."""
    if not _told:
        return
    rest = sorted({name for _, found in _told for name in found} - {*COLUMNS, "histories", "events"})
    terminalreporter.write_line(f"| what | {' | '.join(COLUMNS)} | more |")
    terminalreporter.write_line("|---" * (len(COLUMNS) + 2) + "|")
    for what, found in _told:
        cells = [str(found.get(name, "")) for name in COLUMNS]
        more = "; ".join(f"{name} {found[name]}" for name in rest if name in found)
        terminalreporter.write_line(f"| {what} | {' | '.join(cells)} | {more} |")
