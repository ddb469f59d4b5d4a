"""Templates in setup and in the answer box, and the file of a case on paper."""

from __future__ import annotations

import re

import pytest

from gewu.cases import actions as cases
from gewu.cases.actions import AnswerDraft, Call, Party
from gewu.cases.models import AnswerTemplate
from gewu.security.vault import Contact
from tests.shells.visits import cost, said, signed_in
from tests.world import World

pytestmark = pytest.mark.django_db

GIVEN = {"matter": "C01", "title_zh": "井盖已修", "text_zh": "{matter}已由{unit}修好。"}


def test_template_is_written_in_setup_offered_in_the_box_and_ended(today: World) -> None:
    keeper = signed_in("qian.lei")
    assert keeper.get("/setup/answers").status_code == 200
    assert keeper.post("/setup/answers", GIVEN).status_code == 303
    row = AnswerTemplate.objects.get()

    case, checker = today.case_at("checking"), signed_in("zhao.qiang")
    page = checker.get(f"/desk/cases/{case.number}").content.decode()
    assert re.search(rf'href="\?template={row.pk}#[^"]+" data-fill="上水井盖已由[^"]+修好。"', page)
    picked = checker.get(f"/desk/cases/{case.number}?template={row.pk}").content.decode()
    assert re.search(r'name="answer"[^>]*>上水井盖已由[^<]+修好。</textarea>', picked)

    assert keeper.post(f"/setup/answers/{row.pk}/end").status_code == 303
    assert "data-fill" not in checker.get(f"/desk/cases/{case.number}").content.decode()


def test_refused_template_keeps_what_was_typed(today: World) -> None:
    answer = signed_in("qian.lei").post("/setup/answers", {**GIVEN, "text_zh": "{nobody}您好"})
    assert answer.status_code == 422
    assert "模板中没有“nobody”这一项可填" in said(answer)
    assert "{nobody}您好" in answer.content.decode()


@pytest.mark.parametrize("name", ["zhou.min", "shen.ji", "fang.an"])
def test_setup_of_templates_is_closed_to_others(today: World, name: str) -> None:
    client = signed_in(name)
    assert client.get("/setup/answers").status_code == 403
    assert client.post("/setup/answers", GIVEN).status_code == 403
    assert not AnswerTemplate.objects.exists()


def test_templates_cost_no_statement_on_the_case(today: World) -> None:
    case, client = today.case_at("checking"), signed_in("zhao.qiang")

    def least() -> int:
        return min(cost(lambda: client.get(f"/desk/cases/{case.number}")) for _ in range(3))

    without = least()
    for n in range(3):
        cases.add_answer(
            AnswerDraft(f"模板{n}", "已办。"),
            since=today.now.date(),
            actor=today.actor("qian.lei"),
            now=today.now,
        )
    assert least() == without


# the file


def test_file_of_a_case_shows_all_of_it_and_nothing_of_who_raised_it(today: World) -> None:
    report = today.report(
        "井盖没了，请打 13912345678 联系我", contact=Contact("欧阳修文", "13800138000", "ou@example.org")
    )
    case = today.accepted(report)
    today.step(case, "sign_for", "chen.guoping")
    call = Call("grid", (Party("320111-municipal_works"),), "请到场")
    cases.blow(case.number, call, actor=today.actor("zhao.qiang"), now=today.now)

    page = signed_in("zhou.min").get(f"/desk/cases/{case.number}/print")
    text = said(page)
    assert page.status_code == 200
    for part in (case.number, "上水井盖", "对外承诺", "浦口区市政设施养护中心", "办理凭证", "签收，开始处置"):
        assert part in text, part
    for secret in ("13912345678", "13800138000", "欧阳", "欧**", "example.org", "138****8000"):
        assert secret not in page.content.decode(), secret
    assert "请打 ＊＊＊ 联系我" in text


def test_file_of_a_closed_case_holds_its_answer_and_evidence(today: World) -> None:
    case = today.case_at("confirmed")
    text = said(signed_in("zhou.min").get(f"/desk/cases/{case.number}/print"))
    assert "井盖已更换，并加装防坠网。" in text
    assert "处置后照片" in text
    assert "解决了" in text


@pytest.mark.parametrize(("name", "status"), [("chen.guoping", 200), ("wang.fang", 404), ("sun.li", 404)])
def test_file_is_seen_by_those_who_see_the_case(today: World, name: str, status: int) -> None:
    case = today.accepted()
    assert signed_in(name).get(f"/desk/cases/{case.number}/print").status_code == status
