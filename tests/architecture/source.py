"""The project's own files, read once and parsed."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOT_SOURCE = {"tests", "scripts", "benchmarks"}


@dataclass(frozen=True)
class SourceFile:
    """One Python file: where it stands, its text and its tree."""

    path: Path
    text: str

    @property
    def tree(self) -> ast.Module:
        """Parse the text."""
        return ast.parse(self.text)

    @property
    def parts(self) -> tuple[str, ...]:
        """Return the dotted name as a tuple: ``("orgs", "querysets", "bulk")``."""
        return self.path.with_suffix("").parts

    def is_in_room(self, rooms: set[str]) -> bool:
        """Tell whether the file, or a package that holds it, is one of these rooms."""
        return bool(rooms.intersection(self.parts[1:]))


def snippet(text: str, path: str = "orgs/services.py") -> SourceFile:
    """Make a file that exists in a test only."""
    return SourceFile(Path(path), text)


@cache
def packages() -> tuple[str, ...]:
    """Return the top-level packages that make up the portal."""
    folders = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    return tuple(sorted(folders - NOT_SOURCE))


def _read(folders: tuple[str, ...]) -> Iterator[SourceFile]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield SourceFile(path.relative_to(ROOT), path.read_text(encoding="utf-8"))


@cache
def source_files() -> tuple[SourceFile, ...]:
    """Read every file of the portal but its migrations."""
    return tuple(file for file in _read(packages()) if "migrations" not in file.parts)


@cache
def all_files() -> tuple[SourceFile, ...]:
    """Read the portal, its scripts, benchmarks and tests."""
    return source_files() + tuple(_read(tuple(sorted(NOT_SOURCE))))


def called_name(node: ast.Call) -> str:
    """Return the last part of what is called: ``now`` for ``timezone.now()``."""
    function = node.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def dotted(node: ast.expr) -> str:
    """Write a chain of names as text: ``timezone.now``; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ""
