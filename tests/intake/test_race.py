"""The same report sent several times at the same moment: on SQLite and on PostgreSQL."""

from __future__ import annotations

from functools import partial

import pytest

from gewu.intake import actions as intake
from gewu.intake.models import Report
from gewu.kernel.refusals import Refusal
from gewu.security.actors import ANONYMOUS
from gewu.security.models import Identity
from gewu.security.vault import Contact
from tests.founded import at_once
from tests.world import World

TEXT = "人行道上的上水井盖不见了"


def send(world: World, text: str = TEXT, *, key: str = "", by: str = "", **more: object) -> Report:
    """A report by the web, or by a member of staff."""
    draft = intake.ReportDraft(**{"channel": "counter" if by else "web", "text": text, **more})
    return intake.receive(draft, actor=world.actor(by) if by else ANONYMOUS, now=world.now, key=key)


@pytest.mark.both_databases
def test_same_key_sent_at_once_is_one_report(shared_world: World) -> None:
    world = shared_world
    found = at_once(*[partial(send, world, key="k-1", contact=Contact(phone="13800138000"))] * 5)
    assert len({one.pk for one in found}) == 1
    assert (Report.objects.count(), Identity.objects.count()) == (1, 1)


@pytest.mark.both_databases
def test_same_key_sent_at_once_with_other_content_is_one_report_and_a_refusal(shared_world: World) -> None:
    world = shared_world
    found = at_once(partial(send, world, key="k-1"), partial(send, world, "别的事情", key="k-1"))
    assert sorted(type(one).__name__ for one in found) == ["Refusal", "Report"]
    (refused,) = [one for one in found if isinstance(one, Refusal)]
    assert str(refused) == "此提交编号已用于另一内容"


@pytest.mark.both_databases
def test_outside_id_sent_at_once_is_taken_once(shared_world: World) -> None:
    world = shared_world
    one = partial(send, world, by="li.wen", outside_id="HL-2026-77")
    found = at_once(one, one, one)
    refusals = [str(one) for one in found if isinstance(one, Refusal)]
    assert refusals == ["外部编号“HL-2026-77”已收过"] * 2
    assert Report.objects.count() == 1
