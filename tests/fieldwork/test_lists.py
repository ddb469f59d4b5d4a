"""What is shipped as data: kinds, forms, and the two lists; and how a list gets its next edition."""

from __future__ import annotations

from datetime import date

import pytest

from gewu.catalogue import queries as catalogue
from gewu.fieldwork import actions as fieldwork
from gewu.fieldwork import queries
from gewu.kernel.refusals import Kind, Refusal
from gewu.security.actors import operator
from tests.world import COUNTY, World

DAY = date(2026, 3, 2)


def test_patrol_list_loads_15_categories_and_84_items_each_with_a_class(world: World) -> None:
    found = queries.checklist(queries.PATROL, DAY)
    assert (len(found.categories), len(found.items)) == (15, 84)
    assert all(catalogue.matter(one.matter, on=DAY).code == one.matter for one in found.items)


def test_duty_list_loads_6_categories_and_33_items(world: World) -> None:
    found = queries.checklist(queries.DUTIES, DAY)
    assert (len(found.categories), len(found.items)) == (6, 33)
    assert all(one.record_type for one in found.items)


def test_every_form_counts_for_a_duty_that_the_list_has(world: World) -> None:
    assert [queries.duty(one.duty, DAY).code for one in queries.forms()] == [
        one.duty for one in queries.forms()
    ]


def test_every_kind_of_plan_names_its_form(world: World) -> None:
    known = {one.code for one in queries.forms()}
    kinds = queries.kinds()
    assert {one.form for one in kinds} <= known
    assert {"patrol", "visit", "screening", "inspection", "onsite_check", "evening_visit", "campaign"} <= {
        one.code for one in kinds
    }


def test_loading_again_leaves_the_citys_own_edition_alone(world: World) -> None:
    item = fieldwork.ItemDraft("X0101", "X01", "消防安全", "疏散通道是否畅通", matter="H0101")
    row = fieldwork.revise_checklist(
        queries.PATROL, [item], since=date(2026, 4, 1), basis="区办〔2026〕3号", place=COUNTY,
        actor=operator(COUNTY), now=world.now,
    )  # fmt: skip
    fieldwork.load_seeds(actor=operator(COUNTY), now=world.now, place=COUNTY)
    assert row.edition == 2
    assert len(queries.checklist(queries.PATROL, date(2026, 3, 31)).items) == 84
    assert len(queries.checklist(queries.PATROL, date(2026, 4, 1)).items) == 1


@pytest.mark.parametrize(
    ("items", "since", "basis", "field"),
    [
        ([], date(2026, 4, 1), "依据", "items"),
        ([fieldwork.ItemDraft("A", "X", "类", "项")] * 2, date(2026, 4, 1), "依据", "items"),
        ([fieldwork.ItemDraft("A", "X", "类", "项", matter="Z9")], date(2026, 4, 1), "依据", "matter"),
        ([fieldwork.ItemDraft("A", "X", "类", "项")], date(2019, 4, 1), "依据", "since"),
        ([fieldwork.ItemDraft("A", "X", "类", "项")], date(2026, 4, 1), " ", "basis"),
    ],
)
def test_edition_that_cannot_be_is_refused(
    world: World, items: list[fieldwork.ItemDraft], since: date, basis: str, field: str
) -> None:
    with pytest.raises(Refusal) as refused:
        fieldwork.revise_checklist(
            queries.PATROL,
            items,
            since=since,
            basis=basis,
            place=COUNTY,
            actor=operator(COUNTY),
            now=world.now,
        )
    assert refused.value.field == field


def test_only_whoever_keeps_the_catalogue_publishes_an_edition(world: World) -> None:
    with pytest.raises(Refusal) as refused:
        fieldwork.revise_checklist(
            queries.PATROL,
            [],
            since=DAY,
            basis="x",
            place=COUNTY,
            actor=world.actor("zhou.min"),
            now=world.now,
        )
    assert refused.value.kind is Kind.FORBIDDEN
