"""Lists that leave as Excel: what the list shows and one may export, marked, recorded, in bounded memory."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from python_calamine import CalamineWorkbook

from gewu.cases.models import Case
from gewu.cases.queries import Filters, exported
from gewu.infra import paging, sheets
from gewu.infra.models import EventRow
from gewu.security import actions as security
from gewu.security.actors import operator
from tests.founded import statements
from tests.shells.visits import said, signed_in
from tests.world import COUNTY, RIVERSIDE, World

ADDRESS = "/desk/export"
BY_THE_RIVER = {"lon": 118.6275, "lat": 32.0325}


def content(answer: Any) -> bytes:
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def table(answer: Any) -> list[list[str]]:
    """The rows of the file: the mark, the header, the cases."""
    return CalamineWorkbook.from_filelike(io.BytesIO(content(answer))).get_sheet_by_index(0).to_python()


def numbers(answer: Any) -> list[str]:
    return [row[0] for row in table(answer)[2:]]


@pytest.fixture
def cases(today: World) -> list[Case]:
    """Two cases at the south gate and one by the river."""
    return [today.accepted(), today.accepted(), today.accepted(today.report(**BY_THE_RIVER))]


def test_file_holds_the_rows_of_the_list_and_says_whose_it_is(cases: list[Case]) -> None:
    client = signed_in("zheng.jun")
    found = table(client.get(ADDRESS, {"tab": "open", "place": RIVERSIDE}))
    assert [row[0] for row in found[2:]] == [cases[2].number]
    assert found[0][0].startswith("郑军 于 ")
    assert "地方 滨江社区" in found[0][0]
    assert found[1][:3] == ["编号", "事项", "内容"]

    every = numbers(client.get(ADDRESS, {"tab": "open"}))
    assert sorted(every) == sorted(one.number for one in cases)
    page = client.get("/desk", {"tab": "open"}).content.decode()
    assert every == sorted(every, key=lambda one: page.index(f'id="row-{one}"'))


def test_only_who_may_export_is_offered_and_given_it(cases: list[Case]) -> None:
    assert ADDRESS in signed_in("zheng.jun").get("/desk", {"tab": "open"}).content.decode()
    handler = signed_in("chen.guoping")
    assert ADDRESS not in handler.get("/desk", {"tab": "open"}).content.decode()
    assert handler.get(ADDRESS, {"tab": "open"}).status_code == 403
    assert Client().get(ADDRESS).status_code == 303


def test_what_one_sees_without_the_right_to_export_it_stays(today: World, cases: list[Case]) -> None:
    security.give_role(
        today.accounts["zhao.qiang"], "supervisor", actor=operator(COUNTY), now=today.now, place=RIVERSIDE
    )
    client = signed_in("zhao.qiang")
    assert f"row-{cases[0].number}" in client.get("/desk", {"tab": "open"}).content.decode()
    assert numbers(client.get(ADDRESS, {"tab": "open"})) == [cases[2].number]


def test_export_is_recorded_without_what_was_typed(cases: list[Case]) -> None:
    content(signed_in("zheng.jun").get(ADDRESS, {"tab": "open", "text": "井盖", "place": COUNTY}))
    told = json.loads(EventRow.objects.get(type="RowsExported").data)
    assert (told["kind"], told["rows"]) == ("cases", 3)
    assert "井盖" not in str(told)
    assert COUNTY in told["filters"]


def test_cells_are_words_and_numbers_of_people_are_struck(today: World) -> None:
    today.accepted(today.report('=HYPERLINK("http://evil.example","井盖") 电话 13800138000'))
    file = content(signed_in("zheng.jun").get(ADDRESS, {"tab": "open"}))
    inside = zipfile.ZipFile(io.BytesIO(file)).read("xl/worksheets/sheet1.xml").decode()
    assert "HYPERLINK" in inside
    assert "<f>" not in inside
    assert "13800138000" not in inside


def refusal(answer: HttpResponse, status: int) -> str:
    assert answer.status_code == status
    return said(answer)


def test_too_many_rows_and_unknown_lists_are_refused(cases: list[Case], settings: Any) -> None:
    client = signed_in("zheng.jun")
    assert "没有“nothing”这一列" in refusal(client.get(ADDRESS, {"tab": "nothing"}), 404)
    settings.EXPORT_ROWS = 2
    assert "请缩小筛选范围" in refusal(client.get(ADDRESS, {"tab": "open"}), 413)
    assert numbers(client.get(ADDRESS, {"tab": "open", "place": RIVERSIDE})) == [cases[2].number]
    assert EventRow.objects.filter(type="RowsExported").count() == 1


def test_who_may_approve_exports_is_not_bound_by_the_limit(
    today: World, cases: list[Case], settings: Any
) -> None:
    settings.EXPORT_ROWS = 2
    account = today.accounts["zheng.jun"]
    security.give_role(account, "privacy_officer", actor=operator(COUNTY), now=today.now, place=COUNTY)
    assert len(numbers(signed_in("zheng.jun").get(ADDRESS, {"tab": "open"}))) == 3


def test_rows_are_read_a_page_at_a_time(
    today: World, cases: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "MOST", 1)
    rows = exported(today.actor("zheng.jun"), Filters(), most=10, now=today.now)
    with statements() as first:
        next(rows)
    with statements() as rest:
        assert len(list(rows)) == 2
    assert len(first) <= 3
    assert len(rest) == 4


def test_more_rows_than_a_sheet_takes_go_on_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "ROWS_OF_A_SHEET", 4)
    file = io.BytesIO()
    assert sheets.write_book(file, "标记", ["编号"], ([f"{n}"] for n in range(5))) == 5
    file.seek(0)
    book = CalamineWorkbook.from_filelike(file)
    pages = [[row[0] for row in book.get_sheet_by_index(n).to_python()] for n in range(3)]
    head = ["标记", "编号"]
    assert pages == [[*head, "0", "1"], [*head, "2", "3"], [*head, "4"]]


def test_ten_times_the_rows_take_no_more_memory() -> None:
    program = (
        "import resource, tempfile; from gewu.infra import sheets\n"
        "for n in (20_000, 200_000):\n"
        "    with tempfile.TemporaryFile() as file:\n"
        "        sheets.write_book(file, 'x', ['a'] * 6, ([f'{i} 井盖不见了'] * 6 for i in range(n)))\n"
        "    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    few, many = map(int, done.stdout.split())
    assert many - few < 20_000, "in kibibytes"
