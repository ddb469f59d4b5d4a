"""Many reports taken in at once are the rows of as many one by one; a refused one undoes only itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.forms.models import model_to_dict

from gewu.cases.models import Case, Deadline
from gewu.catalogue import queries as catalogue
from gewu.config.wanted import WANTED
from gewu.infra import deliveries, stream
from gewu.infra.models import Counter, Delivery, EventRow
from gewu.intake import actions as intake
from gewu.intake.models import Report
from gewu.kernel.refusals import Refusal
from gewu.organisation.actions import close_unit
from gewu.security import vault
from gewu.security.actors import Actor, Relation, Standing, operator
from gewu.security.models import Identity
from tests.founded import statements
from tests.world import COUNTY, World

DESK = Actor(
    "import:test:desk",
    "test",
    (Standing("import", frozenset({"reports.screen", "cases.dispatch"}), Relation.TERRITORY, COUNTY),),
)
POINT = {"lon": 118.6025, "lat": 32.0575}
#: Every way by which a report finds its place, its class and its office, or none of them.
WAYS: tuple[dict[str, Any], ...] = (
    {"matter": "C0101", **POINT},
    {"matter": "C0101", "lon": 118.6077, "lat": 32.0555, "datum": "GCJ02", "days": 3},
    {"matter": "C0101", "place": "320111004001", "contact": vault.Contact("张三", "13800138000")},
    {"matter": "C0101", "address": "南门社区三号楼下", "days": 400},
    {"address": "老地方"},
    {"matter": "C0101"},
    {"days": 12, "contact": vault.Contact(email="zhang@example.org"), **POINT},
    {"matter": "C0101", "days": 3, **POINT},
    {"matter": "C0111", **POINT},
)


def draft(n: int, now: datetime, **way: Any) -> intake.ReportDraft:
    received = now - timedelta(days=way.pop("days", 0))
    text = f"第 {n} 件：井盖不见了"
    return intake.ReportDraft("import", text, outside_id=str(n), received_at=received, **way)


def arrivals(world: World, *, since: int = 0) -> list[intake.Arrival]:
    drafts = [draft(since + n, world.now, **way) for n, way in enumerate(WAYS)]
    return [intake.Arrival(one, one.received_at or world.now) for one in drafts]


def rows_of(report: Report) -> dict[str, Any]:
    """Everything that stands written of a report and its case, without keys, numbers and what is drawn."""
    case = report.case
    subjects = [report.pk, *([case.pk] if case else [])]
    told = list(EventRow.objects.filter(subject_id__in=subjects).order_by("position"))
    hidden = {report.pk.hex: "R", report.text: "T", **({case.pk.hex: "C", case.number: "N"} if case else {})}
    return {
        "report": _plain(report, "progress_code", "identity", "case", "text", "outside_id", "digest"),
        "identity": report.identity is not None and vault.masked({report.identity})[report.identity],
        "case": case and _plain(case, "number", "text", "title"),
        "clocks": sorted(str(_plain(one, "case")) for one in Deadline.objects.filter(case=case))
        if case
        else [],
        "told": [
            (one.subject, one.seq, one.type, one.actor, one.at, _hide(one.data, hidden)) for one in told
        ],
        "owed": [
            list(Delivery.objects.filter(event=one).order_by("id").values_list("reaction", "due_at", "tries"))
            for one in told
        ],
    }


def _plain(row: Any, *apart: str) -> dict[str, Any]:
    return {name: value for name, value in model_to_dict(row).items() if name not in ("id", *apart)}


def _hide(text: str, hidden: dict[str, str]) -> str:
    for known, stands_for in hidden.items():
        text = text.replace(known, stands_for)
    return text


def test_many_at_once_are_the_rows_of_as_many_one_by_one(world: World) -> None:
    gas = catalogue.route("C0111", COUNTY, on=catalogue.day_of(world.now)).unit
    assert gas is not None
    close_unit(gas.code, actor=operator(COUNTY), now=world.now)  # now one waits for a dispatcher
    alone = [intake.receive(one.draft, actor=DESK, now=one.now, accept=True) for one in arrivals(world)]
    together = intake.receive_all(arrivals(world, since=100), actor=DESK, accept=True)
    for first, second in zip(alone, together, strict=True):
        assert isinstance(second, Report)
        assert rows_of(second) == rows_of(first)
    assert [bool(one.case_id) for one in alone] == [True, True, True, True, False, True, False, True, True]
    assert {one.state for one in Case.objects.all()} == {"filed", "dispatched"}
    assert list(stream.verify()) == []


def test_numbers_of_cases_count_on_for_each_day_without_a_gap(world: World) -> None:
    for _ in range(2):
        intake.receive_all(arrivals(world, since=100 * Report.objects.count()), actor=DESK, accept=True)
    days: dict[str, list[int]] = {}
    for number in Case.objects.values_list("number", flat=True):
        day, n = number.rsplit("-", 1)
        days.setdefault(day, []).append(int(n))
    assert len(days) == 3
    for numbers in days.values():
        assert sorted(numbers) == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize(
    "bad",
    [
        {"text": ""},
        {"channel": "fax"},
        {"lon": 116.4, "lat": 39.9},
        {"lon": float("nan"), "lat": 32.0},
        {"place": "nowhere"},
        {"matter": "X9999", **POINT},
        {"outside_id": "0"},
        {"outside_id": "n" * 61},
        {"address": "长" * 201},
        {"received_at": datetime(2099, 1, 1)},  # noqa: DTZ001 -- a time without a zone is what is refused
    ],
    ids=str,
)
def test_a_refused_one_undoes_only_itself_and_leaves_nothing(world: World, bad: dict[str, Any]) -> None:
    good = arrivals(world)
    given = {
        "channel": "import",
        "text": "路灯不亮",
        "outside_id": "7777",
        "contact": vault.Contact("李四"),
        **bad,
    }
    wrong = intake.Arrival(intake.ReportDraft(**given), world.now)
    with pytest.raises(Refusal) as alone:
        intake.receive(good[0].draft, actor=DESK, now=good[0].now, accept=True)
        intake.receive(wrong.draft, actor=DESK, now=world.now, accept=True)
    Report.objects.all().update(outside_id=None)
    reports, identities, events = (kind.objects.count() for kind in (Report, Identity, EventRow))
    found = intake.receive_all([good[0], wrong, *good[1:]], actor=DESK, accept=True)
    assert [isinstance(one, Refusal) for one in found] == [False, True, *[False] * len(good[1:])]
    assert str(found[1]) == str(alone.value)
    assert Report.objects.count() - reports == len(good)
    assert Identity.objects.count() - identities == 2
    assert EventRow.objects.count() > events
    assert not Report.objects.filter(outside_id="7777").exists()
    assert list(stream.verify()) == []


def test_who_may_not_accept_there_is_refused_row_by_row(world: World) -> None:
    found = intake.receive_all(arrivals(world), actor=world.actor("li.wen"), accept=True)
    assert not any(isinstance(one, Refusal) for one in found)
    street = Standing("import", frozenset({"reports.screen"}), Relation.TERRITORY, "320111099")
    elsewhere = Actor("import:test:desk", "test", (street,))
    found = intake.receive_all(arrivals(world, since=100), actor=elsewhere, accept=True)
    assert [isinstance(one, Refusal) for one in found] == ["matter" in way for way in WAYS]


def test_statements_do_not_grow_with_the_rows(world: World) -> None:
    def counted(times: int) -> int:
        many = [
            intake.Arrival(draft(1000 * times + n, world.now, matter="C0101", **POINT), world.now)
            for n in range(times)
        ]
        with statements() as seen:
            intake.receive_all(many, actor=DESK, accept=True)
        return len(seen.sql)

    counted(1)
    assert counted(20) == counted(2)


def test_photos_and_keys_belong_to_one_that_comes_alone(world: World) -> None:
    one = draft(1, world.now)
    with pytest.raises(ValueError, match="alone"):
        intake.receive_all([intake.Arrival(one, world.now, "key")], actor=DESK)


def test_counter_is_not_moved_by_what_is_refused(world: World) -> None:
    wrong = intake.Arrival(draft(1, world.now, matter="X9999", **POINT), world.now)
    intake.receive_all([wrong], actor=DESK, accept=True)
    assert not Counter.objects.filter(name__startswith="case:").exists()
    assert deliveries.reactions_of("CaseFiled")
    assert Delivery.objects.filter(event__subject__in=("case", "report")).count() == 0


def owed(report: Report) -> set[str]:
    about = [report.pk, *([report.case_id] if report.case_id else [])]
    return set(Delivery.objects.filter(event__subject_id__in=about).values_list("reaction", flat=True))


def test_a_table_owes_only_what_somebody_waits_for(world: World) -> None:
    """No reporter who left no name, no desk of a case that never waited, no assistant of a known class."""
    found = intake.receive_all(arrivals(world), actor=DESK, accept=True)
    by_way = [owed(one) for one in found if isinstance(one, Report)]
    reporter = {"intake.tell_reporter", "intake.tell_reporters_of_case"}
    assert by_way[0] == {"cases.tell_lead"}
    assert by_way[2] == {"cases.tell_lead", *reporter}
    assert by_way[4] == {"intake.propose"}
    assert by_way[6] == {"intake.propose", "intake.tell_reporter"}


def test_what_is_not_owed_would_have_found_nothing_to_do(world: World) -> None:
    """A nameless report by telephone, dispatched as it comes: each reaction left out writes nothing."""
    words = {"channel": "phone", "text": "井盖不见了", "matter": "C0101", **POINT}
    report = intake.receive(intake.ReportDraft(**words), actor=world.actor("li.wen"), now=world.now)
    assert owed(report) == {"cases.tell_lead", "intake.propose", "intake.note_decision", "intake.note_office"}
    told = EventRow.objects.filter(subject_id__in=[report.pk, report.case_id]).order_by("position")
    left_out = [
        (one.position, name)
        for one in told
        for name in deliveries.reactions_of(one.type)
        if not Delivery.objects.filter(event=one, reaction=name).exists()
    ]
    unwanted = set(map(deliveries.name_of, WANTED))
    assert len([name for _, name in left_out if name not in unwanted]) == 4
    with statements() as seen:
        for position, name in left_out:
            deliveries.function_named(name)(stream.at(position), now=world.now)
    assert [sql for sql in seen.sql if not sql.startswith("SELECT")] == []
