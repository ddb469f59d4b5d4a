"""Deliveries: at least once, each effect once, and one that fails keeps nobody else waiting."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from gewu.infra import deliveries, store, stream, worker
from gewu.infra.models import Counter, Delivery
from gewu.infra.stream import Told
from gewu.kernel.identifiers import new_id
from gewu.security.actors import CLOCK
from tests.founded import statements
from tests.infra import platform
from tests.infra.told import NOW, LampPutUp, LampSeen


def note(told: Told, *, now: datetime) -> None:
    """Leave a trace in the database, once for each event."""
    Counter.objects.create(name=f"noted:{told.position}", value=1)


def fail(told: Told, *, now: datetime) -> None:
    """Leave a trace, then break."""
    Counter.objects.create(name=f"failed:{told.position}", value=1)
    raise ValueError("路灯坏了")


@pytest.fixture
def reacting() -> Iterator[None]:
    """Both reactions answer when a lamp is put up, the first when it is seen."""
    deliveries.register({LampPutUp: [fail, note], LampSeen: [note]})
    yield
    deliveries.register({LampPutUp: [], LampSeen: []})


def put_up() -> int:
    """A new lamp; returns the position of its event."""
    with store.writing():
        stream.tell(LampPutUp(id=new_id()), actor=CLOCK, now=NOW)
    return stream.last_position()


def notes() -> int:
    return Counter.objects.filter(name__startswith="noted:").count()


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_databases
def test_one_that_fails_is_put_off_and_the_others_go_on(reacting: None) -> None:
    position = put_up()
    assert worker.work(NOW) == 2
    failed, done = worker.of_event(position)
    assert (failed["tries"], failed["done_at"], failed["due_at"]) == (1, None, NOW + timedelta(seconds=5))
    assert failed["error"] == "ValueError: 路灯坏了"
    assert (done["done_at"], done["due_at"]) == (NOW, None)
    assert notes() == 1
    assert not Counter.objects.filter(name__startswith="failed:").exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_databases
def test_what_fails_too_often_is_set_aside_and_can_be_put_back(reacting: None) -> None:
    put_up()
    now = NOW
    for _ in range(len(worker.RETRIES) + 1):
        worker.work(now)
        now += timedelta(hours=2)
    (aside,) = worker.set_aside()
    assert (aside.reaction, aside.tries) == ("infra.fail", 6)
    assert worker.work(now) == 0
    worker.try_again(aside.id, now=now)
    assert worker.set_aside() == ()
    assert worker.work(now) == 1
    assert notes() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_databases
def test_a_lease_keeps_a_second_worker_away_until_it_ends(reacting: None) -> None:
    put_up()
    held = worker._lease(NOW, 20)
    assert len(held) == 2
    assert worker.work(NOW + timedelta(seconds=29)) == 0
    assert worker.work(NOW + timedelta(seconds=31)) == 2
    assert notes() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_databases
def test_a_worker_that_comes_back_late_does_nothing_again(reacting: None) -> None:
    put_up()
    slow = worker._lease(NOW, 20)
    worker.work(NOW + timedelta(seconds=31))
    told = stream.those({delivery.event_id for delivery in slow})
    worker._carry_out_some(deque(slow), told, NOW + timedelta(seconds=32))
    assert notes() == 1
    assert Delivery.objects.filter(done_at=None, tries=2).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_reaction_that_no_longer_exists_is_kept_for_a_person(reacting: None) -> None:
    position = put_up()
    Delivery.objects.filter(event_id=position, reaction="infra.note").update(reaction="infra.gone")
    worker.work(NOW)
    assert "infra.gone" in [one["error"][11:21] for one in worker.of_event(position)]


REACT = """
import time
from collections import deque
from django.utils import timezone
from gewu.infra import deliveries, store, stream, worker
from gewu.infra.models import Counter, Delivery
from gewu.kernel.identifiers import new_id
from gewu.security.actors import CLOCK
from tests.infra.told import LampPutUp

PAUSE = 0

def note(told, *, now):
    Counter.objects.create(name=f"noted:{told.position}", value=1)
    print("noting", flush=True)
    time.sleep(PAUSE)

note.__module__ = "tests.infra.here"
deliveries.register({LampPutUp: [note]})

def put_up(count=1):
    for _ in range(count):
        with store.writing():
            stream.tell(LampPutUp(id=new_id()), actor=CLOCK, now=timezone.now())
"""


def test_killed_between_commit_and_reaction_is_delivered_once_after_restart(tmp_path: Path) -> None:
    here = platform.new(tmp_path / "home")
    teller = here.begin_code(REACT + "put_up(); print('told', flush=True); time.sleep(60)")
    assert teller.stdout is not None
    assert teller.stdout.readline() == "told\n"
    teller.kill()
    teller.communicate(timeout=10)
    again = "print(worker.work(timezone.now()), worker.work(timezone.now()), Counter.objects.count())"
    assert here.run(REACT + again) == "noting\n1 0 1"


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_databases
def test_deliveries_share_commits_and_what_fails_undoes_only_itself(reacting: None) -> None:
    for _ in range(6):
        put_up()
    with statements() as counted:
        assert worker.work(NOW) == 12
    assert notes() == 6
    assert Delivery.objects.filter(done_at=None).count() == 6
    assert not Counter.objects.filter(name__startswith="failed:").exists()
    reads = [sql for sql in counted.sql if 'FROM "event"' in sql]
    assert len(reads) == 1


def test_killed_in_the_middle_of_a_reaction_leaves_no_half_and_is_done_once(tmp_path: Path) -> None:
    here = platform.new(tmp_path / "home")
    victim = here.begin_code(REACT + "PAUSE = 60; put_up(); worker.work(timezone.now())")
    assert victim.stdout is not None
    assert victim.stdout.readline() == "noting\n"
    victim.kill()
    victim.communicate(timeout=10)
    again = """
print(Counter.objects.count(), worker.work(timezone.now()))
later = timezone.now() + worker.LEASE
print(worker.work(later), worker.work(later), Counter.objects.count())
"""
    assert here.run(REACT + again) == "0 0\nnoting\n1 0 1"


def test_two_workers_share_the_work_and_double_nothing(tmp_path: Path) -> None:
    here = platform.new(tmp_path / "home")
    here.run(REACT + "put_up(120)")
    code = REACT + "while worker.work(timezone.now(), limit=5): pass"
    workers = [here.begin_code(code) for _ in range(2)]
    printed = [one.communicate(timeout=60)[0] for one in workers]
    assert [one.returncode for one in workers] == [0, 0], printed
    assert sum(text.count("noting") for text in printed) == 120
    assert (
        here.run(REACT + "print(Counter.objects.count(), Delivery.objects.filter(done_at=None).count())")
        == "120 0"
    )


def test_the_background_process_delivers_soon_and_goes_on_after_a_kill(tmp_path: Path) -> None:
    """The very process that serves: killed, started again, nothing lost and nothing doubled."""
    here = platform.new(tmp_path / "home")
    owe = """
from django.utils import timezone
from gewu.infra.models import Chain, Delivery, EventRow
row = EventRow.objects.create(subject="x", subject_id="0" * 32, seq=1, type="CaseVoided", actor="clock",
                              at=timezone.now(), data="{}", previous="", hash="sha256:0")
Delivery.objects.create(event=row, reaction="gone.function", due_at=timezone.now())
"""
    asked = """
from gewu.infra.models import Delivery
print(list(Delivery.objects.order_by("id").values_list("tries", flat=True)))
"""
    with here.running("-m", "gewu.config.background"):
        here.run(owe)
        assert _taken_up(here, asked) == 1
    here.run(owe.replace("seq=1", "seq=2"))
    with here.running("-m", "gewu.config.background"):
        assert _taken_up(here, asked) == 2


def _taken_up(here: platform.Platform, asked: str) -> int:
    """How many deliveries there are once each has been tried; one that is left lying ends the wait."""
    until = time.monotonic() + 30
    while True:
        tries = json.loads(here.run(asked))
        if all(tries) or time.monotonic() > until:
            return sum(times > 0 for times in tries)
        time.sleep(0.2)


def test_a_sweep_that_fails_keeps_no_other_from_running(tmp_path: Path) -> None:
    """In the process that serves: whatever is raised, the thread goes on."""
    here = platform.new(tmp_path / "home")
    code = """
import threading
from gewu.config import background
from gewu.config.sweeps import Sweep
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import say

ran = []
def broken(now):
    ran.append("broken")
    raise Refusal(say("不行"))
def sound(now):
    ran.append("sound")
    stop.set()
    return 0
stop = threading.Event()
worker = background.Worker(stop, orphaned=stop.set)
worker.sweeps = [Sweep(broken, 60), Sweep(sound, 60)]
worker.start()
worker.join(20)
print(ran)
"""
    assert here.run(code).endswith("['broken', 'sound']")


def test_background_process_whose_parent_is_gone_leaves_by_itself(tmp_path: Path) -> None:
    """The parent may have died before the process could ask who it is."""
    here = platform.new(tmp_path / "home")
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    begun = here.begin("-m", "gewu.config.background", str(gone.pid))
    said, _ = begun.communicate(timeout=60)
    assert begun.returncode == 0, said
