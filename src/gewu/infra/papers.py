"""Forms in the layout that offices keep on paper: one description, as a workbook and as a document."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO
from xml.sax.saxutils import escape

from gewu.infra import sheets

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
Pair = tuple[str, str]


@dataclass(frozen=True)
class Paper:
    """A form: its title, pairs of label and value, a table, pairs across the whole width, places to sign.

    ``widths`` are shares of the width of the page, one for each column of the table. A table without rows
    keeps its first line empty, as a form does that is filled by hand.
    """

    title: str
    above: tuple[Pair, ...]
    header: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    below: tuple[Pair, ...]
    signs: tuple[Pair, ...]
    note: str = ""

    @property
    def lines(self) -> tuple[tuple[str, ...], ...]:
        return self.rows or (("",) * len(self.header),)

    def pairs(self, of: Sequence[Pair]) -> Iterator[tuple[Pair, Pair]]:
        """Two pairs to a line; an odd last one has an empty one beside it."""
        filled = [*of, *([("", "")] if len(of) % 2 else [])]
        yield from zip(filled[::2], filled[1::2], strict=True)


def write_workbook(file: BinaryIO, paper: Paper) -> None:
    """The form on one landscape page of A4, to be filled on in Excel or WPS."""
    with sheets.book(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet(paper.title[:31])
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(0.5, 0.5, 0.6, 0.6)
        _Sheet(book, sheet, paper).write()


class _Sheet:
    """One worksheet as it is filled from the top."""

    def __init__(self, book: Any, sheet: Any, paper: Paper) -> None:
        cell = {"border": 1, "text_wrap": True, "valign": "vcenter", "font_name": "宋体", "font_size": 11}
        self.sheet, self.paper, self.line = sheet, paper, 0
        self.title = book.add_format({"bold": True, "font_size": 18, "align": "center", "font_name": "宋体"})
        self.plain = book.add_format(cell)
        self.label = book.add_format({**cell, "align": "center", "bg_color": "#F2F2F2"})
        self.free = book.add_format({"text_wrap": True, "font_name": "宋体", "font_size": 10})
        self.last = len(paper.header) - 1
        #: The column before the second half of a line of two pairs.
        self.half = max(len(paper.header) // 2, 2)

    def write(self) -> None:
        paper, sheet = self.paper, self.sheet
        for column, share in enumerate(paper.widths):
            sheet.set_column(column, column, share)
        self._across(0, self.last, paper.title, self.title, high=34)
        self._pairs(paper.above)
        for column, text in enumerate(paper.header):
            sheet.write_string(self.line, column, text, self.label)
        sheet.repeat_rows(self.line)
        self._next(28)
        for row in paper.lines:
            for column, text in enumerate(row):
                sheet.write_string(self.line, column, text, self.plain)
            self._next(_height(row, paper.widths))
        for label, text in paper.below:
            self._label(0, 1, label)
            self._cell(2, self.last, text)
            self._next(max(40, _height((text,), (sum(paper.widths[2:]),))))
        self._pairs(paper.signs, high=36)
        if paper.note:
            self._across(0, self.last, paper.note, self.free, high=30)

    def _pairs(self, of: Sequence[Pair], high: int = 24) -> None:
        for (left, one), (right, other) in self.paper.pairs(of):
            self._label(0, 1, left)
            self._cell(2, self.half, one)
            self._label(self.half + 1, self.half + 1, right)
            self._cell(self.half + 2, self.last, other)
            self._next(high)

    def _label(self, first: int, last: int, text: str) -> None:
        self._merged(first, last, text, self.label)

    def _cell(self, first: int, last: int, text: str) -> None:
        self._merged(first, last, text, self.plain)

    def _merged(self, first: int, last: int, text: str, how: Any) -> None:
        if first >= last:
            self.sheet.write_string(self.line, first, text, how)
        else:
            self.sheet.merge_range(self.line, first, self.line, last, text, how)

    def _across(self, first: int, last: int, text: str, how: Any, high: int) -> None:
        self._merged(first, last, text, how)
        self._next(high)

    def _next(self, high: float) -> None:
        self.sheet.set_row(self.line, high)
        self.line += 1


def _height(row: Sequence[str], widths: Sequence[int]) -> int:
    """High enough for its longest cell: a Chinese character takes two units of a column's width."""
    lines = max(-(-len(text) * 2 // max(width - 1, 1)) for text, width in zip(row, widths, strict=True))
    return max(24, 15 * lines)


#: Twips of a landscape A4 page between its margins.
_PAGE = 14_400
_TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{WORD}.main+xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
_SPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def write_document(file: BinaryIO, paper: Paper) -> None:
    """The same form as a document of Word or WPS, with the same cells."""
    body = "".join(_body(paper))
    document = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<w:document xmlns:w="{_SPACE}"><w:body>{body}'
        '<w:sectPr><w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
        '<w:pgMar w:top="900" w:right="1200" w:bottom="900" w:left="1200" w:header="500" w:footer="500" '
        'w:gutter="0"/></w:sectPr></w:body></w:document>'
    )
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", _TYPES)
        package.writestr("_rels/.rels", _RELATIONS)
        package.writestr("word/document.xml", document)


def _body(paper: Paper) -> Iterator[str]:
    yield _paragraph(paper.title, size=36, bold=True, centred=True)
    yield _table(
        [_PAGE // 8, _PAGE * 3 // 8] * 2, [[*one, *other] for one, other in paper.pairs(paper.above)]
    )
    whole = sum(paper.widths)
    columns = [_PAGE * share // whole for share in paper.widths]
    yield _paragraph("", size=8)
    yield _table(columns, [list(paper.header), *map(list, paper.lines)], heading=True)
    yield _paragraph("", size=8)
    yield _table([_PAGE // 8, _PAGE * 7 // 8], [list(pair) for pair in paper.below])
    yield _paragraph("", size=8)
    yield _table(
        [_PAGE // 8, _PAGE * 3 // 8] * 2, [[*one, *other] for one, other in paper.pairs(paper.signs)]
    )
    yield _paragraph(paper.note, size=18)


def _table(columns: Sequence[int], rows: Sequence[Sequence[str]], heading: bool = False) -> str:
    if not rows:
        return ""
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="6" w:space="0" w:color="auto"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in columns)
    lines = "".join(_row(columns, row, heading and n == 0) for n, row in enumerate(rows))
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(columns)}" w:type="dxa"/><w:tblBorders>{sides}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{lines}</w:tbl>'
    )


def _row(columns: Sequence[int], row: Sequence[str], heading: bool) -> str:
    """A row of at least a centimetre; the heading is repeated on every page."""
    kind = '<w:trPr><w:cantSplit/><w:trHeight w:val="480" w:hRule="atLeast"/>'
    kind += ("<w:tblHeader/>" if heading else "") + "</w:trPr>"
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        f"{_paragraph(text, bold=heading)}</w:tc>"
        for width, text in zip(columns, row, strict=True)
    )
    return f"<w:tr>{kind}{cells}</w:tr>"


def _paragraph(text: str, *, size: int = 22, bold: bool = False, centred: bool = False) -> str:
    how = f'<w:rPr><w:rFonts w:eastAsia="宋体"/>{"<w:b/>" if bold else ""}<w:sz w:val="{size}"/></w:rPr>'
    where = '<w:pPr><w:jc w:val="center"/></w:pPr>' if centred else ""
    return f'<w:p>{where}<w:r>{how}<w:t xml:space="preserve">{escape(_printable(text))}</w:t></w:r></w:p>'


def _printable(text: str) -> str:
    """Without the signs that no document may hold."""
    return "".join(one for one in text if one.isprintable() or one in "\t ")
