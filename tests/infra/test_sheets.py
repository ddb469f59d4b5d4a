"""Tables from outside: read as plain text whatever wrote them, refused in plain words when they cannot be."""

from __future__ import annotations

import gzip
import io
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter

from gewu.infra import sheets
from gewu.kernel.refusals import Kind, Refusal

TABLE = "编号,内容,时间\n1,井盖不见了,2018-07-04 17:24:41\n2,路灯不亮,\n"


def kept(folder: Path, content: bytes, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "content",
    [
        TABLE.encode(),
        b"\xef\xbb\xbf" + TABLE.encode(),
        TABLE.encode("gb18030"),
        TABLE.encode("utf-16"),
        gzip.compress(TABLE.encode(), mtime=0),
        TABLE.replace("\n", "\r\n").encode(),
        TABLE.replace(",", "\t").encode(),
        TABLE.replace(",", ";").encode(),
        ("\n\n" + TABLE).encode(),
    ],
    ids=["utf-8", "bom", "gb18030", "utf-16", "gzip", "crlf", "tabs", "semicolons", "blank lines first"],
)
def test_csv_is_read_alike_whatever_wrote_it(tmp_path: Path, content: bytes) -> None:
    sheet = sheets.read(kept(tmp_path, content))
    assert sheet.header == ("编号", "内容", "时间")
    assert [row.cells["内容"] for row in sheet.rows] == ["井盖不见了", "路灯不亮"]
    assert sheet.rows[0].cells["时间"] == "2018-07-04 17:24:41"


def test_rows_know_their_line_and_their_missing_and_surplus_cells(tmp_path: Path) -> None:
    sheet = sheets.read(kept(tmp_path, b'a,b\n1\n\n"x\ny",2\n1,2,3\n1,2,,\n'))
    assert [(row.line, row.overlong) for row in sheet.rows] == [(2, False), (5, False), (6, True), (7, False)]
    assert sheet.rows[0].cells == {"a": "1", "b": ""}


def workbook(folder: Path, name: str = "table.xlsx") -> Path:
    path = folder / name
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["编号", "时间", "数量", "内容"])
        day = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet.write_number(1, 0, 1160)
        sheet.write_datetime(1, 1, datetime(2018, 7, 4, 17, 24, 41), day)  # noqa: DTZ001 -- Excel knows no zones
        sheet.write_number(1, 2, 2.5)
        sheet.write_formula(1, 3, "=1+1", None, 2)
    return path


def test_excel_cells_are_read_as_people_read_them(tmp_path: Path) -> None:
    sheet = sheets.read(workbook(tmp_path))
    assert sheet.rows[0].cells == {
        "编号": "1160", "时间": "2018-07-04 17:24:41", "数量": "2.5", "内容": "2",
    }  # fmt: skip
    assert sheet.rows[0].line == 2


def ledger(path: Path) -> Path:
    """As offices keep them: an empty sheet first, a title over the table, streets merged over their rows."""
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("说明")
        sheet = book.add_worksheet("台账")
        sheet.merge_range("A1:C1", "二〇二六年诉求台账")
        sheet.write_row("A2", ["街道", "编号", "内容"])
        sheet.merge_range("A3:A5", "江浦街道")
        for n in range(3):
            sheet.write_row(2 + n, 1, [str(n), "路灯不亮"])
        sheet.write_row("A6", ["泰山街道", "3", "井盖"])
    return path


def test_a_ledger_with_titles_and_merged_cells_is_read_as_people_read_it(tmp_path: Path) -> None:
    sheet = sheets.read(ledger(tmp_path / "ledger.xlsx"))
    assert sheet.header == ("街道", "编号", "内容")
    assert [(row.line, row.cells["街道"], row.cells["编号"]) for row in sheet.rows] == [
        (3, "江浦街道", "0"), (4, "江浦街道", "1"), (5, "江浦街道", "2"), (6, "泰山街道", "3"),
    ]  # fmt: skip


def test_a_table_of_one_column_has_no_title(tmp_path: Path) -> None:
    assert sheets.read(kept(tmp_path, "内容\n路灯不亮\n井盖\n".encode())).header == ("内容",)


def test_a_workbook_of_empty_sheets_is_refused(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "empty.xlsx") as book:
        book.add_worksheet()
        book.add_worksheet()
    with pytest.raises(Refusal, match="文件中没有表头"):
        sheets.read(tmp_path / "empty.xlsx")


def test_merged_cells_that_overlap_are_refused(tmp_path: Path) -> None:
    whole = ledger(tmp_path / "ledger.xlsx").read_bytes()
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(file, "w") as new:
        for part in old.infolist():
            content = old.read(part)
            again = b'<mergeCell ref="A3:A5"/>'
            new.writestr(part.filename, content.replace(again, again * 50))
    with pytest.raises(Refusal, match="不是可读取的 Excel"):
        sheets.read(kept(tmp_path, file.getvalue()))


def test_the_kind_of_a_file_is_told_from_its_content(tmp_path: Path) -> None:
    path = workbook(tmp_path)
    assert sheets.read(path.rename(tmp_path / "table.csv")).header[0] == "编号"


def packed(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name, content)
    return file.getvalue()


def bomb(sheet: bytes, *, claims: int | None = None) -> bytes:
    """A workbook with this sheet; ``claims`` is the size that it says the sheet has."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/workbook.xml", b"<workbook/>")
        book.writestr("xl/worksheets/sheet1.xml", sheet)
    content = file.getvalue()
    return content if claims is None else content.replace(_size(len(sheet)), _size(claims))


def _size(n: int) -> bytes:
    return n.to_bytes(4, "little")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "文件是空的"),
        (b"  \n ", "文件是空的"),
        (b"a,b\n", "只有表头"),
        (b"a,,c\n1,2,3\n", "第 2 列没有列名"),
        (b"a,b,a\n1,2,3\n", "列名“a”出现了多次"),
        (b'a,b\n"1,2\n', "第 2 行的引号"),
        (b"a,b\n1,\x002\n", "不是 UTF-8 或 GB18030"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)), "不是 UTF-8 或 GB18030"),
        (packed(note=b"hello"), "不是可读取的 Excel"),
        (b"PK\x03\x04 nothing else", "不是可读取的 Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "不是可读取的 Excel"),
        (gzip.compress(TABLE.encode(), mtime=0)[:-12], "压缩文件已损坏"),
        (b"a\n" + b"x" * (sheets.LONGEST_CELL + 1) + b"\n", "引号或长度有误"),
        ((",".join(f"c{n}" for n in range(300)) + "\n1\n").encode(), "表格过大"),
    ],
)
def test_what_is_no_table_is_refused_in_plain_words(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(Refusal, match=said):
        sheets.read(kept(tmp_path, content))


def test_a_missing_file_is_refused_by_its_name_alone(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="没有文件“none.csv”") as refused:
        sheets.read(tmp_path / "none.csv")
    assert refused.value.kind is Kind.MISSING
    assert str(tmp_path) not in str(refused.value)


def test_a_file_too_large_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "LARGEST_FILE", 10)
    with pytest.raises(Refusal) as refused:
        sheets.read(kept(tmp_path, TABLE.encode()))
    assert refused.value.kind is Kind.TOO_LARGE


@pytest.mark.parametrize(
    "content", [gzip.compress(b"a\n" * 5000, mtime=0), bomb(b"0" * 5000)], ids=["gzip", "zip"]
)
def test_what_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    monkeypatch.setattr(sheets, "LARGEST_UNPACKED", 1000)
    with pytest.raises(Refusal) as refused:
        sheets.read(kept(tmp_path, content))
    assert refused.value.kind is Kind.TOO_LARGE


def test_a_bomb_is_refused_by_what_it_is_and_not_by_what_it_says_of_its_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "LARGEST_UNPACKED", 3_000_000)
    lying = bomb(b"0" * 7_654_321, claims=100)
    assert len(lying) < 20_000

    with pytest.raises(Refusal) as refused:
        sheets.read(kept(tmp_path, lying))
    assert refused.value.kind is Kind.TOO_LARGE


@pytest.mark.parametrize(
    "cells",
    [
        b'<c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c>',
        b"<x:c s='1' r = 'IW1'><v>1</v></x:c>",
        b'<row spans="1:1" r="1048576"><c><v>1</v></c></row>',
    ],
    ids=["far corner", "far column", "far row"],
)
@pytest.mark.parametrize("before", [0, 1024 * 1024 - 7], ids=["whole", "over two reads"])
def test_few_cells_that_stand_far_apart_are_refused_before_they_are_laid_out(
    tmp_path: Path, cells: bytes, before: int
) -> None:
    with pytest.raises(Refusal, match="表格过大") as refused:
        sheets.read(kept(tmp_path, bomb(b" " * before + cells)))
    assert refused.value.kind is Kind.TOO_LARGE


def test_formulas_of_a_file_are_read_as_what_they_show_and_written_back_as_words(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "in.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["编号", "内容"])
        sheet.write_formula(1, 0, '=HYPERLINK("http://evil.example","x")', None, "7")
        sheet.write_string(1, 1, "=cmd|' /C calc'!A0")
    (row,) = sheets.read(tmp_path / "in.xlsx").rows
    assert row.cells == {"编号": "7", "内容": "=cmd|' /C calc'!A0"}

    sheets.write(tmp_path / "out.xlsx", ["编号", "内容"], [list(row.cells.values())])
    inside = zipfile.ZipFile(tmp_path / "out.xlsx").read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in inside


def test_a_missing_column_is_named_with_those_that_are_there(tmp_path: Path) -> None:
    sheet = sheets.read(kept(tmp_path, TABLE.encode()))
    with pytest.raises(Refusal, match="缺少列：地点") as refused:
        sheet.require(["编号", "地点"])
    assert "编号、内容、时间" in str(refused.value.advice)


@pytest.mark.parametrize("name", ["back.csv", "back.xlsx"])
def test_what_is_written_is_read_back_alike_and_never_a_formula(tmp_path: Path, name: str) -> None:
    rows = [["@坪山", "=1+1"], ["-3", "+86"], ["甲", "第一行\n第二行"]]
    sheets.write(tmp_path / name, ["a", "b"], rows)
    assert [list(row.cells.values()) for row in sheets.read(tmp_path / name).rows] == rows
    if name.endswith(".csv"):
        text = (tmp_path / name).read_text(encoding="utf-8-sig")
        assert "'@坪山" in text
        assert "'=1+1" in text
