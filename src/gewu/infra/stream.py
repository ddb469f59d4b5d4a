"""The event stream: the timeline, the audit trail, the outbox and the feed of live screens."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

from cryptography.hazmat.primitives import hashes
from django.conf import settings
from django.db import connection

from gewu.infra import deliveries, rows, store
from gewu.infra.models import AuditEntry, Chain, EventRow, Words
from gewu.kernel import events
from gewu.kernel.identifiers import new_id
from gewu.kernel.lifecycle import FREE_WORDS, Step

#: What stands before the first event of every chain.
GENESIS = ""
#: Taken before events get their positions, so that a reader never passes an uncommitted gap.
_POSITION_LOCK = 7_236_811
#: Where PostgreSQL calls those who read the stream as it grows.
CALL = "gewu_events"


Kind = type[events.Event]


class Acting(Protocol):
    """Whoever does something: an account, a reporter, the clock, a rule."""

    @property
    def ref(self) -> str: ...


@dataclass(frozen=True)
class Told:
    """One event as it is read back. ``words`` holds its free texts that are still kept."""

    position: int
    subject: str
    subject_id: UUID
    seq: int
    type: str
    actor: str
    at: datetime
    data: Mapping[str, Any]
    words: Mapping[str, str]

    @property
    def kind(self) -> Kind:
        return events.type_named(self.type)


@dataclass
class _Pending:
    event: events.Event
    actor: str
    at: datetime
    words: Mapping[str, str]
    known: tuple[str, ...]


def tell(
    event: events.Event,
    *,
    actor: Acting,
    now: datetime,
    words: Mapping[str, str] | None = None,
    known: tuple[str, ...] = (),
) -> None:
    """Tell an event in the open write transaction. The only way to tell.

    ``words`` are free texts (a reason, an answer); they are kept beside the event, never in it. ``known``
    are facts by which some reactions would find nothing to do (`gewu.config.wanted.SPARED`).
    """
    store.before_commit(_write)
    kept = {name: text for name, text in (words or {}).items() if text}
    store.noted("told").append(_Pending(event, actor.ref, now, kept, known))


def tell_step(
    step: Step,
    record: UUID,
    place: str,
    *,
    details: Mapping[str, Any],
    given: Mapping[str, Any],
    actor: Acting,
    now: datetime,
    known: tuple[str, ...] = (),
) -> None:
    """Tell the event of a step with those of the details that it has a place for, and the words given."""
    asked = step.emits.names()
    values = {name: value for name, value in details.items() if name in asked}
    words = {name: str(given[name]) for name in FREE_WORDS if given.get(name)}
    tell(step.emits(id=record, place=place, **values), actor=actor, now=now, words=words, known=known)


def _write() -> None:
    pending: list[_Pending] = store.noted("told")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s), pg_notify(%s, '')", [_POSITION_LOCK, CALL])
    heads = _heads(pending)
    words: list[Words] = []
    told = [_row(one, heads[one.event.id], words) for one in pending]
    rows.insert(told, EventRow)
    rows.insert([entry for entry in map(_entry, pending, told) if entry])
    rows.insert(words)
    rows.insert([head.chain for head in heads.values() if not head.seen], Chain)
    rows.update((head.chain, head.seen) for head in heads.values() if isinstance(head.chain, Chain))
    deliveries.owe(told)


@dataclass(slots=True)
class _NewEvent:
    """What becomes an `EventRow`."""

    subject: str
    subject_id: UUID
    seq: int
    type: str
    actor: str
    at: datetime
    data: str
    previous: str
    hash: str = ""
    position: int | None = None
    known: tuple[str, ...] = ()


@dataclass(slots=True)
class _NewChain:
    """What becomes a `Chain`."""

    subject_id: UUID
    subject: str
    length: int = 0
    head: str = GENESIS


def _entry(one: _Pending, row: _NewEvent) -> AuditEntry | None:
    part = one.event.audit
    if not part or row.position is None:
        return None
    return AuditEntry(row.position, part, row.type, row.actor, row.subject_id, row.at)


@dataclass
class _Head:
    chain: Chain | _NewChain
    #: The chain as it was read; nothing when it begins now.
    seen: rows.Seen


def _heads(pending: Iterable[_Pending]) -> dict[UUID, _Head]:
    heads: dict[UUID, _Head] = {}
    known: list[UUID] = []
    for one in pending:
        event = one.event
        if event.first:
            heads[event.id] = _Head(_NewChain(event.id, event.subject), {})
        elif event.id not in heads:
            known.append(event.id)
    if known:
        for chain in _locked(known):
            heads[chain.subject_id] = _Head(chain, rows.seen(chain))
    return heads


def _locked(subjects: list[UUID]) -> Iterable[Chain]:
    if len(subjects) == 1:
        return rows.read(Chain, lock=True, subject_id=subjects[0])
    return Chain.objects.select_for_update().filter(pk__in=subjects)


def _row(one: _Pending, head: _Head, words: list[Words]) -> _NewEvent:
    data = one.event.data()
    if one.words:
        data["words"] = {name: _kept(one, name, text, words) for name, text in one.words.items()}
    chain = head.chain
    row = _NewEvent(
        subject=one.event.subject,
        subject_id=one.event.id,
        seq=chain.length + 1,
        type=one.event.type,
        actor=one.actor,
        at=one.at,
        data=canonical(data),
        previous=chain.head,
        known=one.known,
    )
    row.hash = hash_of(row)
    chain.length, chain.head = row.seq, row.hash
    return row


def _kept(one: _Pending, name: str, text: str, words: list[Words]) -> list[str]:
    salt = secrets.token_hex(16)
    row = Words(id=new_id(), subject_id=one.event.id, name=name, text=text, salt=salt)
    words.append(row)
    return [row.id.hex, words_digest(text, salt)]


def canonical(data: Mapping[str, Any]) -> str:
    """The one JSON text of these values: what is stored is what is hashed."""
    return _ENCODER.encode(data)


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.hex if isinstance(value, UUID) else str(value)


_quoted = json.encoder.encode_basestring
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def words_digest(text: str, salt: str) -> str:
    """The digest that binds a text to its event; without the salt nothing can be guessed from it."""
    return hmac.new(salt.encode(), text.encode(), hashlib.sha256).hexdigest()


def hash_of(row: EventRow | _NewEvent) -> str:
    """The hash of an event over its content and the hash before it, ``algorithm:hex``."""
    algorithm = settings.HASH if not row.hash else row.hash.partition(":")[0]
    return f"{algorithm}:{_digest(algorithm, _hashed(row).encode())}"


def _hashed(row: EventRow | _NewEvent) -> str:
    """The canonical JSON of an event with the hash before it: written out, as its fields are always these."""
    return (
        f'{{"actor":{_quoted(row.actor)},"at":"{row.at.astimezone(UTC).isoformat()}",'
        f'"data":{_quoted(row.data)},"id":"{row.subject_id.hex}","previous":{_quoted(row.previous)},'
        f'"seq":{row.seq},"subject":{_quoted(row.subject)},"type":{_quoted(row.type)}}}'
    )


def _digest(algorithm: str, content: bytes) -> str:
    if algorithm == "sha256":
        return hashlib.sha256(content).hexdigest()
    digest = hashes.Hash(hashes.SM3())
    digest.update(content)
    return digest.finalize().hex()


def timeline(subject: str, subject_id: UUID) -> tuple[Told, ...]:
    """Everything that happened to one record, oldest first, with its words: two queries."""
    told = EventRow.objects.filter(subject=subject, subject_id=subject_id).order_by("seq")
    texts = {
        row.id.hex: row.text for row in Words.objects.filter(subject_id=subject_id, erased_at__isnull=True)
    }
    return tuple(_told(row, texts) for row in told)


def after(position: int, *, limit: int = 500) -> tuple[Told, ...]:
    """The next events of the whole stream in order of position, without their words."""
    told = EventRow.objects.filter(position__gt=position).order_by("position")[:limit]
    return tuple(_told(row, {}) for row in told)


def those(positions: Iterable[int]) -> dict[int, Told]:
    """Some events with their words, by position: two queries, however many."""
    told = list(EventRow.objects.filter(pk__in=set(positions)))
    keys = [held[0] for row in told for held in json.loads(row.data).get("words", {}).values()]
    kept = Words.objects.filter(pk__in=keys, erased_at__isnull=True) if keys else ()
    texts = {words.id.hex: words.text for words in kept}
    return {row.position: _told(row, texts) for row in told}


def at(position: int) -> Told | None:
    """One event with its words."""
    return those([position]).get(position)


def erase_words(subject_ids: list[UUID], *, now: datetime) -> int:
    """Erase the free texts told with the events of some records; the chain stays whole. How many."""
    rows = Words.objects.filter(subject_id__in=subject_ids, erased_at__isnull=True)
    return rows.update(text="", salt="", erased_at=now)


def positions_of(subject: str, subject_ids: Sequence[UUID]) -> list[int]:
    """The positions of all events of some records."""
    told = EventRow.objects.filter(subject=subject, subject_id__in=subject_ids)
    return list(told.values_list("position", flat=True))


def last_position() -> int:
    """The position of the newest event, 0 when there is none."""
    newest = EventRow.objects.order_by("-position").values_list("position", flat=True).first()
    return newest or 0


def _told(row: EventRow, texts: Mapping[str, str]) -> Told:
    data: dict[str, Any] = json.loads(row.data)
    named = data.pop("words", {})
    words = {name: texts[held[0]] for name, held in named.items() if held[0] in texts}
    return Told(row.position, row.subject, row.subject_id, row.seq, row.type, row.actor, row.at, data, words)


@dataclass(frozen=True)
class Break:
    """A place where the record does not agree with itself."""

    subject: str
    subject_id: UUID
    seq: int
    position: int | None
    fault: str


def size() -> tuple[int, int]:
    """How many chains and how many events there are."""
    return Chain.objects.count(), EventRow.objects.count()


def verify(*, progress: Callable[[int], None] = lambda done: None) -> Iterator[Break]:
    """Recompute every chain; a changed, removed or inserted event and a changed text are named.

    Streams through the rows, so it needs no memory to speak of; ``progress`` hears how many are done.
    """
    lengths = {pk: (length, head) for pk, length, head in _chain_heads()}
    current: UUID | None = None
    seq, previous = 0, GENESIS
    told = EventRow.objects.order_by("subject_id", "seq").iterator(chunk_size=2000)
    for done, row in enumerate(told, start=1):
        progress(done)
        if row.subject_id != current:
            current, seq, previous = row.subject_id, 0, GENESIS
        yield from _faults(row, seq + 1, previous)
        seq, previous = row.seq, row.hash
        length, head = lengths.get(row.subject_id, (0, ""))
        if seq == length:
            lengths.pop(row.subject_id)
            if head != row.hash:
                yield Break(row.subject, row.subject_id, seq, row.position, "head of the chain differs")
        elif seq > length:
            yield Break(row.subject, row.subject_id, seq, row.position, "event inserted after the last")
    for subject_id, (length, _) in lengths.items():
        yield Break("", subject_id, length, None, "last event removed")
    yield from _changed_words()


def _chain_heads() -> Iterator[tuple[UUID, int, str]]:
    yield from Chain.objects.values_list("subject_id", "length", "head").iterator(chunk_size=2000)


def _faults(row: EventRow, expected: int, previous: str) -> Iterator[Break]:
    if row.seq > expected:
        fault = f"event {expected} removed"
        yield Break(row.subject, row.subject_id, expected, row.position, fault)
    elif row.previous != previous:
        yield Break(row.subject, row.subject_id, row.seq, row.position, "event before it removed or inserted")
    if row.hash != hash_of(row):
        yield Break(row.subject, row.subject_id, row.seq, row.position, "event changed")


def faults_in(chain: list[EventRow]) -> dict[int, str]:
    """What is wrong in one whole chain, by the number of the event: its content, its order, its words."""
    found: dict[int, str] = {}
    seq, previous = 0, GENESIS
    for row in sorted(chain, key=lambda one: one.seq):
        found |= {one.seq: one.fault for one in _faults(row, seq + 1, previous)}
        seq, previous = row.seq, row.hash
    spoken = [row for row in chain if '"words":' in row.data]
    return found | {one.seq: one.fault for one in _changed_in(spoken)}


def _changed_words() -> Iterator[Break]:
    told = EventRow.objects.filter(data__contains='"words":').order_by("position")
    batch: list[EventRow] = []
    for row in told.iterator(chunk_size=500):
        batch.append(row)
        if len(batch) == 500:
            yield from _changed_in(batch)
            batch = []
    yield from _changed_in(batch)


def _changed_in(batch: list[EventRow]) -> Iterator[Break]:
    held = [(row, name, *pair) for row in batch for name, pair in json.loads(row.data)["words"].items()]
    kept = {words.id.hex: words for words in Words.objects.filter(pk__in=[key for _, _, key, _ in held])}
    for row, name, key, digest in held:
        words = kept.get(key)
        if words is None:
            yield Break(row.subject, row.subject_id, row.seq, row.position, f"words removed: {name}")
        elif words.erased_at is None and words_digest(words.text, words.salt) != digest:
            yield Break(row.subject, row.subject_id, row.seq, row.position, f"words changed: {name}")
