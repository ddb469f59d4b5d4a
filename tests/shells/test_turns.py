"""The turns of a case on its pages and in the interface."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from gewu.cases import queries as cases
from gewu.cases.models import Application, Case, Deadline
from gewu.catalogue.models import Stage
from gewu.infra import stream
from gewu.infra.versions import changed
from gewu.security import actions as security
from gewu.web.live.changes import changes
from tests.pictures import photo_bytes
from tests.shells.visits import photo, said, signed_in, step
from tests.world import COUNTY, GRID, World

WATER = f"{COUNTY}-water_supply"
MUNICIPAL = f"{COUNTY}-municipal_works"


def caller(world: World, name: str) -> Client:
    token = security.issue_token(world.accounts[name], now=world.now)
    return Client(headers={"Authorization": f"Bearer {token}"})


def test_page_shows_the_five_steps_the_seven_stages_and_who_held_it(today: World) -> None:
    case = today.case_at("closed")
    page = said(signed_in("zhou.min").get(f"/desk/cases/{case.number}"))
    loop = page[page.index("闭环五步") :]
    way = [loop.index(f" {name} ") for name in ("受理", "分流", "交办", "处置", "反馈")]
    whole = page[page.index("全程七环") :]
    seven = [whole.index(f" {name} ") for name in ("发生", "上报", "汇总", "交办", "处理", "化解", "反馈")]
    assert way == sorted(way)
    assert seven == sorted(seven)
    assert "条块各持多久" in page
    assert "现在应答 浦口区供水企业" in page


@pytest.mark.parametrize(
    ("stage", "reached"),
    [("accepted", 2), ("handling", 3), ("handled", 4), ("checking", 4), ("closed", 5), ("confirmed", 5)],
)
def test_the_five_steps_stand_on_each_case_with_those_reached(today: World, stage: str, reached: int) -> None:
    case = today.case_at(stage)
    found = cases.page(today.actor("zhou.min"), case.number, now=today.now).history.loop
    assert [one.name.zh for one in found] == ["受理", "分流", "交办", "处置", "反馈"]
    assert [one.first is not None for one in found] == [n < reached for n in range(5)]
    page = said(signed_in("zhou.min").get(f"/desk/cases/{case.number}"))
    assert re.search("闭环五步.* 受理 .* 分流 .* 交办 .* 处置 .* 反馈 ", page)


def test_a_stage_added_to_the_map_shows_on_the_next_page(today: World) -> None:
    case = today.case_at("closed")
    Stage.objects.create(map="loop", seq=6, name_zh="回头看", name_en="Look-back", events=["CaseConfirmed"])
    changed("terms")
    page = said(signed_in("zhou.min").get(f"/desk/cases/{case.number}"))
    assert re.search("闭环五步.* 反馈 .* 回头看 ", page)


def test_extension_is_asked_and_granted_by_the_buttons(today: World) -> None:
    case = today.step(today.accepted(matter="C0137"), "sign_for", "wu.kai")
    address = f"/desk/cases/{case.number}"
    assert step(signed_in("wu.kai"), address, "ask_extension", reason="等配件").status_code == 303
    assert step(signed_in("zhou.min"), address, "approve_extension").status_code == 303
    assert Case.objects.get(pk=case.pk).extensions == 1
    assert "延期 浦口区市政设施养护中心" in said(signed_in("zhou.min").get(address))


def test_case_page_opens_three_steps_and_keeps_every_other_in_a_group(today: World) -> None:
    case = today.step(today.accepted(matter="C0137"), "sign_for", "wu.kai")
    html = signed_in("wu.kai").get(f"/desk/cases/{case.number}").content.decode()
    main, _, more = html[html.index("我可以办") : html.index('id="matter"')].partition("more-steps")
    events = r"/steps/([a-z_]+)\""
    assert re.findall(events, main) == ["report_done", "return"]
    assert re.findall(events, more) == ["pass_up", "pass_down", "ask_extension", "ask_shelving"]
    assert more.index("改派、收回") < more.index("延期、挂账、申诉")


def test_form_to_dispatch_anew_begins_with_the_unit_that_the_return_named(today: World) -> None:
    case = today.step(today.accepted(), "return", "chen.guoping", reason="属市政设施", proposed=MUNICIPAL)
    address = f"/desk/cases/{case.number}"
    html = signed_in("zhou.min").get(address).content.decode()
    form = html[html.index("/steps/dispatch") :].partition("</form>")[0]
    assert re.findall(r'<option value="([^"]+)"[^>]* selected', form) == [MUNICIPAL]
    assert "退回时建议由浦口区市政设施养护中心承办，请核对" in form
    assert step(signed_in("zhou.min"), address, "dispatch", unit=MUNICIPAL).status_code == 303
    assert "退回时建议" not in signed_in("zhou.min").get(address).content.decode()


def test_return_that_could_not_say_whose_it_is_proposes_nobody(today: World) -> None:
    case = today.step(today.accepted(), "return", "chen.guoping", reason="说不清归谁", proposed="unknown")
    html = signed_in("zhou.min").get(f"/desk/cases/{case.number}").content.decode()
    form = html[html.index("/steps/dispatch") :].partition("</form>")[0]
    assert "退回时建议" not in form
    assert not re.search(r'<option value="[^"]+"[^>]* selected', form)


def test_refused_step_of_a_group_is_shown_open(today: World) -> None:
    case = today.step(today.accepted(matter="C0137"), "sign_for", "wu.kai")
    address = f"/desk/cases/{case.number}"
    page = step(signed_in("wu.kai"), address, "ask_extension", reason="等配件", amount="99")
    assert page.status_code == 422
    assert 'class="more-steps" open' in page.content.decode()
    assert 'class="more-steps" open' not in signed_in("wu.kai").get(address).content.decode()


def test_wanted_end_of_an_extension_is_taken_by_the_form(today: World) -> None:
    case = today.step(today.accepted(matter="C0137"), "sign_for", "wu.kai")
    limit = Deadline.objects.get(case=case, clock="handle").due_at
    until = timezone.localtime(limit + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
    given = {"reason": "等配件", "until": until}
    assert (
        step(signed_in("wu.kai"), f"/desk/cases/{case.number}", "ask_extension", **given).status_code == 303
    )
    assert Application.objects.get(case=case).amount == 1


@pytest.mark.parametrize(
    ("name", "shown", "hidden"),
    [
        (
            "zhao.qiang",
            ("/desk/visits", "/desk/self-handled", "/desk/tags"),
            ("/desk/applications", "/desk/new"),
        ),
        ("chen.guoping", ("/desk/tags", "/desk/applications"), ("/desk/self-handled", "/desk/visits")),
        ("zhou.min", ("/desk/tags",), ("/desk/self-handled", "/desk/applications")),
        ("ma.jianguo", ("/desk/tags", "/desk/satisfaction"), ("/desk/follow-ups", "/desk/visits")),
    ],
)
def test_every_page_of_the_desk_has_its_link_for_whoever_may_open_it(
    today: World, name: str, shown: tuple[str, ...], hidden: tuple[str, ...]
) -> None:
    client = signed_in(name)
    html = client.get("/desk").content.decode()
    links = set(re.findall(r'href="(/desk/[a-z-]+)"', html))
    assert set(shown) <= links
    assert not set(hidden) & links
    assert [client.get(address).status_code for address in shown] == [200] * len(shown)


def test_time_that_is_none_is_refused_beside_its_field(today: World) -> None:
    case = today.case_at("handling")
    given = {"reason": "等管线改造", "until": "下个月"}
    answer = step(signed_in("zhou.min"), f"/desk/cases/{case.number}", "shelve", **given)
    assert answer.status_code == 422
    assert "时间写得不对" in said(answer)


def test_matter_settled_on_the_spot_is_filed_by_its_page_and_waits_for_a_check(today: World) -> None:
    given = {"matter": "C0146", "place": GRID, "text": "健身器材松了", "result": "已拧紧"}
    pictures = {"evidence_photo_before": photo(), "evidence_photo_after": photo()}
    answer = signed_in("zhao.qiang").post("/desk/self-handled", {**given, **pictures})
    case = Case.objects.get()
    assert (answer.status_code, case.state) == (303, "handled")
    refused = signed_in("zhao.qiang").post("/desk/self-handled", given)
    assert refused.status_code == 409
    assert "还缺少办理凭证" in said(refused)
    assert signed_in("chen.guoping").get("/desk/self-handled").status_code == 403


def test_matter_settled_on_the_spot_is_filed_by_the_interface(today: World) -> None:
    client, evidence = caller(today, "zhao.qiang"), []
    for token in ("photo_before", "photo_after"):
        file = SimpleUploadedFile("photo.jpg", photo_bytes(), "image/jpeg")
        kept = client.post(f"/api/v1/photos?purpose={token}", {"photo": file}).json()["id"]
        evidence.append({"token": token, "file": kept})
    body = {"matter_code": "C0146", "place": GRID, "text": "松了", "result": "已拧紧", "evidence": evidence}
    answer = client.post("/api/v1/self-handled", json.dumps(body), content_type="application/json")
    assert (answer.status_code, answer.json()["state"]) == (201, "handled")


def test_figures_of_the_tags_open_their_lists(today: World) -> None:
    case = today.accepted()
    today.accepted(today.report("没有标签的一件"))
    client = signed_in("zhou.min")
    step(client, f"/desk/cases/{case.number}", "tag", tag="urgent")
    page = client.get("/desk/tags").content.decode()
    assert 'tab=open&amp;tag=urgent">1</a>' in page
    found = said(client.get("/desk?tab=open&tag=urgent"))
    assert case.title[:8] in found
    assert "没有标签的一件" not in found


def test_people_of_the_unit_it_is_about_find_the_case_nowhere(today: World) -> None:
    case = today.accepted()
    today.step(case, "recall", "zhou.min", reason="反映的是该单位")
    today.step(case, "name_concern", "zhou.min", about=WATER)
    today.step(case, "dispatch", "zhou.min", unit=f"{COUNTY}-municipal_works")
    client, api = signed_in("chen.guoping"), caller(today, "chen.guoping")
    assert client.get(f"/desk/cases/{case.number}").status_code == 404
    found = client.get(f"/desk?tab=all&text={case.number}").content.decode()
    assert f"/desk/cases/{case.number}" not in found
    assert api.get(f"/api/v1/cases/{case.number}").status_code == 404
    assert api.get("/api/v1/cases?state=all").json()["cases"] == []
    heard = [one for one in changes(stream.after(0)) if one.subject == "case"]
    assert heard
    assert not any(one.heard_by(today.actor("chen.guoping")) for one in heard)
    assert any(one.heard_by(today.actor("wu.kai")) for one in heard)
