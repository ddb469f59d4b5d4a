"""A boundary file takes force only when its check is clean, and the past keeps its own grids."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import shapely

from gewu.infra import stream
from gewu.kernel.datum import Datum
from gewu.kernel.refusals import Kind, Refusal
from gewu.security.actors import Actor
from gewu.territory import actions, queries
from gewu.territory.actions import BoundaryFile
from gewu.territory.models import Boundary, Grid, ImportBatch, Layer
from gewu.territory.queries import net

from .conftest import BOUNDS, FIRST_DAY, LOWER, NOW, STREET, UPPER
from .shapes import collection, square

pytestmark = pytest.mark.django_db
LATER = date(2026, 7, 1)
LEFT = shapely.box(118.60, 32.00, 118.615, 32.03)
RIGHT = shapely.box(118.615, 32.00, 118.63, 32.03)
TWO = {f"{UPPER}001": LEFT, f"{LOWER}001": RIGHT}


def a_file(shapes: dict[str, Any], **given: Any) -> BoundaryFile:
    terms: dict[str, Any] = {"within": STREET, "since": LATER, "datum": Datum.WGS84} | given
    return BoundaryFile(collection(shapes), "grids.geojson", **terms)


def test_a_sound_file_takes_force_from_its_day_and_the_past_keeps_its_grids(
    street: None, keeper: Actor
) -> None:
    batch = actions.import_boundaries(a_file(TWO), actor=keeper, now=NOW)
    assert batch.state == "in_force"
    corner = (118.6290, 32.0290)
    before = queries.locate(*corner, on=date(2026, 6, 30))
    assert before is not None
    assert before.place == f"{UPPER}003"
    assert before.names[-1] == "珠江社区第03网格"
    for day in (LATER, None):
        after = queries.locate(*corner, on=day)
        assert after is not None
        assert after.place == f"{LOWER}001"
    assert queries.locate(*corner, on=date(2025, 12, 31)) is None
    assert len(queries.children_of(UPPER, on=FIRST_DAY)) == 5
    assert len(queries.children_of(UPPER)) == 1


def test_a_day_to_come_is_not_yet_in_force(street: None, keeper: Actor) -> None:
    actions.import_boundaries(a_file(TWO, since=date(2027, 1, 1)), actor=keeper, now=NOW)
    found = queries.locate(118.6290, 32.0290, on=NOW.date())
    assert found is not None
    assert found.place == f"{UPPER}003"


def test_every_process_notices_the_new_net(street: None, keeper: Actor) -> None:
    held = net.net()
    actions.import_boundaries(a_file(TWO), actor=keeper, now=NOW)
    assert net.net() is not held
    assert net.net().version != held.version


def test_an_overlap_keeps_everything_as_it_is(street: None, keeper: Actor) -> None:
    wide = shapely.box(118.60, 32.00, 118.62, 32.03)
    with pytest.raises(Refusal, match="1 处") as refused:
        actions.import_boundaries(a_file(TWO | {f"{UPPER}001": wide}), actor=keeper, now=NOW)
    assert refused.value.kind is Kind.CONFLICT
    assert "重叠" in str(refused.value.advice)
    assert Grid.objects.filter(until__isnull=True).count() == 9
    kept = ImportBatch.objects.get(file_name="grids.geojson")
    assert (kept.state, kept.edition) == ("drafted", None)
    assert kept.findings[0]["kind"] == "overlap"
    assert kept.findings[0]["area_m2"] == pytest.approx(1_570_000, rel=0.01)


def test_a_gap_in_the_boundary_above_is_found(street: None, keeper: Actor) -> None:
    outline = BoundaryFile(
        collection({STREET: shapely.box(*BOUNDS)}),
        "street.geojson",
        STREET,
        FIRST_DAY,
        Datum.WGS84,
        Layer.DIVISION,
    )
    actions.import_boundaries(outline, actor=keeper, now=NOW)
    assert actions.check_boundaries(a_file(TWO), actor=keeper, now=NOW).counts["blocking"] == 0
    checked = actions.check_boundaries(a_file({f"{UPPER}001": LEFT}), actor=keeper, now=NOW)
    assert [one["kind"] for one in checked.findings] == ["gap", "ending"]
    assert checked.findings[0]["lon"] == pytest.approx(118.6225)


def test_a_dry_run_changes_nothing_but_tells_what_it_found(street: None, keeper: Actor) -> None:
    version = queries.version()
    batch = actions.check_boundaries(a_file(TWO), actor=keeper, now=NOW)
    assert batch.state == "checked"
    assert [one["kind"] for one in batch.findings] == ["ending", "unbounded"]
    assert queries.version() == version
    assert [told.type for told in stream.timeline("territory", batch.pk)] == ["BoundariesChecked"]


def test_taking_force_is_told(street: None, keeper: Actor) -> None:
    batch = actions.import_boundaries(a_file(TWO), actor=keeper, now=NOW)
    told = stream.timeline("territory", batch.pk)
    assert [one.type for one in told] == ["BoundariesChecked", "BoundariesTookForce"]
    assert told[1].data["since"] == "2026-07-01"


@pytest.mark.parametrize(
    "shapes, kind",
    [
        ({f"{UPPER}001": LEFT, "320111004099001": RIGHT}, "unknown"),
        ({f"{UPPER}001": LEFT, "320111005001001": RIGHT}, "wrong_code"),
        ({f"{UPPER}001": LEFT, "珠江": RIGHT}, "wrong_code"),
        ({f"{UPPER}001": LEFT, f"{LOWER}001": None}, "no_polygon"),
        ({f"{UPPER}001": LEFT, f"{LOWER}001": square(500_000, 3_540_000)}, "out_of_bounds"),
    ],
)
def test_bad_features_are_refused_with_the_reason(
    street: None, keeper: Actor, shapes: dict[str, Any], kind: str
) -> None:
    with pytest.raises(Refusal):
        actions.import_boundaries(a_file(shapes), actor=keeper, now=NOW)
    kept = ImportBatch.objects.get(file_name="grids.geojson")
    assert kind in [one["kind"] for one in kept.findings]
    assert Boundary.objects.filter(until__isnull=True).count() == 9


def test_a_file_without_one_sound_feature_ends_nothing(street: None, keeper: Actor) -> None:
    batch = actions.check_boundaries(a_file({f"{UPPER}001": None, "9": LEFT}), actor=keeper, now=NOW)
    assert [one["kind"] for one in batch.findings] == ["no_polygon", "wrong_code", "ending"]
    with pytest.raises(Refusal):
        actions.import_boundaries(a_file({f"{UPPER}001": None}), actor=keeper, now=NOW)
    assert Grid.objects.filter(until__isnull=True).count() == 9


def test_many_statements_are_not_needed_for_many_grids(
    divisions: None, keeper: Actor, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    west, south = 118.0, 32.0
    many = {f"{UPPER}{n + 1:03d}": square(west + n * 0.01, south) for n in range(90)}
    with django_assert_max_num_queries(32):
        actions.import_boundaries(a_file(many), actor=keeper, now=NOW)


def test_a_new_net_may_not_begin_before_the_one_that_stands(street: None, keeper: Actor) -> None:
    with pytest.raises(Refusal, match="2026-01-01"):
        actions.import_boundaries(a_file(TWO, since=FIRST_DAY), actor=keeper, now=NOW)


def test_a_department_may_not_make_grids_but_its_old_codes_find_them(
    street: None, keeper: Actor, department: Actor
) -> None:
    for act in (actions.check_boundaries, actions.import_boundaries):
        with pytest.raises(Refusal) as refused:
            act(a_file(TWO), actor=department, now=NOW)
        assert refused.value.kind is Kind.FORBIDDEN
    codes = {"CG-07": f"{UPPER}001", "CG-08": f"{UPPER}001"}
    assert actions.record_aliases("城市管理网", codes, inside=STREET, actor=keeper, now=NOW) == 2
    actions.record_aliases("综治网", {"CG-07": f"{LOWER}002"}, inside=STREET, actor=keeper, now=NOW)
    assert [(one.net, one.place) for one in queries.by_old_code("CG-07")] == [
        ("城市管理网", f"{UPPER}001"),
        ("综治网", f"{LOWER}002"),
    ]
    assert [one.place for one in queries.by_old_code("CG-07", of_net="综治网")] == [f"{LOWER}002"]
    assert queries.by_old_code("CG-99") == ()


def test_an_old_code_of_any_of_four_nets_finds_the_new_grid(street: None, keeper: Actor) -> None:
    nets = ("城市管理网", "综治维稳网", "治安巡控网", "社区服务网")
    codes = {name: f"{letters}-{n:02d}" for n, (name, letters) in enumerate(zip(nets, "CZXS", strict=True))}
    for n, (name, old) in enumerate(codes.items(), 1):
        actions.record_aliases(name, {old: f"{UPPER}{n:03d}"}, inside=STREET, actor=keeper, now=NOW)
    for n, old in enumerate(codes.values(), 1):
        grid = f"{UPPER}{n:03d}"
        assert [one.place for one in queries.by_old_code(old)] == [grid]
        assert queries.suggest(f"原{old}号网格，桥下", inside="320111")[0].code == grid
    assert queries.suggest(codes[nets[0]], inside="320112") == ()
    assert queries.suggest("C-99", inside="320111") == ()


def test_an_alias_of_an_unknown_grid_is_refused(street: None, keeper: Actor) -> None:
    with pytest.raises(Refusal) as refused:
        actions.record_aliases("综治网", {"Z1": f"{UPPER}099"}, inside=STREET, actor=keeper, now=NOW)
    assert refused.value.kind is Kind.MISSING


def test_micro_grids_and_management_cells_are_nets_of_their_own(street: None, keeper: Actor) -> None:
    grid = shapely.box(118.60, 32.02, 118.61, 32.03)
    halves = {f"{UPPER}00101": shapely.box(118.60, 32.02, 118.605, 32.03)}
    halves |= {f"{UPPER}00102": shapely.box(118.605, 32.02, 118.61, 32.03)}
    given = {"within": f"{UPPER}001", "layer": Layer.MICRO}
    actions.import_boundaries(a_file(halves, **given), actor=keeper, now=NOW)
    actions.import_boundaries(a_file({f"{UPPER}001": grid}, layer=Layer.UNIT), actor=keeper, now=NOW)
    at = (118.602, 32.025)
    found = [queries.locate(*at, layer=layer) for layer in (Layer.GRID, Layer.MICRO, Layer.UNIT)]
    assert [one and one.place for one in found] == [f"{UPPER}001", f"{UPPER}00101", f"{UPPER}001"]
    assert [one.name for one in queries.children_of(f"{UPPER}001")] == [
        "珠江社区第01网格第01微网格",
        "珠江社区第01网格第02微网格",
    ]


def test_a_grid_that_is_called_otherwise_keeps_its_old_name_in_the_past(street: None, keeper: Actor) -> None:
    content = collection(TWO).replace(b'"code": "320111004015001"', b'"code": "320111004015001", "name": "A"')
    file = BoundaryFile(content, "named.geojson", STREET, LATER, Datum.WGS84)
    actions.import_boundaries(file, actor=keeper, now=NOW)
    assert queries.place(f"{UPPER}001").name == "A"
    assert queries.place(f"{UPPER}001", on=FIRST_DAY).name == "珠江社区第01网格"
