"""Receipts and anchors on the residents' pages, and what a changed record does to them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gewu.infra import anchors, stream
from gewu.infra.models import Anchor, EventRow, Words
from gewu.intake.models import Report
from tests.shells.visits import cost, said
from tests.world import World

pytestmark = pytest.mark.django_db


def _receipt(world: World, stage: str = "confirmed", *, anchored: bool = True) -> dict[str, Any]:
    world.case_at(stage)
    if anchored:
        anchors.sweep(world.now + timedelta(days=1))
    code = Report.objects.get().progress_code
    found: dict[str, Any] = json.loads(Client().get(f"/progress/{code}/record.json").content)
    return found


def _pasted(receipt: object) -> str:
    return said(Client().post("/verify", {"receipt": json.dumps(receipt)}))


def test_receipt_of_an_untouched_record_holds(world: World) -> None:
    receipt = _receipt(world)
    shown = _pasted(receipt)
    assert "记录与凭据一致" in shown
    assert "已列入每日公布的摘要" in shown


def test_uploaded_file_is_checked_without_script(world: World) -> None:
    file = SimpleUploadedFile("receipt.json", json.dumps(_receipt(world)).encode(), "application/json")
    assert "记录与凭据一致" in said(Client().post("/verify", {"file": file}))


def test_record_that_goes_on_still_holds(world: World) -> None:
    receipt = _receipt(world, "handling", anchored=False)
    case = Report.objects.get().case
    world.step(case, "return", "chen.guoping", reason="不归我们管", proposed="unknown")
    shown = _pasted(receipt)
    assert "记录与凭据一致" in shown
    assert "又新增了" in shown
    assert "还没有公布" in shown


@pytest.mark.parametrize("fitted", [False, True])
def test_changed_event_fails_the_receipt(world: World, fitted: bool) -> None:
    """Whether the changed event was made to fit its own hash or not."""
    receipt = _receipt(world)
    row = EventRow.objects.get(subject="case", type="CaseHandled")
    row.actor = "account:0"
    if fitted:
        row.hash = ""
        row.hash = stream.hash_of(row)
    row.save()
    assert "记录与凭据不一致" in _pasted(receipt)


def test_removed_event_changed_words_and_changed_anchor_fail_the_receipt(world: World) -> None:
    receipt = _receipt(world)
    words = Words.objects.filter(subject_id=receipt["chains"][1]["id"]).first()
    Words.objects.filter(pk=words.pk).update(text="另一句话")
    assert "内容被改动过" in _pasted(receipt)
    Words.objects.filter(pk=words.pk).update(text=words.text)
    assert "记录与凭据一致" in _pasted(receipt)

    Anchor.objects.update(digest="sha256:0")
    assert "公布的摘要与凭据记下的不一样" in _pasted(receipt)


def test_erased_words_leave_the_receipt_whole(world: World) -> None:
    receipt = _receipt(world)
    Words.objects.update(text="", salt="", erased_at=world.now)
    assert "记录与凭据一致" in _pasted(receipt)


def test_receipt_holds_nothing_personal(world: World) -> None:
    receipt = _receipt(world)
    text = json.dumps(receipt, ensure_ascii=False)
    report = Report.objects.get()
    personal = (
        "张三",
        "13800138000",
        "zhang@",
        report.text,
        report.progress_code,
        report.identity.hex,
        "account:",
    )
    assert [one for one in personal if one in text] == []
    assert set(receipt) == {"format", "chains", "anchors", "issued_at", "county", "case", "code_digest"}
    events = [one for chain in receipt["chains"] for one in chain["events"]]
    assert {name for one in events for name in one} == {"seq", "position", "hash", "anchor", "path"}


def test_receipt_can_be_printed_and_pasted_back(world: World) -> None:
    _receipt(world)
    page = Client().get(f"/progress/{Report.objects.get().progress_code}/record").content.decode()
    text = re.search(r"<pre[^>]*>(.*?)</pre>", page, re.DOTALL)
    assert text
    pasted = text.group(1).replace("&#34;", '"')
    assert "记录与凭据一致" in said(Client().post("/verify", {"receipt": pasted}))


@pytest.mark.parametrize(
    "pasted",
    ["", "x", "[]", "{}", '{"format":"gewu-receipt-1","chains":[],"anchors":[]}', "[" * 5000,
     '{"format":"gewu-receipt-1","chains":[{"subject":"report","id":"1","length":1,"head":"","events":[]}],"anchors":[]}'],
)  # fmt: skip
def test_what_is_no_receipt_is_refused_in_plain_words(world: World, pasted: str) -> None:
    answer = Client().post("/verify", {"receipt": pasted})
    assert answer.status_code == 422
    assert "这不是一份可核对的凭据" in said(answer)


def test_receipt_of_strange_values_is_refused_or_differs_and_never_a_fault(world: World) -> None:
    receipt = _receipt(world)
    event = receipt["chains"][0]["events"][0]
    for name, value in (("seq", 10**12), ("position", "x"), ("path", [["L"]]), ("anchor", 7), ("hash", 3)):
        kept, event[name] = event[name], value
        answer = Client().post("/verify", {"receipt": json.dumps(receipt)})
        assert answer.status_code in (200, 422)
        assert "记录与凭据一致" not in said(answer), name
        event[name] = kept
    receipt["anchors"] = [3]
    assert Client().post("/verify", {"receipt": json.dumps(receipt)}).status_code == 422


def test_wrong_code_gets_no_receipt_and_looking_is_limited(world: World) -> None:
    client = Client()
    assert client.get("/progress/0000-0000-0000/record.json").status_code == 404
    codes = {client.get("/progress/0000-0000-0000/record").status_code for _ in range(210)}
    assert codes == {404, 429}


def test_published_program_checks_a_downloaded_receipt(world: World, tmp_path: Path) -> None:
    receipt = _receipt(world)
    (tmp_path / "receipt.json").write_text(json.dumps(receipt))
    (tmp_path / "anchors.json").write_bytes(Client().get("/anchors.json").content)
    (tmp_path / "check.py").write_bytes(Client().get("/verify/gewu_receipt.py").content)
    command = [sys.executable, "-I", "-S", "check.py", "receipt.json", "anchors.json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_anchors_are_published_as_page_json_and_text(world: World) -> None:
    client = Client()
    assert "还没有公布过摘要" in said(client.get("/anchors"))
    _receipt(world)
    (anchor,) = client.get("/anchors.json").json()["anchors"]
    assert anchor["digest"] in said(client.get("/anchors"))
    assert anchor["digest"] in client.get("/anchors.txt").content.decode()
    assert cost(lambda: client.get("/anchors")) <= 2
