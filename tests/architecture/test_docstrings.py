"""What others call says in one line what it does: public functions of the rooms where rules and acts live."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.source import SourceFile, snippet, source_files

SPEAKING = {"access", "kernel", "reports", "rules", "services"}


def public_functions(body: list[ast.stmt]) -> Iterator[ast.FunctionDef]:
    """Yield the public functions of a module and the public methods of its public classes."""
    for node in body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from public_functions(node.body)
        elif isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node


def silent_functions(file: SourceFile) -> list[str]:
    """Find public functions without a docstring."""
    if not SPEAKING.intersection(file.parts):
        return []
    silent = [node for node in public_functions(file.tree.body) if not ast.get_docstring(node)]
    return [f"{file.path}:{node.lineno} {node.name}" for node in silent]


def test_public_functions_say_what_they_do():
    assert [fault for file in source_files() for fault in silent_functions(file)] == []


@pytest.mark.parametrize(
    ("text", "path", "found"),
    [
        ("def close(): ...\n", "orgs/services/organisations.py", ["orgs/services/organisations.py:1 close"]),
        (
            "class Week:\n    def next(self): ...\n",
            "youthleague/kernel/weeks.py",
            ["youthleague/kernel/weeks.py:2 next"],
        ),
        ('def close():\n    """Close."""\n', "orgs/services/organisations.py", []),
        ("def _close(): ...\n", "orgs/services/organisations.py", []),
        ("class _Walk:\n    def next(self): ...\n", "youthleague/audit/reports.py", []),
        ("def close(): ...\n", "orgs/views/organisations.py", []),
    ],
)
def test_silent_functions_are_found_where_they_matter(text, path, found):
    assert silent_functions(snippet(text, path)) == found
