"""Places, units and posts in setup: who may, what is kept, what is refused and said beside the form."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
import shapely
from django.core.files.uploadedfile import SimpleUploadedFile

from gewu.config.errand import carry_out
from gewu.infra import errands
from gewu.organisation import queries as units
from gewu.organisation.models import Unit
from gewu.territory import queries as territory
from gewu.territory.rules import drawing
from tests.shells.visits import cost, said, signed_in
from tests.world import BOUNDS, COUNTY, GRID, RIVERSIDE, SOUTH_GATE, STREET, World

pytestmark = pytest.mark.django_db
PAGES = ("/setup/places", "/setup/units", "/setup/posts", "/setup/crews")


@pytest.mark.parametrize("address", PAGES)
def test_pages_open_for_the_administrator_and_for_nobody_else(world: World, address: str) -> None:
    assert signed_in("qian.lei").get(f"{address}?at={STREET}").status_code == 200
    for other in ("zhou.min", "ma.jianguo", "fang.an", "shen.ji"):
        assert signed_in(other).get(address).status_code == 403


@pytest.mark.parametrize(
    "address",
    ["/setup/units/add", "/setup/posts/appoint", "/setup/places/boundaries", "/setup/places/aliases"],
)
def test_forms_are_refused_to_everyone_else(world: World, address: str) -> None:
    assert signed_in("zhou.min").post(address, {"at": STREET}).status_code == 403


def unit_form(**given: str) -> dict[str, str]:
    new = {
        "kind": "party_community_committee",
        "code": "dw",
        "name_zh": "南门社区大党委",
        "place": SOUTH_GATE,
    }
    return {"at": SOUTH_GATE, **new, **given}


def test_unit_is_set_up_renamed_moved_and_closed(world: World) -> None:
    client = signed_in("qian.lei")
    assert client.post("/setup/units/add", unit_form()).status_code == 303
    assert "南门社区大党委" in said(client.get(f"/setup/units?at={SOUTH_GATE}"))
    street = unit_form(
        kind="party_street_committee", code="gw", name_zh="江浦街道党工委", place=STREET, at=STREET
    )
    assert client.post("/setup/units/add", street).status_code == 303

    change = {"at": SOUTH_GATE, "code": "dw"}
    assert client.post("/setup/units/rename", {**change, "name_zh": "南门大党委"}).status_code == 303
    assert client.post("/setup/units/alias", {**change, "name_zh": "南门党委"}).status_code == 303
    assert client.post("/setup/units/move", {**change, "parent": "gw"}).status_code == 303
    moved = units.known_unit("dw")
    assert (moved.name_zh, moved.path) == ("南门大党委", "gw/dw/")
    assert units.unit_named("南门党委") == units.unit_named("南门社区大党委") == moved
    assert client.post("/setup/units/close", change).status_code == 303
    assert units.known_unit("dw").closed


@pytest.mark.parametrize(
    ("given", "status", "words"),
    [
        ({"place": RIVERSIDE + "9"}, 422, "不是区划或网格代码"),
        ({"place": STREET}, 422, "设在社区一级"),
        ({"kind": "nothing"}, 404, "没有“nothing”这种单位"),
        ({"code": ""}, 422, "单位代码不能为空"),
        ({"parent": "nobody"}, 404, "没有上级单位“nobody”"),
    ],
)
def test_unit_that_cannot_be_is_refused_beside_what_was_typed(
    world: World, given: dict[str, str], status: int, words: str
) -> None:
    answer = signed_in("qian.lei").post("/setup/units/add", unit_form(**given))
    assert answer.status_code == status
    assert words in said(answer)
    assert "南门社区大党委" in answer.content.decode()
    assert not Unit.objects.filter(name_zh="南门社区大党委").exists()


def test_unknown_deed_is_missing(world: World) -> None:
    assert signed_in("qian.lei").post("/setup/units/explode", {"at": STREET}).status_code == 404


def test_post_is_given_with_its_right_and_ended(world: World) -> None:
    client = signed_in("qian.lei")
    given = {"at": GRID, "kind": "safety_liaison", "name": "李警官", "contact": "025-110", "hours": "周二"}
    assert client.post("/setup/posts/appoint", given).status_code == 303
    assert "创安专员 李警官 025-110" in said(client.get(f"/setup/posts?at={GRID}"))
    (post,) = [
        one
        for one in units.posts_at(GRID, now=world.now + timedelta(days=3650))
        if one.kind == "safety_liaison"
    ]
    assert post.hours == "周二"

    assert client.post(f"/setup/posts/{post.post}/end", {"at": GRID}).status_code == 303
    assert "李警官" not in said(client.get(f"/setup/posts?at={GRID}"))


def test_linked_posts_change_together_or_with_a_reason(world: World) -> None:
    client = signed_in("qian.lei")
    given = {"at": GRID, "kind": "grid_head", "account": "zhao.qiang"}
    refused = client.post("/setup/posts/appoint", given)
    assert refused.status_code == 409
    assert "由同一人担任" in said(refused)
    assert 'value="zhao.qiang"' in refused.content.decode()

    assert client.post("/setup/posts/appoint", {**given, "together": "1"}).status_code == 303
    shown = said(client.get(f"/setup/posts?at={GRID}"))
    assert "网格长 赵强" in shown
    assert "党小组长 赵强" in shown


@pytest.mark.parametrize(
    ("given", "status", "words"),
    [
        ({"account": "nobody"}, 404, "没有账号“nobody”"),
        ({"name": ""}, 422, "请指明由谁担任"),
        ({"until": "soon"}, 422, "年-月-日"),
        ({"kind": "handler", "name": "某人"}, 404, "没有单位"),
        ({"at": COUNTY}, 422, "要设在网格"),
    ],
)
def test_post_that_cannot_be_is_refused(world: World, given: dict[str, str], status: int, words: str) -> None:
    right = {"at": GRID, "kind": "safety_liaison", "name": "李警官"}
    answer = signed_in("qian.lei").post("/setup/posts/appoint", {**right, **given})
    assert answer.status_code == status
    assert words in said(answer)


def test_crew_models_and_structures_are_shown(world: World) -> None:
    shown = said(signed_in("qian.lei").get("/setup/crews"))
    for words in ("一长五员", "1+3+N", "三官一律", "街道党工委 社区党总支 小区党支部 楼栋长 党员中心户"):
        assert words in shown


def _boundary(counts: dict[str, int], *, shift: float = 0.0) -> SimpleUploadedFile:
    """The lattice of the sub-district as a file; with a shift its first cell lies upon its neighbour."""
    features = []
    for community, cells in drawing.lattice(BOUNDS, counts, 3).items():
        for number, cell in enumerate(cells, 1):
            moved = shapely.transform(cell, lambda points: points + [shift, 0.0]) if not features else cell
            features.append(
                {
                    "type": "Feature",
                    "properties": {"code": f"{community}{number:03d}"},
                    "geometry": json.loads(shapely.to_geojson(moved)),
                }
            )
    content = json.dumps({"type": "FeatureCollection", "datum": "WGS84", "features": features})
    return SimpleUploadedFile("net.geojson", content.encode(), "application/geo+json")


def _send(file: Any, **given: str) -> Any:
    form = {"at": STREET, "since": "2026-12-01", "layer": "grid", "file": file, **given}
    return signed_in("qian.lei").post("/setup/places/boundaries", form, follow=True)


def test_dry_run_names_overlaps_and_changes_nothing(world: World) -> None:
    before = territory.version()
    shown = said(_send(_boundary({SOUTH_GATE: 5, RIVERSIDE: 4}, shift=0.003)))
    assert "处须先改正，没有施行" in shown
    assert "重叠" in shown
    assert territory.version() == before
    blocked = _send(_boundary({SOUTH_GATE: 5, RIVERSIDE: 4}, shift=0.003), take="1")
    assert blocked.status_code == 409
    assert territory.version() == before


def test_sound_file_is_rehearsed_and_then_takes_force(world: World) -> None:
    counts = {SOUTH_GATE: 6, RIVERSIDE: 3}
    assert "尚未施行" in said(_send(_boundary(counts)))
    assert len(territory.grids_in(SOUTH_GATE)) == 5
    assert "已施行" in said(_send(_boundary(counts), take="1"))
    assert len(territory.grids_in(SOUTH_GATE)) == 6
    listed = said(signed_in("qian.lei").get(f"/setup/places?at={STREET}"))
    assert "net.geojson" in listed


def _carry_out(world: World) -> None:
    """Do the errand that waits, as the process does that is begun for it."""
    errand = errands.take(world.now)
    assert errand is not None
    carry_out(errands.Work(errand))


def test_large_file_is_checked_in_the_background_and_takes_force(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gewu.territory.actions.AT_ONCE", 0)
    counts = {SOUTH_GATE: 6, RIVERSIDE: 3}
    waits = _send(_boundary(counts), take="1")
    assert "正在后台检查" in said(waits)
    assert "正在检查" in said(signed_in("qian.lei").get(f"/setup/places?at={STREET}"))
    again = _send(_boundary(counts), take="1")
    assert again.status_code == 409
    assert "已有一个边界文件正在检查" in said(again)
    assert len(territory.grids_in(SOUTH_GATE)) == 5

    _carry_out(world)

    address = waits.redirect_chain[-1][0]
    assert "已施行" in said(signed_in("qian.lei").get(address))
    assert len(territory.grids_in(SOUTH_GATE)) == 6
    assert list(errands.folder("boundaries").iterdir()) == []


def test_large_file_with_overlaps_or_without_sense_changes_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gewu.territory.actions.AT_ONCE", 0)
    before = territory.version()
    nonsense = SimpleUploadedFile("net.geojson", b"no shapes", "application/geo+json")
    for file, words in (
        (_boundary({SOUTH_GATE: 5, RIVERSIDE: 4}, shift=0.003), "处须先改正，没有施行"),
        (nonsense, "不是可用的 GeoJSON 文件"),
    ):
        waits = _send(file, take="1")
        _carry_out(world)
        assert words in said(signed_in("qian.lei").get(waits.redirect_chain[-1][0]))
        assert territory.version() == before
    assert list(errands.folder("boundaries").iterdir()) == []


@pytest.mark.parametrize("given", [{"layer": "moon"}, {"datum": "MARS"}, {"since": "soon"}, {"file": ""}])
def test_file_without_its_particulars_is_refused(world: World, given: dict[str, str]) -> None:
    file = _boundary({SOUTH_GATE: 5, RIVERSIDE: 4})
    assert _send(given.pop("file", file), **given).status_code == 422


def test_old_codes_are_kept_line_by_line(world: World) -> None:
    client = signed_in("qian.lei")
    form = {"at": STREET, "net": "警务网", "codes": f"J-1 {GRID}\nJ-2, {SOUTH_GATE}"}
    assert client.post("/setup/places/aliases", form).status_code == 303
    assert [one.place for one in territory.by_old_code("J-2")] == [SOUTH_GATE]
    refused = client.post("/setup/places/aliases", {**form, "codes": "J-3"})
    assert refused.status_code == 422
    assert "第 1 行" in said(refused)
    assert client.post("/setup/places/aliases", {**form, "codes": "J-4 320111004009001"}).status_code == 404


@pytest.mark.parametrize("address", PAGES)
def test_pages_cost_a_few_statements(world: World, address: str) -> None:
    client = signed_in("qian.lei")
    assert cost(lambda: client.get(f"{address}?at={STREET}")) <= 9
