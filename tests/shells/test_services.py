"""Reporting by service on the portal, and the keys of systems in setup."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from gewu.catalogue.models import Question
from gewu.catalogue.queries import HELD_QUESTIONS
from gewu.infra import versions
from gewu.intake.models import Report
from gewu.intake.queries import services
from gewu.security import queries as security
from tests.founded import statements
from tests.world import PASSWORD, World

SPOT = {"lon": "118.6025", "lat": "32.0575", "datum": "WGS84"}


def signed_in(world: World, name: str) -> Client:
    client = Client()
    assert client.post("/sign-in", {"name": name, "password": PASSWORD}).status_code == 303
    return client


def test_every_open_class_has_its_form(today: World) -> None:
    page = Client().get("/services").content.decode()
    for one in services(today.now.date()):
        assert f'href="/services/{one.code}"' in page
    assert Client().get("/services/X9999").status_code == 404


@pytest.mark.parametrize("code", ["E0301", "E0501", "C0137", "E0128", "H0801", "C0402"])
def test_form_asks_what_the_definition_says_and_nothing_else(today: World, code: str) -> None:
    page = Client().get(f"/services/{code}").content.decode()
    (found,) = [one for one in services(today.now.date()) if one.code == code]
    asked = {one.code for one in found.questions if one.asked}
    assert set(re.findall(r'name="attribute\[([A-Z]+)\]"', page)) == asked
    for one in found.questions:
        assert one.name.zh in page
        assert all(choice.name.zh in page for choice in one.choices)


def test_new_question_shows_without_a_line_of_code(today: World) -> None:
    row = Question.objects.get(code="POLE")
    row.pk, row.code, row.name_zh = None, "BASE", "灯杆底座是否松动"
    row._state.adding = True
    row.save(force_insert=True)
    versions.changed(HELD_QUESTIONS)
    assert "灯杆底座是否松动" in Client().get("/services/C0137").content.decode()


def test_answers_come_along_and_stand_on_the_desk(today: World) -> None:
    form = {
        **SPOT,
        "text": "夜里打桩",
        "attribute[HOURS]": ["evening", "night"],
        "attribute[SINCE]": "2026-03-01T22:00",
    }
    answer = Client().post("/services/E0301", form)
    assert answer.status_code == 303
    report = Report.objects.get()
    assert (report.matter, report.channel_id) == ("E0301", "web")
    assert report.answers == [["SINCE", ["2026-03-01T22:00:00+08:00"]], ["HOURS", ["evening", "night"]]]
    page = signed_in(today, "li.wen").get(f"/desk/reports/{report.pk}").content.decode()
    assert "晚间、夜里十点以后" in page
    case = today.accepted(report, matter="E0301")
    assert case.text == "夜里打桩\n什么时候开始的：2026-03-01 22:00\n在哪些时段：晚间、夜里十点以后"


def test_missing_answer_is_asked_for_and_what_was_typed_stays(today: World) -> None:
    form = {**SPOT, "text": "水管爆了", "contact_name": "张三"}
    answer = Client().post("/services/E0501", form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "请回答“水势怎样”" in page
    assert "水管爆了" in page
    assert not Report.objects.exists()


def test_page_of_services_costs_the_same_however_many(today: World) -> None:
    Client().get("/services")
    with statements() as asked:
        Client().get("/services")
    assert len(asked) <= 3


def test_keys_are_issued_shown_once_and_withdrawn(today: World) -> None:
    client = signed_in(today, "fang.an")
    page = client.post("/setup/keys", {"label": "某市随手拍", "purpose": "open311"}).content.decode()
    secret = re.search(r"data-secret>([\w-]+)<", page)
    assert secret is not None
    assert security.key_of(secret[1], "open311", now=today.now) is not None
    assert security.key_of(secret[1], "alerts", now=today.now) is None
    again = client.get("/setup/keys").content.decode()
    assert "某市随手拍" in again
    assert secret[1] not in again
    (line,) = security.system_keys(today.actor("fang.an"), now=today.now)
    assert client.post(f"/setup/keys/{line.id}/withdraw").status_code == 303
    assert security.key_of(secret[1], "open311", now=today.now) is None
    assert "已收回" in client.get("/setup/keys").content.decode()


def test_key_needs_a_name_and_a_purpose_of_systems(today: World) -> None:
    client = signed_in(today, "fang.an")
    assert client.post("/setup/keys", {"label": " ", "purpose": "open311"}).status_code == 422
    assert client.post("/setup/keys", {"label": "甲", "purpose": "everything"}).status_code == 404


@pytest.mark.parametrize("name", ["li.wen", "qian.lei", "shen.ji"])
def test_nobody_else_sees_or_issues_keys(today: World, name: str) -> None:
    client = signed_in(today, name)
    assert client.get("/setup/keys").status_code == 403
    assert client.post("/setup/keys", {"label": "甲", "purpose": "open311"}).status_code == 403
