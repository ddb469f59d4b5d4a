"""Reading the catalogue's CSV files: a bad row is named by file and line, in plain words."""

from __future__ import annotations

import csv
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import Text, say


@dataclass(frozen=True)
class Line:
    """One row of a file with the place it stands at."""

    file: str
    number: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def refuse(self, what: Text) -> Refusal:
        """A refusal that says in which file and line the fault is."""
        return Refusal(
            say("{file} 第 {line} 行：{what}", file=self.file, line=self.number, what=what),
            advice=say("改正后重新载入；这次没有写入任何内容"),
        )

    def required(self, column: str) -> str:
        """The cell, which may not be empty."""
        if not self[column]:
            raise self.refuse(say("“{column}”不能为空", column=column))
        return self[column]

    def one_of(self, column: str, known: Collection[str]) -> str:
        """The cell, which must be one of the known words."""
        if self[column] not in known:
            raise self.refuse(say("“{column}”的值“{value}”不在可用范围内", column=column, value=self[column]))
        return self[column]

    def number_of(self, column: str) -> Decimal:
        """The cell as a number above zero."""
        try:
            found = Decimal(self[column])
        except InvalidOperation:
            found = Decimal(0)
        if not (found.is_finite() and found > 0):
            raise self.refuse(
                say("“{column}”要是大于零的数，现为“{value}”", column=column, value=self[column])
            )
        return found

    def date_of(self, column: str) -> date:
        """The cell as a day."""
        try:
            return date.fromisoformat(self[column])
        except ValueError:
            raise self.refuse(
                say(
                    "“{column}”要写成 2026-10-01 这样的日期，现为“{value}”", column=column, value=self[column]
                )
            ) from None


def read(path: Path, columns: Collection[str], *, key: Collection[str]) -> list[Line]:
    """The rows of a file. Refuses a missing file or column, a row with too many or too few cells and
    a row whose key (these columns together) came before.
    """
    lines = _lines(path, columns)
    seen: dict[tuple[str, ...], int] = {}
    for line in lines:
        name = tuple(line[column] for column in key)
        if name in seen:
            raise line.refuse(say("与第 {other} 行重复：{key}", other=seen[name], key=" ".join(name)))
        seen[name] = line.number
    return lines


def _lines(path: Path, columns: Collection[str]) -> list[Line]:
    if not path.is_file():
        raise Refusal(say("缺少文件 {file}", file=path.name))
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        absent = [column for column in columns if column not in (reader.fieldnames or ())]
        if absent:
            raise Refusal(say("{file} 缺少列：{columns}", file=path.name, columns="、".join(absent)))
        return [_line(path.name, reader.line_num, cells) for cells in reader]


def _line(file: str, number: int, cells: dict[str | None, str | None]) -> Line:
    whole = {column: value.strip() for column, value in cells.items() if column and isinstance(value, str)}
    line = Line(file, number, whole)
    if None in cells or None in cells.values():
        raise line.refuse(say("单元格数量与表头不一致"))
    return line
