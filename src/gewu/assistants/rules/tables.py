"""Labelled rows as a file gives them: which columns are read, and which are not."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gewu.assistants.rules.kinds import PERSONAL, Item, Kind
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import say

#: A line of a file may be long: a message and the answer to it.
csv.field_size_limit(4 * 2**20)


@dataclass(frozen=True)
class Table:
    """Items with what people called each, the columns that were read and those that were left alone."""

    items: tuple[Item, ...]
    answers: tuple[str, ...]
    read: tuple[str, ...]
    left: tuple[str, ...]

    @property
    def digest(self) -> str:
        """The digest of everything that is read: the same rows, the same digest."""
        found = hashlib.sha256()
        for item, answer in zip(self.items, self.answers, strict=True):
            found.update(repr((sorted(item.items()), answer)).encode("utf-8", "surrogatepass"))
        return found.hexdigest()

    @property
    def personal(self) -> tuple[str, ...]:
        """Columns that say what a person is: they were not read."""
        return tuple(name for name in self.left if name.strip().casefold() in PERSONAL)


def table_of(kind: Kind, content: str) -> Table:
    """The labelled rows of a file in CSV; refused when a column that is needed is not there."""
    reader = csv.DictReader(io.StringIO(content.removeprefix("\ufeff")))
    header = list(reader.fieldnames or ())
    answer = next((name for name in kind.answer if name in header), None)
    columns = {name: _columns(ways, header) for name, ways in kind.columns.items()}
    if answer is None or not any(columns.values()):
        raise Refusal(
            say("文件缺少助手“{kind}”需要的列", kind=kind.name),
            field="file",
            advice=say(
                "需要的列：{columns}；结果列：{answer}", columns=_named(kind), answer="/".join(kind.answer)
            ),
        )
    rows = [row for row in reader if (row[answer] or "").strip()]
    read = tuple(dict.fromkeys(name for names in columns.values() for name in names))
    return Table(
        tuple(item_of(row, columns) for row in rows),
        tuple(str(row[answer]).strip() for row in rows),
        (*read, answer),
        tuple(name for name in header if name not in {*read, answer}),
    )


def _columns(ways: Iterable[tuple[str, ...]], header: list[str]) -> tuple[str, ...]:
    return next((names for names in ways if all(name in header for name in names)), ())


def item_of(row: Mapping[str, str | None], columns: Mapping[str, tuple[str, ...]]) -> Item:
    """What a kind reads of one row; several columns of one input stand below each other."""
    return {
        name: "\n".join(row[column] or "" for column in names) for name, names in columns.items() if names
    }


def joined(tables: Iterable[Table]) -> Table:
    """The rows of several files together."""
    found = list(tables)
    return Table(
        tuple(item for one in found for item in one.items),
        tuple(answer for one in found for answer in one.answers),
        tuple(dict.fromkeys(name for one in found for name in one.read)),
        tuple(dict.fromkeys(name for one in found for name in one.left)),
    )


def _named(kind: Kind) -> str:
    return "、".join(
        f"{name}（{'/'.join('+'.join(way) for way in ways)}）" for name, ways in kind.columns.items()
    )
