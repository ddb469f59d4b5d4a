"""Large boundary files: kept when they come, checked by an errand while nobody waits for them."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path
from uuid import UUID

from gewu.infra import errands, store, stream
from gewu.kernel.datum import Datum
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say
from gewu.security import queries as security
from gewu.security.actors import CLOCK, Actor
from gewu.territory import events, permissions, queries
from gewu.territory.actions.boundaries import BoundaryFile, found, keep_check, put_instead, read
from gewu.territory.actions.editions import Source, new_batch
from gewu.territory.models import BatchState, ImportBatch, Layer

ERRAND = "boundaries"
#: A file of no more bytes, some three hundred shapes, is checked while its sender waits.
AT_ONCE = 256 * 1024


def want_boundaries(
    file: BoundaryFile, *, take: bool, language: str, actor: Actor, now: datetime
) -> ImportBatch:
    """Keep a file to be checked by an errand and, with ``take``, put in force when nothing stands in the way.

    Refused: to those who may not change the net of the place, and while another file for it waits.
    """
    permissions.require_manage(actor, file.within)
    batch = _waiting(file, take=take, actor=actor, now=now)
    path = _file_of(batch.pk)
    path.touch(mode=0o600)
    try:
        path.write_bytes(file.content)
        with store.writing():
            _check_alone(file)
            batch.save()
            stream.tell(events.BoundariesWaiting(id=batch.pk, place=batch.within), actor=actor, now=now)
            size = len(file.content)
            errands.want(ERRAND, batch.pk, by=actor.ref, language=language, expected=size, now=now)
    except BaseException:
        errands.clear(path)
        raise
    return batch


def _waiting(file: BoundaryFile, *, take: bool, actor: Actor, now: datetime) -> ImportBatch:
    digest = hashlib.sha256(file.content).hexdigest()
    batch = new_batch(Source(file.file_name, digest, file.within, file.layer, file.since), now=now)
    batch.state = BatchState.WAITING
    batch.asked = {
        "take": take,
        "datum": file.datum.value if file.datum else None,
        "by": actor.account_id.hex if actor.account_id else None,
    }
    return batch


def _check_alone(file: BoundaryFile) -> None:
    waiting = ImportBatch.objects.filter(state=BatchState.WAITING, within=file.within, layer=file.layer)
    if waiting.exists():
        raise Refusal(
            say("这个范围已有一个边界文件正在检查"),
            Kind.CONFLICT,
            field="file",
            advice=say("请等它检查完再上传"),
        )


def take_in(work: errands.Work, now: datetime) -> None:
    """Check a file that waits and, when that was asked for, put it in force: an errand.

    What was found, and that it took force, is written in the transaction that ends the errand.
    """
    errand = work.errand
    batch = ImportBatch.objects.get(pk=errand.about)
    actor = _asker(batch, now)
    permissions.require_manage(actor, batch.within)
    seen = queries.version()
    features, terms, findings = read(_file(batch))
    findings += found(features, terms)
    with errands.ending(errand, made=errand.expected, now=now):
        keep_check(batch, features, findings, actor=actor, now=now)
        if batch.asked["take"] and not batch.counts["blocking"]:
            put_instead(batch, features, terms, seen=seen, actor=actor, now=now)
    errands.clear(_file_of(batch.pk))


def note_not_taken(batch_id: UUID, why: Text, now: datetime) -> None:
    """The file could not be checked or put in force; its sender uploads it again."""
    with store.writing():
        batch = ImportBatch.objects.get(pk=batch_id)
        batch.state = BatchState.FAILED
        batch.save(update_fields=["state"])
        told = events.BoundariesNotTaken(id=batch.pk, place=batch.within)
        stream.tell(told, actor=CLOCK, now=now, words={"reason": str(why)})
    errands.clear(_file_of(batch_id))


def _asker(batch: ImportBatch, now: datetime) -> Actor:
    by = batch.asked["by"]
    actor = security.actor_of(UUID(by), now=now) if by else None
    if actor is None:
        raise Refusal(say("上传人的账号已停用"), Kind.FORBIDDEN)
    return actor


def _file(batch: ImportBatch) -> BoundaryFile:
    if batch.since is None:
        raise ValueError(f"boundary file {batch.pk} waits without a day")
    datum, content = batch.asked["datum"], _file_of(batch.pk).read_bytes()
    return BoundaryFile(
        content, batch.file_name, batch.within, batch.since, Datum(datum) if datum else None,
        Layer(batch.layer),
    )  # fmt: skip


def _file_of(batch_id: UUID) -> Path:
    return errands.folder(ERRAND) / f"{batch_id.hex}.geojson"
