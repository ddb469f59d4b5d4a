"""Messages that wait are written in one transaction, and none is answered before it is kept."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.signals import request_finished, request_started

from gewu.config.waiting import AT_ONCE, OneAnswers
from gewu.config.writing import together
from gewu.infra import store
from gewu.infra.models import Counter

JSON = "application/json"


def message(name: str, method: str = "POST", kind: str = JSON) -> dict[str, Any]:
    body = name.encode()
    return {
        "REQUEST_METHOD": method,
        "CONTENT_TYPE": kind,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
    }


class House:
    """An application with a book in which a transaction writes: what is undone leaves no line."""

    def __init__(self, largest: int = 10_000_000) -> None:
        self.book: list[str] = []
        self.transactions: list[list[str]] = []
        self.answered: list[str] = []
        self.first, self.go_on = threading.Event(), threading.Event()
        self.commit_fails = False
        self.answers = OneAnswers(self.application, largest=largest, together=self.together)

    @contextmanager
    def together(self) -> Iterator[None]:
        before = list(self.book)
        try:
            yield
            if self.commit_fails:
                raise OSError("the disk is full")
        except BaseException:
            self.book[:] = before
            raise
        assert not set(self.book[len(before) :]) & set(self.answered), "answered before it was kept"
        self.transactions.append(self.book[len(before) :])

    def application(self, environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        name = environ["wsgi.input"].read().decode()
        if name == "first":
            self.first.set()
            self.go_on.wait(10)
        if name.startswith("fault"):
            start("500 Internal Server Error", [])
            self.book.append("half of " + name)
            return [b""]
        if name.startswith("raises"):
            raise ZeroDivisionError(name)
        if name.startswith("refused"):
            start("409 Conflict", [])
            return [b"no"]
        self.book.append(name)
        start("201 Created", [])
        return [name.encode()]

    def ask(self, environ: dict[str, Any]) -> str:
        status: list[str] = []
        body = b"".join(self.answers(environ, lambda *started: status.append(started[0])))
        self.answered.append(body.decode())
        return f"{status[0][:3]} {body.decode()}"

    def all_at_once(self, *environs: dict[str, Any]) -> list[str]:
        """What each gets when all wait behind one that takes its time."""
        with ThreadPoolExecutor(len(environs) + 1) as pool:
            first = pool.submit(self.ask, message("first"))
            assert self.first.wait(10)
            asked = []
            for n, one in enumerate(environs):
                asked.append(pool.submit(self.ask, one))
                while self.answers._waiting.qsize() <= n:
                    pass
            self.go_on.set()
            assert first.result() == "201 first"
            return [_said(one.result) for one in asked]


def _said(result: Callable[[], str]) -> str:
    try:
        return result()
    except ZeroDivisionError as fault:
        return f"raised {fault}"


def test_those_that_wait_are_kept_together_and_each_gets_its_own_answer() -> None:
    house = House()
    assert house.all_at_once(message("a"), message("refused b"), message("c")) == ["201 a", "409 no", "201 c"]
    assert house.transactions == [["a", "c"]]
    assert house.book == ["first", "a", "c"]


def test_no_more_than_so_many_share_a_transaction() -> None:
    house = House()
    names = [f"n{n}" for n in range(AT_ONCE + 3)]
    assert house.all_at_once(*map(message, names)) == [f"201 {name}" for name in names]
    assert house.transactions == [names[:AT_ONCE], names[AT_ONCE:]]


@pytest.mark.parametrize(
    "apart",
    [message("x", "GET"), message("x", kind="multipart/form-data; boundary=y"), message("x", kind="")],
)
def test_what_may_take_long_or_writes_files_is_answered_alone_and_in_its_turn(apart: dict[str, Any]) -> None:
    house = House()
    house.all_at_once(message("a"), message("b"), apart, message("c"), message("d"))
    assert house.transactions == [["a", "b"], ["c", "d"]]
    assert house.book == ["first", "a", "b", "x", "c", "d"]


@pytest.mark.parametrize(("bad", "said"), [("fault", "500 "), ("raises", "raised raises")])
def test_fault_undoes_all_and_each_is_answered_as_if_it_had_come_alone(bad: str, said: str) -> None:
    house = House()
    assert house.all_at_once(message("a"), message(bad), message("c")) == ["201 a", said, "201 c"]
    assert house.transactions == []
    assert [one for one in house.book if not one.startswith("half")] == ["first", "a", "c"]


def test_transaction_that_cannot_be_kept_answers_nobody_with_what_it_undid() -> None:
    house = House()
    house.commit_fails = True
    assert house.all_at_once(message("a"), message("b")) == ["201 a", "201 b"]
    assert house.book == ["first", "a", "b"], "each was done once, alone"


@pytest.mark.django_db(transaction=True)
def test_bounds_of_requests_leave_the_connection_of_those_together_open() -> None:
    with together():
        with store.writing():
            Counter.objects.create(name="first", value=1)
        request_started.send(sender=None)
        request_finished.send(sender=None)
        with store.writing():
            Counter.objects.create(name="second", value=1)
    assert Counter.objects.count() == 2
