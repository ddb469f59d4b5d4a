"""Warnings on pages: drafted and approved on the desk, shown to residents and to those they touch."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from gewu.command import actions, queries
from gewu.command.models import Alert
from gewu.command.queries import Area, Info, Message
from gewu.security.actors import operator
from tests.founded import statements
from tests.world import COUNTY, PASSWORD, RIVERSIDE, SOUTH_GATE, World


def signed_in(name: str) -> Client:
    client = Client()
    assert client.post("/sign-in", {"name": name, "password": PASSWORD}).status_code == 303
    return client


def form(**given: Any) -> dict[str, Any]:
    ends = timezone.localtime() + timedelta(hours=8)
    return {
        "kind": "waterlogging", "severity": "Moderate", "headline": "低洼路段可能积水",
        "description": "今晚可能积水，请绕行。", "places": [SOUTH_GATE], "expires": f"{ends:%Y-%m-%dT%H:%M}",
        "status": "Actual", **given,
    }  # fmt: skip


def step(client: Client, row: Alert, event: str, **given: str) -> int:
    row.refresh_from_db()
    return client.post(
        f"/desk/alerts/{row.pk}/steps/{event}", {"version": str(row.version), **given}
    ).status_code


def from_outside(world: World, place: str = COUNTY, **said: Any) -> Alert:
    sent = timezone.localtime().replace(microsecond=0) - timedelta(minutes=1)
    info = Info(
        ("Met",), "暴雨", "Expected", "Severe", "Likely", headline="暴雨橙色预警", description="<b>大雨</b>",
        expires=sent + timedelta(hours=6), areas=(Area("区域", geocodes=(("division", place),)),),
    )  # fmt: skip
    message = Message(**{
        "identifier": f"W-{place}", "sender": "met.example", "sent": sent, "status": "Actual",
        "msg_type": "Alert", "scope": "Public", "infos": (info,), **said,
    })  # fmt: skip
    return actions.receive(message, "", actor=operator(COUNTY), now=timezone.now()).alert


def test_alert_is_drafted_submitted_and_approved_by_another_on_the_desk(today: World) -> None:
    drafter, approver = signed_in("zhou.min"), signed_in("zheng.jun")
    assert drafter.post("/desk/alerts/new", form()).status_code == 303
    row = Alert.objects.get()
    assert "起草中" in drafter.get(f"/desk/alerts/{row.pk}").content.decode()
    assert "低洼路段" not in Client().get("/").content.decode()
    assert step(drafter, row, "submit") == 303
    assert step(drafter, row, "issue") == 403
    assert step(approver, row, "issue") == 303
    assert "低洼路段可能积水" in Client().get("/").content.decode()
    assert "低洼路段可能积水" in signed_in("zhao.qiang").get("/desk").content.decode()
    assert "低洼路段可能积水" not in signed_in("sun.li").get("/desk").content.decode()


def test_update_and_end_go_the_same_way(today: World) -> None:
    drafter, approver = signed_in("zhou.min"), signed_in("zheng.jun")
    drafter.post("/desk/alerts/new", form())
    first = Alert.objects.get()
    step(drafter, first, "submit")
    step(approver, first, "issue")
    page = drafter.get(f"/desk/alerts/{first.pk}/update").content.decode()
    assert "低洼路段可能积水" in page  # it begins with the words of before
    assert drafter.post(f"/desk/alerts/{first.pk}/update", form(headline="积水加深")).status_code == 303
    second = Alert.objects.exclude(pk=first.pk).get()
    step(drafter, second, "submit")
    assert step(approver, second, "send_back", reason="级别偏低") == 303
    assert (
        drafter.post(
            f"/desk/alerts/{second.pk}/rewrite", form(headline="积水较深", severity="Severe")
        ).status_code
        == 303
    )
    step(drafter, second, "submit")
    assert step(approver, second, "issue") == 303
    assert [one.headline for one in queries.public_alerts(timezone.now())] == ["积水较深"]
    assert drafter.post(f"/desk/alerts/{second.pk}/end", {"note": "水已退"}).status_code == 303
    last = Alert.objects.get(msg_type="Cancel")
    step(drafter, last, "submit")
    assert step(approver, last, "issue_cancel") == 303
    assert queries.public_alerts(timezone.now()) == ()
    assert "水已退" in approver.get(f"/desk/alerts/{last.pk}").content.decode()


def test_form_that_cannot_be_keeps_what_was_typed(today: World) -> None:
    answer = signed_in("zhou.min").post("/desk/alerts/new", form(expires="2020-01-01T00:00"))
    assert answer.status_code == 422
    assert "低洼路段可能积水" in answer.content.decode()
    for wrong in ({"kind": "dragon"}, {"places": []}, {"expires": "soon"}, {"places": ["999999"]}):
        assert signed_in("zhou.min").post("/desk/alerts/new", form(**wrong)).status_code in (404, 422)
    assert not Alert.objects.exists()


@pytest.mark.parametrize("name", ["li.wen", "qian.lei", "chen.guoping", "zheng.jun"])
def test_nobody_else_reaches_the_form(today: World, name: str) -> None:
    assert signed_in(name).get("/desk/alerts/new").status_code == 403
    assert signed_in(name).post("/desk/alerts/new", form()).status_code in (403, 422)
    assert not Alert.objects.exists()


def test_alert_elsewhere_is_as_if_it_did_not_exist(today: World) -> None:
    row = from_outside(today, RIVERSIDE)
    assert signed_in("sun.li").get(f"/desk/alerts/{row.pk}").status_code == 200
    assert signed_in("zhao.qiang").get(f"/desk/alerts/{row.pk}").status_code == 404
    assert signed_in("zhao.qiang").post(f"/desk/alerts/{row.pk}/steps/acknowledge").status_code == 404


def test_warning_from_outside_is_shown_escaped_with_its_colour_in_words(today: World) -> None:
    row = from_outside(today)
    page = Client().get("/alerts").content.decode()
    assert "橙色" in page
    assert "&lt;b&gt;大雨&lt;/b&gt;" in page
    assert "暴雨橙色预警" in Client().get("/report").content.decode()
    assert (
        signed_in("zhou.min").post(f"/desk/alerts/{row.pk}/steps/acknowledge", {"version": "1"}).status_code
        == 303
    )
    assert Alert.objects.filter(msg_type="Ack").count() == 1


def test_exercise_is_called_so_and_stays_on_the_desk(today: World) -> None:
    from_outside(today, status="Exercise")
    assert "暴雨橙色预警" not in Client().get("/").content.decode()
    assert "演练" in signed_in("zhou.min").get("/desk/alerts").content.decode()


def test_approvers_and_desks_are_told(today: World) -> None:
    row = from_outside(today)
    drafter = signed_in("zhou.min")
    drafter.post("/desk/alerts/new", form())
    step(drafter, Alert.objects.get(ours=True), "submit")
    today.now = timezone.localtime()
    today.settle()
    page = drafter.get("/desk/notices").content.decode()
    assert "暴雨橙色预警" in page
    assert f"/desk/alerts/{row.pk}" in page
    assert "低洼路段可能积水" in signed_in("zheng.jun").get("/desk/notices").content.decode()


def test_warnings_cost_a_page_nothing(today: World) -> None:
    Client().get("/")
    with statements() as without:
        Client().get("/")
    for place in (COUNTY, SOUTH_GATE, RIVERSIDE):
        from_outside(today, place)
    Client().get("/")
    with statements() as beside:
        assert "暴雨橙色预警" in Client().get("/").content.decode()
    assert len(beside) == len(without)
    with statements() as listed:
        Client().get("/alerts")
    assert len(listed) <= 6


def test_list_costs_the_same_whatever_its_length(today: World) -> None:
    client = signed_in("zhou.min")
    from_outside(today, COUNTY)
    client.get("/desk/alerts")
    with statements() as one:
        client.get("/desk/alerts")
    for place in (SOUTH_GATE, RIVERSIDE):
        from_outside(today, place)
    client.get("/desk/alerts")
    with statements() as three:
        client.get("/desk/alerts")
    assert len(three) == len(one)
