"""Templates carry no script, style or foreign host; our own css and js keep to what old kernels know."""

import re
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

COMMENT = re.compile(r"\{#.*?#\}|\{% comment.*?%\}.*?\{% endcomment %\}|<!--.*?-->", re.DOTALL)
IN_TEMPLATES = {
    "inline style": re.compile(r"\sstyle\s*=|<style", re.IGNORECASE),
    "inline script": re.compile(r"\son[a-z]+\s*=|<script(?![^>]*\ssrc=)|javascript:", re.IGNORECASE),
    "evaluated by htmx": re.compile(r"hx-on|hx-vars|=[\"']js:|hx-trigger=[\"'][^\"']*\["),
    "not escaped": re.compile(r"\|\s*safe\b|autoescape\s+off|safeseq"),
    "foreign host": re.compile(r"(?<![\w.])(?:https?:)?//(?!www\.w3\.org)[a-z0-9-]+\.", re.IGNORECASE),
}
IN_STATIC = {
    "too new for Chromium 86": re.compile(r":has\(|@container|color-mix\(|oklch\(|\.at\(-|structuredClone|\?\?="),
    "foreign host": IN_TEMPLATES["foreign host"],
    "evaluated": re.compile(r"\beval\(|new Function\(|@import\b"),
    "breaks Chinese composition": re.compile(r"['\"]keyup['\"]"),
}


def faults(text: str, rules: dict[str, re.Pattern[str]]) -> list[str]:
    """Name the rules that a text breaks."""
    clean = COMMENT.sub("", text)
    return [name for name, pattern in rules.items() if pattern.search(clean)]


def templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html"))


def own_static() -> list[Path]:
    files = [path for suffix in ("css", "js") for path in (ROOT / "static").rglob(f"*.{suffix}")]
    return sorted(path for path in files if "vendor" not in path.parts)


def unversioned(names: list[str]) -> list[str]:
    """Find third-party files whose name does not say their version."""
    return [name for name in names if not re.search(r"\d+\.\d+", Path(name).name) and Path(name).name != "README.md"]


def test_templates_are_clean():
    assert {str(path): found for path in templates() if (found := faults(path.read_text(), IN_TEMPLATES))} == {}


def test_own_css_and_js_are_clean():
    assert {str(path): found for path in own_static() if (found := faults(path.read_text(), IN_STATIC))} == {}


def test_third_party_files_carry_their_version():
    vendored = (ROOT / "static" / "vendor").rglob("*")
    assert unversioned([str(path) for path in vendored if path.is_file()]) == []


def test_a_file_without_a_version_is_found():
    assert unversioned(["htmx-2.0.11/htmx.min.js", "htmx-2.0.11.min.js"]) == ["htmx-2.0.11/htmx.min.js"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('<p style="color:red">', "inline style"),
        ("<style>p{}</style>", "inline style"),
        ('<button onclick="go()">', "inline script"),
        ("<script>go()</script>", "inline script"),
        ('<a href="javascript:go()">', "inline script"),
        ('<a hx-on:click="go()">', "evaluated by htmx"),
        ("<a hx-vals='js:{a: 1}'>", "evaluated by htmx"),
        ('<input hx-trigger="keyup[key==1]">', "evaluated by htmx"),
        ("{{ name|safe }}", "not escaped"),
        ("{% autoescape off %}", "not escaped"),
        ('<script src="https://cdn.example.com/a.js"></script>', "foreign host"),
        ('<img src="//cdn.example.com/a.png">', "foreign host"),
    ],
)
def test_a_fault_in_a_template_is_found(text, fault):
    assert faults(text, IN_TEMPLATES) == [fault]


@pytest.mark.parametrize(
    "text",
    [
        "{# style=\"x\" #}<p class='one'>",
        '<script src="{% static "js/portal.js" %}" defer></script>',
        '<svg xmlns="http://www.w3.org/2000/svg">',
        '<input hx-trigger="input changed delay:200ms">',
    ],
)
def test_a_clean_template_passes(text):
    assert faults(text, IN_TEMPLATES) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("p:has(a) {}", "too new for Chromium 86"),
        ("a { color: oklch(1 2 3); }", "too new for Chromium 86"),
        ("a { background: url(https://cdn.example.com/a.png); }", "foreign host"),
        ("eval('1')", "evaluated"),
        ("box.addEventListener('keyup', find)", "breaks Chinese composition"),
    ],
)
def test_a_fault_in_css_or_js_is_found(text, fault):
    assert faults(text, IN_STATIC) == [fault]
