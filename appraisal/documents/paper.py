"""公文 on A4: 黑体 titles, 仿宋 text, numbers 一、; built in code, so that a change of wording can be read."""

from collections.abc import Sequence
from io import BytesIO

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

BODY, HEADING = "仿宋", "黑体"
TITLE_SIZE, BODY_SIZE, TABLE_SIZE = 22, 16, 10.5  # 二号, 三号, 五号
_TWO_CHARACTERS = Pt(2 * BODY_SIZE)
_NUMERALS = "一二三四五六七八九十"


class Paper:
    """A document that grows from the top."""

    def __init__(self) -> None:
        self._document: DocumentType = Document()
        section = self._document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.6)
        section.top_margin = section.bottom_margin = Cm(2.8)
        self._headings = 0

    def title(self, text: str) -> None:
        """Write the title: 二号黑体, in the middle."""
        paragraph = self._paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.space_after = Pt(BODY_SIZE)
        _write(paragraph, text, HEADING, TITLE_SIZE)

    def heading(self, text: str) -> None:
        """Write the next heading, under its number: 一、…."""
        paragraph = self._paragraph()
        paragraph.paragraph_format.first_line_indent = _TWO_CHARACTERS
        _write(paragraph, f"{_NUMERALS[self._headings]}、{text}", HEADING, BODY_SIZE)
        self._headings += 1

    def text(self, text: str, *, indented: bool = True) -> None:
        """Write text, a paragraph for each of its lines."""
        for line in text.splitlines():
            paragraph = self._paragraph()
            if indented:
                paragraph.paragraph_format.first_line_indent = _TWO_CHARACTERS
            _write(paragraph, line.strip(), BODY, BODY_SIZE)

    def centred(self, text: str) -> None:
        """Write a line in the middle, such as a 文号."""
        paragraph = self._paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _write(paragraph, text, BODY, BODY_SIZE)

    def right(self, text: str) -> None:
        """Write a line at the right, such as who signs and when."""
        paragraph = self._paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.paragraph_format.right_indent = _TWO_CHARACTERS
        paragraph.paragraph_format.keep_with_next = True
        _write(paragraph, text, BODY, BODY_SIZE)

    def attachment(self, name: str, title: str) -> None:
        """Begin an attachment (附件) on a page of its own: its name at the left, its title in the middle."""
        paragraph = self._paragraph()
        paragraph.paragraph_format.page_break_before = True
        _write(paragraph, name, HEADING, BODY_SIZE)
        paragraph = self._paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.space_after = Pt(BODY_SIZE)
        _write(paragraph, title, HEADING, BODY_SIZE)

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
        """Write a table with its head on every page; widths are in centimetres."""
        table = self._document.add_table(rows=1 + len(rows), cols=len(head))
        table.style = "Table Grid"
        table.autofit = False
        for column, title in enumerate(head):
            _fill(table.cell(0, column), title, HEADING)
        for number, row in enumerate(rows, start=1):
            for column, text in enumerate(row):
                _fill(table.cell(number, column), text, BODY)
        _set_widths(table, widths)
        table.rows[0]._tr.get_or_add_trPr().append(table.rows[0]._tr.makeelement(qn("w:tblHeader"), {}))  # noqa: SLF001 python-docx has no other way

    def signature(self, text: str) -> None:
        """Write a line to sign on."""
        paragraph = self._paragraph()
        paragraph.paragraph_format.space_before = Pt(BODY_SIZE)
        paragraph.paragraph_format.keep_together = True
        _write(paragraph, text, BODY, BODY_SIZE)

    def picture(self, content: bytes, width: float) -> None:
        """Put a picture on a line of its own; the width is in centimetres."""
        self._paragraph().add_run().add_picture(BytesIO(content), width=Cm(width))

    def content(self) -> bytes:
        """Give the file."""
        target = BytesIO()
        self._document.save(target)
        return target.getvalue()

    def _paragraph(self) -> Paragraph:
        paragraph = self._document.add_paragraph()
        paragraph.paragraph_format.line_spacing = 1.5
        paragraph.paragraph_format.space_after = Pt(0)
        return paragraph


def _write(paragraph: Paragraph, text: str, font: str, size: float) -> None:
    """Write a run; Word takes the font of Chinese characters from an attribute of its own."""
    run = paragraph.add_run(text)
    run.font.name, run.font.size = font, Pt(size)
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()  # noqa: SLF001 python-docx has no other way
    fonts.set(qn("w:eastAsia"), font)


def _fill(cell: _Cell, text: str, font: str) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    _write(paragraph, text, font, TABLE_SIZE)


def _set_widths(table: Table, widths: Sequence[float]) -> None:
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Cm(width)
