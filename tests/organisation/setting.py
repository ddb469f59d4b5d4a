"""Two streets of Pukou with three communities and a few grids, and whoever may set them up."""

from __future__ import annotations

from datetime import UTC, date, datetime

from gewu.organisation import actions
from gewu.organisation.actions import UnitSpec
from gewu.security.actors import Actor, Relation, Standing
from gewu.territory.models import Division, Grid, GridKind, Layer

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)

COUNTY = "320111"
STREET, OTHER_STREET = "320111004", "320111001"
COMMUNITY, OTHER_COMMUNITY = "320111004006", "320111001005"
GRID, OTHER_GRID = "320111004006001", "320111004006002"
BUILDING, MOVED_BUILDING = "32011100400600101", "32011100400600201"

NAMES = {
    "32": "江苏省",
    "3201": "南京市",
    COUNTY: "浦口区",
    STREET: "江浦街道",
    OTHER_STREET: "泰山街道",
    COMMUNITY: "求雨山社区居委会",
    OTHER_COMMUNITY: "津浦社区居委会",
}
PLACES = tuple((code, name) for code, name in NAMES.items() if len(code) >= 6)


def manager(place: str = "", *, account_id: object = None) -> Actor:
    """Someone who keeps the organisation and the catalogue of a place."""
    rights = frozenset({"organisation.manage", "catalogue.manage"})
    return Actor(
        "account:manager",
        "管理员",
        (Standing("administrator", rights, Relation.TERRITORY, place),),
        account_id,  # type: ignore[arg-type]  # any object stands for an account here
    )


SETUP = manager()


def draw_places() -> None:
    """The divisions, grids and buildings above as territory keeps them."""
    Division.objects.bulk_create(
        Division(code=code, name=name, level=len(code)) for code, name in NAMES.items()
    )
    for code in (GRID, OTHER_GRID, BUILDING, MOVED_BUILDING):
        Grid.objects.create(
            code=code,
            layer=Layer.GRID if len(code) == 15 else Layer.MICRO,
            kind=GridKind.COMPREHENSIVE,
            name=f"第{code[12:]}网格",
            community_id=code[:12],
            since=date(2020, 1, 1),
        )


def add(kind: str, code: str, place: str, parent: str = "", **more: str) -> None:
    """One unit, named by its code."""
    spec = UnitSpec(
        kind=kind, code=code, name_zh=more.pop("name_zh", code), place=place, parent=parent, **more
    )
    actions.add_unit(spec, actor=SETUP, now=NOW)


def add_party_tree() -> None:
    """Community committee, grid branch, building group, household: the four levels of a community."""
    add("party_community_committee", "committee", COMMUNITY)
    add("party_grid_branch", "branch", GRID, "committee")
    add("party_building_group", "group", BUILDING, "branch")
    add("party_household", "household", BUILDING, "group")
