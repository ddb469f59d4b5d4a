"""Several requests in one transaction, as `config.waiting` answers those that wait behind each other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from gewu.infra import store

_BOUNDS = (request_started, request_finished)


@contextmanager
def together() -> Iterator[None]:
    """`infra.store.together`, and where a request begins or ends its connection stays.

    Django drops a connection there that it finds inside a transaction. Only for the one thread that answers:
    what is connected to a signal is the same for all threads.
    """
    for signal in _BOUNDS:
        signal.disconnect(close_old_connections)
    try:
        with store.together():
            yield
    finally:
        for signal in _BOUNDS:
            signal.connect(close_old_connections)
