"""The glossary tells the truth: what it names exists, and what it marks “（后续）” does not yet."""

import ast
import re
from functools import cache

from tests.architecture.source import ROOT, source_files

LATER = "后续"
NAME = re.compile(r"`([^`]+)`")


@cache
def defined_names() -> frozenset[str]:
    """Collect what the code defines: packages, modules, classes, functions, fields, members of code lists."""
    names = {part for file in source_files() for part in file.parts}
    for file in source_files():
        for node in ast.walk(file.tree):
            if isinstance(node, ast.ClassDef | ast.FunctionDef):
                names.add(node.name)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names.add(node.id)
    return frozenset(names)


def rows_of(text: str) -> list[tuple[str, bool]]:
    """Give the lines of the tables, each with whether it, or its chapter, is still to come."""
    rows, chapter_is_later = [], False
    for line in text.splitlines():
        if line.startswith("#"):
            chapter_is_later = LATER in line
        elif line.startswith("|"):
            rows.append((line, chapter_is_later or LATER in line))
    return rows


def missing_names(row: str) -> list[str]:
    """Name what a row names and the code does not define; ``Blank.KEEP`` and ``as_of(day)`` count by their parts."""
    parts = [part for name in NAME.findall(row) for part in re.sub(r"\(.*\)|\.py$", "", name).split(".")]
    return [part for part in parts if part not in defined_names()]


def glossary() -> list[tuple[str, bool]]:
    return rows_of((ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"))


def test_every_name_of_the_glossary_is_in_the_code():
    assert [name for row, is_later in glossary() if not is_later for name in missing_names(row)] == []


def test_nothing_that_is_written_is_marked_as_later():
    assert [row for row, is_later in glossary() if is_later and NAME.search(row) and not missing_names(row)] == []


def test_a_name_that_is_not_in_the_code_is_found():
    written = "## 一、组织\n| 团组织 | `Organisation`、`as_of(day)`、`NoSuchThing` |\n"
    rows = rows_of(f"{written}## 二、考评（后续）\n| 以后的事 | `NotYetWritten` |\n")
    assert [(missing_names(row), is_later) for row, is_later in rows] == [
        (["NoSuchThing"], False),
        (["NotYetWritten"], True),
    ]
