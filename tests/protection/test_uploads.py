"""Attached files: six kinds are let in by name and bytes alike, everything else is told in one sentence."""

import hashlib
import io
import re
import time
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.protection.polyglots import (
    DOCM_TYPES,
    GPS,
    HTML,
    OLE,
    PNG_HEAD,
    SVG,
    book,
    jpeg_with_size,
    locked,
    ofd,
    package,
    pdf,
    photograph,
    picture,
    png_bomb,
    png_with_text,
    word,
)
from youthleague.kernel.findings import Finding
from youthleague.protection.uploads import CleanFile, checked_upload, findings, images, packages

MOST = 10 << 20
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
JAVASCRIPT = b"3 0 obj\n<< /S /JavaScript /JS (app.alert(1)) >>\nendobj"


def outcome(name: str, content: bytes, most: int = MOST) -> CleanFile | Finding:
    return checked_upload(name, content, most_bytes=most)


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


# ---- what is let in ---------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "content", "extension", "media_type"),
    [
        ("方案.pdf", pdf(), "pdf", "application/pdf"),
        ("方案.PDF", pdf() + b"\r\n\0\0", "pdf", "application/pdf"),
        ("照片.jpg", picture(), "jpg", "image/jpeg"),
        ("照片.JPEG", picture(mode="L"), "jpg", "image/jpeg"),
        ("印刷.jpg", picture(mode="CMYK"), "jpg", "image/jpeg"),
        ("截图.png", picture("PNG"), "png", "image/png"),
        ("截图.png", picture("PNG", mode="P", transparency=3), "png", "image/png"),
        ("截图.png", picture("PNG", mode="RGBA"), "png", "image/png"),
        ("方案.docx", word(), "docx", r"application/.*wordprocessingml\.document"),
        (
            "在线.docx",
            package({"[Content_Types].xml": "<Types/>", "word/document2.xml": "<w/>"}),
            "docx",
            r".*\.document",
        ),
        ("名单.xlsx", book(), "xlsx", r"application/.*spreadsheetml\.sheet"),
        ("公文.ofd", ofd(), "ofd", "application/ofd"),
    ],
)
def test_the_six_kinds_are_let_in(name, content, extension, media_type):
    clean = outcome(name, content)
    assert isinstance(clean, CleanFile)
    assert clean.extension == extension
    assert clean.name.endswith(f".{extension}")
    assert re.fullmatch(media_type, clean.media_type)
    assert clean.digest == hashlib.sha256(clean.content).hexdigest()


def test_papers_and_packages_are_kept_byte_for_byte():
    for name, content in (("a.pdf", pdf()), ("a.docx", word()), ("a.xlsx", book()), ("a.ofd", ofd())):
        assert outcome(name, content).content == content


# ---- what is refused --------------------------------------------------------------
REFUSED = [
    # neither the name nor the bytes
    ("a.svg", SVG, "file.kind"),
    ("a.html", HTML, "file.kind"),
    ("a.gif", b"GIF89a/*" + b"\0" * 20 + b"*/=alert(1)", "file.kind"),
    ("a.exe", b"MZ" + b"\0" * 60, "file.kind"),
    ("a.zip", package({"a.txt": b"x"}), "file.kind"),
    ("a.doc", OLE, "file.kind"),
    ("a.pdf.exe", pdf(), "file.kind"),
    ("a.pdf.", pdf(), "file.kind"),
    ("pdf", pdf(), "file.kind"),
    ("", pdf(), "file.kind"),
    ("a\u202efdp.exe", pdf(), "file.kind"),
    ("a.docm", word(DOCM_TYPES), "file.macro"),
    ("a.xlsm", book(), "file.macro"),
    # the name of one kind, the bytes of another
    ("a.png", SVG, "file.mismatch"),
    ("a.png", b"\xef\xbb\xbf<?xml version='1.0'?>" + SVG, "file.mismatch"),
    ("a.pdf", HTML, "file.mismatch"),
    ("a.jpg", b"GIF89a/*" + b"\0" * 20 + b"*/=alert(1)//", "file.mismatch"),
    ("a.jpg", picture("PNG"), "file.mismatch"),
    ("a.png", picture(), "file.mismatch"),
    ("a.jpg", b"\0\0\0\x18ftypheic" + b"\0" * 20, "file.mismatch"),
    ("a.jpg", b"plain words", "file.mismatch"),
    ("a.pdf", picture() + pdf(), "file.mismatch"),
    ("a.pdf", b"MZ" + b"\0" * 60, "file.mismatch"),
    ("a.pdf", word(), "file.mismatch"),
    ("a.pdf", b"\n" + pdf(), "file.mismatch"),
    ("a.docx", pdf(), "file.mismatch"),
    ("a.docx", book(), "file.mismatch"),
    ("a.xlsx", word(), "file.mismatch"),
    ("a.docx", package({"a.txt": b"x"}), "file.mismatch"),
    ("a.docx", package({"word/document.xml": b"<w/>"}), "file.mismatch"),
    ("a.ofd", package({"a.xml": b"x"}), "file.mismatch"),
    ("a.ofd", HTML, "file.mismatch"),
    ("a.docx", OLE, "file.mismatch"),
    ("a.xlsx", b"Rar!\x1a\x07" + b"\0" * 20, "file.mismatch"),
    # empty, too big, cut off, locked
    ("a.pdf", b"", "file.empty"),
    ("a.pdf", b"%PDF-" + b"x" * (11 << 20), "file.too_big"),
    ("a.pdf", pdf()[:-40], "file.broken"),
    ("a.pdf", b"%PDF-1.7\n%%EOF", "file.broken"),
    ("a.jpg", picture(size=(200, 200))[:-200], "file.broken"),
    ("a.jpg", b"\xff\xd8\xff", "file.broken"),
    ("a.png", picture("PNG", size=(200, 200))[:60], "file.broken"),
    ("a.png", PNG_HEAD, "file.broken"),
    ("a.docx", word()[:-30], "file.broken"),
    ("a.docx", OLE + ENCRYPTED_STREAM, "file.encrypted"),
    ("a.xlsx", OLE + ENCRYPTED_STREAM, "file.encrypted"),
    ("a.ofd", locked(ofd()), "file.encrypted"),
    # what carries more than it says
    ("a.docx", word(DOCM_TYPES), "file.macro"),
    ("a.docx", word(**{"word/vbaProject.bin": b"x"}), "file.macro"),
    ("a.docx", word(**{"word/VBADATA.xml": b"x"}), "file.macro"),
    ("a.docx", word(**{"word/activeX/activeX1.bin": b"x"}), "file.macro"),
    ("a.xlsx", book(**{"xl/vbaProject.bin": b"x"}), "file.macro"),
    ("a.xlsx", book(**{"xl/macrosheets/sheet1.xml": b"x"}), "file.macro"),
    ("a.ofd", ofd(**{"../../cron": b"x"}), "file.mixed"),
    ("a.docx", word(**{"/etc/passwd": b"x"}), "file.mixed"),
    ("a.docx", word() + b"MZ tail", "file.mixed"),
    ("a.pdf", pdf() + package({"a.txt": b"x"}), "file.mixed"),
    ("a.pdf", pdf() + package({"a.txt": b"x"}) + b"%%EOF", "file.mixed"),
    ("a.pdf", pdf() + HTML, "file.mixed"),
    ("a.pdf", b"%PDF-1.4\n" + HTML + pdf(), "file.mixed"),
    ("a.pdf", pdf(JAVASCRIPT), "file.script"),
    ("a.pdf", pdf(JAVASCRIPT.replace(b"JavaScript", b"J#61vaScript")), "file.script"),
    ("a.pdf", pdf(b"3 0 obj\n<< /S /Launch /F (cmd.exe) >>\nendobj"), "file.script"),
    # bombs
    ("a.png", png_bomb(), "file.pixels"),
    ("a.png", png_bomb(8000, 6000), "file.pixels"),
    ("a.jpg", jpeg_with_size(60_000, 60_000), "file.pixels"),
    ("a.png", png_with_text(b"x" * (80 << 20)), "file.broken"),
    ("a.docx", word(**{"word/media/a.xml": b"\0" * (61 << 20)}), "file.bomb"),
    ("a.ofd", ofd(**{f"a{number}": b"\0" * 1000 for number in range(2001)}), "file.bomb"),
]


@pytest.mark.parametrize(("name", "content", "code"), REFUSED, ids=range(len(REFUSED)))
def test_everything_else_is_refused_at_once(name, content, code):
    started = time.monotonic()
    found = outcome(name, content)
    assert isinstance(found, Finding)
    assert found.code == code
    assert found.sentence.endswith("。")
    assert time.monotonic() - started < 2


def test_the_set_covers_every_reason():
    reasons = {one.code for one in vars(findings).values() if isinstance(one, Finding)}
    assert {code for _name, _content, code in REFUSED} == reasons - {"file.storage"}


def test_an_archive_is_bounded_as_a_whole(monkeypatch):
    monkeypatch.setattr(packages, "ARCHIVE_BYTES", 100)
    assert outcome("a.docx", word(**{"word/a.xml": b"x" * 200})).code == "file.bomb"


def test_an_odd_compression_is_told_as_broken():
    assert outcome("a.docx", package({"word/document.xml": b"x" * 99}, method=zipfile.ZIP_BZIP2)).code == "file.broken"


def test_a_mismatch_names_both_kinds():
    assert outcome("a.pdf", picture()).sentence.startswith("文件的扩展名是 .pdf，内容却是 JPG 图片；")


def test_the_limit_is_an_argument_and_is_itself_allowed():
    content = pdf()
    assert isinstance(outcome("a.pdf", content, len(content)), CleanFile)
    assert outcome("a.pdf", content, len(content) - 1).code == "file.too_big"


# ---- pictures drawn anew ----------------------------------------------------------
def test_a_photograph_loses_its_place_and_stands_upright():
    before = photograph()
    assert opened(before).getexif().get_ifd(GPS)[1] == "N"
    clean = outcome("照片.jpg", before)
    after = opened(clean.content)
    assert (after.size, dict(after.getexif())) == ((4, 8), {})
    assert not {"exif", "comment"} & after.info.keys()
    assert not any(word in clean.content for word in (b"Exif", b"camera of somebody", b"taken at home"))


def test_what_hangs_on_a_picture_is_left_behind():
    for name, content in (("a.jpg", picture() + package({"a.php": b"<?php"})), ("a.png", picture("PNG") + HTML)):
        clean = outcome(name, content)
        assert opened(clean.content).size == (8, 4)
        assert not any(tail in clean.content for tail in (b"<?php", b"<script", b"PK\x05\x06"))


def test_a_text_in_a_picture_is_left_behind():
    assert b"Comment" in png_with_text(b"<?php system($_GET[0]); ?>")
    assert b"Comment" not in outcome("a.png", png_with_text(b"<?php system($_GET[0]); ?>")).content


def test_a_transparent_picture_stays_transparent():
    for before in (picture("PNG", mode="P", transparency=0), picture("PNG", mode="L", transparency=0)):
        for content in (before, outcome("a.png", before).content):
            assert opened(content).convert("RGBA").getpixel((0, 0))[3] == 0


def test_the_largest_picture_is_drawn(monkeypatch):
    monkeypatch.setattr(images, "MOST_PIXELS", 8 * 4)
    assert isinstance(outcome("a.png", picture("PNG")), CleanFile)
    assert outcome("a.png", picture("PNG", size=(11, 3))).code == "file.pixels"


@settings(max_examples=150, deadline=None)
@given(at=st.integers(0, 10_000), value=st.binary(min_size=1, max_size=6), kind=st.sampled_from(["jpg", "png"]))
def test_a_spoilt_picture_is_drawn_or_refused(at, value, kind):
    sound = photograph() if kind == "jpg" else png_with_text(b"text")
    at %= len(sound)
    found = outcome(f"a.{kind}", sound[:at] + value + sound[at + len(value) :])
    assert isinstance(found, CleanFile) or found.code in {"file.broken", "file.mismatch", "file.pixels"}


@settings(max_examples=100, deadline=None)
@given(at=st.integers(0, 10_000), value=st.binary(max_size=6), kind=st.sampled_from(["docx", "xlsx", "ofd", "pdf"]))
def test_a_spoilt_paper_is_kept_or_refused(at, value, kind):
    sound = {"docx": word, "xlsx": book, "ofd": ofd, "pdf": pdf}[kind]()
    at %= len(sound)
    assert isinstance(outcome(f"a.{kind}", sound[:at] + value + sound[at + len(value) :]), CleanFile | Finding)


# ---- names ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../x.pdf", "x.pdf"),
        ("C:\\Users\\某人\\方案.pdf", "方案.pdf"),
        ("一\0二\r\n三.pdf", "一二三.pdf"),
        ("方案\u202e.pdf", "方案.pdf"),
        ('“引号"<b>.pdf', "“引号__b_.pdf"),
        ("CON.pdf", "CON.pdf"),
        (".pdf", "文件.pdf"),
        ("甲" * 300 + ".pdf", "甲" * 120 + ".pdf"),
        ("方案.docx.pdf", "方案.docx.pdf"),
    ],
)
def test_a_name_is_made_harmless(name, shown):
    assert outcome(name, pdf()).name == shown
