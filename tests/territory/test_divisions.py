"""Division lists from a folder, from a package, from the shipped seeds."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from gewu.kernel.refusals import Kind, Refusal
from gewu.security.actors import Actor
from gewu.territory import actions, queries
from gewu.territory.actions.demo import SEEDS
from gewu.territory.models import Division
from gewu.territory.rules.divisions import DivisionRow
from tests import shared

from .conftest import NOW, STREET, UPPER

pytestmark = pytest.mark.django_db


def test_the_seeds_hold_the_counties_of_the_country_and_pukou_whole(keeper: Actor) -> None:
    batch = actions.load_divisions(SEEDS, actor=keeper, now=NOW)
    assert (batch.counts, batch.findings) == ({"rows": 3491, "findings": 0, "blocking": 0}, [])
    assert len(queries.children_of("")) == 31
    assert len(queries.children_of("320111")) == 15
    assert queries.place("320111004015").path == "浦口区 江浦街道 珠江社区"


def test_a_folder_of_five_files_is_read_whatever_their_form(tmp_path: Path, keeper: Actor) -> None:
    (tmp_path / "provinces.csv").write_text("\ufeffcode,name\n32,江苏省\n", encoding="utf-8")
    (tmp_path / "cities.json").write_text(json.dumps([{"code": "3201", "name": "南京市"}]), encoding="utf-8")
    (tmp_path / "areas.csv").write_text("code,name,cityCode\n320111,浦口区,3201\n", encoding="utf-8")
    (tmp_path / "streets.csv.gz").write_bytes(gzip.compress("code,name\n320111004,江浦街道\n".encode()))
    assert actions.load_divisions(tmp_path, actor=keeper, now=NOW).counts["rows"] == 4
    assert queries.place(STREET).above == ("江苏省", "南京市", "浦口区")


def test_the_layout_of_the_package_is_known(tmp_path: Path, keeper: Actor) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "provinces.json").write_text('[{"code":"32","name":"江苏省"}]', encoding="utf-8")
    assert actions.load_divisions(tmp_path, actor=keeper, now=NOW).counts["rows"] == 1


def test_only_the_prefix_and_what_is_above_it_is_taken(keeper: Actor) -> None:
    actions.load_divisions(SEEDS, prefix=STREET, actor=keeper, now=NOW)
    assert Division.objects.count() == 3 + 1 + 15


def test_loading_again_changes_names_and_removes_nothing(divisions: None, keeper: Actor) -> None:
    count = Division.objects.count()
    row = DivisionRow(UPPER, "新珠江社区居委会")
    actions.record_divisions([row], "again.csv", actor=keeper, now=NOW)
    assert Division.objects.count() == count
    assert queries.place(UPPER).name == "新珠江社区居委会"


def test_rows_without_level_name_or_parent_are_named_and_left_out(keeper: Actor) -> None:
    rows = [DivisionRow("32", "江苏省"), DivisionRow("32", "江苏省"), DivisionRow("3201", "")]
    rows += [DivisionRow("320", "?"), DivisionRow("3a", "?"), DivisionRow("4403", "深圳市")]
    batch = actions.record_divisions(rows, "bad.csv", actor=keeper, now=NOW)
    assert (batch.counts["rows"], len(batch.findings)) == (1, 5)


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\xff\xfe", b"code\n1\n"])
def test_a_file_that_is_no_division_list_is_refused(tmp_path: Path, keeper: Actor, content: bytes) -> None:
    (tmp_path / "provinces.csv").write_bytes(content)
    if content:
        with pytest.raises(Refusal):
            actions.load_divisions(tmp_path, actor=keeper, now=NOW)
    else:
        assert actions.load_divisions(tmp_path, actor=keeper, now=NOW).counts["rows"] == 0


def test_an_empty_folder_and_a_stranger_are_refused(tmp_path: Path, keeper: Actor, department: Actor) -> None:
    with pytest.raises(Refusal) as refused:
        actions.load_divisions(tmp_path, actor=keeper, now=NOW)
    assert refused.value.kind is Kind.MISSING
    with pytest.raises(Refusal) as refused:
        actions.load_divisions(SEEDS, actor=department, now=NOW)
    assert refused.value.kind is Kind.FORBIDDEN


def test_a_province_of_the_published_list_is_taken_whole(keeper: Actor) -> None:
    batch = actions.load_divisions(shared.data("admin_divisions_2023"), prefix="3201", actor=keeper, now=NOW)
    assert batch.findings == []
    assert len(queries.children_of("3201")) == 11
    assert Division.objects.filter(level=12).count() > 1000
