"""Lists that leave as Excel: what the list shows and one may export, marked, recorded, in bounded memory."""

from __future__ import annotations

import errno
import io
import json
import re
import stat
import subprocess
import sys
import tracemalloc
import zipfile
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from python_calamine import CalamineWorkbook

from gewu.cases.lifecycle import CASE
from gewu.cases.models import Case
from gewu.cases.queries import Filters, exported
from gewu.config import errand
from gewu.infra import errands, paging, sheets, store, stream
from gewu.infra.models import Errand, EventRow
from gewu.kernel.identifiers import new_id
from gewu.kernel.refusals import Kind, Refusal
from gewu.notifications.models import Message
from gewu.security import actions as security
from gewu.security.actors import operator
from gewu.security.models import ExportRequest, StandingRow
from gewu.web.desk import exporting
from tests.founded import statements
from tests.shells.visits import said, signed_in
from tests.world import COUNTY, PASSWORD, RIVERSIDE, World

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


def test_list_longer_than_one_answer_may_take_is_made_by_an_errand_without_asking_anyone(
    today: World, cases: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "AT_ONCE", 2)
    client = signed_in("zheng.jun")
    onward = client.get(ADDRESS, {"tab": "open"})
    assert onward.status_code == 303
    page = client.get(onward.headers["Location"])
    assert "3 行" in said(page) and "申请导出" not in said(page)
    assert client.post("/desk/exports/ask", {"list": "tab=open"}).status_code == 303
    assert client.post("/desk/exports/ask", {"list": "tab=open"}).status_code == 409
    assert "排队中" in said(client.get("/desk/exports"))
    make_files()
    request = ExportRequest.objects.get()
    assert sorted(numbers(take(client, request))) == sorted(one.number for one in cases)
    assert told() == ["ExportBegun", "ExportMade", "ExportTaken", "RowsExported"]


def test_nobody_has_more_files_made_than_a_few_at_a_time(
    today: World, cases: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in("zheng.jun")
    for n in range(5):
        assert client.post("/desk/exports/ask", {"list": f"tab=open&returned={n}"}).status_code == 303
    answer = client.post("/desk/exports/ask", {"list": "tab=open&returned=9"})
    assert answer.status_code == 409 and "请先下载已备好的文件" in said(answer)


REASON = "年度考核要全部工单逐件核对"


@pytest.fixture
def officer(today: World) -> str:
    """The one who answers for exports in the county."""
    account = security.open_account("privacy", "顾全", PASSWORD, actor=operator(), now=today.now)
    security.give_role(account, "privacy_officer", actor=operator(), now=today.now, place=COUNTY)
    today.accounts["privacy"] = account
    return "privacy"


def asked(settings: Any, **wanted: str) -> tuple[Client, ExportRequest]:
    """A supervisor's request for a list that is too long, by the page to which the refusal leads."""
    settings.EXPORT_ROWS = 2
    client = signed_in("zheng.jun")
    refused = client.get(ADDRESS, {"tab": "open", **wanted})
    assert "申请由第二人同意" in refusal(refused, 413)
    [onward] = re.findall(r'href="(/desk/exports[^"]+)"', refused.content.decode())
    page = client.get(unescape(onward))
    [wanted_list] = re.findall(r'name="list" value="([^"]+)"', page.content.decode())
    answer = client.post("/desk/exports/ask", {"list": unescape(wanted_list), "reason": REASON})
    assert answer.status_code == 303, said(answer)
    return client, ExportRequest.objects.get()


def make_files() -> None:
    """Every errand that waits, done here as its own process does it."""
    while row := errands.take(timezone.now()):
        errand.carry_out(errands.Work(row))


def take(client: Client, request: ExportRequest) -> Any:
    return client.post(f"/desk/exports/{request.pk}/file")


def told() -> list[str]:
    return [one.type for one in stream.after(0, limit=10_000) if one.type.startswith(("Export", "Rows"))]


def agreed(today: World, request: ExportRequest) -> None:
    security.decide_export(
        request.pk, True, reason="", actor=today.actor("privacy"), now=timezone.localtime()
    )


def test_long_list_leaves_once_after_a_second_person_agreed(
    today: World, cases: list[Case], officer: str, settings: Any
) -> None:
    client, request = asked(settings)
    assert request.rows == 3
    address = f"/desk/exports/{request.pk}"
    assert client.post(f"{address}/make").status_code == 403
    page = said(signed_in(officer).get("/desk/exports"))
    assert REASON in page and "3 行" in page and "郑军" in page
    assert signed_in(officer).post(f"{address}/decide", {"granted": "1"}).status_code == 303
    assert "可以导出" in said(client.get("/desk/exports"))
    assert take(client, request).status_code == 409
    assert client.post(f"{address}/make").status_code == 303
    assert client.post(f"{address}/make").status_code == 409
    assert "排队中" in said(client.get("/desk/exports"))
    make_files()
    assert "已备好" in said(client.get("/desk/exports"))
    assert take(signed_in(officer), request).status_code == 404
    assert sorted(numbers(take(client, request))) == sorted(one.number for one in cases)
    assert told() == [
        "ExportAsked", "ExportGranted", "ExportWanted", "ExportMade", "ExportUsed", "RowsExported"
    ]  # fmt: skip
    today.now = timezone.localtime() + timedelta(minutes=1)
    today.settle()
    subjects = [one.subject_zh for one in Message.objects.all()]
    assert "导出申请已同意（3 行）" in subjects and "导出文件已备好（3 行）" in subjects
    assert 'href="/desk/exports"' in client.get("/desk/notices").content.decode()


def test_file_may_be_taken_again_within_the_hour_and_is_removed_after_it(
    today: World, cases: list[Case], officer: str, settings: Any
) -> None:
    client, request = asked(settings)
    agreed(today, request)
    client.post(f"/desk/exports/{request.pk}/make")
    make_files()
    path = security.file_of(request.pk)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [one.name for one in path.parent.iterdir() if one.name.startswith(request.pk.hex)] == [path.name]
    assert len(numbers(take(client, request))) == len(numbers(take(client, request))) == 3
    assert told()[-4:] == ["ExportUsed", "RowsExported", "ExportTaken", "RowsExported"]
    now = timezone.now()
    security.remove_exports(now + timedelta(minutes=59))
    assert path.exists()
    assert security.remove_exports(now + timedelta(minutes=61)) == 1
    assert not path.exists()
    assert told()[-1] == "ExportRemoved"
    assert take(client, request).status_code == 403


def test_file_that_nobody_takes_goes_with_the_consent(
    today: World, cases: list[Case], officer: str, settings: Any
) -> None:
    client, request = asked(settings)
    agreed(today, request)
    client.post(f"/desk/exports/{request.pk}/make")
    make_files()
    assert security.remove_exports(timezone.now() + timedelta(hours=23)) == 0
    assert security.remove_exports(timezone.now() + timedelta(hours=24, minutes=1)) == 1
    with pytest.raises(Refusal) as refused:
        security.take_export(
            request.pk, actor=today.actor("zheng.jun"), now=timezone.now() + timedelta(hours=25)
        )
    assert refused.value.kind is Kind.FORBIDDEN


def test_consent_to_a_long_list_runs_out_and_is_for_one_person_and_one_list(
    today: World, cases: list[Case], officer: str, settings: Any
) -> None:
    client, request = asked(settings, place=COUNTY)
    keeper = today.actor(officer)
    security.decide_export(request.pk, True, reason="", actor=keeper, now=today.now)
    later = today.now + timedelta(hours=25)

    def use(by: str, now: Any) -> Kind:
        with pytest.raises(Refusal) as refused:
            security.want_export(request.pk, language="zh-hans", actor=today.actor(by), now=now)
        return refused.value.kind

    assert use("zheng.jun", later) is Kind.FORBIDDEN
    assert use("zhou.min", today.now) is Kind.MISSING
    assert request.query.endswith(f"place={COUNTY}") or f"place={COUNTY}" in request.query
    # A second of the same is not asked for while the first holds.
    again = client.post("/desk/exports/ask", {"list": request.query, "reason": REASON})
    assert again.status_code == 409


def test_nobody_agrees_to_an_own_request_and_a_no_says_why(
    today: World, cases: list[Case], officer: str, settings: Any
) -> None:
    client, request = asked(settings)
    decide = f"/desk/exports/{request.pk}/decide"
    assert client.post(decide, {"granted": "1"}).status_code == 404
    assert signed_in("zhou.min").get("/desk/exports").status_code in (200, 403)
    answer = signed_in(officer).post(decide, {"granted": "0"})
    assert answer.status_code == 422 and "请写明不同意的原因" in said(answer)
    assert signed_in(officer).post(decide, {"granted": "0", "reason": "改按街道分批"}).status_code == 303
    assert signed_in(officer).post(decide, {"granted": "1"}).status_code == 409
    assert "改按街道分批" in said(client.get("/desk/exports"))
    assert client.post(f"/desk/exports/{request.pk}/make").status_code == 403
    account = today.accounts["zheng.jun"]
    security.give_role(account, "privacy_officer", actor=operator(COUNTY), now=today.now, place=COUNTY)
    zheng = today.actor("zheng.jun")
    own = security.ask_export("tab=all", rows=3, place=COUNTY, reason=REASON, actor=zheng, now=today.now)
    with pytest.raises(Refusal) as refused:
        security.decide_export(own, True, reason="", actor=zheng, now=today.now)
    assert refused.value.kind is Kind.FORBIDDEN


# The writer of workbooks leaves its parts open when it finds no room; the process of an errand ends then.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_export_that_finds_no_room_says_so_and_does_not_use_up_the_consent(
    today: World, cases: list[Case], officer: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, request = asked(settings)
    agreed(today, request)
    client.post(f"/desk/exports/{request.pk}/make")

    def full(*given: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(zipfile.ZipFile, "write", full)
        make_files()
    page = said(client.get("/desk/exports"))
    assert "系统存储空间已满" in page and "授权没有用掉" in page
    assert not list(security.file_of(request.pk).parent.glob(f"{request.pk.hex}*"))
    assert told()[-1] == "ExportFailed"
    assert client.post(f"/desk/exports/{request.pk}/make").status_code == 303
    make_files()
    assert len(numbers(take(client, request))) == 3


def test_nobody_waits_to_write_while_a_long_list_is_made(
    today: World, cases: list[Case], officer: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, request = asked(settings)
    agreed(today, request)
    client.post(f"/desk/exports/{request.pk}/make")
    write, held = sheets.write_book, []

    def watched(*given: Any, **named: Any) -> int:
        held.append(store._open.depth)
        return write(*given, **named)

    monkeypatch.setattr(sheets, "write_book", watched)
    make_files()
    assert held == [0]


def test_of_two_processes_that_make_the_same_file_the_one_that_was_given_up_leaves_nothing(
    today: World, cases: list[Case], officer: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, request = asked(settings)
    agreed(today, request)
    client.post(f"/desk/exports/{request.pk}/make")
    slow = errands.take(timezone.now())
    assert slow is not None
    assert errands.take(timezone.now()) is None, "one at a time, and its lease holds"
    quick = errands.take(timezone.now() + errands.LEASE)
    assert quick is not None and (quick.pk, quick.tries) == (slow.pk, 2)
    errand.carry_out(errands.Work(slow))
    assert "ExportMade" not in told()
    errand.carry_out(errands.Work(quick))
    assert told().count("ExportMade") == 1
    assert len(numbers(take(client, request))) == 3


def test_errand_that_is_broken_off_each_time_is_given_up_in_words(
    today: World, cases: list[Case], officer: str, settings: Any
) -> None:
    client, request = asked(settings)
    agreed(today, request)
    client.post(f"/desk/exports/{request.pk}/make")
    now = timezone.now()
    for _ in range(errands.MOST_TRIES):
        one = errands.take(now)
        assert one is not None
        errands.give_back(one.pk, one.tries)
    make_files()
    assert "制作多次中断" in said(client.get("/desk/exports"))


def test_file_holds_what_its_asker_may_export_when_it_is_made(
    today: World, cases: list[Case], officer: str, settings: Any
) -> None:
    client, request = asked(settings)
    agreed(today, request)
    client.post(f"/desk/exports/{request.pk}/make")
    for standing in StandingRow.objects.filter(account=today.accounts["zheng.jun"]):
        security.end_role(standing, actor=operator(COUNTY), now=timezone.now())
    make_files()
    assert "您不能导出工单" in Errand.objects.get().fault


def test_asking_for_an_export_is_for_those_who_may_export(cases: list[Case]) -> None:
    assert signed_in("chen.guoping").get("/desk/exports").status_code == 403
    answer = signed_in("chen.guoping").post("/desk/exports/ask", {"list": "tab=open", "reason": REASON})
    assert answer.status_code == 403
    assert Client().get("/desk/exports").status_code == 303


def test_rows_are_read_a_page_at_a_time(
    today: World, cases: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "MOST", 1)
    rows = exported(today.actor("zheng.jun"), Filters(), now=today.now)
    with statements() as first:
        next(rows)
    with statements() as rest:
        assert len(list(rows)) == 2
    assert len(first) <= 3
    assert len(rest) == 2


def test_no_page_of_an_export_sorts_all_the_rows_behind_it(
    today: World, cases: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each state is read in the order of its index from where the page begins, a page's worth at most."""
    monkeypatch.setattr(paging, "MOST", 1)
    rows = exported(today.actor("zheng.jun"), Filters(state="all"), now=today.now)
    next(rows)
    with statements() as second:
        next(rows)
    asked = next(sql for sql in second.sql if "case_" in sql)
    assert asked.count("LIMIT 2") == len(CASE.states) + 1


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


def _crowd(like: Case, count: int) -> None:
    """So many more cases of the shape of one, straight into the table."""
    values = {one.attname: getattr(like, one.attname) for one in Case._meta.concrete_fields}
    Case.objects.bulk_create(
        (Case(**{**values, "id": new_id(), "number": f"320111-20200101-{n:06}"}) for n in range(count)),
        batch_size=200,
    )


def test_memory_does_not_grow_with_the_rows_of_an_export(today: World) -> None:
    """By the door itself, to the last byte: ten times the rows, and no more of them is held at any moment."""
    like, client = today.accepted(), signed_in("zheng.jun")
    sizes = []

    def most_held() -> int:
        tracemalloc.start()
        sizes.append(sum(len(block) for block in client.get(ADDRESS, {"tab": "open"}).streaming_content))
        held = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return held

    _crowd(like, 400)
    most_held()  # what is loaded once is loaded
    few = most_held()
    Case.objects.filter(number__startswith="320111-20200101").delete()
    _crowd(like, 4_000)
    assert most_held() - few < 1_000_000, "4,000 rows held at once are several times as much"
    assert sizes[2] > 5 * sizes[1]
