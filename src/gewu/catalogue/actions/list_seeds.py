"""The kinds of list, and the first editions that are shipped as data."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from gewu.catalogue import permissions, queries
from gewu.catalogue.actions import items, lists
from gewu.catalogue.actions.seeds import SEEDS
from gewu.catalogue.actions.sheets import Line
from gewu.catalogue.actions.sheets import read as read_rows
from gewu.catalogue.models import Edition, ListKind
from gewu.infra import sheets, store
from gewu.infra.versions import changed
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor, Relation, Standing

#: After the catalogue's own routes, before any case of a new installation.
IN_FORCE_SINCE = date(2020, 1, 1)
#: What stands as the organ that approved a shipped edition: it is an example until the city approves its own.
EXAMPLE = "示例（随平台提供，未经当地批准）"
#: Whom to ask about a shipped edition, until a city names its own office.
OFFICE = "网格化服务管理中心（热线 12345）"

_KIND = (
    "code",
    "name_zh",
    "name_en",
    "purpose_zh",
    "purpose_en",
    "guard",
    "unit_kinds",
    "post_kinds",
    "needs",
    "categories",
    "routes",
    "applications",
    "public",
    "own_days",
    "rule_zh",
    "rule_en",
)  # fmt: skip -- the columns as they stand in the file


def load_kinds(*, actor: Actor, now: datetime, place: str, folder: Path = SEEDS) -> int:
    """Bring the kinds of list up to date from their file; returns how many there are."""
    permissions.require_manage(actor, place)
    lines = read_rows(folder / "list_kinds.csv", _KIND, key=["code"])
    with store.writing():
        rows = [_kind(seq, line) for seq, line in enumerate(lines, start=1)]
        names = [one.name for one in ListKind._meta.concrete_fields if one.name != "code"]
        ListKind.objects.bulk_create(rows, update_conflicts=True, unique_fields=["code"], update_fields=names)
        changed(queries.HELD_LISTS)
    return len(rows)


def _kind(seq: int, line: Line) -> ListKind:
    def parts(column: str) -> list[str]:
        return [one for one in line[column].split(";") if one]

    return ListKind(
        code=line.required("code"),
        name_zh=line.required("name_zh"),
        name_en=line.required("name_en"),
        purpose_zh=line.required("purpose_zh"),
        purpose_en=line.required("purpose_en"),
        guard=line.one_of("guard", ("", "only_listed", "never_listed")),
        unit_kinds=parts("unit_kinds"),
        post_kinds=parts("post_kinds"),
        needs=parts("needs"),
        categories=parts("categories"),
        routes=line.one_of("routes", ("yes", "no")) == "yes",
        applications=line.one_of("applications", ("yes", "no")) == "yes",
        public=line.one_of("public", ("yes", "no")) == "yes",
        own_days=line.one_of("own_days", ("yes", "no")) == "yes",
        rule_zh=line["rule_zh"],
        rule_en=line["rule_en"],
        seq=seq,
    )


def publish_seeds(place: str, *, actor: Actor, now: datetime, folder: Path = SEEDS / "lists") -> int:
    """Publish a first edition of each kind that has a file and none yet; returns how many.

    It goes the way of every edition, and says of itself that it is an example. What a city has begun
    is never touched. A row that its kind does not accept is refused with file and line.
    """
    permissions.require_manage(actor, place)
    done = 0
    for kind in queries.list_kinds():
        path = folder / f"{kind.code}.csv"
        if path.is_file() and not Edition.objects.filter(kind=kind.code, place=place).exists():
            _publish(kind.code, place, path, actor=actor, now=now)
            done += 1
    return done


def _publish(kind: str, place: str, path: Path, *, actor: Actor, now: datetime) -> None:
    found = items.read_items(kind, place, sheets.read(path))
    for one in found.bad:
        raise Refusal(say("{file} 第 {line} 行：{what}", file=path.name, line=one.line, what=one.text))
    rights = frozenset({permissions.APPROVE})
    second = Actor("rule:shipped", "随平台提供", (Standing("shipped", rights, Relation.TERRITORY, place),))
    with store.writing():
        row = lists.draft(kind, place, actor=actor, now=now, office=OFFICE)
        items.put_items(row.pk, found.items, actor=actor, now=now)
        lists.take(row.pk, "consult", actor=actor, now=now)
        lists.take(row.pk, "approve", actor=second, now=now, authority=EXAMPLE)
        lists.take(row.pk, "publish", actor=actor, now=now, since=IN_FORCE_SINCE)
