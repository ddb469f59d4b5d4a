"""The list of looks that wait, and the form that brings back what was found."""

from __future__ import annotations

from gewu.intake import actions as intake
from gewu.intake.models import VerificationTask
from tests.shells.visits import cost, photo, said, signed_in, step
from tests.world import World


def test_grid_worker_finds_what_to_look_at_and_brings_it_back(today: World) -> None:
    report = today.report("井盖不见了")
    intake.take(report.pk, "ask_verification", actor=today.actor("li.wen"), now=today.now)
    worker = signed_in("zhao.qiang")
    page = said(worker.get("/desk/visits"))
    assert "井盖不见了" in page
    assert "超时 2 小时" in page  # asked three hours ago
    address = f"/desk/reports/{report.pk}"
    sent = step(
        worker, address, "record_finding",
        finding="井盖缺失", lon="118.6025", lat="32.0575", evidence=[photo()],
    )  # fmt: skip
    task = VerificationTask.objects.get()

    assert sent.status_code == 303
    assert (task.done_at is not None, task.lon) == (True, 118.6025)
    assert "没有要去看的" in said(worker.get("/desk/visits"))
    assert "照片" in said(signed_in("li.wen").get(address))


def test_list_is_closed_to_those_who_do_not_look(today: World) -> None:
    assert signed_in("chen.guoping").get("/desk/visits").status_code == 403


def test_list_costs_the_same_however_long(today: World) -> None:
    worker, costs = signed_in("zhao.qiang"), []
    for n in (1, 2):
        for _ in range(n):
            report = today.report("井盖不见了")
            intake.take(report.pk, "ask_verification", actor=today.actor("li.wen"), now=today.now)
        costs.append(cost(lambda: worker.get("/desk/visits")))
    assert costs[0] == costs[1] <= 8
