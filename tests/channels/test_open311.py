"""Open311 GeoReport v2: every point of the contract, in both formats."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lxml import etree

from gewu.cases.models import Case
from gewu.catalogue.models import Question
from gewu.catalogue.queries import HELD_QUESTIONS
from gewu.channels.open311 import codec, views
from gewu.infra import versions
from gewu.intake import actions as intake
from gewu.intake.models import Channel, Report
from gewu.intake.queries import services as all_services
from gewu.kernel.identifiers import new_id
from gewu.security import actions as security
from tests.channels.open311_setting import (
    BATCH,
    BLACKBOX,
    FORMATS,
    REALTIME,
    ROOT,
    SPOT,
    Caller,
    errors,
    key_for,
    tree,
)
from tests.founded import statements
from tests.pictures import photo_bytes
from tests.world import GRID, STREET, World

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture(params=FORMATS)
def caller(request: pytest.FixtureRequest, world: World) -> Caller:
    return Caller(request.param, key_for(world))


@pytest.fixture
def both(world: World) -> tuple[Caller, Caller]:
    key = key_for(world)
    return Caller("xml", key), Caller("json", key)


# Discovery and services


def test_discovery_is_whole_and_says_the_same_in_both_formats(
    both: tuple[Caller, Caller], world: World
) -> None:
    xml, other = (one.read("discovery") for one in both)
    assert xml == other
    assert set(xml) == {"changeset", "contact", "key_service", "endpoints"}
    assert all(xml.values())
    (endpoint,) = xml["endpoints"]
    assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert endpoint["url"] == "http://testserver/open311/v2"
    assert endpoint["type"] == "production"
    assert endpoint["formats"] == ["text/xml", "application/json"]
    assert endpoint["changeset"]


def test_changeset_moves_when_a_form_changes(caller: Caller) -> None:
    before = caller.read("discovery")["changeset"]
    versions.changed(HELD_QUESTIONS)
    assert caller.read("discovery")["changeset"] >= before
    assert datetime.fromisoformat(before).tzinfo is not None


def test_services_are_sorted_stable_and_whole(both: tuple[Caller, Caller], world: World) -> None:
    xml, other = (one.read("services") for one in both)
    assert xml == other
    codes = [one["service_code"] for one in xml]
    assert codes == sorted(codes)
    assert codes == [one.code for one in all_services(world.now.date())]
    fields = {"service_code", "service_name", "description", "metadata", "type", "keywords", "group"}
    assert all(set(one) == fields and None not in one.values() for one in xml)
    types = {one["service_code"]: one["type"] for one in xml}
    assert (types[REALTIME], types[BATCH], types[BLACKBOX]) == ("realtime", "batch", "blackbox")
    assert "private" in next(one for one in xml if one["service_code"] == BLACKBOX)["keywords"].split(",")


def test_metadata_is_true_exactly_where_a_definition_exists(caller: Caller) -> None:
    listed = caller.read("services")
    assert {one["metadata"] for one in listed} == {True, False}
    for one in listed:
        answer = caller.get(f"services/{one['service_code']}")
        assert answer.status_code == (200 if one["metadata"] else 404)


def test_each_datatype_renders_with_its_values(caller: Caller) -> None:
    seen: dict[str, Any] = {}
    for one in caller.read("services"):
        if one["metadata"]:
            for attribute in caller.read(f"services/{one['service_code']}")["attributes"]:
                seen[attribute["datatype"]] = attribute
                lists = attribute["datatype"] in ("singlevaluelist", "multivaluelist")
                assert ("values" in attribute) == lists
                assert not lists or all(set(value) == {"key", "name"} for value in attribute["values"])
    assert set(seen) == {"string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"}
    assert isinstance(seen["number"]["required"], bool)
    assert isinstance(seen["number"]["order"], int)


def test_order_counts_from_one_and_is_unique(caller: Caller) -> None:
    for code in ("C0137", "E0506", "E0301"):
        attributes = caller.read(f"services/{code}")["attributes"]
        assert [one["order"] for one in attributes] == list(range(1, len(attributes) + 1))


def test_notice_is_shown_and_not_asked(caller: Caller) -> None:
    attributes = caller.read("services/H0801")["attributes"]
    (notice,) = [one for one in attributes if one["code"] == "SAFETY"]
    assert notice["variable"] is False


def test_criteria_of_a_class_become_a_question(caller: Caller) -> None:
    first = caller.read("services/C0101")["attributes"][0]
    assert first["code"] == "CRITERION"
    assert [one["key"] for one in first["values"]] == ["1", "2", "3", "4"]
    assert first["values"][0]["name"] == "缺失、移位或开裂，有安全隐患"


def test_unknown_service_is_missing(caller: Caller) -> None:
    assert errors(caller.get("services/X9999"), 404)[0]["code"] == "404"
    assert errors(caller.get("services/C01"), 404)  # a header is no service


def test_services_can_be_narrowed_to_a_place(caller: Caller) -> None:
    assert caller.read("services", **SPOT)
    assert caller.read("services", lat="31.23", long="121.47") == []


# Jurisdictions


def test_one_jurisdiction_is_not_asked_for(caller: Caller) -> None:
    assert caller.read("services", jurisdiction_id="anything.example")


@pytest.fixture
def several(settings: Any) -> None:
    settings.JURISDICTIONS = {"jiangpu.example": STREET, "qiaolin.example": "320111005"}


@pytest.mark.parametrize(
    "path", ["services", "services/C0101", "requests", "requests/1", "tokens/x", "servicerequestupdates"]
)
@pytest.mark.usefixtures("several")
def test_of_several_jurisdictions_one_must_be_named(caller: Caller, path: str) -> None:
    errors(caller.get(path), 400)
    errors(caller.get(path, jurisdiction_id="nowhere.example"), 404)


@pytest.mark.usefixtures("several")
def test_jurisdiction_bounds_what_is_brought_and_what_is_listed(caller: Caller) -> None:
    made = caller.bring(jurisdiction_id="jiangpu.example")
    assert errors(caller.post(service_code=REALTIME, jurisdiction_id="qiaolin.example", **SPOT), 400)
    errors(caller.post(service_code=REALTIME, **SPOT), 400)
    errors(caller.post(service_code=REALTIME, jurisdiction_id="nowhere.example", **SPOT), 404)
    assert len(caller.read("requests", jurisdiction_id="jiangpu.example")) == 1
    assert caller.read("requests", jurisdiction_id="qiaolin.example") == []
    number = made["service_request_id"]
    errors(caller.get(f"requests/{number}", jurisdiction_id="qiaolin.example"), 404)


# Bringing a request


@pytest.mark.parametrize(
    "place",
    [SPOT, {"address_string": "珠泉路 3 号，江浦街道"}, {"address_id": GRID}],
    ids=["point", "address", "code"],
)
def test_each_form_of_a_place_is_taken(caller: Caller, place: dict[str, str]) -> None:
    answer = caller.post(service_code=REALTIME, description="井盖不见了", **place)
    assert answer.status_code == 200, answer.content.decode()
    report = Report.objects.get()
    assert report.place.startswith(GRID if "address_string" not in place else settings.COUNTY)


@pytest.mark.parametrize("half", [{"lat": "32.05"}, {"long": "118.6"}])
def test_half_a_point_is_refused(caller: Caller, half: dict[str, str]) -> None:
    (fault,) = errors(caller.post(service_code=REALTIME, address_string="珠泉路", **half), 400)
    assert "lat" in fault["description"]
    assert not Report.objects.exists()


def test_request_without_a_place_is_refused(caller: Caller) -> None:
    errors(caller.post(service_code=REALTIME, description="井盖不见了"), 400)


def test_place_outside_is_refused_with_what_to_do(caller: Caller) -> None:
    (fault,) = errors(caller.post(service_code=REALTIME, lat="31.23", long="121.47"), 400)
    assert "不在本辖区" in fault["description"]
    assert "WGS84" in fault["description"]
    assert not Report.objects.exists()


@pytest.mark.parametrize("point", [("NaN", "118"), ("1e999", "118"), ("北纬", "118"), ("118.6", "32.05")])
def test_point_that_cannot_be_is_refused(caller: Caller, point: tuple[str, str]) -> None:
    errors(caller.post(service_code=REALTIME, lat=point[0], long=point[1]), 400)


def test_empty_parameter_is_none(caller: Caller) -> None:
    errors(caller.post(service_code="", **SPOT), 400)
    receipt = caller.bring(address_id="", address_string=" ", email="", media_url="")
    assert receipt["service_request_id"]
    assert caller.read("requests", status="", service_code="", start_date="", page="") != []


def test_required_attribute_is_enforced(caller: Caller) -> None:
    (fault,) = errors(caller.post(service_code="E0501", description="水管爆了", **SPOT), 400)
    assert "水势" in fault["description"]
    caller.bring(service_code="E0501", **{"attribute[FLOW]": "gush"})


def test_value_that_is_not_offered_is_refused(caller: Caller) -> None:
    (fault,) = errors(caller.post(service_code="E0501", **SPOT, **{"attribute[FLOW]": "flood"}), 400)
    assert "flood" in fault["description"]


@pytest.mark.parametrize("name", ["attribute[HOURS][]", "attribute[HOURS]"])
def test_several_values_come_in_both_styles(caller: Caller, name: str) -> None:
    caller.bring(service_code="E0301", **{name: ["evening", "night"]})
    assert Report.objects.get().answers == [["HOURS", ["evening", "night"]]]


@pytest.mark.parametrize(
    ("code", "name", "value"),
    [
        ("C0137", "LAMPS", "三盏"),
        ("C0137", "LAMPS", "NaN"),
        ("C0137", "POLE", "灯" * 201),
        ("E0301", "SINCE", "2026-03-01T22:00:00"),
        ("E0301", "SINCE", "昨晚"),
        ("E0110", "SIZE", ["bag", "heap"]),
    ],
)
def test_answer_of_the_wrong_kind_is_refused(caller: Caller, code: str, name: str, value: Any) -> None:
    errors(caller.post(service_code=code, **SPOT, **{f"attribute[{name}]": value}), 400)


def test_answers_reach_whoever_handles_the_case(caller: Caller) -> None:
    caller.bring(
        service_code="C0137",
        description="路灯不亮",
        **{"attribute[POLE]": "JP-0231", "attribute[LAMPS]": "2", "attribute[CRITERION]": "2"},
    )
    assert Case.objects.get().text == "路灯不亮\n是哪种情况：单盏不亮\n灯杆号：JP-0231\n几盏不亮：2"


def test_unknown_attribute_and_unknown_parameter_are_passed_over(caller: Caller) -> None:
    receipt = caller.bring(colour="red", device_id="abc", **{"attribute[EASTING]": "1", "attribute[": "x"})
    assert receipt["service_request_id"]
    assert len(caller.read("requests", colour="red")) == 1


def test_description_of_four_thousand_signs_is_the_longest(caller: Caller) -> None:
    errors(caller.post(service_code=REALTIME, description="井" * 4001, **SPOT), 400)
    number = caller.bring(description="井" * 4000)["service_request_id"]
    assert caller.read(f"requests/{number}")[0]["description"] == "井" * 4000


def test_html_and_chinese_come_back_as_they_were_sent(caller: Caller) -> None:
    text = '<b>井盖</b> & "坏了" 😀\n第二行'
    number = caller.bring(description=text)["service_request_id"]
    answer = caller.get(f"requests/{number}")
    assert tree(answer)[0]["description"] == text
    assert b"<b>" not in answer.content


def test_key_is_needed_and_must_be_right(caller: Caller, world: World) -> None:
    errors(caller.post(api_key=None, service_code=REALTIME, **SPOT), 403)
    errors(caller.post(api_key="", service_code=REALTIME, **SPOT), 403)
    errors(caller.post(api_key="guessed", service_code=REALTIME, **SPOT), 403)
    other = security.issue_key("alerts", "气象台", actor=world.actor("fang.an"), now=world.now)
    errors(caller.post(api_key=other, service_code=REALTIME, **SPOT), 403)
    assert not Report.objects.exists()


def test_key_that_was_withdrawn_or_has_run_out_brings_nothing(caller: Caller, world: World) -> None:
    caller.bring()
    manager = world.actor("fang.an")
    (line,) = security_keys(world)
    security.withdraw_key(line.id, actor=manager, now=world.now)
    errors(caller.post(service_code=REALTIME, **SPOT), 403)
    caller.key = key_for(world)
    world.later(days=367)
    errors(caller.post(service_code=REALTIME, **SPOT), 403)


def security_keys(world: World) -> Any:
    from gewu.security import queries  # noqa: PLC0415 -- beside its only use

    return queries.system_keys(world.actor("fang.an"), now=world.now)


def test_two_faults_are_two_errors(caller: Caller) -> None:
    found = errors(caller.post(description="井盖不见了"), 400)
    assert len(found) == 2
    assert {one["code"] for one in found} == {"400"}


def test_trying_keys_is_limited(caller: Caller) -> None:
    for _ in range(60):
        errors(caller.post(api_key="guessed"), 403)
    answer = caller.post(api_key="guessed")
    assert errors(answer, 400)[0]["code"] == "429"
    assert int(answer.headers["Retry-After"]) > 0


# Numbers, tokens, neither


def test_component_is_a_case_at_once_in_the_same_queue(caller: Caller, world: World) -> None:
    receipt = caller.bring()
    assert "token" not in receipt
    assert receipt["service_notice"]
    case = Case.objects.get(number=receipt["service_request_id"])
    assert (case.origin, case.state, case.lead.name_zh if case.lead else "") == (
        "open311", "dispatched", world.accepted().lead.name_zh,  # type: ignore[union-attr]  # it has one
    )  # fmt: skip


def test_event_has_a_token_until_a_person_has_looked(caller: Caller, world: World) -> None:
    receipt = caller.bring(service_code=BATCH)
    assert "service_request_id" not in receipt
    token = receipt["token"]
    assert caller.read(f"tokens/{token}") == [{"service_request_id": None, "token": token}]
    case = world.accepted(Report.objects.get(), matter=BATCH)
    assert caller.read(f"tokens/{token}") == [{"service_request_id": case.number, "token": token}]


def test_where_the_desk_screens_everything_a_component_has_a_token_too(caller: Caller) -> None:
    Channel.objects.filter(code="open311").update(screening="desk")
    versions.changed("channels")
    assert {one["type"] for one in caller.read("services")} == {"batch", "blackbox"}
    assert caller.bring()["token"]
    Channel.objects.filter(code="open311").update(screening="rule")
    versions.changed("channels")


def test_unknown_token_is_missing(caller: Caller) -> None:
    errors(caller.get("tokens/AAAA-BBBB-CCCC"), 404)


def test_private_matter_has_neither_number_nor_token_and_is_nowhere(caller: Caller, world: World) -> None:
    receipt = caller.bring(service_code=BLACKBOX, description="楼上漏水到我家，和邻居吵架")
    assert set(receipt) == {"service_notice"}
    report = Report.objects.get()
    assert report.progress_code in receipt["service_notice"]
    case = world.accepted(report, matter=BLACKBOX)
    errors(caller.get(f"requests/{case.number}"), 404)
    assert caller.read("requests", service_request_id=case.number) == []
    assert caller.read("requests") == []
    assert caller.read(f"tokens/{report.progress_code}")[0]["service_request_id"] is None


def test_case_about_an_office_is_nowhere(caller: Caller, world: World) -> None:
    number = caller.bring()["service_request_id"]
    assert caller.read(f"requests/{number}")
    case = Case.objects.get(number=number)
    world.step(case, "name_concern", "zhou.min", about=f"{settings.COUNTY}-sanitation")
    errors(caller.get(f"requests/{number}"), 404)
    assert caller.read("requests") == []


# Reading


def test_list_and_single_are_lists_in_both_formats(both: tuple[Caller, Caller]) -> None:
    number = both[0].bring()["service_request_id"]
    for one in both:
        assert len(one.read("requests")) == 1
        assert len(one.read(f"requests/{number}")) == 1
    assert etree.fromstring(both[0].get(f"requests/{number}").content).tag == "service_requests"
    assert isinstance(json.loads(both[1].get(f"requests/{number}").content), list)


def test_empty_list_is_empty_in_both_formats(both: tuple[Caller, Caller]) -> None:
    assert both[0].get("requests").content == b'<?xml version="1.0" encoding="utf-8"?><service_requests/>'
    assert both[1].get("requests").content == b"[]"


def test_record_is_whole(caller: Caller, world: World) -> None:
    number = caller.bring(address_string="珠泉路 3 号", media_url="https://example.org/a.jpg")[
        "service_request_id"
    ]
    (record,) = caller.read(f"requests/{number}")
    assert list(record) == [
        "service_request_id", "status", "status_notes", "service_name", "service_code", "description",
        "agency_responsible", "service_notice", "requested_datetime", "updated_datetime",
        "expected_datetime", "address", "address_id", "zipcode", "lat", "long", "media_url",
    ]  # fmt: skip
    assert record["status"] == "open"
    assert (record["lat"], record["long"]) == (32.0575, 118.6025)
    assert record["requested_datetime"] == world.now.isoformat()
    assert datetime.fromisoformat(record["expected_datetime"]) > world.now
    assert record["zipcode"] is None
    assert record["address"] == "珠泉路 3 号"
    assert record["media_url"] == "https://example.org/a.jpg"


def test_what_came_by_another_way_shows_no_words_and_no_point(caller: Caller, world: World) -> None:
    case = world.accepted(world.report("王大妈家门口的井盖坏了，电话 13800138000"))
    (record,) = caller.read(f"requests/{case.number}")
    assert (record["description"], record["lat"], record["long"], record["media_url"]) == (None,) * 4
    assert record["address_id"] == GRID
    assert "南门社区" in record["address"]


def test_numbers_of_people_are_struck_out(caller: Caller) -> None:
    number = caller.bring(description="井盖坏了，请打 13800138000 或 a@example.org")["service_request_id"]
    shown = caller.read(f"requests/{number}")[0]["description"]
    assert "13800138000" not in shown
    assert "example.org" not in shown
    assert "井盖坏了" in shown


def test_closed_record_was_updated_when_it_was_closed(caller: Caller, world: World) -> None:
    case = world.case_at("closed")
    closed = case.closed_at
    world.later(hours=3)
    (record,) = caller.read(f"requests/{case.number}")
    assert record["status"] == "closed"
    assert closed is not None
    assert datetime.fromisoformat(record["updated_datetime"]) == closed.replace(microsecond=0)
    assert record["status_notes"] == "井盖已更换，并加装防坠网。"


def test_ids_stand_above_every_other_filter(caller: Caller, world: World) -> None:
    one = caller.bring()["service_request_id"]
    two = caller.bring(description="又一处")["service_request_id"]
    world.later(days=200)
    asked = caller.read(
        "requests", service_request_id=f"{one},nothing,{two}", status="closed", start_date="nonsense"
    )
    assert {record["service_request_id"] for record in asked} == {one, two}


def test_status_and_service_lists_narrow(caller: Caller, world: World) -> None:
    closed = world.case_at("closed")
    opened = world.accepted(world.report("垃圾没人收"), matter=BATCH)

    def found(**asked: str) -> set[str]:
        return {one["service_request_id"] for one in caller.read("requests", **asked)}

    assert found() == {closed.number, opened.number}
    assert found(status="open") == {opened.number}
    assert found(status="closed") == {closed.number}
    assert found(status="open,closed") == {closed.number, opened.number}
    assert found(service_code=BATCH) == {opened.number}
    assert found(service_code=f"{BATCH},C0101,X9") == {closed.number, opened.number}
    assert found(service_code="X9") == set()
    errors(caller.get("requests", status="pending"), 400)


def test_newest_stand_first(caller: Caller, world: World) -> None:
    numbers = []
    for _ in range(3):
        numbers.append(caller.bring()["service_request_id"])
        world.later(minutes=5)
    assert [one["service_request_id"] for one in caller.read("requests")] == numbers[::-1]


def test_window_is_ninety_days(caller: Caller, world: World) -> None:
    begin = world.now
    number = caller.bring()["service_request_id"]
    world.later(days=91)

    def found(**asked: datetime) -> list[str]:
        listed = caller.read("requests", **{name: one.isoformat() for name, one in asked.items()})
        return [one["service_request_id"] for one in listed]

    assert found() == []
    assert found(start_date=begin) == [number]
    assert found(end_date=begin + timedelta(seconds=1)) == [number]
    assert found(end_date=begin) == []  # the end stands outside
    assert found(start_date=begin, end_date=begin + timedelta(days=90)) == [number]
    late = {"start_date": begin.isoformat(), "end_date": (begin + timedelta(days=91)).isoformat()}
    errors(caller.get("requests", **late), 400)


def test_time_needs_a_zone_and_any_zone_will_do(caller: Caller, world: World) -> None:
    number = caller.bring()["service_request_id"]
    errors(caller.get("requests", start_date="2026-03-01T00:00:00"), 400)
    errors(caller.get("requests", start_date="2026-03-01"), 400)
    for moment in ("2026-03-02T01:00:00Z", "2026-03-02T09:00:00+08:00"):
        assert [one["service_request_id"] for one in caller.read("requests", start_date=moment)] == [number]
    plain = caller.client.get(f"{ROOT}/requests.{caller.format}?start_date=2026-03-02T09:00:00+08:00")
    assert len(tree(plain)) == 1  # the plus sign was not escaped


def test_thousand_and_first_record_is_withheld(caller: Caller, world: World) -> None:
    case = world.accepted()
    values = {field.attname: getattr(case, field.attname) for field in Case._meta.concrete_fields}
    later = [world.now + timedelta(seconds=n) for n in range(1, 1001)]
    more = [
        Case(**values | {"id": new_id(), "number": f"n-{n}", "filed_at": at}) for n, at in enumerate(later)
    ]
    Case.objects.bulk_create(more)
    world.later(hours=1)
    for asked in ({}, {"page_size": "2000"}):
        listed = caller.read("requests", **asked)
        assert len(listed) == 1000
        assert case.number not in {one["service_request_id"] for one in listed}
    assert caller.read("requests", page="11", page_size="100") == []


def test_pages_count_from_one(caller: Caller, world: World) -> None:
    numbers = []
    for n in range(5):
        numbers.insert(0, caller.bring(description=f"第 {n} 处井盖")["service_request_id"])
        world.later(minutes=1)

    def page(n: int) -> list[str]:
        return [one["service_request_id"] for one in caller.read("requests", page=n, page_size=2)]

    assert [page(1), page(2), page(3), page(4)] == [numbers[:2], numbers[2:4], numbers[4:], []]
    assert len(caller.read("requests", page_size="5000")) == 5
    assert caller.read("requests", page="999999999") == []
    errors(caller.get("requests", page="0"), 400)
    errors(caller.get("requests", page="-1"), 400)


def test_changes_can_be_harvested(caller: Caller, world: World) -> None:
    old = world.accepted()
    world.later(days=100)
    since = world.now
    assert caller.read("requests", updated_after=since.isoformat()) == []
    world.step(old, "sign_for", "chen.guoping")
    world.later(hours=1)
    (found,) = caller.read("requests", updated_after=since.isoformat())
    assert found["service_request_id"] == old.number
    assert datetime.fromisoformat(found["updated_datetime"]) == since
    assert caller.read("requests", updated_before=since.isoformat()) == []
    wide = {"updated_after": (since - timedelta(days=91)).isoformat(), "updated_before": since.isoformat()}
    errors(caller.get("requests", **wide), 400)


def test_extensions_are_given_only_when_asked_for(caller: Caller, world: World) -> None:
    number = caller.bring(service_code="C0137", **{"attribute[POLE]": "JP-0231"})["service_request_id"]
    assert "notes" not in caller.read("requests")[0]
    (record,) = caller.read(f"requests/{number}", extensions="true")
    assert record["attributes"] == [{"code": "POLE", "name": "灯杆号", "value": "JP-0231"}]
    assert record["extended_attributes"]["state"] == "dispatched"
    assert [one["type"] for one in record["notes"]] == ["action_scheduled"]
    assert set(record["notes"][0]) == {"datetime", "description", "type"}


def test_list_costs_the_same_whatever_its_length(caller: Caller, world: World) -> None:
    asked = {"extensions": "true", "page_size": "100"}
    caller.bring()
    caller.read("requests", **asked)
    with statements() as one:
        caller.read("requests", **asked)
    for n in range(4):
        caller.bring(description=f"第 {n} 处井盖", **{"attribute[CRITERION]": "1"})
    with statements() as five:
        assert len(caller.read("requests", **asked)) == 5
    assert len(five) == len(one) <= 9


# Photos


@pytest.mark.parametrize("name", ["media", "media[]", "photo1", "file_0"])
def test_photo_is_taken_under_each_of_its_names(caller: Caller, name: str) -> None:
    caller.bring(**{name: SimpleUploadedFile("a.jpg", photo_bytes(), "image/jpeg")})
    case = Case.objects.get()
    from gewu.infra import files  # noqa: PLC0415 -- beside its only use

    assert len(files.of([case.pk])[case.pk]) == 1
    # A resident's photo may show a face or a plate: it is for those who handle the case.
    assert caller.read("requests")[0]["media_url"] is None


def test_photo_beside_an_address_of_one_is_refused(caller: Caller) -> None:
    photo = SimpleUploadedFile("a.jpg", photo_bytes(), "image/jpeg")
    errors(
        caller.post(service_code=REALTIME, media_url="https://example.org/a.jpg", media=photo, **SPOT), 400
    )


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "file:///etc/passwd", "https://", "http:" + "//[", "x" * 600]
)
def test_address_of_a_photo_must_be_one(caller: Caller, url: str) -> None:
    errors(caller.post(service_code=REALTIME, media_url=url, **SPOT), 400)


def test_file_that_is_no_photo_is_refused(caller: Caller) -> None:
    script = SimpleUploadedFile("a.jpg", b"<script>", "image/jpeg")
    errors(caller.post(service_code=REALTIME, media=script, **SPOT), 400)
    assert not Report.objects.exists()


# Brought once


def test_outside_number_is_taken_once(caller: Caller) -> None:
    first = caller.bring(**{"attribute[external_id]": "FMS-77"})
    again = caller.bring(**{"attribute[external_id]": "FMS-77"})
    assert again["service_request_id"] == first["service_request_id"]
    assert Report.objects.count() == 1
    other = caller.post(
        service_code=REALTIME, description="另一处", **SPOT, **{"attribute[external_id]": "FMS-77"}
    )
    errors(other, 400)


def test_two_systems_may_use_the_same_number(caller: Caller, world: World) -> None:
    caller.bring(**{"attribute[external_id]": "1"})
    caller.key = key_for(world, "另一市平台")
    caller.bring(**{"attribute[external_id]": "1"})
    assert Report.objects.count() == 2


def test_header_of_http_makes_one_of_two_as_well(caller: Caller) -> None:
    form = {"api_key": caller.key, "service_code": REALTIME, **SPOT}
    for _ in range(2):
        answer = caller.client.post(f"{ROOT}/requests.xml", form, headers={"Idempotency-Key": "k-1"})
        assert answer.status_code == 200
    assert Report.objects.count() == 1


# Updates


def test_updates_are_listed_with_public_words_alone(caller: Caller, world: World) -> None:
    since = world.now
    case = world.case_at("closed")
    world.later(minutes=1)
    listed = caller.read("servicerequestupdates", start_date=since.isoformat())
    assert [one["status"] for one in listed] == ["action_scheduled", "in_progress", "in_progress", "fixed"]
    assert {one["service_request_id"] for one in listed} == {case.number}
    assert len({one["update_id"] for one in listed}) == 4
    assert "井盖已更换，并加装防坠网。" in listed[-1]["description"]
    assert not any(name in one["description"] for one in listed for name in ("陈国平", "赵强"))


def update(number: str, **given: Any) -> dict[str, Any]:
    return {
        "service_request_id": number,
        "update_id": "u-1",
        "updated_datetime": "2026-03-02T01:00:00Z",
        "status": "OPEN",
        "description": "今天又看了，还是没有盖",
        **given,
    }


def test_update_is_another_report_behind_the_case(caller: Caller) -> None:
    number = caller.bring()["service_request_id"]
    answer = caller.post("servicerequestupdates", **update(number))
    assert answer.status_code == 200, answer.content.decode()
    assert tree(answer) == [{"update_id": "u-1"}]
    case = Case.objects.get()
    assert case.reports == 2
    added = Report.objects.filter(case=case).latest("received_at", "pk")
    assert "还是没有盖" in added.text
    assert added.channel_id == "open311"
    assert case.state == "dispatched"  # a word from outside moves nothing


def test_update_is_taken_once_and_not_with_other_words(caller: Caller) -> None:
    number = caller.bring()["service_request_id"]
    for _ in range(2):
        assert caller.post("servicerequestupdates", **update(number)).status_code == 200
    assert Report.objects.count() == 2
    errors(caller.post("servicerequestupdates", **update(number, description="别的话")), 400)


@pytest.mark.parametrize(
    "wrong",
    [
        {"update_id": ""},
        {"description": ""},
        {"status": "dunno"},
        {"updated_datetime": "2026-03-02"},
        {"updated_datetime": "2036-03-02T00:00:00Z"},
        {"api_key": "guessed"},
        {"service_request_id": "320111-20200101-0001"},
    ],
    ids=lambda one: next(iter(one)),
)
def test_update_that_cannot_be_is_refused(caller: Caller, wrong: dict[str, str]) -> None:
    number = caller.bring()["service_request_id"]
    answer = caller.post("servicerequestupdates", **update(number, **wrong))
    assert answer.status_code == (403 if "api_key" in wrong else 400)
    errors(answer, answer.status_code)
    assert Report.objects.count() == 1


# Formats and faults


def test_xml_read_by_the_rule_gives_the_json(both: tuple[Caller, Caller], world: World) -> None:
    both[0].bring(service_code="C0137", description="灯坏了", **{"attribute[POLE]": "J-1"})
    world.accepted()
    paths: list[tuple[str, dict[str, str]]] = [
        ("discovery", {}), ("services", {}), ("services/E0301", {}), ("requests", {}),
        ("requests", {"extensions": "true"}), ("servicerequestupdates", {}),
    ]  # fmt: skip
    for path, asked in paths:
        by_rule = codec.from_xml(etree.fromstring(both[0].get(path, **asked).content))
        assert by_rule == json.loads(both[1].get(path, **asked).content)


def test_control_characters_are_left_out(caller: Caller) -> None:
    number = caller.bring(description="井盖\x0b坏\x1f了")["service_request_id"]
    assert caller.read(f"requests/{number}")[0]["description"] == "井盖坏了"
    assert codec.written("xml", "services", [{"description": "a\x0bb\ufffec"}]).endswith(
        b"<description>abc</description></service></services>"
    )


@pytest.mark.parametrize(
    "path", ["requests.csv", "requests", "services.yaml", "nothing.json", "", "requests/"]
)
def test_unknown_address_or_format_is_missing_in_the_shape(world: World, path: str) -> None:
    errors(Client().get(f"{ROOT}/{path}"), 404)


@pytest.mark.parametrize("verb", ["put", "delete", "patch", "options"])
def test_other_methods_are_bad_requests(caller: Caller, verb: str) -> None:
    answer = getattr(caller.client, verb)(f"{ROOT}/requests.{caller.format}")
    errors(answer, 400)


def test_fault_of_ours_keeps_the_shape(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **values: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(views.intake, "requests", broken)
    found = errors(caller.get("requests"), 400)
    assert "ZeroDivision" not in found[0]["description"]


def test_english_reader_is_answered_in_english(caller: Caller) -> None:
    answer = caller.client.get(f"{ROOT}/services.{caller.format}", headers={"Accept-Language": "en"})
    names = {one["service_code"]: one["service_name"] for one in tree(answer)}
    assert names["C0101"] == "Water-supply manhole cover"


def test_answers_set_no_cookie_and_may_be_read_by_scripts_of_others(caller: Caller) -> None:
    answer = caller.get("services")
    assert not answer.cookies
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_contact_goes_into_the_vault_and_nowhere_else(caller: Caller, world: World) -> None:
    given = {"first_name": "三", "last_name": "张", "phone": "13800138000", "email": "zhang@example.org"}
    number = caller.bring(**given)["service_request_id"]
    assert Report.objects.get().identity is not None
    for path in (f"requests/{number}", "requests", "servicerequestupdates"):
        said = caller.get(path, extensions="true").content.decode()
        assert not any(one in said for one in ("13800138000", "zhang@", "张三"))


def test_same_story_by_page_and_by_interface_leaves_the_same_timeline(caller: Caller, world: World) -> None:
    draft = intake.ReportDraft("web", "垃圾没人收", 118.6025, 32.0575, matter=BATCH)
    intake.receive(draft, actor=world.actor("li.wen"), now=world.now)
    caller.bring(service_code=BATCH, description="垃圾没人收")
    by_page, by_interface = (
        world.accepted(report, matter=BATCH) for report in Report.objects.order_by("received_at", "pk")
    )
    from gewu.infra import stream  # noqa: PLC0415 -- beside its only use

    def told(case: Case) -> list[str]:
        return [one.type for one in stream.timeline("case", case.pk)]

    assert told(by_page) == told(by_interface)


def test_retention_erases_answers_and_addresses_of_photos(caller: Caller, world: World) -> None:
    caller.bring(service_code="C0137", media_url="https://example.org/a.jpg", **{"attribute[POLE]": "J-1"})
    Case.objects.update(ended_at=world.now)
    intake.erase_records(world.later(days=2000))
    report = Report.objects.get()
    assert (report.answers, report.media_url) == ([], "")


def test_question_that_is_no_longer_asked_is_still_readable(caller: Caller, world: World) -> None:
    number = caller.bring(service_code="C0137", **{"attribute[POLE]": "J-1"})["service_request_id"]
    Question.objects.filter(code="POLE").update(until=world.now.date())
    versions.changed(HELD_QUESTIONS)
    (record,) = caller.read(f"requests/{number}", extensions="true")
    assert record["attributes"] == [{"code": "POLE", "name": "POLE", "value": "J-1"}]
