"""Columns that are compared byte by byte, whatever the language of the database."""

from __future__ import annotations

from typing import Any

from django.db import migrations


class ByteOrder(migrations.RunPython):
    """Have a column of paths sorted by bytes, so that "everything below a path" is one range.

    SQLite compares so anyway. PostgreSQL's languages pass over the signs in a path, and a range would
    lose rows without a word.
    """

    def __init__(self, table: str, column: str, length: int) -> None:
        def sort_by_bytes(apps: Any, schema_editor: Any) -> None:
            if schema_editor.connection.vendor == "postgresql":
                schema_editor.execute(
                    f'ALTER TABLE "{table}" ALTER COLUMN "{column}" TYPE varchar({length}) COLLATE "C"'
                )

        super().__init__(sort_by_bytes, migrations.RunPython.noop)
        self.column = (table, column, length)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return "ByteOrder", list(self.column), {}
