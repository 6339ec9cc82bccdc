"""Static files: nothing too new for old kernels, nothing from elsewhere, and light."""

import gzip
import json
import re

import pytest
from django.conf import settings

from orgs.templatetags.icons import SPRITE
from tests.architecture.source import ROOT

STATIC = ROOT / "static"
OWN = sorted(path for path in STATIC.rglob("*") if path.suffix in {".css", ".js"} and "vendor" not in path.parts)
SHELL = [
    "css/theme.css",
    "js/theme.js",
    "js/portal.js",
    "js/search.js",
    "img/mark.svg",
    "vendor/bootstrap-5.3.9/bootstrap-5.3.9.subset.min.css",
    "vendor/bootstrap-5.3.9/bootstrap-5.3.9.subset.min.js",
    "vendor/htmx-2.0.11/htmx-2.0.11.min.js",
    "vendor/tabler-icons-3.51.0/icons-3.51.0.svg",
]
TOO_NEW = re.compile(
    r":has\(|@container|container-type|color-mix|oklch|oklab|\binset\s*:|aspect-ratio|:is\(|:where\(|@layer|&:|accent-color"
)
# An empty shell takes 66 KB of the 120 KB that a list page may weigh.
LIGHT_ENOUGH = 70_000


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_our_own_files_keep_to_what_chromium_86_knows(path):
    assert TOO_NEW.findall(re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)) == []


def test_no_file_points_to_a_source_map():
    assert [
        path.name for path in STATIC.rglob("*.min.*") if "sourceMappingURL" in path.read_text(encoding="utf-8")
    ] == []


def test_every_vendored_folder_carries_version_and_licence():
    for folder in (STATIC / "vendor").iterdir():
        if folder.is_dir():
            assert re.search(r"-\d+\.\d+\.\d+$", folder.name), folder.name
            assert list(folder.glob("LICENSE-*")), folder.name


def test_templates_load_only_what_exists():
    text = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.html"))
    named = set(re.findall(r"""\{% static ['"]([^'"]+)['"] %\}""", text))
    lost = {name for name in named if not name.startswith("admin/") and not (STATIC / name).exists()}
    assert lost == set()


def test_the_shell_is_light():
    weight = sum(len(gzip.compress((STATIC / name).read_bytes(), 6)) for name in SHELL)
    assert weight <= LIGHT_ENOUGH


def test_the_shell_loads_just_these_files():
    parts = ("styles", "scripts", "side")
    text = "".join((ROOT / f"templates/components/{name}.html").read_text(encoding="utf-8") for name in parts)
    assert {*re.findall(r"\{% static '([^']+)' %\}", text), SPRITE} == set(SHELL)


def test_htmx_neither_evaluates_nor_keeps_pages():
    text = (ROOT / "templates/components/scripts.html").read_text(encoding="utf-8")
    config = json.loads(re.search(r"name=\"htmx-config\" content='([^']+)'", text).group(1))
    wanted = {"allowEval": False, "includeIndicatorStyles": False, "historyCacheSize": 0, "refreshOnHistoryMiss": True}
    assert {name: config[name] for name in wanted} == wanted
    assert config["selfRequestsOnly"] is True


def test_the_policy_of_every_page_starts_from_nothing(client):
    policy = client.get("/healthz")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["script-src"] == ["'self'"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_can_be_read_on_every_surface(theme):
    """WCAG AA: 4.5 to 1 for text of every tone on the surfaces that it stands on."""
    css = (STATIC / "css/theme.css").read_text(encoding="utf-8")
    light, dark = re.findall(r"\{\n(  color-scheme:.*?)\n\}", css, re.DOTALL)[:2]
    tokens = dict(re.findall(r"(--yl-[\w-]+):(#[0-9a-f]{3,6})", light))
    if theme == "dark":
        tokens |= dict(re.findall(r"(--yl-[\w-]+):(#[0-9a-f]{3,6})", dark))
    pairs = [("--yl-ink", "canvas"), ("--yl-ink-2", "surface"), ("--yl-ink-3", "canvas"), ("--yl-ink-3", "surface")]
    pairs += [("--yl-ink-3", "sunken"), ("--yl-blue", "surface"), ("--yl-red-text", "red-soft")]
    pairs += [(f"--yl-{tone}", where) for tone in ("ok", "warn", "bad") for where in ("surface", f"{tone}-soft")]
    weak = {pair: round(contrast(tokens[pair[0]], tokens[f"--yl-{pair[1]}"]), 2) for pair in pairs}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
