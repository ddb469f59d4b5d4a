"""Past matters are classified again: old and new class stay, a drawn sample says how good both are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from gewu.cases.models import Case
from gewu.insight import actions
from gewu.insight import queries as insight
from gewu.insight.models import Reclassed, Reclassing
from gewu.kernel.refusals import Kind, Refusal
from tests.founded import statements
from tests.shells.visits import said, signed_in
from tests.world import COUNTY, World

pytestmark = pytest.mark.django_db
LAMP, COVER = "C0137", "C0101"


def closed(world: World, count: int) -> list[str]:
    """Closed matters that speak of a lamp and were filed under another class."""
    numbers = []
    for n in range(count):
        case = world.case_at("closed")
        Case.objects.filter(pk=case.pk).update(text=f"第{n}盏路灯坏了，晚上没有灯", matter=COVER)
        numbers.append(case.number)
    return numbers


def run(world: World, **given: int) -> Reclassing:
    day = world.now.date()
    return actions.reclassify(
        COUNTY, day - timedelta(days=2), day + timedelta(days=1),
        actor=world.actor("qian.lei"), now=world.now, **given,
    )  # fmt: skip


def test_old_and_new_class_are_kept_and_the_matter_stays(world: World) -> None:
    (number,) = closed(world, 1)
    made = run(world)
    kept = Reclassed.objects.get(reclassing=made.pk)
    assert (kept.number, kept.old, kept.new, kept.drawn) == (number, COVER, LAMP, True)
    assert "路灯" in kept.why_zh
    assert Case.objects.get(number=number).matter == COVER


def test_sample_is_drawn_by_its_seed_and_says_how_good_both_classes_are(world: World) -> None:
    closed(world, 12)
    first, second, other = run(world, drawn=10), run(world, drawn=10), run(world, drawn=10, seed=2)
    drawn = [
        set(Reclassed.objects.filter(reclassing=one.pk, drawn=True).values_list("number", flat=True))
        for one in (first, second, other)
    ]
    assert len(drawn[0]) == 10
    assert drawn[0] == drawn[1] != drawn[2]

    chief = world.actor("qian.lei")
    for n, number in enumerate(sorted(drawn[0])):
        actions.review(first.pk, number, COVER if n < 2 else LAMP, actor=chief, now=world.now)
    with statements() as counted:
        shown = {one.id: one for one in insight.reclassings(chief)}[first.pk]
    assert (shown.matters, shown.changed, shown.looked_at) == (12, 12, 10)
    assert (shown.old_right.share, shown.new_right.share) == (0.2, 0.8)
    assert len(counted) == 2


def test_what_was_not_drawn_is_not_reviewed_and_others_may_neither_begin_nor_review(world: World) -> None:
    closed(world, 2)
    made = run(world, drawn=1)
    left = Reclassed.objects.get(reclassing=made.pk, drawn=False)
    with pytest.raises(Refusal) as refused:
        actions.review(made.pk, left.number, LAMP, actor=world.actor("qian.lei"), now=world.now)
    assert refused.value.kind is Kind.MISSING
    with pytest.raises(Refusal) as refused:
        insight.reclassings(world.actor("li.wen"))
    assert refused.value.kind is Kind.FORBIDDEN


@pytest.fixture
def today(world: World) -> World:
    """The world three hours ago by the real clock, which is the one that pages read."""
    world.now = timezone.localtime() - timedelta(hours=3)
    return world


def test_administrator_begins_on_the_page_and_reviews_the_sample(today: World) -> None:
    (number,) = closed(today, 1)
    client, day = signed_in("qian.lei"), today.now.date()
    begun = client.post(
        "/setup/reclassing",
        {"place": COUNTY, "begins": str(day - timedelta(days=2)), "ends": str(day + timedelta(days=1))},
    )
    assert begun.status_code == 303
    page = said(client.get(begun.headers["Location"]))
    assert number in page
    assert "不足 10 件，不显示" in page
    assert client.post(begun.headers["Location"], {"number": number, "found": LAMP}).status_code == 303
    assert Reclassed.objects.get(number=number).found == LAMP
    assert client.post("/setup/reclassing", {"place": COUNTY, "begins": "x", "ends": ""}).status_code == 422
