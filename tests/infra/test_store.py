"""Write transactions: joined when nested, undone as a whole, one at a time between processes."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from gewu.infra import store
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
