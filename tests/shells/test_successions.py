"""The page of successions: seen beforehand, settled for a later day, taken back before it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gewu.territory.models import Succession
from tests.shells.visits import said, signed_in
from tests.world import RIVERSIDE, SOUTH_GATE, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: world.now)


def test_succession_is_seen_beforehand_settled_and_taken_back(world: World) -> None:
    keeper, page = signed_in("qian.lei"), "/setup/places/successions"
    form = {
        "moves": f"{RIVERSIDE}001 {SOUTH_GATE}001\n",
        "since": (world.now.date() + timedelta(days=3)).isoformat(),
        "reason": "网格改划",
    }
    shown = said(keeper.post(page, {**form, "do": "preview"}))
    assert "在岗人员 1" in shown
    assert not Succession.objects.exists()
    for wrong in (
        {"moves": RIVERSIDE},
        {"moves": f"{RIVERSIDE} {SOUTH_GATE}"},
        {"moves": ""},
        {"since": ""},
        {"since": world.now.date().isoformat()},
        {"reason": ""},
    ):
        assert keeper.post(page, {**form, **wrong, "do": "settle"}).status_code in (409, 422), wrong
    assert keeper.post(page, {**form, "do": "settle"}).status_code == 303
    row = Succession.objects.get()
    assert "待施行" in said(keeper.get(page))
    assert keeper.post(f"{page}/{row.pk}/undo").status_code == 303
    assert "已撤销" in said(keeper.get(page))
    assert keeper.post(f"{page}/{row.pk}/undo").status_code == 409
    assert signed_in("zheng.jun").get(page).status_code == 403
