"""What the database itself does with each row of a case: it tells `FigureChange` how it stands.

Figures are kept as an index is: by the database, in the transaction of the write, whoever writes. A trigger
can be passed by no code; and whatever has been undone was never counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connection

from gewu.infra import store
from gewu.insight.actions import figures
from gewu.insight.models import Figure, FigureChange

#: A moment as a day of China, which has one time and no summer time; nothing for a moment that is not yet.
_DAY = {
    "sqlite": "COALESCE(date({row}.{column}, '+8 hours'), '')",
    "postgresql": "COALESCE(to_char({row}.{column} AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD'), '')",
}
_DAYS = ("due_at", "filed_at", "closed_at")
_COUNTED = ("place", "state", "matter", *_DAYS)
_NAME = "case_counted"


def count_every_write() -> bool:
    """Have the database tell every change of a case from now on; whether it did not do so before.

    A migration that builds the table of cases anew on SQLite drops its triggers without a word. So this is
    called after all migrations, and where they were gone the figures are made anew.
    """
    tables = connection.introspection.table_names()
    if not {"case_", FigureChange._meta.db_table} <= set(tables) or _is_counting():
        return False
    with store.writing():
        with connection.cursor() as cursor:
            for statement in _on_sqlite() if connection.vendor == "sqlite" else _on_postgresql():
                cursor.execute(statement)
        recount()
    return True


def recount() -> int:
    """Make all figures anew from the cases themselves; returns how many had been wrong.

    Nothing is written to cases meanwhile. For after a restoration, and to be sure.
    """
    with store.writing():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("LOCK TABLE case_ IN SHARE ROW EXCLUSIVE MODE")
        while figures.sum_up():
            pass
        before = _sums()
        Figure.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT place, {_standing('case_')}, COUNT(*) FROM case_ GROUP BY 1, 2")  # noqa: S608 -- names of columns, no input
            figures.add(iter(cursor.fetchone, None))
        after = _sums()
    return sum(before.get(one) != after.get(one) for one in before | after)


def _sums() -> dict[tuple[Any, ...], int]:
    rows = Figure.objects.values_list("cut", "level", "place", "key", "n")
    return {tuple(key): n for *key, n in rows.iterator()}


def _is_counting() -> bool:
    asked = {
        "sqlite": "SELECT COUNT(*) FROM sqlite_master WHERE tbl_name = 'case_' AND type = 'trigger' "
        "AND name LIKE %s",
        "postgresql": "SELECT COUNT(*) FROM pg_trigger WHERE tgrelid = 'case_'::regclass AND tgname LIKE %s",
    }
    with connection.cursor() as cursor:
        cursor.execute(asked[connection.vendor], [f"{_NAME}%"])
        return bool(cursor.fetchone()[0])


def _standing(row: str) -> str:
    days = (_DAY[connection.vendor].format(row=row, column=column) for column in _DAYS)
    return " || '|' || ".join((f"{row}.state", f"{row}.matter", *days))


def _told(row: str, n: int) -> str:
    return f"INSERT INTO figure_change (place, standing, n) VALUES ({row}.place, {_standing(row)}, {n});"  # noqa: S608 -- names of columns, no input


def _on_sqlite() -> Iterator[str]:
    fewer, more = _told("OLD", -1), _told("NEW", 1)
    differs = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in _COUNTED)
    yield f"CREATE TRIGGER {_NAME}_in AFTER INSERT ON case_ BEGIN {more} END"
    yield f"CREATE TRIGGER {_NAME}_out AFTER DELETE ON case_ BEGIN {fewer} END"
    anew = f"CREATE TRIGGER {_NAME}_anew AFTER UPDATE OF {', '.join(_COUNTED)} ON case_"
    yield f"{anew} WHEN {differs} BEGIN {fewer} {more} END"


def _on_postgresql() -> Iterator[str]:
    fewer, more = _told("OLD", -1), _told("NEW", 1)
    old, new = (", ".join(f"{row}.{column}" for column in _COUNTED) for row in ("OLD", "NEW"))
    yield (
        "CREATE OR REPLACE FUNCTION count_case() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP <> 'INSERT' THEN {fewer} END IF; IF TG_OP <> 'DELETE' THEN {more} END IF; "
        "RETURN NULL; END $$"
    )
    done = "FOR EACH ROW EXECUTE FUNCTION count_case()"
    each = f"FOR EACH ROW WHEN (({old}) IS DISTINCT FROM ({new})) EXECUTE FUNCTION count_case()"
    yield f"CREATE TRIGGER {_NAME} AFTER INSERT OR DELETE ON case_ {done}"
    yield f"CREATE TRIGGER {_NAME}_anew AFTER UPDATE OF {', '.join(_COUNTED)} ON case_ {each}"
