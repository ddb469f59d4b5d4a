"""The catalogue as it is loaded, again and from bad files."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from gewu.catalogue import actions, queries
from gewu.catalogue.actions.seeds import SEEDS
from gewu.catalogue.models import Criterion, Department, MatterClass, Route, WorkdayRow
from gewu.catalogue.rules import Limit
from gewu.infra import stream
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.worktime import Unit
from tests.organisation import setting
from tests.organisation.setting import COUNTY, NOW, SETUP, TODAY

COUNTS = {MatterClass: 199, Criterion: 250, Department: 46, WorkdayRow: 771, Route: 169}


def test_everything_is_loaded_once_however_often(catalogue: None) -> None:
    keys = set(MatterClass.objects.values_list("pk", flat=True))
    loaded = actions.load_seeds(actor=SETUP, now=NOW, county=COUNTY)
    assert (loaded.matters, loaded.headers, loaded.criteria, loaded.departments) == (169, 30, 250, 46)
    assert {model: model.objects.count() for model in COUNTS} == COUNTS
    assert set(MatterClass.objects.values_list("pk", flat=True)) == keys
    assert [one.type for one in stream.after(0)].count("CatalogueLoaded") == 2


def test_class_has_its_limits_in_their_own_units(catalogue: None) -> None:
    cover = queries.matter("C0101", TODAY)
    assert cover.accept == Limit(0.25, Unit.URGENT_HOUR)
    assert cover.handle == Limit(2, Unit.URGENT_HOUR)
    assert [one.limit for one in cover.criteria] == [
        Limit(2, Unit.URGENT_HOUR),
        Limit(4, Unit.WORK_HOUR),
        Limit(2, Unit.WORK_DAY),
        Limit(5, Unit.WORK_DAY),
    ]
    assert cover.evidence == ("location", "photo_before", "photo_after")
    assert queries.matter("D0101", TODAY).handle == Limit(30, Unit.CALENDAR_DAY)


def test_tree_and_search_find_the_classes(catalogue: None) -> None:
    tree = queries.matters(TODAY)
    assert (len(tree), sum(len(group.matters) for group in tree)) == (30, 169)
    assert [one.code for one in queries.search_matters("雨水井盖", TODAY)] == ["C0103"]
    assert [one.code for one in queries.search_matters("c0103", TODAY)] == ["C0103"]
    assert "C0103" in [one.code for one in queries.search_matters("manhole storm", TODAY)]
    assert queries.search_matters("不存在的词", TODAY) == ()
    assert len(queries.search_matters("", TODAY)) == 169


def test_residents_choose_no_petition(catalogue: None) -> None:
    assert queries.matter("C0101", TODAY).public
    assert not queries.matter("P0101", TODAY).public


@pytest.mark.parametrize("code", ["C01", "X9999", ""])
def test_header_and_unknown_class_are_refused(catalogue: None, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        queries.matter(code, TODAY)
    assert refused.value.kind is Kind.MISSING


def test_class_of_a_day_is_the_one_in_force_on_it(catalogue: None) -> None:
    MatterClass.objects.filter(code="C0101").update(until=TODAY)
    actions.load_seeds(actor=SETUP, now=NOW, county=COUNTY)
    assert queries.matter("C0101", date(2026, 11, 22)).code == "C0101"
    with pytest.raises(Refusal):
        queries.matter("C0101", TODAY)


def test_calendar_knows_holidays_and_the_year_without_a_notice(catalogue: None) -> None:
    calendar = queries.calendar()
    assert not calendar.is_workday(date(2026, 10, 1))
    assert calendar.is_workday(TODAY)
    assert queries.missing_calendar_years(date(2026, 6, 1)) == ()
    assert queries.missing_calendar_years(TODAY) == (2027,)
    assert queries.missing_calendar_years(date(2028, 3, 1)) == (2028,)


def test_only_whoever_keeps_the_catalogue_loads_it(db: None) -> None:
    with pytest.raises(Refusal) as refused:
        actions.load_seeds(actor=setting.manager("320112"), now=NOW, county=COUNTY)
    assert refused.value.kind is Kind.FORBIDDEN


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SEEDS, tmp_path / "seeds"))


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("matters.csv", "C0101,C01,上水井盖", "C0101,C09,上水井盖", ("matters.csv", "第 3 行", "C09")),
        ("matters.csv", "component,water_supply,", "component,nobody,", ("matters.csv", "第 3 行", "nobody")),
        ("matters.csv", "C0102,C01,", "C0101,C01,", ("第 4 行", "第 3 行", "重复")),
        ("criteria.csv", "C0101,2,", "C9999,2,", ("criteria.csv", "第 3 行", "C9999")),
        ("criteria.csv", ",4,work_hour,", ",soon,work_hour,", ("criteria.csv", "soon")),
        ("criteria.csv", ",2,work_day,", ",2.5,work_day,", ("criteria.csv", "第 4 行", "整数")),
        ("departments.csv", "Urban Management Bureau,district", "Urban Management Bureau", ("第 2 行",)),
        ("departments.csv", "code,name_zh", "key,name_zh", ("departments.csv", "缺少列", "code")),
        ("workdays_cn.csv", "2024-02-04", "04/02/2024", ("workdays_cn.csv", "第 3 行", "04/02/2024")),
    ],
)
def test_bad_row_is_named_and_nothing_is_written(
    db: None, folder: Path, file: str, old: str, new: str, said: tuple[str, ...]
) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        actions.load_seeds(actor=SETUP, now=NOW, folder=folder, county=COUNTY)
    assert [word for word in said if word not in str(refused.value)] == []
    assert {model: model.objects.count() for model in COUNTS} == dict.fromkeys(COUNTS, 0)


def test_missing_file_is_named(db: None, folder: Path) -> None:
    (folder / "criteria.csv").unlink()
    with pytest.raises(Refusal) as refused:
        actions.load_seeds(actor=SETUP, now=NOW, folder=folder, county=COUNTY)
    assert "criteria.csv" in str(refused.value)
