"""Taking in the five statistical levels."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from gewu.infra import store, stream
from gewu.kernel.places import Level
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor
from gewu.territory import events, permissions
from gewu.territory.actions.editions import Source, begin_batch, put_in_force
from gewu.territory.models import Division, ImportBatch, Layer
from gewu.territory.rules import divisions as rules
from gewu.territory.rules.divisions import DivisionRow as DivisionRow

_ROWS_AT_ONCE = 5000


def load_divisions(source: Path, *, prefix: str = "", actor: Actor, now: datetime) -> ImportBatch:
    """Take in the divisions under a prefix, and those above it, from a folder of CSV or JSON files.

    Names that changed are changed, nothing is removed. Refuses a folder without any of the known files.
    """
    permissions.require_manage(actor, prefix)
    contents = {path: path.read_bytes() for path in _files(source)}
    if not contents:
        raise Refusal(say("文件夹中没有区划文件"), Kind.MISSING, field="file")
    digest = hashlib.sha256(b"".join(contents.values())).hexdigest()
    rows = [row for path, content in contents.items() for row in _rows(path, content)]
    return record_divisions(rows, source.name, prefix=prefix, digest=digest, actor=actor, now=now)


def record_divisions(
    rows: Iterable[DivisionRow],
    file_name: str,
    *,
    prefix: str = "",
    digest: str = "",
    actor: Actor,
    now: datetime,
) -> ImportBatch:
    """Take in these divisions; rows without a level, a name or a parent are left out and named."""
    permissions.require_manage(actor, prefix)
    with store.writing():
        wider = Division.objects.filter(level__lt=Level.COMMUNITY.digits)
        kept, findings = rules.fit(rows, prefix, wider.values_list("code", flat=True))
        _write(kept)
        counts = {"rows": len(kept)}
        source = Source(file_name, digest, prefix, Layer.DIVISION)
        batch = begin_batch(source, counts, findings, now=now)
        put_in_force(batch)
        stream.tell(events.DivisionsLoaded(id=batch.pk, place=prefix, rows=len(kept)), actor=actor, now=now)
    return batch


def _write(rows: Iterable[DivisionRow]) -> None:
    Division.objects.bulk_create(
        (Division(code=row.code, name=row.name, level=len(row.code)) for row in rows),
        batch_size=_ROWS_AT_ONCE,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name"],
    )


def _files(source: Path) -> list[Path]:
    """The known files of a folder, or of the ``dist`` folder of an installed package; one for each level."""
    folder = source / "dist" if (source / "dist").is_dir() else source
    found = []
    for name in (rules.WHOLE_FILE, *rules.FILES):
        spellings = (folder / (name + ending) for ending in rules.ENDINGS)
        found += [path for path in spellings if path.is_file()][:1]
    return found


def _rows(path: Path, content: bytes) -> list[DivisionRow]:
    try:
        text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError) as fault:
        raise Refusal(say("{file} 不是 UTF-8 文本文件", file=path.name), field="file") from fault
    return rules.rows_of(text, is_json=path.suffix == ".json")
