"""CAP 1.2: what is taken in, what it does, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from gewu.channels.cap import codec
from gewu.command import actions, queries
from gewu.command.actions import AlertSpec
from gewu.command.lifecycle import ALERT
from gewu.command.models import Alert
from gewu.command.queries import Area, Circle, Info, Message, Reference
from gewu.infra import stream
from gewu.kernel.refusals import Refusal
from gewu.security import actions as security
from gewu.security.actors import CLOCK
from tests.world import COUNTY, RIVERSIDE, SOUTH_GATE, START, STREET, World

pytestmark = pytest.mark.usefixtures("clock")
SPACE = "urn:oasis:names:tc:emergency:cap:1.2"
#: Inside of the western half of the sub-district: latitude before longitude.
HERE = "32.035,118.601 32.035,118.606 32.040,118.606 32.040,118.601 32.035,118.601"
TURNED = " ".join(",".join(reversed(point.split(","))) for point in HERE.split())


def area(
    inner: str = f"<geocode><valueName>division</valueName><value>{COUNTY}000000</value></geocode>",
) -> str:
    return f"<area><areaDesc>浦口区</areaDesc>{inner}</area>"


def info(inside: str = "", *, expires: str = "2026-03-03T09:00:00+08:00", **said: str) -> str:
    head = {
        "language": "zh-CN", "category": "Met", "event": "暴雨", "urgency": "Expected", "severity": "Severe",
        "certainty": "Likely", "eventCode": "<valueName>weather</valueName><value>1003</value>",
        "expires": expires, "senderName": "示例气象台", "headline": "暴雨橙色预警信号",
        "description": "预计未来三小时降雨量将达五十毫米以上。", **said,
    }  # fmt: skip
    words = "".join(f"<{name}>{text}</{name}>" for name, text in head.items() if text)
    return f"<info>{words}{inside or area()}</info>"


def cap(
    identifier: str = "W-1", *, infos: str | None = None, sent: str = "2026-03-02T08:50:00+08:00", **said: str
) -> bytes:
    head = {
        "identifier": identifier, "sender": "met.example", "sent": sent, "status": "Actual",
        "msgType": "Alert", "scope": "Public", **said,
    }  # fmt: skip
    order = [
        "identifier",
        "sender",
        "sent",
        "status",
        "msgType",
        "source",
        "scope",
        "restriction",
        "addresses",
        "code",
        "note",
        "references",
        "incidents",
    ]
    words = "".join(f"<{name}>{head[name]}</{name}>" for name in order if head.get(name))
    body = info() if infos is None else infos
    return f'<?xml version="1.0" encoding="UTF-8"?><alert xmlns="{SPACE}">{words}{body}</alert>'.encode()


def follow(
    kind: str, of: str = "W-1", sent: str = "2026-03-02T08:50:00+08:00", **said: str
) -> dict[str, str]:
    return {"msgType": kind, "references": f"met.example,{of},{sent}", **said}


class Sender:
    """A system that sends warnings by its key."""

    def __init__(self, world: World) -> None:
        self.key = security.issue_key("alerts", "示例气象台", actor=world.actor("fang.an"), now=world.now)
        self.client = Client(raise_request_exception=False)

    def send(self, content: bytes, **headers: str) -> Any:
        given = {"Authorization": f"Bearer {self.key}", **headers}
        return self.client.post("/cap/alerts", content, content_type="application/cap+xml", headers=given)

    def state(self, content: bytes) -> str:
        answer = self.send(content)
        assert answer.status_code in (200, 201), answer.content.decode()
        return str(answer.content.decode())


@pytest.fixture
def sender(world: World) -> Sender:
    return Sender(world)


def states() -> dict[str, str]:
    return dict(Alert.objects.order_by("made_at", "pk").values_list("identifier", "state"))


# In


def test_warning_is_taken_once_and_is_in_force_here(sender: Sender, world: World) -> None:
    assert sender.send(cap()).status_code == 201
    again = sender.send(cap())
    assert (again.status_code, again.content) == (200, b"in_force")
    (line,) = queries.public_alerts(world.now)
    assert (line.colour, line.kind.zh, line.headline, line.sender) == (
        "orange",
        "暴雨",
        "暴雨橙色预警信号",
        "示例气象台",
    )
    assert line.places == (COUNTY,)


def test_same_name_with_other_words_is_refused(sender: Sender) -> None:
    sender.send(cap())
    assert sender.send(cap(infos=info(headline="别的"))).status_code == 409
    assert Alert.objects.count() == 1


def test_update_supersedes_and_cancel_ends(sender: Sender, world: World) -> None:
    sender.send(cap())
    second = "2026-03-02T08:55:00+08:00"
    assert sender.state(cap("W-2", sent=second, **follow("Update"))) == "in_force"
    assert states() == {"W-1": "superseded", "W-2": "in_force"}
    assert sender.state(cap("W-3", infos="", **follow("Cancel", "W-2", second))) == "noted"
    assert states() == {"W-1": "superseded", "W-2": "cancelled", "W-3": "noted"}
    assert queries.public_alerts(world.now) == ()
    assert len(set(Alert.objects.values_list("thread", flat=True))) == 1
    page = queries.page(world.actor("zhou.min"), Alert.objects.get(identifier="W-2").pk, now=world.now)
    assert [one.identifier for one in page.versions] == ["W-1", "W-2", "W-3"]  # every version is kept


def test_whatever_order_messages_come_in_the_latest_holds(sender: Sender, world: World) -> None:
    later, last = "2026-03-02T08:55:00+08:00", "2026-03-02T08:58:00+08:00"
    sender.state(cap("W-3", infos="", sent=last, **follow("Cancel", "W-2", later)))
    assert sender.state(cap("W-2", sent=later, **follow("Update"))) == "cancelled"
    assert sender.state(cap("W-1")) == "superseded"
    assert queries.public_alerts(world.now) == ()
    assert len(set(Alert.objects.values_list("thread", flat=True))) == 1


def test_exercise_ends_nothing_real_and_warns_nobody(sender: Sender, world: World) -> None:
    sender.send(cap())
    sender.send(cap("X-1", infos="", **follow("Cancel", status="Exercise")))
    sender.send(cap("X-2", **follow("Update", status="Test")))
    sender.send(cap("X-3", status="Exercise"))
    assert states() == {"W-1": "in_force", "X-1": "noted", "X-2": "noted", "X-3": "in_force"}
    assert [one.identifier for one in queries.public_alerts(world.now)] == ["W-1"]


def test_only_its_sender_may_follow_a_warning(sender: Sender) -> None:
    sender.send(cap())
    foreign = sender.send(cap("Z-1", sender="other.example", infos="", **follow("Cancel")))
    assert foreign.status_code == 409
    assert states() == {"W-1": "in_force"}


def test_nobody_speaks_under_our_own_name(sender: Sender) -> None:
    assert sender.send(cap(sender=f"gewu-{COUNTY}")).status_code == 409


def test_restricted_and_private_messages_are_not_given_away(sender: Sender, world: World) -> None:
    sender.send(cap("R-1", scope="Restricted", restriction="内部"))
    sender.send(cap("P-1", scope="Private", addresses="a.example"))
    assert queries.public_alerts(world.now) == ()
    assert len(queries.concerning(world.actor("zhou.min"), world.now)) == 2
    assert b"R-1" not in Client().get("/cap/alerts.atom").content
    assert Client().get("/cap/alerts/R-1.xml").status_code == 404


def test_warning_ends_by_its_time(sender: Sender, world: World) -> None:
    sender.send(cap())
    world.later(hours=25)
    assert queries.public_alerts(world.now) == ()  # at once, before any sweep
    assert actions.expire_due(world.now) == 1
    assert states() == {"W-1": "expired"}
    assert actions.expire_due(world.now) == 0


def test_warning_that_comes_after_its_end_warns_nobody(sender: Sender) -> None:
    late = cap(sent="2026-03-01T08:00:00+08:00", infos=info(expires="2026-03-01T20:00:00+08:00"))
    assert sender.state(late) == "expired"


# Where


@pytest.mark.parametrize(
    ("inside", "places"),
    [
        (area(), (COUNTY,)),
        (area("<geocode><valueName>a</valueName><value>320100</value></geocode>"), (COUNTY,)),
        (area(f"<geocode><valueName>a</valueName><value>{SOUTH_GATE}</value></geocode>"), (SOUTH_GATE,)),
        (area("<geocode><valueName>a</valueName><value>110000</value></geocode>"), ()),
        (area(f"<polygon>{HERE}</polygon>"), (SOUTH_GATE + "001", SOUTH_GATE + "002")),
        (area("<circle>32.045,118.615 50</circle>"), (COUNTY,)),
        (area("<circle>39.9,116.4 10</circle>"), ()),
        (area("").replace("浦口区", "南京市各区"), (COUNTY,)),
        (area("").replace("浦口区", "江浦街道滨江社区"), (RIVERSIDE,)),
        (area("").replace("浦口区", "海南省三沙市"), ()),
    ],
    ids=["padded", "city", "community", "elsewhere", "polygon", "circle", "far", "name", "words", "unnamed"],
)
def test_places_are_found_by_code_by_shape_or_by_name(
    sender: Sender, world: World, inside: str, places: tuple[str, ...]
) -> None:
    sender.state(cap(infos=info(inside)))
    found = queries.in_force(world.now)[0].places
    if "polygon" in inside:
        assert found
        assert all(one.startswith(STREET) for one in found)
        assert COUNTY not in found
    else:
        assert found == places


def test_polygon_is_latitude_before_longitude(sender: Sender, world: World) -> None:
    """One that is turned around is refused and told so; read the right way it lies on our grids."""
    turned = sender.send(cap(infos=info(area(f"<polygon>{TURNED}</polygon>"))))
    assert turned.status_code == 400
    assert "先纬度、后经度" in turned.content.decode()
    message = codec.read(cap(infos=info(area(f"<polygon>{HERE}</polygon>"))))
    assert message.infos[0].areas[0].polygons[0][0] == (32.035, 118.601)


def test_only_those_it_touches_see_it(sender: Sender, world: World) -> None:
    inside = area(f"<geocode><valueName>a</valueName><value>{SOUTH_GATE}</value></geocode>")
    sender.send(cap(infos=info(inside)))
    seen = {name: bool(queries.concerning(world.actor(name), world.now)) for name in world.accounts}
    assert seen["zhao.qiang"]  # works in a grid of it
    assert seen["zhou.min"]  # answers for the county around it
    assert not seen["sun.li"]  # works in the other community


def test_kind_follows_the_code_and_else_the_words(sender: Sender) -> None:
    for n, (said, kind) in enumerate(
        [
            ({}, "rainstorm"),
            ({"eventCode": "<valueName>weather</valueName><value>1014</value>"}, "lightning"),
            ({"eventCode": "", "event": "大风"}, "gale"),
            ({"eventCode": "", "event": "雷雨大风蓝色预警"}, "thunder_gale"),
            ({"eventCode": "", "event": "不明事件", "headline": "请注意"}, "other"),
        ]
    ):
        sender.state(cap(f"K-{n}", infos=info(**said)))
        assert Alert.objects.get(identifier=f"K-{n}").kind == kind


@pytest.mark.parametrize(
    ("said", "colour"),
    [
        ({"severity": "Extreme"}, "red"),
        ({"severity": "Minor"}, "blue"),
        ({"severity": "Unknown"}, ""),
        (
            {"severity": "Minor", "parameter": "<valueName>ColorCode</valueName><value>YELLOW</value>"},
            "yellow",
        ),
    ],
)
def test_colour_is_a_parameter_or_follows_the_severity(
    sender: Sender, said: dict[str, str], colour: str
) -> None:
    sender.state(cap(infos=info(**said)))
    assert Alert.objects.get().colour == colour


# Refused


ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "a" * 10}">' for n in range(9))
BOMB = f'<!DOCTYPE a [{ENTITIES}]><alert xmlns="{SPACE}"><identifier>&e8;</identifier></alert>'.encode()
OUTER = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
FILE = f'{OUTER}<alert xmlns="{SPACE}"><note>&x;</note></alert>'.encode()


@pytest.mark.parametrize(
    "content",
    [
        b"", b"<alert", b"{}", b"\xff\xfe", BOMB, FILE,
        cap().decode().encode("utf-16"),
        f'<alert xmlns="{SPACE}">'.encode() + b"<info>" * 100 + b"</info>" * 100 + b"</alert>",
        cap().replace(SPACE.encode(), b"urn:oasis:names:tc:emergency:cap:1.1"),
        cap().replace(b"<scope>Public</scope>", b""),
        cap().replace(b"<scope>Public</scope>", b"<scope>Public</scope><scope>Public</scope>"),
        cap().replace(b"<scope>Public</scope>", b"<face>1</face><scope>Public</scope>"),
        cap().replace(b"<status>Actual</status>", b"").replace(b"<scope>", b"<status>Actual</status><scope>"),
        cap(status="Real"), cap(msgType="Notice"), cap(scope="Secret"), cap(infos=""),
        cap(scope="Restricted"), cap(scope="Private"), cap(msgType="Update"), cap(msgType="Cancel", infos=""),
        cap(msgType="Ack", infos=""), cap(references="a,b"),
        cap("has blank"), cap("has,comma"), cap(sender="a&amp;b"), cap(""),
        cap(sent="2026-03-02T00:50:00Z"), cap(sent="2026-03-02 08:50:00+08:00"),
        cap(sent="2026-03-02T08:50:00"),
        cap(sent="2026-13-02T08:50:00+08:00"), cap(sent="2026-03-02T10:50:00+08:00"),
        cap(infos=info(severity="Terrible")), cap(infos=info(category="Weather")), cap(infos=info(event="")),
        cap(infos=info(expires="2026-03-01T09:00:00+08:00")),
        cap(infos=info(description="长" * 20_001)),
        cap(infos=info(area("<polygon>32.0,118.6 32.1,118.6 32.0,118.6</polygon>"))),
        cap(infos=info(area("<polygon>32.0,118.6 32.1,118.6 32.1,118.7 32.0,118.7</polygon>"))),
        cap(infos=info(area("<polygon>north,east</polygon>"))),
        cap(infos=info(area("<circle>32,118</circle>"))),
        cap(infos=info(area("<circle>32,118 -5</circle>"))),
        cap(infos=info(area("<circle>nan,118 5</circle>"))),
        cap(infos=info(area("<polygon>" + "32.0,118.6 " * 6000 + "</polygon>"))),
        cap(infos=info(area("").replace("浦口区", ""))),
        cap(infos=info(description="x" * 600_000)),
    ],
    ids=range(46),
)  # fmt: skip
def test_what_is_no_message_of_cap_is_refused_in_words(sender: Sender, content: bytes) -> None:
    answer = sender.send(content)
    assert answer.status_code in (400, 413), answer.content.decode()
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content.decode().strip()
    assert "passwd" not in answer.content.decode()
    assert not Alert.objects.exists()


def test_every_fault_is_told_at_once(sender: Sender) -> None:
    said = sender.send(cap(status="Real", scope="Secret", infos=info(severity="Terrible"))).content.decode()
    assert all(word in said for word in ("Real", "Secret", "Terrible"))


@pytest.mark.parametrize("header", ["", "Bearer guessed", "Basic abc", "Bearer "])
def test_key_is_needed(sender: Sender, header: str) -> None:
    assert sender.send(cap(), Authorization=header).status_code == 403
    assert not Alert.objects.exists()


def test_other_keys_open_nothing_here(sender: Sender, world: World) -> None:
    sender.key = security.issue_key("open311", "甲", actor=world.actor("fang.an"), now=world.now)
    assert sender.send(cap()).status_code == 403
    assert sender.client.get("/cap/alerts").status_code == 405


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_broken_messages_are_refused_or_taken_and_never_a_fault(sender: Sender, data: st.DataObject) -> None:
    """Pieces of a true message cut out, doubled and overwritten."""
    content = bytearray(cap("F-1"))
    for _ in range(data.draw(st.integers(1, 4))):
        at, length = data.draw(st.integers(0, len(content) - 1)), data.draw(st.integers(0, 40))
        content[at : at + length] = data.draw(
            st.sampled_from(
                [b"", b"<a>", b"]]>", b"\x00", b"&lt;", "预".encode(), bytes(content[at : at + 9])]
            )
        )
    answer = sender.send(bytes(content))
    assert answer.status_code in (200, 201, 400, 409, 413, 429), answer.content.decode()


# Out


SPEC = AlertSpec(
    kind="waterlogging",
    severity="Moderate",
    headline="低洼路段可能积水",
    description="今晚有大雨，滨江大道下穿通道可能积水，请绕行。",
    instruction="不要驶入积水路段。",
    places=(SOUTH_GATE,),
    expires=START + timedelta(hours=12),
)


def submitted(world: World, spec: AlertSpec = SPEC) -> Alert:
    row = actions.draft(spec, actor=world.actor("zhou.min"), now=world.now)
    return actions.take(row.pk, "submit", actor=world.actor("zhou.min"), now=world.now)


def issued(world: World, spec: AlertSpec = SPEC) -> Alert:
    row = submitted(world, spec)
    world.later(minutes=5)
    return actions.take(row.pk, "issue", actor=world.actor("ma.jianguo"), now=world.now)


def test_nothing_goes_out_before_a_second_person_has_approved(world: World) -> None:
    row = submitted(world)
    assert queries.public_alerts(world.now) == ()
    assert Client().get(f"/cap/alerts/{row.identifier}.xml").status_code == 404
    with pytest.raises(Refusal):
        actions.take(row.pk, "issue", actor=world.actor("zhou.min"), now=world.now)
    row = actions.take(row.pk, "issue", actor=world.actor("zheng.jun"), now=world.now)
    assert row.state == "in_force"
    assert [one.headline for one in queries.public_alerts(world.now)] == ["低洼路段可能积水"]


def test_whoever_holds_both_rights_does_not_approve_their_own(world: World) -> None:
    security.give_role(
        world.accounts["zhou.min"], "supervisor", actor=security_operator(), now=world.now, place=COUNTY
    )
    row = submitted(world)
    with pytest.raises(Refusal, match="换一人"):
        actions.take(row.pk, "issue", actor=world.actor("zhou.min"), now=world.now)


def security_operator() -> Any:
    from gewu.security.actors import operator  # noqa: PLC0415 -- beside its only use

    return operator(COUNTY)


@pytest.mark.both_databases
def test_database_keeps_the_law_of_the_second_person(world: World) -> None:
    row = submitted(world)
    for approved in ("", row.drafted_by):
        with pytest.raises(IntegrityError), transaction.atomic():
            Alert.objects.filter(pk=row.pk).update(state="in_force", approved_by=approved)


def test_draft_never_becomes_actual_by_itself(world: World) -> None:
    row = actions.draft(SPEC, actor=world.actor("zhou.min"), now=world.now)
    for event in ("issue", "issue_cancel", "expire", "supersede", "cancel"):
        for name in ("zhou.min", "zheng.jun"):
            with pytest.raises(Refusal):
                actions.take(row.pk, event, actor=world.actor(name), now=world.now)
    with pytest.raises(Refusal):
        actions.draft(
            AlertSpec(**{**SPEC.__dict__, "status": "System"}), actor=world.actor("zhou.min"), now=world.now
        )


def test_what_was_issued_is_a_message_of_cap_and_reads_back_the_same(world: World) -> None:
    row = issued(world)
    answer = Client().get(f"/cap/alerts/{row.identifier}.xml")
    assert answer.headers["Content-Type"] == "application/cap+xml; charset=utf-8"
    message = codec.read(answer.content)
    assert queries.faults(message, now=world.now) == ()
    assert (message.status, message.msg_type, message.scope) == ("Actual", "Alert", "Public")
    assert message.sent == world.now  # it was sent when it was approved
    told = message.infos[0]
    assert told.event_codes[0] == ("gewu", "waterlogging")
    assert told.areas[0].geocodes == (("division", SOUTH_GATE),)
    lat, lon = told.areas[0].polygons[0][0]
    assert 32 < lat < 33
    assert 118 < lon < 119
    assert b"+08:00" in answer.content
    assert b"Z<" not in answer.content
    assert queries.places_of(message) == (SOUTH_GATE,)


def test_update_and_end_are_approved_alike_and_refer_to_what_was_before(world: World) -> None:
    first = issued(world)
    world.later(hours=1)
    spec = AlertSpec(**{**SPEC.__dict__, "severity": "Severe", "headline": "积水加深"})
    second = actions.draft_update(first.pk, spec, actor=world.actor("zhou.min"), now=world.now)
    assert [one.headline for one in queries.public_alerts(world.now)] == ["低洼路段可能积水"]
    with pytest.raises(Refusal, match="在办"):
        actions.draft_cancel(first.pk, "雨停", actor=world.actor("zhou.min"), now=world.now)
    actions.take(second.pk, "submit", actor=world.actor("zhou.min"), now=world.now)
    second = actions.take(second.pk, "issue", actor=world.actor("zheng.jun"), now=world.now)
    assert [one.headline for one in queries.public_alerts(world.now)] == ["积水加深"]
    told = codec.read(Client().get(f"/cap/alerts/{second.identifier}.xml").content)
    assert told.references == (Reference(first.sender, first.identifier, first.sent_at.astimezone(UTC)),)
    world.later(hours=1)
    end = actions.draft_cancel(second.pk, "雨停，水已退", actor=world.actor("zhou.min"), now=world.now)
    actions.take(end.pk, "submit", actor=world.actor("zhou.min"), now=world.now)
    with pytest.raises(Refusal):
        actions.take(end.pk, "issue", actor=world.actor("zheng.jun"), now=world.now)
    actions.take(end.pk, "issue_cancel", actor=world.actor("zheng.jun"), now=world.now)
    assert queries.public_alerts(world.now) == ()
    message = codec.read(Client().get(f"/cap/alerts/{end.identifier}.xml").content)
    assert (message.msg_type, message.note, message.references[0].identifier) == (
        "Cancel",
        "雨停，水已退",
        second.identifier,
    )
    assert list(Alert.objects.order_by("made_at", "pk").values_list("state", flat=True)) == [
        "superseded",
        "cancelled",
        "noted",
    ]
    for row in Alert.objects.all():
        assert stream.timeline("alert", row.pk)


def test_update_of_what_has_ended_meanwhile_does_not_go_out(world: World) -> None:
    first = issued(world)
    second = actions.draft_update(first.pk, SPEC, actor=world.actor("zhou.min"), now=world.now)
    actions.take(second.pk, "submit", actor=world.actor("zhou.min"), now=world.now)
    world.later(hours=11, minutes=56)
    actions.expire_due(world.now)
    with pytest.raises(Refusal):
        actions.take(second.pk, "issue", actor=world.actor("zheng.jun"), now=world.now)


def test_alert_sent_back_is_rewritten_and_its_writer_does_not_approve(world: World) -> None:
    row = submitted(world)
    actions.take(row.pk, "send_back", actor=world.actor("zheng.jun"), now=world.now, reason="地点写清楚")
    row = actions.rewrite(
        row.pk,
        AlertSpec(**{**SPEC.__dict__, "places": (STREET,)}),
        actor=world.actor("zhou.min"),
        now=world.now,
    )
    assert [one.place for one in row.places.all()] == [STREET]
    with pytest.raises(Refusal):
        actions.take(
            row.pk, "issue", actor=world.actor("zheng.jun"), now=world.now
        )  # it was not submitted anew


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "dragon"}, {"severity": "Unknown"}, {"headline": " "}, {"description": ""},
        {"headline": "长" * 101}, {"places": ()}, {"places": ("110101",)}, {"places": ("nowhere",)},
        {"expires": None}, {"expires": START - timedelta(hours=1)}, {"status": "Draft"},
    ],
    ids=lambda one: next(iter(one)),
)  # fmt: skip
def test_draft_that_cannot_be_is_refused(world: World, wrong: dict[str, Any]) -> None:
    with pytest.raises(Refusal):
        actions.draft(AlertSpec(**{**SPEC.__dict__, **wrong}), actor=world.actor("zhou.min"), now=world.now)
    assert not Alert.objects.exists()


@pytest.mark.parametrize("name", ["li.wen", "zhao.qiang", "chen.guoping", "qian.lei", "ma.jianguo"])
def test_nobody_else_drafts(world: World, name: str) -> None:
    with pytest.raises(Refusal):
        actions.draft(SPEC, actor=world.actor(name), now=world.now)


def test_receipt_of_a_warning_is_a_message_of_ours(sender: Sender, world: World) -> None:
    sender.send(cap())
    row = Alert.objects.get()
    made = actions.acknowledge(row.pk, actor=world.actor("zhou.min"), now=world.now)
    message = codec.read(Client().get(f"/cap/alerts/{made.identifier}.xml").content)
    assert (message.msg_type, message.sender) == ("Ack", f"gewu-{COUNTY}")
    assert message.references == (Reference("met.example", "W-1", datetime(2026, 3, 2, 0, 50, tzinfo=UTC)),)
    with pytest.raises(Refusal, match="已经确认"):
        actions.acknowledge(row.pk, actor=world.actor("zhou.min"), now=world.now)
    with pytest.raises(Refusal):
        actions.acknowledge(issued(world).pk, actor=world.actor("zhou.min"), now=world.now)


def test_feeds_name_what_holds_and_what_ended(sender: Sender, world: World) -> None:
    sender.send(cap(infos=info(headline="雷电 &lt;b&gt;黄色&lt;/b&gt;")))
    issued(world)
    atom = etree.fromstring(Client().get("/cap/alerts.atom").content)
    name = {"a": "http://www.w3.org/2005/Atom"}
    assert [one.text for one in atom.findall("a:entry/a:title", name)] == [
        "低洼路段可能积水",
        "雷电 <b>黄色</b>",
    ]
    for link in atom.findall("a:entry/a:link", name):
        path = str(link.get("href")).removeprefix("http://testserver")
        assert codec.read(Client().get(path).content).identifier
    rss = etree.fromstring(Client().get("/cap/alerts.rss").content)
    assert [one.text for one in rss.findall("channel/item/title")] == ["低洼路段可能积水", "雷电 <b>黄色</b>"]
    assert Client().get("/cap/alerts.csv").status_code == 404


def test_message_from_outside_is_given_away_as_it_came(sender: Sender) -> None:
    sender.send(cap())
    assert Client().get("/cap/alerts/W-1.xml").content == cap()


# The codec and the table


point = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
ring = st.lists(point, min_size=3, max_size=6).map(lambda some: (*some, some[0]))
words = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x9FFF, exclude_categories=("Cs", "Cc", "Cn")), max_size=30
).map(str.strip)
named = words.filter(bool)
moment = st.integers(1_600_000_000, 1_900_000_000).map(lambda one: datetime.fromtimestamp(one, UTC))


@settings(max_examples=60, deadline=None)
@given(
    said=named,
    headline=words,
    note=words,
    rings=st.lists(ring, max_size=2).map(tuple),
    circle=st.builds(Circle, point, st.floats(0, 100)),
    when=moment,
    code=st.tuples(named, named),
)
def test_message_written_and_read_is_the_same(
    said: str, headline: str, note: str, rings: Any, circle: Circle, when: datetime, code: tuple[str, str]
) -> None:
    where = Area(said, rings, (circle,), (code,))
    info = Info(
        ("Met",),
        said,
        "Past",
        "Minor",
        "Likely",
        headline=headline,
        expires=when,
        event_codes=(code,),
        areas=(where,),
    )
    message = Message(
        "a-1",
        "b",
        when,
        "Actual",
        "Update",
        "Public",
        note=note,
        references=(Reference("b", "a-0", when),),
        infos=(info,),
    )
    assert codec.read(codec.written(message)) == message


@pytest.mark.parametrize("state", list(ALERT.by_name))
@pytest.mark.parametrize("event", sorted({step.event for step in ALERT.steps}))
def test_every_pair_of_state_and_event_is_answered(world: World, state: str, event: str) -> None:
    row = submitted(world)
    Alert.objects.filter(pk=row.pk).update(state=state, approved_by="account:other")
    known = any(step.event == event and state in step.source for step in ALERT.steps)
    actor = CLOCK if event == "expire" else world.actor("zheng.jun")
    try:
        actions.take(row.pk, event, actor=actor, now=world.now, reason="试")
    except Refusal:
        return
    assert known
