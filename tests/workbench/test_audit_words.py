"""Every code of the log has a word: actions, facts, and the reasons for which something is refused."""

import ast
import re
from collections.abc import Iterator

import pytest
from django.urls import resolve

from orgs.scoped_views import ScopedListView
from orgs.scoped_views.refusals import ABOUT_WHO
from tests.architecture.source import SourceFile, called_name, snippet, source_files
from tests.contract.routes import routes
from youthleague.workbench.choices import ACTION_TITLES, FACT_TITLES, REFUSAL_WORDS
from youthleague.workbench.filtersets import AuditFilterSet
from youthleague.workbench.reports import refusable_actions
from youthleague.workbench.tables import action_title, fact_text, subject_title

REFUSING = {"scoped_admin", "scoped_views", "services", "views"}
# What the back office shows beside its forms it also records, whatever the reason.
BEHIND_THE_BACK_OFFICE = {("orgs", "services"), ("orgs", "scoped_admin"), ("cadres", "services")}
CODE = re.compile(r"[a-z]+[.][a-z_.-]+")
RECORDERS = {"record", "recorded", "guarded", "noting_refusals", "note_refusal", "note_forbidden", "note_refused"}
LATIN = re.compile(r"[A-Za-z]")


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        (True, "是"),
        (False, "否"),
        ([], "无"),
        (["a", 2], "a、2"),
        (None, "无"),
        (7, "7"),
        ("auditor", "审计员"),
        ("idle", "长时间没有操作"),
        (["a"] * 7, "7 项"),
    ],
)
def test_a_fact_is_written_for_people(fact, text):
    assert fact_text(fact) == text


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("orgs.User:3", "账号 林致远"),
        ("orgs.User:4", "已不存在的账号"),
        ("orgs.User", "账号"),
        ("lost.Model:3", "lost.Model"),
        ("plain", "plain"),
    ],
)
def test_a_subject_is_named_by_its_model_and_never_by_its_key(subject, title):
    assert subject_title(subject, {"orgs.User:3": "林致远"}) == title


def constants(file: SourceFile, value: ast.AST) -> Iterator[str]:
    """Give the texts that an expression may be: literals in it, and constants of its module."""
    tree = file.tree
    named = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(value):
        found = named.get(node.id) if isinstance(node, ast.Name) else node
        if isinstance(found, ast.Constant) and isinstance(found.value, str):
            yield found.value


def calls(file: SourceFile) -> Iterator[tuple[str, list[ast.expr], dict[str | None, ast.expr]]]:
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Call):
            yield called_name(node).lstrip("_"), node.args, {key.arg: key.value for key in node.keywords}


# ---- actions ----------------------------------------------------------------------
def recorded_actions(file: SourceFile) -> set[str]:
    """Find the actions that are recorded: the first text, or ``action=``, of whatever records, here or in a default."""
    found = set()
    for name, args, named in calls(file):
        if name in RECORDERS:
            given = [*args[:1], *([named["action"]] if "action" in named else [])]
            found |= {code for part in given for code in constants(file, part) if CODE.fullmatch(code)}
    return found


def test_every_action_that_is_recorded_has_a_word():
    codes = set().union(*map(recorded_actions, source_files()))
    assert {"org.found", "account.sign-in", "audit.read", "sheet.request-apply", "sheets.use", "sheet.export"} <= codes
    assert sorted(codes - set(ACTION_TITLES)) == []


def test_actions_are_spelt_alike():
    assert [code for code in ACTION_TITLES if "_" in code and code not in refusable_actions()] == []


def test_every_permission_under_which_something_is_refused_has_a_word():
    assert {"orgs.change_policydocument", "cadres.export_cadre", "sheets.use"} <= {*refusable_actions()}
    assert [code for code in refusable_actions() if LATIN.search(action_title(code))] == []


@pytest.mark.parametrize(
    ("code", "title"),
    [("org.move", "调整隶属关系"), ("orgs.change_organisation", "修改团组织"), ("unknown.act", "unknown.act")],
)
def test_an_action_is_named(code, title):
    assert action_title(code) == title


# ---- facts ------------------------------------------------------------------------
def fact_names(file: SourceFile) -> set[str]:
    """Find the names of facts: the keys of whatever is given, or kept, as ``facts``."""
    given = [named["facts"] for _name, _args, named in calls(file) if "facts" in named]
    kept = [
        node.value
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Assign) and any(isinstance(one, ast.Name) and one.id == "facts" for one in node.targets)
    ]
    keys = [
        key for value in (*given, *kept) for node in ast.walk(value) if isinstance(node, ast.Dict) for key in node.keys
    ]
    return {key.value for key in keys if isinstance(key, ast.Constant)}


def test_every_fact_has_a_title():
    recording = [file for file in source_files() if "audit.services import" in file.text]
    names = set().union(*map(fact_names, recording))
    assert {"rows", "digest", "reason", "codes"} <= names
    assert sorted(names - set(FACT_TITLES)) == []


def test_every_list_that_can_be_exported_has_a_word_and_so_have_its_conditions():
    plain = [route for route in routes() if not route.converters and not route.name.startswith("admin:")]
    views = {route.name: getattr(resolve(route.path()).func, "view_class", object) for route in plain}
    lists = {name: v for name, v in views.items() if issubclass(v, ScopedListView) and v.export_permission}
    conditions = {name for view in (*lists.values(),) for name in view.filterset_class.base_filters}
    told = {*lists, *conditions, *AuditFilterSet.base_filters}
    assert {"roster", "organisations", "politics", "since"} <= told
    assert sorted(name for name in told if LATIN.search(fact_text(name))) == []


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("cadres", "团干部花名册"),
        ("district_staff", "机关干事"),
        ("term.branch_years", "团支部、团总支任期"),
        ("idle", "长时间没有操作"),
        ("role.separated", "三员不能由同一人担任"),
    ],
)
def test_codes_of_other_lists_are_said_in_chinese(code, word):
    assert fact_text(code) == word


# ---- refusals ---------------------------------------------------------------------
def refusal_codes(file: SourceFile) -> set[str]:
    """Find the codes with which a file refuses: of errors, and those that it notes."""
    found = set()
    for name, args, named in calls(file):
        given = [value for key, value in named.items() if key in {"code", "codes"}]
        given += args[:1] if name == "RowRefused" else []
        found |= {code for value in given for code in constants(file, value)}
    noted = [node.value for node in ast.walk(file.tree) if isinstance(node, ast.Constant)]
    found |= {code for code in noted if isinstance(code, str) and re.fullmatch(r"(scope|permission)[.][a-z]+", code)}
    return {code for code in found if CODE.fullmatch(code)}


def finding_codes(file: SourceFile) -> set[str]:
    """Find the codes of what is said about single cells; those about who asks become errors of a form."""
    given = [args[0] for name, args, _named in calls(file) if name == "Finding" and args]
    return {code for value in given for code in constants(file, value)}


def is_about_who(code: str) -> bool:
    return bool(ABOUT_WHO & {*code.split(".")})


def codes_for_the_log(file: SourceFile) -> set[str]:
    codes = refusal_codes(file)
    told = codes if file.parts[:2] in BEHIND_THE_BACK_OFFICE else {code for code in codes if is_about_who(code)}
    return told | {code for code in finding_codes(file) if is_about_who(code)}


def test_every_code_of_a_refusal_that_reaches_the_log_has_a_word():
    codes = set().union(*(codes_for_the_log(file) for file in source_files() if file.is_in_room(REFUSING)))
    expected = {"scope.row", "scope.relation", "permission.missing", "account.self", "role.separated", "org.parent"}
    assert expected | {"post.ended", "row.stale", "person.elsewhere", "export.second_factor", "batch.foreign"} <= codes
    assert sorted(codes - set(REFUSAL_WORDS)) == []


@pytest.mark.parametrize(
    "text",
    [
        "def f():\n    raise ValidationError('不行。', code='x.self')\n",
        "NO = 'x.self'\ndef f():\n    raise ValidationError('不行。', code=NO)\n",
        "def f(a):\n    raise ValidationError('不行。', code='x.self' if a else '')\n",
        "NO = Finding('x.self', '不行。')\n",
        "note_refusal(request, codes=['x.self'])\n",
        "raise RowRefused('x.self')\n",
    ],
)
def test_a_code_is_found_however_it_is_given(text):
    assert codes_for_the_log(snippet(text)) == {"x.self"}
