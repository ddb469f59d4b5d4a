"""Pukou: 467 grids with 270 Party branches and 421 Party groups, the district that the demo shows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from gewu.cli import founding
from gewu.cli.cast import cast_of
from gewu.cli.scene import Scene
from gewu.cli.scenes import duty, elsewhere, enterprises, fieldwork, sensors, staging, waiting
from gewu.cli.scenes.staging import Shown
from gewu.organisation import actions as organisation
from gewu.organisation.actions import UnitSpec
from gewu.security.actors import operator
from gewu.territory import queries as territory

COUNTY = "320111"
STREET = "320111004"
#: Public figures of the district.
BRANCHES, GROUPS = 270, 421
#: How many times each written report is raised, at different places.
ROUNDS = 5
STAGES = ROUNDS + 4

CAST = cast_of(
    COUNTY,
    street=STREET,
    called=("江浦街道办", "sub-district office"),
    centre=f"{COUNTY}-grid_centre",
    street_offices=(
        ("taishan", "320111001"),
        ("dingshan", "320111002"),
        ("yanjiang", "320111003"),
        ("qiaolin", "320111005"),
        ("tangquan", "320111006"),
        ("pancheng", "320111007"),
        ("xingdian", "320111008"),
        ("yongning", "320111009"),
    ),
)


def build(now: datetime, shown: list[Shown]) -> Iterator[None]:
    """Places, units, people, and some three hundred matters at every stage of their way."""
    founded = now - timedelta(days=30)
    founding.lay_ground(COUNTY, now=founded)
    founding.set_up_units(COUNTY, now=founded)
    yield
    shown += staging.take_up_posts(CAST, now=founded)
    yield
    organisation.add_units(party_units(), actor=operator(COUNTY), now=founded)
    organisation.add_units(leading_group(), actor=operator(COUNTY), now=founded)
    staging.man([*_posts(), *_heads()], COUNTY, now=founded)
    shown += duty.set_up(COUNTY, STREET, now=founded)
    shown += enterprises.set_up(COUNTY, STREET, now=founded)
    elsewhere.show_how(COUNTY, now=founded)
    yield
    yield from staging.play(CAST, now, ROUNDS, beside=[fieldwork.days(CAST, now)])
    scene = Scene(CAST, now, 0)
    waiting.leave(scene, CAST, now)
    sensors.leave(scene, CAST, now)
    enterprises.go_on(now=now)
    duty.go_on(STREET, now=now)
    yield


def party_units() -> list[UnitSpec]:
    """A joint committee for each community with grids, branches and groups spread evenly over the grids."""
    grids = territory.grids_in(COUNTY)
    names = territory.paths_of({*grids, *(grid[:12] for grid in grids)})
    with_branch, with_group = (set(spread(grids, count)) for count in (BRANCHES, GROUPS))
    committees = [
        UnitSpec("party_community_committee", f"{code}-dw", f"{_short(names[code].name)}大党委", code)
        for code in dict.fromkeys(grid[:12] for grid in grids)
    ]
    branches = [
        UnitSpec("party_grid_branch", f"{grid}-zb", f"{names[grid].name}党支部", grid, f"{grid[:12]}-dw")
        for grid in grids
        if grid in with_branch
    ]
    groups = [
        UnitSpec(
            "party_grid_group", f"{grid}-xz", f"{names[grid].name}党小组", grid, _above(grid, with_branch)
        )
        for grid in grids
        if grid in with_group
    ]
    return [*committees, *branches, *groups]


def spread(grids: tuple[str, ...], count: int) -> list[str]:
    """So many of the grids, at equal distances."""
    return [grids[n * len(grids) // count] for n in range(count)]


def _above(grid: str, with_branch: set[str]) -> str:
    return f"{grid}-zb" if grid in with_branch else f"{grid[:12]}-dw"


def _short(community: str) -> str:
    for tail in ("居委会", "村委会"):
        community = community.removesuffix(tail)
    return community


def leading_group() -> list[UnitSpec]:
    """One office and six groups (一办六组)."""
    office = UnitSpec("leading_office", f"{COUNTY}-office", "网格化治理领导小组办公室", COUNTY)
    names = ("综合协调", "组织建设", "平安法治", "城市管理", "民生服务", "督查考核")
    groups = [
        UnitSpec("work_group", f"{COUNTY}-group-{n}", f"{name}组", COUNTY, office.code)
        for n, name in enumerate(names, 1)
    ]
    return [office, *groups]


def _posts() -> list[dict[str, str]]:
    """The posts of the file; ``grid`` is the first grid of the street, ``community`` where it lies."""
    grid = staging.first_grid(STREET)
    named = {"grid": grid, "community": grid[:12]}
    rows = staging.rows_of("pukou_posts.csv")
    return [{name: text.format(**named) for name, text in row.items()} for row in rows]


def _heads() -> list[dict[str, str]]:
    """A grid head for most grids of the street, each called by a surname."""
    surnames = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马"
    rest = {"contact": "", "hours": "", "holder_unit": "", "days": ""}
    grids = [grid for n, grid in enumerate(territory.grids_in(STREET)) if n % 9]
    return [
        {"kind": "grid_head", "seat": grid, "name": f"{surnames[n % len(surnames)]}网格长", **rest}
        for n, grid in enumerate(grids)
    ]
