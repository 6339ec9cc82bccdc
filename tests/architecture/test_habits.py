"""Habits that keep faults out: nothing is swallowed, the clock and the environment are asked in few places."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.source import SourceFile, called_name, dotted, snippet, source_files

FORBIDDEN_NAMES = {"mark_safe", "csrf_exempt", "cache_page"}
# Reading them, to refuse them, is allowed.
FORBIDDEN_OPTIONS = {"raw_id_fields", "list_editable"}
MODEL_SIGNALS = {"pre_save", "post_save", "pre_delete", "post_delete", "m2m_changed", "pre_init", "post_init"}
CLOCK = {
    "date.today",
    "datetime.date.today",
    "datetime.datetime.now",
    "datetime.now",
    "datetime.utcnow",
    "time.time",
    "timezone.localdate",
    "timezone.localtime",
    "timezone.now",
}
# With an argument these only convert a moment that the caller gave.
CONVERT = {"timezone.localdate", "timezone.localtime"}
# Not listed: models, querysets and access, where an account without a day means its scope of today.
TIME_IS_AN_ARGUMENT = {"documents", "figures", "kernel", "policies", "reports", "rules", "services", "workbooks"}
NEVER_ENQUEUES = {"access", "models", "policies", "querysets", "reports", "rules", "services"}
# The child that reads foreign files ends with a code of its own whatever a parser throws.
CATCHES_EVERYTHING = {("youthleague", "workbooks", "child")}
READS_THE_ENVIRONMENT = {("youthleague", name) for name in ("asgi", "celery", "settings", "wsgi")}


def at(file: SourceFile, node: ast.AST, what: str) -> str:
    return f"{file.path}:{getattr(node, 'lineno', 0)} {what}"


def names_in(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """Yield every name that is imported, read, set or reached as an attribute."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node, node.id
        elif isinstance(node, ast.Attribute):
            yield node, node.attr
        elif isinstance(node, ast.alias):
            yield node, node.name.rpartition(".")[2]


def calls_in(tree: ast.Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def is_broad(expression: ast.expr | None) -> bool:
    if expression is None:
        return True
    parts = expression.elts if isinstance(expression, ast.Tuple) else [expression]
    return any(dotted(part) in {"Exception", "BaseException"} for part in parts)


def swallowed(file: SourceFile) -> list[str]:
    """Find handlers that catch everything and do not raise again."""
    if file.parts in CATCHES_EVERYTHING:
        return []
    handlers = [node for node in ast.walk(file.tree) if isinstance(node, ast.ExceptHandler) and is_broad(node.type)]
    silent = [node for node in handlers if not any(isinstance(inner, ast.Raise) for inner in ast.walk(node))]
    suppress = [node for node in calls_in(file.tree) if called_name(node) == "suppress"]
    suppressed = [node for node in suppress if any(map(is_broad, node.args))]
    return [at(file, node, "swallows everything") for node in [*silent, *suppressed]]


def forbidden_names(file: SourceFile) -> list[str]:
    return sorted({at(file, node, name) for node, name in names_in(file.tree) if name in FORBIDDEN_NAMES})


def forbidden_options(file: SourceFile) -> list[str]:
    """Find options of an admin that show or change rows past the scope."""
    named = [(node, name) for node, name in names_in(file.tree) if name in FORBIDDEN_OPTIONS]
    return [at(file, node, name) for node, name in named if isinstance(getattr(node, "ctx", None), ast.Store)]


def model_signals(file: SourceFile) -> list[str]:
    """Find signals of single rows: bulk writes do not send them, so no rule may hang on one."""
    return sorted({at(file, node, name) for node, name in names_in(file.tree) if name in MODEL_SIGNALS})


def asks_the_clock(file: SourceFile) -> list[str]:
    if not TIME_IS_AN_ARGUMENT.intersection(file.parts):
        return []
    calls = [(node, dotted(node.func)) for node in calls_in(file.tree)]
    asking = [(node, name) for node, name in calls if name in CLOCK and not (name in CONVERT and node.args)]
    return [at(file, node, name) for node, name in asking]


def enqueues(file: SourceFile) -> list[str]:
    if not file.is_in_room(NEVER_ENQUEUES):
        return []
    publishing = {"delay", "apply_async", "send_task"}
    return [at(file, node, called_name(node)) for node in calls_in(file.tree) if called_name(node) in publishing]


def reads_the_environment(file: SourceFile) -> list[str]:
    if file.parts in READS_THE_ENVIRONMENT:
        return []
    return sorted({at(file, node, name) for node, name in names_in(file.tree) if name in {"environ", "getenv"}})


FINDERS = [
    swallowed,
    forbidden_names,
    forbidden_options,
    model_signals,
    asks_the_clock,
    enqueues,
    reads_the_environment,
]


@pytest.mark.parametrize("find", FINDERS)
def test_no_file_has_the_habit(find):
    assert [fault for file in source_files() for fault in find(file)] == []


@pytest.mark.parametrize(
    ("find", "text"),
    [
        (swallowed, "try:\n    f()\nexcept Exception:\n    log()\n"),
        (swallowed, "try:\n    f()\nexcept:\n    pass\n"),
        (swallowed, "try:\n    f()\nexcept (ValueError, BaseException) as error:\n    return error\n"),
        (swallowed, "with suppress(Exception):\n    f()\n"),
        (forbidden_names, "from django.utils.safestring import mark_safe\n"),
        (forbidden_names, "@csrf_exempt\ndef f(request): ...\n"),
        (forbidden_options, "class A:\n    raw_id_fields = ['org']\n"),
        (forbidden_names, "view = decorators.cache_page(60)(view)\n"),
        (model_signals, "from django.db.models.signals import post_save\n"),
        (asks_the_clock, "def f():\n    return timezone.localdate()\n"),
        (asks_the_clock, "def f():\n    return datetime.date.today()\n"),
        (enqueues, "def f(batch):\n    read_batch.delay(batch.pk)\n"),
        (reads_the_environment, "import os\nhost = os.environ['HOST']\n"),
        (reads_the_environment, "from os import getenv\n"),
    ],
)
def test_the_habit_is_found(find, text):
    assert len(find(snippet(text))) >= 1


@pytest.mark.parametrize(
    ("find", "text"),
    [
        (swallowed, "try:\n    f()\nexcept Exception:\n    undo()\n    raise\n"),
        (swallowed, "try:\n    f()\nexcept ValueError:\n    pass\n"),
        (forbidden_options, "def check(admin):\n    return not admin.raw_id_fields\n"),
        (asks_the_clock, "def f(at):\n    return timezone.localdate(at)\n"),
        (asks_the_clock, "class A:\n    at = DateTimeField(default=timezone.now)\n"),
        (enqueues, "def f(day):\n    return shift(day)\n"),
        (model_signals, "from django.db.models.signals import post_migrate\n"),
    ],
)
def test_what_is_right_is_left_alone(find, text):
    assert find(snippet(text)) == []
