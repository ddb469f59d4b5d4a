"""One lamp is out and the whole lane has noticed: neighbours join in, one of them was wrong about it."""

from __future__ import annotations

import pytest

from gewu.cases import queries as cases
from gewu.intake import actions as intake
from gewu.intake import queries as reports
from gewu.security.actors import ANONYMOUS
from gewu.security.vault import Contact
from tests.world import SOUTH_GATE, World

pytestmark = pytest.mark.flow


def test_neighbours_stand_behind_one_case_and_each_is_answered(world: World) -> None:
    case = world.accepted(world.report("巷口井盖没了"))
    (seen,) = cases.public_open(SOUTH_GATE, on=world.now.date()).rows
    neighbours = [
        intake.me_too(
            seen.number,
            intake.MeToo(text=text, contact=Contact(phone=phone)),
            actor=ANONYMOUS,
            now=world.now,
        )
        for text, phone in (("", "13900139001"), ("我家门口也有一个", "13900139002"))
    ]
    assert reports.supporters(case.pk) == 3

    # The second one means another lid: the desk takes it out, and it goes its own way.
    wrong = neighbours[1]
    desk = world.actor("li.wen")
    intake.take(wrong.pk, "split", actor=desk, now=world.later(hours=1), reason="另一处井盖")
    own = world.accepted(wrong)
    assert reports.supporters(case.pk) == 2

    world.step(case, "sign_for", "chen.guoping")
    evidence = (world.photo("photo_before"), world.photo("photo_after"))
    world.step(case, "report_done", "chen.guoping", result="已更换", evidence=evidence)
    world.step(case, "begin_check", "zhao.qiang")
    world.step(case, "close", "zhao.qiang", answer="井盖已更换。")
    answered = [reports.progress(one.progress_code, now=world.now).answer for one in neighbours]

    assert answered == ["井盖已更换。", ""]
    assert reports.progress(wrong.progress_code, now=world.now).case.number == own.number  # type: ignore[union-attr]  # it has one
