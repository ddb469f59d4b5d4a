"""Clocks of a reopened case: each says in which round it ran, on the page, on paper and in the API."""

from __future__ import annotations

import re

from django.test import Client
from django.utils import timezone

from gewu.security import actions as security
from tests.shells.visits import cost, said, signed_in
from tests.world import World


def test_clocks_of_a_reopened_case_stand_under_their_round(today: World) -> None:
    case = today.case_at("closed")
    client = signed_in("zheng.jun")
    assert "第 1 轮" not in said(client.get(f"/desk/cases/{case.number}"))
    once = cost(lambda: client.get(f"/desk/cases/{case.number}"))
    today.step(case, "reopen", "zheng.jun", reason="井盖又丢了")

    page = client.get(f"/desk/cases/{case.number}").content.decode()
    card = re.search(r'id="clocks".*?</section>', page, re.DOTALL)
    assert card
    present, _, past = card.group().partition("<details>")
    assert "第 2 轮" in present and "第 1 轮" in past
    assert present.count("对外承诺") == past.count("对外承诺") == 1
    assert cost(lambda: client.get(f"/desk/cases/{case.number}")) <= once + 1

    paper = said(client.get(f"/desk/cases/{case.number}/print"))
    assert paper.index("第 1 轮（首次办理）") < paper.index("第 2 轮（重新办理）")

    token = security.issue_token(today.accounts["zheng.jun"], now=timezone.now())
    whole = Client().get(f"/api/v1/cases/{case.number}", headers={"Authorization": f"Bearer {token}"}).json()
    promises = [one for one in whole["clocks"] if one["clock"] == "promise"]
    assert [one["round"] for one in promises] == [1, 2]
    assert promises[0]["met_at"] and promises[1]["met_at"] is None
    assert promises[0]["label"] == "对外承诺"
