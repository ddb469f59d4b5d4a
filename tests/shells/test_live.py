"""Live screens: each listener hears of its own records, in order, whole, and of nothing else."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gewu.infra import connections
from tests.infra import platform
from tests.infra.platform import Platform

#: Two dispatchers of two streets, two offices with a handler each, and a case in the first street.
WORLD = """
from datetime import date
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from gewu.organisation.models import Unit, UnitKind
from gewu.security.actions import open_account
from gewu.security.actors import CLOCK
from gewu.security.models import Role, StandingRow

now = timezone.now()
kind = UnitKind.objects.create(code="office", name_zh="科室", name_en="Office")
territory = Role.objects.create(code="dispatcher", name_zh="派遣员", name_en="Dispatcher",
                                relation="territory", rights=["cases.read", "reports.read"])
by_unit = Role.objects.create(code="handler", name_zh="承办人", name_en="Handler",
                              relation="unit", rights=["cases.read"])
people = {"wang": ("320111004", ""), "li": ("320111005", ""), "zhao": ("", "roads/"), "qian": ("", "parks/")}
for name, (place, path) in people.items():
    account = open_account(name, name, "long-enough-1", actor=CLOCK, now=now)
    StandingRow.objects.create(account=account, role=by_unit if path else territory, place=place,
                               unit_path=path, since=now)
    session = SessionStore()
    session["account"], session["epoch"] = account.pk.hex, account.epoch
    session.save()
    print(name, session.session_key)
for code in ("roads", "parks"):
    Unit.objects.create(code=code, name_zh=code, name_en=code, kind=kind, place="320111", path=code + "/",
                        since=date(2026, 1, 1))
"""

TELL = """
import time
import uuid
from django.utils import timezone
from gewu.cases import events
from gewu.cases.models import Case
from gewu.infra import store, stream
from gewu.intake.events import ReportReceived
from gewu.organisation.models import Unit
from gewu.security.actors import CLOCK

now = timezone.now()
STREET = "320111004015001"
roads = Unit.objects.get(code="roads")

def tell(event):
    with store.writing():
        stream.tell(event, actor=CLOCK, now=now)
    time.sleep(0.2)  # the hub looks at whose desk a case is on when it reads, within 50 ms

def filed(place, number):
    case = Case.objects.create(number=number, state="filed", kind="event", matter="1", origin="web",
                               place=place, title="t", text="t", received_at=now, filed_at=now, due_at=now)
    tell(events.CaseFiled(id=case.pk, place=place, matter="1", origin="web"))
    return case

def given_to(case, unit):
    Case.objects.filter(pk=case.pk).update(lead=unit, lead_path=unit.path if unit else "")
"""


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Platform:
    return platform.new(tmp_path_factory.mktemp("live"))


@pytest.fixture(scope="module")
def sessions(here: Platform) -> dict[str, str]:
    """The session of each person, by name."""
    return dict(line.split() for line in here.run(WORLD).splitlines())


@pytest.fixture(scope="module")
def hub(here: Platform, sessions: dict[str, str]) -> Iterator[Platform]:
    with here.running("-m", "gewu.config.background"):
        for _ in range(1200):
            try:
                Stream(here).close()
                break
            except (OSError, http.client.HTTPException):  # a port that nobody holds may answer itself
                time.sleep(0.05)
        yield here


class Stream:
    """One open stream as a browser holds it."""

    def __init__(self, here: Platform, session: str = "", query: str = "", **headers: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", here.live_port, timeout=5)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request("GET", f"/live{query}", headers={"Cookie": f"sessionid={session}", **named})
        self.socket = self.connection.sock
        self.answer = self.connection.getresponse()
        self.status = self.answer.status

    def heard(self, count: int) -> list[dict[str, Any]]:
        """The next events; their ids are their positions."""
        found: list[dict[str, Any]] = []
        position = ""
        while len(found) < count:
            line = self.answer.readline().decode().strip()
            if line.startswith("id: "):
                position = line[4:]
            if line == "event: presence":
                self.answer.readline()
            elif line.startswith("data: "):
                found.append(json.loads(line[6:]))
                assert str(found[-1]["position"]) == position
        return found

    def is_silent(self) -> bool:
        """Whether nothing more comes within half a second."""
        self.socket.settimeout(0.5)
        try:
            while line := self.answer.readline():
                if line.startswith(b"data: ") and b'"position"' in line:
                    return False
        except TimeoutError:
            pass
        return True

    def close(self) -> None:
        self.answer.close()
        self.connection.close()


Opening = Callable[..., Stream]


@pytest.fixture
def listen(hub: Platform, sessions: dict[str, str]) -> Iterator[Opening]:
    """Open a stream as one of the people; all are closed at the end."""
    opened: list[Stream] = []

    def open_one(name: str = "", query: str = "", **headers: str) -> Stream:
        opened.append(Stream(hub, sessions.get(name, name), query, **headers))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


def test_stream_needs_a_session(listen: Opening) -> None:
    assert listen().status == 401
    assert listen("unknown-session-key").status == 401


def test_page_of_connections_knows_the_hub_by_its_answer(hub: Platform, settings: Any) -> None:
    settings.LIVE_PORT = hub.live_port
    assert connections.fault_of("live") is None
    settings.LIVE_PORT = hub.port
    assert connections.fault_of("live") == connections.FAULTS["silent"]


def test_only_the_pages_of_this_host_may_read(hub: Platform, listen: Opening) -> None:
    own = f"http://127.0.0.1:{hub.port}"
    answer = listen("wang", Origin=own)
    assert answer.status == 200
    assert answer.answer.headers["Access-Control-Allow-Origin"] == own
    assert answer.answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert answer.answer.headers["Content-Type"].startswith("text/event-stream")
    for other in (
        f"http://localhost:{hub.port}",
        f"http://127.0.0.1:{hub.port + 7}",
        "null",
        "http://evil.example",
    ):
        assert listen("wang", Origin=other).status == 403
    assert listen("wang", Host="evil.example").status == 403


def test_each_hears_of_its_places_and_its_desk_in_order(hub: Platform, listen: Opening) -> None:
    streams = {name: listen(name) for name in ("wang", "li", "zhao", "qian")}
    hub.run(
        TELL
        + """
case = filed(STREET, "A1")
tell(ReportReceived(id=uuid.uuid4(), place=STREET, channel="web"))
given_to(case, roads)
tell(events.CaseDispatched(id=case.pk, place=case.place, unit=roads.pk))
tell(events.CheckBegun(id=case.pk, place=case.place))
given_to(case, None)
tell(events.CaseReturned(id=case.pk, place=case.place, unit=roads.pk))
tell(events.CaseVoided(id=case.pk, place=case.place))
"""
    )
    street = streams["wang"].heard(6)
    assert [one["type"] for one in street] == [
        "CaseFiled", "ReportReceived", "CaseDispatched", "CheckBegun", "CaseReturned", "CaseVoided",
    ]  # fmt: skip
    assert [one["position"] for one in street] == sorted(one["position"] for one in street)
    assert {one["number"] for one in street if one["subject"] == "case"} == {"A1"}
    desk = [one["type"] for one in streams["zhao"].heard(3)]
    assert desk[0] == "CaseDispatched"
    assert desk[-1] == "CaseReturned"
    assert "CaseVoided" not in desk
    assert all(streams[name].is_silent() for name in ("li", "qian", "zhao"))


def test_someone_who_was_away_is_told_what_was_missed_once(hub: Platform, listen: Opening) -> None:
    last = int(hub.run(TELL + 'filed(STREET, "B1"); print(stream.last_position()); filed(STREET, "B2")'))
    time.sleep(0.5)
    by_header = listen("wang", Last_Event_ID=str(last))
    by_page = listen("wang", query=f"?after={last}")
    other = listen("li", Last_Event_ID=str(last))
    hub.run(TELL + 'filed(STREET, "B3")')
    for answer in (by_header, by_page):
        assert [one["number"] for one in answer.heard(2)] == ["B2", "B3"]
        assert answer.is_silent()
    assert other.is_silent()


def test_a_failed_transaction_is_heard_by_nobody(hub: Platform, listen: Opening) -> None:
    answer = listen("wang")
    hub.run(
        TELL
        + """
try:
    with store.writing():
        filed(STREET, "C1")
        raise RuntimeError
except RuntimeError:
    filed(STREET, "C2")
"""
    )
    assert [one["number"] for one in answer.heard(1)] == ["C2"]


def test_a_role_that_ends_is_felt_by_an_open_stream(hub: Platform, listen: Opening) -> None:
    """The account's own events have it asked again who listens."""
    answer = listen("li")
    code = """
from gewu.infra import versions
from gewu.security.events import RoleGiven
from gewu.security.models import Account
account = Account.objects.get(name="li")
with store.writing():
    Account.objects.filter(pk=account.pk).update(active=False)
    versions.changed("security")
    stream.tell(RoleGiven(id=account.pk, place="", role="dispatcher"), actor=CLOCK, now=now)
time.sleep(0.3)
filed("320111005001001", "D1")
"""
    hub.run(TELL + code)
    assert b"data: " not in answer.answer.read()


def present(stream: Stream) -> dict[str, Any]:
    """The next word on who else has the record open."""
    while True:
        line = stream.answer.readline().decode().strip()
        if line == "event: presence":
            found: dict[str, Any] = json.loads(stream.answer.readline().decode()[6:])
            return found


def names(said: dict[str, Any]) -> list[str]:
    return [one["name"] for one in said["who"]]


def test_those_at_one_case_hear_of_each_other_and_of_leaving(hub: Platform, listen: Opening) -> None:
    hub.run(TELL + 'given_to(filed(STREET, "E1"), roads)')
    wang, stranger = listen("wang", query="?at=case:E1"), listen("qian", query="?at=case:E1")
    assert names(present(wang)) == []
    zhao = listen("zhao", query="?at=case:E1")
    assert names(present(wang)) == ["zhao"]
    assert names(present(zhao)) == ["wang"]
    zhao.close()
    assert names(present(wang)) == []
    stranger.socket.settimeout(0.5)
    with pytest.raises(TimeoutError):
        present(stranger)


def test_an_office_that_gave_the_case_back_is_at_it_no_longer(hub: Platform, listen: Opening) -> None:
    hub.run(TELL + 'given_to(filed(STREET, "F1"), roads)')
    wang, zhao = listen("wang", query="?at=case:F1"), listen("zhao", query="?at=case:F1")
    assert "zhao" in names(present(wang)) or "zhao" in names(present(wang))
    hub.run(
        TELL
        + 'case = Case.objects.get(number="F1"); given_to(case, None);'
        + "tell(events.CaseReturned(id=case.pk, place=case.place, unit=roads.pk))"
    )
    assert [one["type"] for one in zhao.heard(1)] == ["CaseReturned"]
    hub.run(TELL + 'tell(events.CaseVoided(id=Case.objects.get(number="F1").pk, place=STREET))')
    assert zhao.is_silent()


def test_someone_away_for_a_day_is_told_once_to_look_again(hub: Platform, listen: Opening) -> None:
    hub.run(
        TELL
        + """
from uuid import uuid4
with store.writing():
    for n in range(1100):
        stream.tell(ReportReceived(id=uuid4(), place=STREET, channel="web"), actor=CLOCK, now=now)
time.sleep(1)
"""
    )
    answer = listen("wang", query="?after=1")
    assert [one["type"] for one in answer.heard(1)] == ["Missed"]
    assert answer.is_silent()
