"""What every page is examined for: foreign words, barriers in light and dark, and that it fits a phone."""

import re
from pathlib import Path

from scripts.shots import SCREENS
from tests.e2e.visitor import Visitor

AXE = (Path(__file__).parent / "vendor" / "axe-core-4.14.1" / "axe.min.js").read_text(encoding="utf-8")
RUN_AXE = "axe.run(document, {resultTypes: ['violations'], preload: false})"
RUN_CONTRAST = "axe.run(document, {runOnly: ['color-contrast'], resultTypes: ['violations'], preload: false})"
SERIOUS = {"serious", "critical"}

# Names of programs and file types that Chinese text writes in Latin letters; examples of initials and bad passwords.
FOREIGN_WORDS = {
    "Excel",
    "Word",
    "WPS",
    "PDF",
    "OFD",
    "JPG",
    "PNG",
    "docx",
    "KB",
    "MB",
    "GB",
    "xlsx",
    "xls",
    "csv",
    "zs",
    "aaaa",
    "qwer",
}
# What the installation is made of, which only whoever keeps it reads about.
FOREIGN_WORDS |= {"Python", "Django", "SQLite", "PostgreSQL", "Redis", "worker", "beat"}
LATIN = re.compile(r"[A-Za-z]{2,}")
MACHINE_NUMBER = re.compile(r"\b(?=\w*\d)[0-9A-Fa-f]{8,}\b")  # of an error, of a signature
CHECKING_CODE = re.compile(r"\b[0-9A-Z]{5}(?: [0-9A-Z]{5}){4} [0-9A-Z]\b")  # 核验码 of a printed card
VISIBLE = """() => [document.title, document.body.innerText,
    ...[...document.querySelectorAll('[placeholder],[title],[aria-label],[alt]')].flatMap(
        one => ['placeholder', 'title', 'aria-label', 'alt'].map(name => one.getAttribute(name) || ''))].join('\\n')"""
# Two frames after the screen has changed: what was laid out for the other one is still there at first.
OVERFLOW = """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() =>
    done(document.documentElement.scrollWidth - document.documentElement.clientWidth))))"""
# What a page is made of, texts and equal neighbours left out: pages, and rows, built alike are examined once.
BONES = """
    const says = one => [...one.attributes].filter(a => !/^(href|value|id|for|title|src|name|action)$/.test(a.name))
        .map(a => a.name + (/^(class|role|type)$/.test(a.name) ? '=' + a.value : '')).join();
    const bones = one => one.tagName + '[' + says(one) + (one.textContent.trim() ? '' : '!') + ']' +
        [...new Set([...one.children].map(bones))].join('');"""
SKELETON = f"() => {{ {BONES} return bones(document.body); }}"
THIN_OUT = f"""() => {{ {BONES}
    for (const list of document.querySelectorAll('tbody, ul, ol, select')) {{
        const seen = new Set();
        for (const one of [...list.children]) seen.has(bones(one)) ? one.remove() : seen.add(bones(one));
    }}
}}"""
# Without transitions, which would show the colours on their way.
DARKEN = """() => {
    document.styleSheets[0].insertRule('*{transition:none!important}', 0);
    document.documentElement.setAttribute('data-bs-theme', 'dark');
}"""


def faults_of(visitor: Visitor, *, known: set[str], words: set[str]) -> list[str]:
    """Examine the page that is open; ``known`` are skeletons of pages that were, ``words`` are not foreign here.

    Equal rows are taken out on the way: read the links of the page first.
    """
    return [*foreign_words(visitor, words), *overflow(visitor), *barriers(visitor, known=known)]


def foreign_words(visitor: Visitor, words: set[str]) -> list[str]:
    """Find Latin words that a user can read."""
    text = CHECKING_CODE.sub("", MACHINE_NUMBER.sub("", str(visitor.page.evaluate(VISIBLE))))
    return sorted(f"外文 {word}" for word in set(LATIN.findall(text)) - FOREIGN_WORDS - words)


def overflow(visitor: Visitor) -> list[str]:
    """Find pages that are wider than a phone."""
    before = visitor.page.viewport_size
    visitor.page.set_viewport_size(SCREENS["phone"])
    wider = visitor.page.evaluate(OVERFLOW)
    if before != SCREENS["phone"]:
        visitor.page.set_viewport_size(before)
    return [f"宽出 {wider} 像素"] if wider > 0 else []


def barriers(visitor: Visitor, *, known: set[str]) -> list[str]:
    """Find what axe calls serious or critical, in the dark as well, unless a page built alike was examined."""
    skeleton = str(visitor.page.evaluate(SKELETON))
    if skeleton in known:
        return []
    known.add(skeleton)
    visitor.page.evaluate(THIN_OUT)
    visitor.page.evaluate(AXE)
    violations = visitor.page.evaluate(RUN_AXE)["violations"]
    visitor.page.evaluate(DARKEN)
    violations += visitor.page.evaluate(RUN_CONTRAST)["violations"]
    grave = [one for one in violations if one["impact"] in SERIOUS]
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in grave]
