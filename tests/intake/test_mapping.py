"""A saved mapping: read strictly, and applied to a row cell by cell."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from gewu.cli.importing import MAPPINGS
from gewu.intake import actions as intake
from gewu.intake.actions.grouping import Spelling
from gewu.intake.actions.mapping import limit_of, translate
from gewu.kernel.refusals import Refusal

COUNTY = "320111"


def mapping(folder: Path, text: str) -> intake.Mapping:
    path = folder / "own.toml"
    path.write_text(text, encoding="utf-8")
    return intake.read_mapping(path, county=COUNTY)


SMALL = """
name = "own"
missing = ["-"]
[report]
text = ["{性质}：", "{事项}", "／{细类}"]
received_at = "时间"
lon = "经度"
[channel]
column = "来源"
values = { "热线" = "phone" }
"""
ROW = {
    "性质": "投诉",
    "事项": "市容",
    "细类": "-",
    "时间": "2018-07-04 17:24:41",
    "经度": "118.6",
    "来源": "热线",
}


@pytest.mark.parametrize("path", sorted(MAPPINGS.glob("*.toml")), ids=lambda path: path.stem)
def test_every_shipped_mapping_can_be_read(path: Path) -> None:
    assert intake.read_mapping(path, county=COUNTY).name == path.stem


def test_a_row_is_read_in_the_zone_of_the_mapping_and_without_what_is_missing(tmp_path: Path) -> None:
    reading = translate(mapping(tmp_path, SMALL), ROW)
    assert reading.text == "投诉：市容"
    assert reading.received_at == datetime(2018, 7, 4, 9, 24, 41, tzinfo=UTC)
    assert (reading.channel, reading.lon, reading.outcome) == ("phone", 118.6, intake.Outcome.OPEN)


@pytest.mark.parametrize(
    "written",
    [
        "2018-07-04 17:24",
        "2018/7/4 17:24",
        "2018.7.4 17:24",
        "2018年7月4日 17:24",
        "2018年07月04日 17时24分",
        "43285.725",
    ],
)  # fmt: skip -- one way of writing after another
def test_a_time_is_read_however_offices_write_it(tmp_path: Path, written: str) -> None:
    reading = translate(mapping(tmp_path, SMALL), {**ROW, "时间": written})
    assert reading.received_at == datetime(2018, 7, 4, 9, 24, tzinfo=UTC)


@pytest.mark.parametrize("written", ["20180704", "43285天", "-43285", "nan", "80000.5", "2018", "1e400"])
def test_a_number_that_is_no_time_is_refused(tmp_path: Path, written: str) -> None:
    with pytest.raises(Refusal) as refused:
        translate(mapping(tmp_path, SMALL), {**ROW, "时间": written})
    assert refused.value.field == "时间"


def test_a_mapping_that_names_its_ways_of_writing_takes_no_other(tmp_path: Path) -> None:
    named = SMALL.replace('received_at = "时间"', 'received_at = "时间"\nformats = ["%Y-%m-%d"]')
    with pytest.raises(Refusal):
        translate(mapping(tmp_path, named), {**ROW, "时间": "43285.725"})


@pytest.mark.parametrize(
    ("cells", "said", "field"),
    [
        ({"时间": "昨天"}, "“时间”的时间“昨天”无法读取", "时间"),
        ({"时间": "2018-02-30 10:00:00"}, "无法读取", "时间"),
        ({"经度": "东经118度"}, "“经度”的数", "经度"),
        ({"来源": "飞鸽"}, "映射中没有来源渠道“飞鸽”", "来源"),
    ],
)
def test_a_cell_that_cannot_be_read_is_refused_by_its_column(
    tmp_path: Path, cells: dict[str, str], said: str, field: str
) -> None:
    with pytest.raises(Refusal, match=said) as refused:
        translate(mapping(tmp_path, SMALL), {**ROW, **cells})
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("[report]", "[reports]"), "有误"),
        (('received_at = "时间"', 'recieved_at = "时间"'), "recieved_at"),
        (('name = "own"', ""), "有误"),
        (('name = "own"', f'name = "{"长" * 41}"'), "“name”不完整"),
        (('name = "own"', 'name = "own"\nzone = "Moon/Base"'), "有误"),
        (('text = ["{性质}：", "{事项}", "／{细类}"]', "text = []"), "“report.text”不完整"),
        (('column = "来源"', ""), "“channel”不完整"),
        (
            ("[channel]", "[matter]\nprefix = 'Z'\nlevels = [{id='a',name='b',digits=2}]\n[channel]"),
            "“matter”",
        ),
        (("[channel]", "[unit]\ncreate = true\n[channel]"), "“unit”不完整"),
        (("[report]", "["), "有误"),
    ],
    ids=lambda value: value[1][:20] if isinstance(value, tuple) else "",
)
def test_a_slip_in_a_mapping_is_refused(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    with pytest.raises(Refusal, match=said):
        mapping(tmp_path, SMALL.replace(*change))


def test_a_mapping_that_is_not_there_is_refused() -> None:
    with pytest.raises(Refusal, match="没有映射文件“none.toml”"):
        intake.read_mapping(Path("none.toml"), county=COUNTY)


def test_classes_of_somebody_else_get_codes_that_begin_with_those_of_the_wider_ones() -> None:
    pingshan = intake.read_mapping(MAPPINGS / "pingshan2018.toml", county=COUNTY)
    cells = dict.fromkeys(pingshan.columns(), "-") | {
        "EVENT_SRC_NAME": "12345",
        "INTIME_ARCHIVE_NUM": "0",
        "EVENT_TYPE_ID": "5",
        "EVENT_TYPE_NAME": "市容环卫",
        "MAIN_TYPE_ID": "1159",
        "MAIN_TYPE_NAME": "市容城管",
        "SUB_TYPE_ID": "1164",
        "SUB_TYPE_NAME": "乱摆卖",
        "DISPOSE_UNIT_NAME": "城管办（碧岭街道办事处）",
        "DISPOSE_UNIT_ID": "1876",
    }
    reading = translate(pingshan, cells)
    assert [name.code for name in reading.chain] == ["Z005", "Z0051159", "Z00511591164"]
    assert reading.matter == "Z00511591164"
    assert reading.unit == Spelling("城管办（碧岭街道办事处）", "1876")
    assert reading.outcome is intake.Outcome.OVERDUE
    assert pingshan.is_history


@pytest.mark.parametrize("text", ["", "5", "five work_day", "5 weeks", "5work_day"])
def test_what_is_no_limit_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="不是时限"):
        limit_of(text)
