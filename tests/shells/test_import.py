"""`gewu import`: tried first, taken in by parts, resumed, repeated, and its refused rows returned."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.utils import timezone

from gewu.cases.models import Case
from gewu.catalogue.models import MatterClass
from gewu.cli import founding
from gewu.cli.importing import INTERRUPTED, MAPPINGS, SOME_REFUSED, import_, load_divisions
from gewu.infra import sheets, stream
from gewu.infra.models import BadRow, Batch, Delivery, EventRow
from gewu.intake.actions import bulk, history
from gewu.intake.models import Channel, Report
from gewu.kernel.refusals import Kind, Refusal
from gewu.organisation.models import Unit, UnitAlias
from gewu.security.models import Identity
from tests import shared
from tests.world import World

OWN = """
name = "own"
missing = ["-"]
[report]
text = ["投诉：{类}"]
outside_id = "编号"
received_at = "时间"
[channel]
column = "来源"
values = { "热线" = "own_line" }
create = [{ code = "own_line", name_zh = "老热线", name_en = "Old hotline" }]
[place]
street = "街道"
community = "社区"
[matter]
prefix = "Z"
create = true
department = "urban_management"
limits = { accept = "2 work_hour", handle = "5 work_day" }
levels = [{ id = "大类号", name = "大类", digits = 2 }, { id = "类号", name = "类", digits = 4 }]
[unit]
name = "单位"
create = true
prefix = "OWN-"
stand_in = "来源未记载的承办单位"
[outcome]
column = "办理"
values = { "按期" = "in_time", "超期" = "overdue", "-" = "open" }
"""
HEADER = ("编号", "时间", "来源", "街道", "社区", "大类号", "大类", "类号", "类", "单位", "办理")
ROW = ("2018-07-04 17:24:41", "热线", "江浦街道", "南门社区", "5", "市容", "1164", "乱摆卖")


def row(
    number: object, unit: str = "城管办（江浦街道办事处）", how: str = "按期", **change: str
) -> dict[str, str]:
    cells = dict(zip(HEADER, (str(number), *ROW, unit, how), strict=True))
    return {**cells, **change}


GOOD = [
    row(1),
    row(2, "城管办", "超期"),
    row(3, "城管办(江浦办)", "超期"),
    row(4, "-"),
    row(5, "城管局", "-"),
]

Table = Callable[[Iterable[dict[str, str]]], Path]


@pytest.fixture
def own(tmp_path: Path) -> str:
    path = tmp_path / "own.toml"
    path.write_text(OWN, encoding="utf-8")
    return str(path)


@pytest.fixture
def table(tmp_path: Path) -> Table:
    def write(rows: Iterable[dict[str, str]], name: str = "past.csv") -> Path:
        sheets.write(tmp_path / name, HEADER, [list(one.values()) for one in rows])
        return tmp_path / name

    return write


def run(*words: object) -> Result:
    """The command as it is called. A refusal is left to the command line's one place for it."""
    result = CliRunner().invoke(import_, [str(word) for word in words])
    if isinstance(result.exception, Refusal):
        raise result.exception
    return result


def states() -> list[str]:
    rows = Case.objects.order_by("number").values_list("state", flat=True)
    return list(rows)


def counted() -> list[int]:
    """How many rows there are of everything that an import can make."""
    kinds = (Report, Case, Unit, UnitAlias, MatterClass, Channel, EventRow, Delivery, Batch, BadRow)
    return [kind.objects.count() for kind in kinds]


def test_a_dry_run_says_what_would_be_and_writes_nothing(world: World, own: str, table: Table) -> None:
    before = counted()
    done = run(table([*GOOD, row(6, how="不详"), row(7, 社区="月亮社区")]), "--mapping", own, "--dry-run")
    assert done.exit_code == SOME_REFUSED
    assert "可导入 5 行" in done.output
    assert "将拒绝 2 行" in done.output
    assert "事项 1 类；将新建类目 2 个" in done.output
    assert "单位名称 5 种，归并为 4 个单位" in done.output
    assert "江浦街道城管办 ← 城管办(江浦办)、城管办（江浦街道办事处）" in done.output
    assert "没有名为“{name}”的地方" in done.output
    assert counted() == before


def test_a_past_table_becomes_closed_cases_that_nobody_is_told_of(
    world: World, own: str, table: Table
) -> None:
    told = Delivery.objects.count()
    done = run(table(GOOD), "--mapping", own)
    assert done.exit_code == 0
    assert "新收 5 行，此前已收 0 行，拒绝 0 行" in done.output
    assert "超时：来源记录 2 件，平台计算 2 件，逐行不一致 0 件" in done.output
    assert sorted(states()) == ["closed"] * 4 + ["handling"]
    assert Delivery.objects.count() == told
    assert list(stream.verify()) == []


def test_names_of_one_unit_lead_to_one_unit(world: World, own: str, table: Table) -> None:
    run(table(GOOD), "--mapping", own)
    leads = {report.outside_id: report.case.lead for report in Report.objects.select_related("case__lead")}
    assert leads["1"] == leads["3"] != leads["2"]
    assert (leads["1"].name_zh, leads["1"].place) == ("江浦街道城管办", "320111004")
    assert leads["4"].name_zh == "来源未记载的承办单位"
    assert set(leads["1"].aliases.values_list("name", flat=True)) >= {"城管办(江浦办)"}


def test_the_same_file_again_changes_nothing(world: World, own: str, table: Table) -> None:
    run(table(GOOD), "--mapping", own)
    before = counted()
    again = run(table(GOOD), "--mapping", own)
    assert "新收 0 行，此前已收 5 行，拒绝 0 行" in again.output
    assert again.exit_code == 0
    before[8] += 1  # the second batch itself
    assert counted() == before


def test_a_longer_table_of_the_same_source_finds_its_units_again(
    world: World, own: str, table: Table
) -> None:
    run(table(GOOD), "--mapping", own)
    units = Unit.objects.count()
    more = run(table([*GOOD, row(8, "城管办（江浦街道办事处）")]), "--mapping", own)
    assert "新收 1 行，此前已收 5 行" in more.output
    assert Unit.objects.count() == units


def test_refused_rows_undo_only_themselves_and_come_back_with_the_reason(
    world: World, own: str, table: Table, tmp_path: Path
) -> None:
    bad = [
        row(6, 时间="昨天"),
        row(7, 社区="月亮社区"),
        row(1, how="超期"),
        row(9, 时间="2031-01-01 00:00:00"),
        row(10, 类号=""),
    ]
    errors = tmp_path / "errors.csv"
    done = run(table([*bad, *GOOD]), "--mapping", own, "--errors", errors)
    assert done.exit_code == SOME_REFUSED
    assert "拒绝 5 行" in done.output
    returned = sheets.read(errors)
    reasons = {one.cells["编号"]: one.cells["原因"] for one in returned.rows}
    assert reasons["6"] == "“时间”的时间“昨天”无法读取"
    assert reasons["7"] == "320111004 没有名为“月亮社区”的地方"
    assert reasons["9"] == "接收时间在将来"
    assert [one.cells["行号"] for one in returned.rows] == ["2", "3", "5", "6", "7"]
    assert {bad.reason for bad in BadRow.objects.all()}.isdisjoint(reasons["7"])
    assert "月亮社区" not in "".join(BadRow.objects.values_list("reason", flat=True))


def test_a_mended_error_file_can_be_taken_in_as_it_is(
    world: World, own: str, table: Table, tmp_path: Path
) -> None:
    errors = tmp_path / "errors.xlsx"
    run(table([*GOOD, row(6, 时间="昨天")]), "--mapping", own, "--errors", errors)
    returned = sheets.read(errors)
    mended = [{**one.cells, "时间": "2018-07-05 08:00:00"}.values() for one in returned.rows]
    sheets.write(errors, returned.header, [list(cells) for cells in mended])
    again = run(errors, "--mapping", own)
    assert "新收 1 行" in again.output


@pytest.fixture
def stops(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Have somebody press Ctrl-C at the n-th row, with parts of two rows."""
    ordinary, came = history.take_in, []

    def at(n: int) -> None:
        def take_in(*args: Any, **given: Any) -> history.Taken:
            came.append(1)
            if len(came) == n:
                raise KeyboardInterrupt
            return ordinary(*args, **given)

        monkeypatch.setattr(bulk, "PART", 2)
        monkeypatch.setattr(history, "take_in", take_in)

    return at


def test_a_stopped_import_keeps_whole_parts_and_goes_on_behind_them(
    world: World, own: str, table: Table, stops: Callable[[int], None]
) -> None:
    file = table([row(6, how="不详"), *GOOD])
    stops(4)
    stopped = run(file, "--mapping", own)
    assert stopped.exit_code == INTERRUPTED
    assert "前 4 行已保存" in stopped.output
    assert (Report.objects.count(), Batch.objects.get().rows_done) == (3, 4)
    resumed = run(file, "--mapping", own, "--resume")
    assert "新收 5 行，此前已收 0 行，拒绝 1 行" in resumed.output
    batch = Batch.objects.get()
    assert (batch.state, batch.rows_done, batch.taken, batch.refused) == ("done", 6, 5, 1)
    assert sorted(states()) == ["closed"] * 4 + ["handling"]


def test_a_resume_of_another_file_begins_at_its_first_row(
    world: World, own: str, table: Table, stops: Callable[[int], None]
) -> None:
    stops(3)
    run(table(GOOD), "--mapping", own)
    other = run(table([*GOOD, row(6)]), "--mapping", own, "--resume")
    assert "新收 4 行，此前已收 2 行" in other.output


def test_only_the_first_rows_when_asked(world: World, own: str, table: Table) -> None:
    done = run(table(GOOD), "--mapping", own, "--limit", 2)
    assert "新收 2 行" in done.output


def test_plain_reports_go_into_the_queue_with_their_reporter_in_the_vault(
    world: World, tmp_path: Path
) -> None:
    file = tmp_path / "reports.csv"
    rows = [["A-1", "路灯不亮三天了", "江浦街道", "张三", "13800138000"], ["A-2", "楼道堆物", "", "", ""]]
    sheets.write(file, ["编号", "内容", "街道", "反映人", "电话"], rows)
    told = Delivery.objects.count()
    done = run(file, "--mapping", "reports")
    assert done.exit_code == 0
    found = {one.outside_id: one for one in Report.objects.all()}
    assert (found["A-1"].place, found["A-1"].state, found["A-1"].channel_id) == (
        "320111004",
        "received",
        "import",
    )
    assert found["A-1"].identity is not None
    assert Identity.objects.count() == 1
    assert Delivery.objects.count() > told


@pytest.mark.parametrize(
    ("name", "kind"),
    [("li.wen", Kind.FORBIDDEN), ("nobody", Kind.MISSING)],
)
def test_only_who_may_import_does(world: World, own: str, table: Table, name: str, kind: Kind) -> None:
    before = counted()
    for more in ([], ["--dry-run"]):
        with pytest.raises(Refusal) as refused:
            run(table(GOOD), "--mapping", own, "--as", name, *more)
        assert refused.value.kind is kind
    assert counted() == before


@pytest.mark.parametrize(
    ("file", "mapping", "said"),
    [
        ("none.csv", "reports", "没有文件"),
        ("past.csv", "none", "没有名为“none”的映射"),
        ("past.csv", "none.toml", "没有映射文件"),
        ("past.csv", "pingshan2018", "表中缺少列"),
    ],
)  # fmt: skip -- one case on each line
def test_a_file_or_mapping_that_does_not_fit_is_refused(
    world: World, table: Table, file: str, mapping: str, said: str
) -> None:
    folder = table(GOOD).parent
    with pytest.raises(Refusal, match=said):
        run(folder / file, "--mapping", mapping)
    assert Batch.objects.count() == 0


@pytest.fixture
def pingshan(db: None) -> Path:
    """The file of Pingshan, on a platform that has its divisions and the catalogue."""
    file, divisions = (
        shared.data("pingshan2018_events") / "events.csv.gz",
        shared.data("admin_divisions_2023"),
    )
    founding.lay_ground("440310", now=timezone.now(), divisions=False)
    done = CliRunner().invoke(load_divisions, [str(divisions), "--within", "440310"])
    assert "载入区划 35 个" in done.output
    return file


def test_all_of_pingshan_passes_its_trial_and_its_rows_agree_with_the_record(pingshan: Path) -> None:
    """The trial reads all rows, forty are taken in; the guide has the figures of all eight thousand."""
    tried = run(pingshan, "--mapping", "pingshan2018", "--dry-run").output
    assert "可导入 8000 行" in tried
    assert "区域 24 个；只到区县的 9 行" in tried
    assert "来源渠道 6 个" in tried
    assert "事项 342 类；将新建类目 484 个" in tried
    assert "单位名称 155 种，归并为 121 个单位" in tried
    assert Report.objects.count() == 0
    assert run(pingshan, "--mapping", "pingshan2018", "--limit", 40).exit_code == 0
    with gzip.open(pingshan, "rt", encoding="utf-8-sig") as file:
        recorded = {one["REC_ID"]: one for one, _ in zip(csv.DictReader(file), range(40), strict=False)}
    taken = Report.objects.select_related("case")
    assert {one.outside_id for one in taken} == set(recorded)
    for report in taken:
        row, case = recorded[report.outside_id or ""], report.case
        assert case is not None
        assert case.closed_at is not None
        assert (case.closed_at > case.due_at) is (row["OVERTIME_ARCHIVE_NUM"] == "1")
        at = timezone.localtime(report.received_at)
        assert at.replace(tzinfo=None) == datetime.fromisoformat(row["CREATE_TIME"])


def test_the_shipped_mappings_are_found_by_name() -> None:
    assert {path.stem for path in MAPPINGS.glob("*.toml")} == {"pingshan2018", "reports"}
