"""Reading tables that people send, Excel or CSV, as rows of plain text; and writing rows back with a reason.

A file from outside is hostile until read: its kind is told from its content, its size is limited before and
after unpacking, and nothing in it is ever calculated.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

import python_calamine

from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say

#: A county's reports of ten years are about a tenth of this.
LARGEST_FILE = 64 * 1024 * 1024
#: What a packed file may grow to: more is a bomb, not a table.
LARGEST_UNPACKED = 512 * 1024 * 1024
MOST_ROWS = 500_000
MOST_COLUMNS = 256
LONGEST_CELL = 20_000
#: Excel reads no more of one sheet.
ROWS_OF_A_SHEET = 1_048_576
#: A spreadsheet takes a cell that begins so for a formula.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
_GZIP, _ZIP, _OLE = b"\x1f\x8b", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_WORKBOOK, _PACKED = "xl/workbook.xml", (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
#: Where a cell or a row says that it stands, and more than such a mark is long.
_CELL = re.compile(rb"""<(?:\w+:)?(?:c|row)\s[^<>]{0,200}?\br\s*=\s*["']([A-Za-z]{0,9})(\d{1,18})""")
_BLOCK, _LONGEST_MARK = 1024 * 1024, 256
_BREAKS = {"\n", "\r", "\t"}
#: GB18030 gives a sign to almost any bytes; these signs show that they were no text.
_NOT_TEXT = {chr(code) for code in range(32)} - _BREAKS - {"\f"}


@dataclass(frozen=True)
class Row:
    """One row: its line in the file and its cells by the names of the header."""

    line: int
    cells: dict[str, str]
    #: More filled cells than the header has names: the row is shifted, or its quotes are broken.
    overlong: bool = False


@dataclass(frozen=True)
class Sheet:
    """A table as it was read. ``digest`` is that of the file's bytes."""

    file_name: str
    digest: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]

    def require(self, columns: Iterable[str]) -> None:
        """Refuse a table without one of these columns."""
        absent = sorted({one for one in columns if one not in self.header})
        if absent:
            raise Refusal(
                say("表中缺少列：{columns}", columns="、".join(absent)),
                field="header",
                advice=say("表中有：{columns}", columns="、".join(self.header)),
            )


def read(path: Path) -> Sheet:
    """The first filled sheet of an Excel file, or a CSV file (UTF-8, GB18030 or UTF-16, also packed by gzip).

    The header is the first row that is not empty, below titles: rows of one cell above a wider one. What
    is merged over several rows stands in each of them. Refused are: a missing, empty, too large, encrypted
    or unreadable file, a header with an empty or repeated name, and a table without rows.
    """
    content = _content(path)
    lines = _excel(content) if content.startswith((_ZIP, _OLE)) else _csv(content)
    above, numbered = _header_of((number, cells) for number, cells in lines if any(cells))
    header = _header(above)
    rows = tuple(_row(number, cells, header) for number, cells in numbered)
    if not rows:
        raise Refusal(say("表中只有表头，没有数据行"), field="file")
    return Sheet(path.name, hashlib.sha256(content).hexdigest(), header, rows)


def _content(path: Path) -> bytes:
    if not path.is_file():
        raise Refusal(say("没有文件“{file}”", file=path.name), Kind.MISSING, field="file")
    if path.stat().st_size > LARGEST_FILE:
        raise _too_large(LARGEST_FILE)
    content = path.read_bytes()
    if not content.strip():
        raise Refusal(say("文件是空的"), field="file")
    return content


def _too_large(most: int) -> Refusal:
    return Refusal(
        say("文件过大，最多 {n} MB", n=most // 1024 // 1024),
        Kind.TOO_LARGE,
        field="file",
        advice=say("请分成几个文件导入"),
    )


def _excel(content: bytes) -> Iterator[tuple[int, list[str]]]:
    if content.startswith(_ZIP):
        _check_unpacked(content)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = (book.get_sheet_by_index(n) for n in range(len(book.sheet_names)))
        sheet = next((one for one in sheets if one.end is not None), book.get_sheet_by_index(0))
        rows = sheet.to_python(skip_empty_area=False)
        _spread_merged(rows, sheet.merged_cell_ranges or [])
    except python_calamine.PasswordError:
        raise Refusal(say("文件有密码，请另存为没有密码的文件"), field="file") from None
    except (python_calamine.CalamineError, IndexError, ValueError, OSError):
        raise _no_workbook() from None
    for number, cells in enumerate(rows, start=1):
        _check_extent(number, len(cells))
        yield number, [_plain(cell) for cell in cells]


def _spread_merged(rows: list[list[Any]], merged: Iterable[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    """Put what is merged down a column into each of its rows, as people read it.

    Merged cells never overlap; a file that says they do would have its cells filled for ever.
    """
    left = sum(map(len, rows))
    for (top, column), (bottom, last) in merged:
        if column != last or top >= len(rows):
            continue
        below = rows[top + 1 : bottom + 1]
        left -= len(below)
        if left < 0:
            raise _no_workbook()
        for row in below:
            row[column] = rows[top][column]


def _check_unpacked(content: bytes) -> None:
    """Refuse a workbook that would take all memory, by what its parts unpack to and how far its cells reach.

    What it says of its own size is not believed. The reader lays out every cell up to the farthest, so two
    cells at two ends are as much a bomb as a thousand million zeros; of packed tables only xlsx is read.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            parts = book.infolist()
            if _WORKBOOK not in book.namelist() or any(one.compress_type not in _PACKED for one in parts):
                raise _no_workbook()
            left = LARGEST_UNPACKED
            for part in parts:
                left -= _unpacked_size(book, part, left)
    # What zipfile raises: broken, cut short, encrypted, packed in a way it does not know, named in no script.
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, UnicodeError):
        raise _no_workbook() from None


def _unpacked_size(book: zipfile.ZipFile, part: zipfile.ZipInfo, most: int) -> int:
    """What a part unpacks to, in constant memory; more than the most and cells too far out are refused."""
    size, end = 0, b""
    part.file_size = most + 4 * _BLOCK  # read past the most, whatever it says
    with book.open(part) as file:
        while block := file.read(_BLOCK):
            size += len(block)
            if size > most:
                raise _too_large(LARGEST_UNPACKED)
            for column, row in _CELL.findall(end + block):
                _check_extent(int(row), _column(column))
            end = block[-_LONGEST_MARK:]
    return size


def _column(letters: bytes) -> int:
    """The number of a column, of A is 1."""
    return reduce(lambda found, letter: found * 26 + letter - 64, letters.upper(), 0)


def _no_workbook() -> Refusal:
    return Refusal(
        say("文件不是可读取的 Excel 表格"), field="file", advice=say("请用 Excel 打开后另存为 xlsx")
    )


def _plain(cell: Any) -> str:
    """A cell of Excel as a person reads it: 1160 for 1160.0, a time as 2018-07-04 17:24:41."""
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, date | timedelta):
        return str(cell)
    return _clean(str(cell))


def _csv(content: bytes) -> Iterator[tuple[int, list[str]]]:
    text = _text(_unpacked(content))
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        for cells in reader:
            _check_extent(reader.line_num, len(cells))
            yield reader.line_num, [_clean(cell) for cell in cells]
    except csv.Error:
        raise Refusal(
            say("第 {line} 行的引号或长度有误，无法继续读取", line=reader.line_num),
            field="file",
            advice=say("请用 Excel 打开该文件，另存为 CSV 或 xlsx 后再导入"),
        ) from None


def _unpacked(content: bytes) -> bytes:
    if not content.startswith(_GZIP):
        return content
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as packed:
            found = packed.read(LARGEST_UNPACKED + 1)
    except (OSError, EOFError):
        raise Refusal(say("压缩文件已损坏"), field="file") from None
    if len(found) > LARGEST_UNPACKED:
        raise _too_large(LARGEST_UNPACKED)
    return found


def _text(content: bytes) -> str:
    """The text in the encodings that Chinese offices use; what is none of them is refused."""
    utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if utf16 else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _NOT_TEXT & set(text):
            return text
    raise Refusal(
        say("文件不是 UTF-8 或 GB18030 编码的文本，也不是 Excel 表格"),
        field="file",
        advice=say("请用 Excel 打开后另存为 xlsx"),
    )


def _delimiter(text: str) -> str:
    """The sign that the header uses most: a comma, a tab or a semicolon."""
    first = text.lstrip("\r\n").partition("\n")[0]
    return max(",\t;", key=first.count)


def _clean(cell: str) -> str:
    """A cell without blanks around it, and without the apostrophe that guards it from being a formula."""
    if not cell.isprintable():
        cell = "".join(sign for sign in cell if sign.isprintable() or sign in _BREAKS or sign == "\u3000")
    text = cell.strip()
    return text[1:] if text[:1] == "'" and text[1:].startswith(_FORMULA_SIGNS) else text


def _check_extent(rows: int, columns: int) -> None:
    if rows > MOST_ROWS or columns > MOST_COLUMNS:
        raise Refusal(
            say("表格过大，最多 {rows} 行、{columns} 列", rows=MOST_ROWS, columns=MOST_COLUMNS),
            Kind.TOO_LARGE,
            field="file",
            advice=say("请分成几个文件导入"),
        )


def _header_of(
    numbered: Iterator[tuple[int, list[str]]],
) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """The cells of the header and the rows below it; titles above are passed by."""
    _, header = next(numbered, (0, []))
    while sum(map(bool, header)) == 1:
        following = next(numbered, None)
        if following is None:
            break
        if sum(map(bool, following[1])) == 1:
            return header, chain([following], numbered)
        header = following[1]
    return header, numbered


def _header(cells: Sequence[str]) -> tuple[str, ...]:
    names = list(cells)
    while names and not names[-1]:
        names.pop()
    if not names:
        raise Refusal(say("文件中没有表头"), field="header")
    if "" in names:
        raise Refusal(say("第 {n} 列没有列名", n=names.index("") + 1), field="header")
    for name in names:
        if names.count(name) > 1:
            raise Refusal(say("列名“{name}”出现了多次", name=name), field="header")
    return tuple(names)


def _row(number: int, cells: Sequence[str], header: tuple[str, ...]) -> Row:
    padded = [*cells, *([""] * (len(header) - len(cells)))]
    return Row(number, dict(zip(header, padded, strict=False)), any(padded[len(header) :]))


def write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a table as xlsx or, for any other ending, as CSV that Excel opens in the right encoding.

    No cell becomes a formula: in CSV an apostrophe stands before the signs that begin one, and `read`
    takes it away again.
    """
    if path.suffix.lower() == ".xlsx":
        with book(path, {}) as workbook:
            sheet = workbook.add_worksheet()
            for number, cells in enumerate([header, *rows]):
                for column, cell in enumerate(cells):
                    sheet.write_string(number, column, cell)
        return
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([_guarded(cell) for cell in cells] for cells in [header, *rows])


def book(file: Path | BinaryIO, options: dict[str, Any]) -> Any:
    """A workbook in which no text becomes a formula or a link."""
    import xlsxwriter  # type: ignore[import-untyped]  # noqa: PLC0415 -- untyped; few processes write tables, and every start would wait for it

    return xlsxwriter.Workbook(file, {"strings_to_formulas": False, "strings_to_urls": False, **options})


def write_book(
    file: BinaryIO,
    above: str,
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    folder: Path | None = None,
) -> int:
    """Write rows as xlsx in constant memory, on as many sheets as they need; returns how many rows.

    ``above`` stands in the first row of each sheet, the header in the second. No cell becomes a formula.
    What waits to be packed lies in ``folder``, or where the system keeps such files.
    """
    from xlsxwriter.exceptions import FileCreateError  # type: ignore[import-untyped]  # noqa: PLC0415 -- as in `book`

    try:
        return _write_book(file, above, header, rows, {"tmpdir": str(folder)} if folder else {})
    except FileCreateError as fault:
        cause = fault.args[0] if fault.args else fault
        raise (cause if isinstance(cause, OSError) else fault) from None


def _write_book(
    file: BinaryIO,
    above: str,
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    options: Mapping[str, Any],
) -> int:
    count, waiting = 0, iter(rows)
    with book(file, {"constant_memory": True, **options}) as workbook:
        row = next(waiting, None)
        while row is not None or not workbook.worksheets():
            sheet = workbook.add_worksheet()
            sheet.freeze_panes(2, 1)
            sheet.write_string(0, 0, above)
            _write_cells(sheet, 1, header)
            line = 2
            while row is not None and line < ROWS_OF_A_SHEET:
                _write_cells(sheet, line, row)
                row, line, count = next(waiting, None), line + 1, count + 1
    return count


def _write_cells(sheet: Any, line: int, cells: Sequence[str]) -> None:
    for column, cell in enumerate(cells):
        sheet.write_string(line, column, cell)


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA_SIGNS) else cell
