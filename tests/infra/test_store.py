"""Write transactions: joined when nested, undone as a whole, one at a time between processes."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

import pytest
from django.db import transaction

from gewu.infra import store, versions
from gewu.infra.models import Counter
from tests.infra import platform


def count(name: str) -> None:
    Counter.objects.create(name=name, value=1)


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_an_inner_transaction_joins_the_outer_one() -> None:
    with store.writing():
        count("outer")
        with store.writing():
            count("inner")
    assert Counter.objects.count() == 2


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_an_error_undoes_the_whole() -> None:
    with pytest.raises(ZeroDivisionError), store.writing():
        with store.writing():
            count("inner")
        _ = 1 / 0
    assert Counter.objects.count() == 0
    with store.writing():
        count("after")
    assert Counter.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_inner_error_that_is_swallowed_still_undoes_the_whole() -> None:
    """Half of a change is never kept, even when someone catches the refusal of the other half."""
    with pytest.raises(Exception, match="atomic"), store.writing():
        count("outer")
        with pytest.raises(ZeroDivisionError), store.writing():
            count("inner")
            _ = 1 / 0
        count("later")
    assert Counter.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_endings_are_called_once_before_the_commit() -> None:
    called: list[int] = []

    def ending() -> None:
        called.append(Counter.objects.count())

    with store.writing():
        store.before_commit(ending)
        store.before_commit(ending)
        count("one")
        assert called == []
    assert called == [1]


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_of_several_together_one_may_be_undone_alone_and_what_must_be_kept_of_it_is() -> None:
    with store.together():
        with store.writing():
            count("first")
        with pytest.raises(ZeroDivisionError), store.writing():
            count("second")
            store.though_undone(lambda: count("refusal of the second"))
            _ = 1 / 0
        with store.writing():
            count("third")
    assert set(Counter.objects.values_list("name", flat=True)) == {"first", "refusal of the second", "third"}


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_an_error_undoes_all_who_are_together_and_what_was_read_meanwhile_is_forgotten() -> None:
    held = versions.Held("lamps", lambda: Counter.objects.count())
    assert held.get() == 0
    with pytest.raises(ZeroDivisionError), store.together():
        with store.writing():
            count("first")
            versions.changed("lamps")
        assert held.get() == 1
        _ = 1 / 0
    assert Counter.objects.count() == 0
    assert held.get() == 0


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_someone_broke_is_an_error_and_not_a_silent_loss() -> None:
    with pytest.raises(transaction.TransactionManagementError), store.together():
        with store.writing():
            count("first")
        transaction.set_rollback(True)
    assert Counter.objects.count() == 0


HOLD = """
import time
from gewu.infra import store
from gewu.infra.models import Counter
with store.writing():
    Counter.objects.create(name="held", value=1)
    print("holding", flush=True)
    time.sleep(1)
"""


def test_a_writer_waits_for_the_one_in_another_process(tmp_path: Path) -> None:
    here = platform.new(tmp_path / "home")
    holder = here.begin_code(HOLD)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "holding\n"
    begun = time.monotonic()
    seen = here.run(
        """
        from gewu.infra import store
        from gewu.infra.models import Counter
        with store.writing():
            print(Counter.objects.get(name="held").value)
        """
    )
    assert seen == "1"
    assert time.monotonic() - begun > 0.5
    holder.communicate(timeout=10)


def test_a_killed_writer_keeps_nobody_out_and_leaves_nothing(tmp_path: Path) -> None:
    here = platform.new(tmp_path / "home")
    holder = here.begin_code(HOLD.replace("sleep(1)", "sleep(60)"))
    assert holder.stdout is not None
    assert holder.stdout.readline() == "holding\n"
    holder.kill()
    holder.communicate(timeout=10)
    code = """
        from gewu.infra import store
        from gewu.infra.models import Counter
        with store.writing():
            print(Counter.objects.count())
        """
    assert here.run(code) == "0"


def test_process_that_is_forked_waits_for_its_turn_like_any_other(tmp_path: Path) -> None:
    """A file that both held open from before would be locked for both at once."""
    path = str(tmp_path / "write-lock")
    fcntl.flock(store._lock_handle(path), fcntl.LOCK_EX)
    child = os.fork()
    if not child:  # pragma: no cover -- another process
        try:
            fcntl.flock(store._lock_handle(path), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os._exit(0)
        os._exit(1)
    _, status = os.waitpid(child, 0)
    store._open.lock_file = None
    assert os.waitstatus_to_exitcode(status) == 0
