"""What messages say. Pure.

Our own convention is ``{"ts": ms, "seq": n, "v": {…}}``, one or a list. Devices of ThingsBoard send
``{…}`` or ``{"ts": ms, "values": {…}}``, one or a list; their gateways ``{"device": [{…}, …], …}``.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import msgspec

from gewu.channels.mqtt.topics import Topic, Unreadable
from gewu.sensing.actions import Message

#: A message is no longer than this, and says no more at once.
LARGEST = 64 * 1024
MOST = 1_000
#: A time that its sender could mean; what lies outside is set aside by the subject with its reason.
_WIDEST = 2**62

_decoder = msgspec.json.Decoder()


def readings(topic: Topic, payload: bytes, received: int) -> list[Message]:
    """The readings of a message that came at ``received`` (ms); raises `Unreadable` when it is none."""
    content = decoded(payload)
    try:
        if topic.kind == "gateway":
            found = list(_of_gateway(content, payload, received))
        else:
            found = list(_of_device(topic, content, payload, received))
    except (TypeError, ValueError, AttributeError, KeyError):
        raise Unreadable("shape", topic.device) from None
    if not found or len(found) > MOST:
        raise Unreadable("shape", topic.device)
    return found


def decoded(payload: bytes) -> Any:
    """The JSON of a message; anything else is refused, whatever it does to the reader."""
    if len(payload) > LARGEST:
        raise Unreadable("large")
    try:
        return _decoder.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError):
        raise Unreadable("json") from None


def _of_device(topic: Topic, content: Any, payload: bytes, received: int) -> Iterator[Message]:
    one_of_many = content if isinstance(content, list) else [content]
    read = _thingsboard if topic.dialect == "thingsboard" else _own
    for number, one in enumerate(one_of_many):
        if one.get("device", topic.device) != topic.device:
            raise Unreadable("mismatch", topic.device)
        yield read(topic.device, one, payload, received, number)


def _own(device: str, one: Mapping[str, Any], payload: bytes, received: int, number: int) -> Message:
    return _message(device, one.get("ts"), one.get("seq", 0), one["v"], payload, received, number)


def _thingsboard(device: str, one: Mapping[str, Any], payload: bytes, received: int, number: int) -> Message:
    if "values" in one:
        return _message(device, one.get("ts"), 0, one["values"], payload, received, number)
    return _message(device, None, 0, one, payload, received, number)


def _of_gateway(content: Any, payload: bytes, received: int) -> Iterator[Message]:
    for device, said in content.items():
        for number, one in enumerate(said):
            yield _thingsboard(device, one, payload, received, number)


def _message(
    device: str, ts: object, seq: object, values: Any, payload: bytes, received: int, number: int
) -> Message:
    """A device without a clock is given ours; its number is then made from what it says."""
    if not isinstance(values, dict):
        raise TypeError
    if ts is None:
        return Message(device, received, zlib.crc32(payload) + number, received, values)
    return Message(device, _whole(ts), _whole(seq), received, values)


def _whole(number: object) -> int:
    if isinstance(number, bool) or not isinstance(number, int) or abs(number) > _WIDEST:
        raise ValueError
    return number


def connection(payload: bytes) -> bool:
    """Whether a state message says online; `Unreadable` when it says neither that nor offline."""
    word = payload.strip()
    if word not in (b"online", b"offline"):
        said = decoded(payload)
        word = str(said.get("state", "")).encode() if isinstance(said, dict) else b""
    if word not in (b"online", b"offline"):
        raise Unreadable("shape")
    return word == b"online"


def answer(payload: bytes) -> tuple[UUID, bool]:
    """Which command a device answers, and whether it did it."""
    said = decoded(payload)
    try:
        return UUID(str(said["id"])), said["ok"] is True
    except (TypeError, KeyError, ValueError, AttributeError):
        raise Unreadable("shape") from None


def command(id: UUID, word: str, lapses_s: int) -> bytes:
    """What is said to a device; it lapses by the broker's clock and by this number."""
    return msgspec.json.encode({"id": id.hex, "do": word, "within_s": lapses_s})
