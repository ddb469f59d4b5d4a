"""What topics and messages say, and that nothing that is sent breaks whoever reads it."""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gewu.channels.mqtt import payloads, topics
from gewu.channels.mqtt.addresses import read_address
from gewu.channels.mqtt.topics import FAULTS, Topic, Unreadable
from gewu.sensing.actions import Message

TENANT = "320111"
NOW = 1_772_413_200_000
OWN = Topic("telemetry", "gauge-1", "riverside")
FOREIGN = Topic("telemetry", "gauge-1", dialect="thingsboard")
GATEWAY = Topic("gateway", dialect="thingsboard")

TOPICS = [
    ("gov/320111/riverside/gauge-1/telemetry", OWN),
    ("gov/320111/riverside/gauge-1/state", Topic("state", "gauge-1", "riverside")),
    ("tb/gauge-1/v1/devices/me/telemetry", FOREIGN),
    ("tb/gauge-1/v1/devices/me/attributes", Topic("attributes", "gauge-1", dialect="thingsboard")),
    ("v1/gateway/telemetry", GATEWAY),
    ("tb/gateway-1/v1/gateway/telemetry", GATEWAY),
]


@pytest.mark.parametrize(("text", "said"), TOPICS)
def test_topic_says_whose_message_it_is(text: str, said: Topic) -> None:
    assert topics.read_topic(text, TENANT) == said


WRONG_TOPICS = [
    ("tenant", "gov/320112/riverside/gauge-1/telemetry"),
    ("nobody", "v1/devices/me/telemetry"),
    ("topic", ""),
    ("topic", "/gov/320111/riverside/gauge-1/telemetry"),
    ("topic", "gov/320111/riverside/gauge-1"),
    ("topic", "gov/320111/riverside/gauge-1/cmd"),
    ("topic", "gov/320111/riverside/Gauge 1/telemetry"),
    ("topic", "gov/320111/riverside/" + "g" * 300 + "/telemetry"),
    ("topic", "gov/320111/riverside/gauge-1/telemetry/more"),
    ("topic", "tb/../v1/devices/me/telemetry"),
    ("topic", "spBv1.0/group/NDATA/edge"),
]


@pytest.mark.parametrize(("code", "text"), WRONG_TOPICS)
def test_wrong_topic_is_named(code: str, text: str) -> None:
    with pytest.raises(Unreadable) as refused:
        topics.read_topic(text, TENANT)
    assert refused.value.code == code
    assert code in FAULTS


def test_subscriptions_share_under_a_group() -> None:
    assert "gov/320111/+/+/telemetry" in topics.filters(TENANT)
    assert all(one.startswith("$share/ingest/") for one in topics.filters(TENANT, "ingest"))


def read(topic: Topic, content: object) -> list[Message]:
    payload = content if isinstance(content, bytes) else json.dumps(content).encode()
    return payloads.readings(topic, payload, NOW)


def test_our_own_convention_takes_one_or_a_list() -> None:
    one = {"ts": NOW - 5, "seq": 7, "v": {"level_m": 5.2}}
    expected = Message("gauge-1", NOW - 5, 7, NOW, {"level_m": 5.2})
    assert read(OWN, one) == [expected]
    assert read(OWN, [one, {**one, "seq": 8, "device": "gauge-1"}])[0] == expected


def test_thingsboard_devices_and_gateways_are_taken() -> None:
    payload = {"pm25": 80}
    numbered = zlib.crc32(json.dumps(payload).encode())
    assert read(FOREIGN, payload) == [Message("gauge-1", NOW, numbered, NOW, {"pm25": 80})]
    stamped = {"ts": NOW - 9, "values": {"pm25": 80}}
    assert read(FOREIGN, [stamped]) == [Message("gauge-1", NOW - 9, 0, NOW, {"pm25": 80})]
    found = read(GATEWAY, {"air-1": [stamped], "air-2": [stamped, {"pm25": 1}]})
    assert [one.device for one in found] == ["air-1", "air-2", "air-2"]


def test_device_without_a_clock_says_two_things_in_one_millisecond() -> None:
    first, second = read(FOREIGN, [{"pm25": 80}, {"pm25": 80}])
    assert (first.ts, first.seq) != (second.ts, second.seq)


WRONG: list[tuple[str, Topic, object]] = [
    ("json", OWN, b"{"),
    ("json", OWN, b"\xff\xfe\x00"),
    ("json", OWN, b'{"ts":1,"v":{"level_m":NaN}}'),
    ("json", OWN, b'{"ts":1,"v":{"level_m":Infinity}}'),
    ("json", OWN, b""),
    ("json", OWN, b"[" * 50_000),
    ("large", OWN, b" " * (64 * 1024 + 1)),
    ("shape", OWN, []),
    ("shape", OWN, [{"ts": 1, "v": {}}] * 1001),
    ("shape", OWN, "text"),
    ("shape", OWN, [1]),
    ("shape", OWN, {"ts": 1}),
    ("shape", OWN, {"ts": "now", "v": {"level_m": 1}}),
    ("shape", OWN, {"ts": True, "v": {"level_m": 1}}),
    ("shape", OWN, {"ts": 10**30, "v": {"level_m": 1}}),
    ("shape", OWN, {"ts": 1.5, "v": {"level_m": 1}}),
    ("shape", OWN, {"ts": 1, "v": [1]}),
    ("mismatch", OWN, {"ts": 1, "device": "gauge-2", "v": {"level_m": 1}}),
    ("shape", GATEWAY, {"air-1": 5}),
    ("shape", GATEWAY, [1]),
]


@pytest.mark.parametrize(("code", "topic", "content"), WRONG)
def test_wrong_message_is_named(code: str, topic: Topic, content: object) -> None:
    with pytest.raises(Unreadable) as refused:
        read(topic, content)
    assert refused.value.code == code


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None)
@given(
    st.binary(max_size=200) | _JSON.map(lambda said: json.dumps(said).encode()),
    st.sampled_from([OWN, FOREIGN, GATEWAY]),
)
@example(b'{"ts":1,"v":{"level_m":' + b"9" * 5000 + b"}}", OWN)
@example(b'{"a":' * 3000 + b"1" + b"}" * 3000, OWN)
def test_any_content_is_read_or_refused_by_a_known_code(payload: bytes, topic: Topic) -> None:
    try:
        found = payloads.readings(topic, payload, NOW)
    except Unreadable as refused:
        assert refused.code in FAULTS
    else:
        assert all(isinstance(one, Message) for one in found)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_topic_is_read_or_refused_by_a_known_code(text: str) -> None:
    try:
        topics.read_topic(text, TENANT)
    except Unreadable as refused:
        assert refused.code in FAULTS


def test_state_and_answers_are_read() -> None:
    assert payloads.connection(b"online")
    assert not payloads.connection(b'{"state":"offline"}')
    assert payloads.answer(b'{"id":"01980000000070008000000000000001","ok":true}')[1]
    for wrong in (b"maybe", b"{}", b"[]"):
        with pytest.raises(Unreadable):
            payloads.connection(wrong)
        with pytest.raises(Unreadable):
            payloads.answer(wrong)


def test_address_of_a_broker() -> None:
    found = read_address("mqtts://gewu:p%40ss@broker.example.org")
    assert (found.place, found.user, found.password) == ("broker.example.org:8883", "gewu", "p@ss")
    for wrong in ("", "tcp://127.0.0.1", "mqtt://", "mqtt:1883"):
        with pytest.raises(ValueError, match="mqtt://"):
            read_address(wrong)


_SAMPLES = Path(payloads.__file__).parent / "samples" / "messages.json"
SAMPLES = json.loads(_SAMPLES.read_text(encoding="utf-8"))


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: str(one["topic"]))
def test_sample_is_read(sample: dict[str, Any]) -> None:
    topic = topics.read_topic(sample["topic"], TENANT)
    assert len(read(topic, sample["payload"])) == sample["readings"]
