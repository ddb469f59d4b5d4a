"""Messages: each event told once to each receiver, in words that can be filled in."""

from __future__ import annotations

import csv
import string
from pathlib import Path

import pytest
from django.core import mail

import gewu
from gewu.infra import stream
from gewu.infra.models import Delivery
from gewu.kernel.events import type_named
from gewu.notifications import actions as notifications
from gewu.notifications import queries as notices
from gewu.notifications.models import Message, Template
from gewu.security.vault import Contact
from tests.world import World

SEED = Path(gewu.__file__).parent / "notifications" / "seeds" / "templates.csv"
ROWS = list(csv.DictReader(SEED.read_text(encoding="utf-8").splitlines()))
#: What a message to each audience may name.
KNOWN = {
    "reporter": {"code", "number", "unit", "reason", "answer"},
    "verifier": {"title", "reason"},
    "approver": {"who", "number", "reason"},
    "asker": {"who", "number", "reason"},
    "security": {"who", "count"},
}
OF_CASES = {"number", "title", "unit", "route", "clock", "percent", "reason"}
#: What a message of these events may name, whoever reads it, by how its name begins.
OF_EVENTS = {
    "Export": {"who", "count", "reason"},
    "Alarm": {"alarm", "device"},
    "DeviceFellSilent": {"device", "code"},
    "Alert": {"title", "reason"},
    "Clue": {"rule", "place", "address", "result"},
    "DrawnRefuted": {"place", "seq", "result"},
    "TrackSeen": {"who", "reason"},
    "RestDue": set(),
    "TaskAssigned": {"title", "kind", "due"},
    "LookerSent": {"title", "due"},
    "TaskStarted": {"place", "title"},
    "TaskMissed": {"title", "place", "due"},
    "PlanAllowed": {"title", "reason"},
    "PlanMade": {"title", "place"},
    "PlanChanged": {"title", "place"},
    "Referral": {"number", "title", "kind", "clock", "reason", "result"},
}


def run(world: World) -> None:
    world.settle()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['event']}-{row['audience']}")
def test_template_names_a_real_event_and_only_values_that_it_gets(row: dict[str, str]) -> None:
    assert type_named(row["event"])
    beginning = next((one for one in OF_EVENTS if row["event"].startswith(one)), "")
    known = OF_EVENTS[beginning] if beginning else KNOWN.get(row["audience"], OF_CASES)
    for column in ("subject_zh", "subject_en", "text_zh", "text_en"):
        named = {name for _, name, _, _ in string.Formatter().parse(row[column]) if name}
        assert named <= known, column
        assert row[column].strip()


def test_repeated_delivery_tells_nobody_twice(world: World) -> None:
    world.accepted()
    run(world)
    before = (Message.objects.count(), len(mail.outbox))
    Delivery.objects.update(done_at=None, due_at=world.now, tries=0)
    run(world)
    assert (Message.objects.count(), len(mail.outbox)) == before


def test_answer_is_mailed_to_the_address_that_was_left(world: World) -> None:
    report = world.report(contact=Contact("张三", "13800138000", "zhang@example.org"))
    run(world)
    (sent,) = mail.outbox
    assert sent.to == ["zhang@example.org"]
    assert report.progress_code in sent.subject
    assert "张三" not in sent.body


def test_words_of_a_reporter_cannot_forge_a_mail(world: World) -> None:
    world.report("井盖坏了\r\nBcc: all@example.org", contact=Contact(email="zhang@example.org"))
    forged = world.report("井盖坏了", contact=Contact(email="zhang@example.org\nBcc: all@example.org"))
    run(world)
    assert [(one.to, one.bcc) for one in mail.outbox] == [(["zhang@example.org"], [])]
    assert [one.error for one in notices.undelivered([f"report:{forged.pk}"])] == ["BadHeaderError"]


def test_who_acts_is_not_told_of_it(world: World) -> None:
    case = world.case_at("handling")
    world.step(case, "return", "chen.guoping", reason="不属于我单位职责", proposed="unknown")
    run(world)
    world.step(case, "dispatch", "zhou.min", unit="320111-water_supply")
    told = stream.timeline("case", case.pk)[-1]
    count = notifications.tell_accounts(
        told, "lead", [world.accounts["zhou.min"]], about="case:1", values={}, now=world.now
    )
    assert count == 0


def test_inbox_is_newest_first_and_counts_what_is_unread(world: World) -> None:
    for _ in range(3):
        world.accepted()
        run(world)
        world.later(minutes=10)
    chen = world.actor("chen.guoping")
    rows = notices.inbox(chen).rows
    assert [one.at for one in rows] == sorted((one.at for one in rows), reverse=True)
    assert (len(rows), notices.unread(chen)) == (3, 3)
    notifications.mark_read(chen.account_id, now=world.now)
    assert (notices.unread(chen), notices.unread(world.actor("wu.kai"))) == (0, 0)
    assert all(one.read for one in notices.inbox(chen).rows)


def test_words_a_clerk_gave_a_template_survive_the_next_start(world: World) -> None:
    Template.objects.filter(event="CaseClosed").update(subject_zh="办好了（{code}）")
    assert notifications.load_templates(SEED) == len(ROWS)
    assert Template.objects.get(event="CaseClosed").subject_zh == "办好了（{code}）"


def test_braces_in_an_answer_are_only_braces(world: World) -> None:
    case = world.case_at("checking")
    world.step(case, "close", "zhao.qiang", answer="已更换 {0.__class__} {number}")
    run(world)
    assert "已更换 {0.__class__} {number}" in Message.objects.get(event="CaseClosed").text_zh
