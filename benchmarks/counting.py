"""Counts the figures of a place again and again, in a process of its own over the database it is given."""

from __future__ import annotations

import json
import sys
import time
from uuid import UUID

import django

django.setup()

from django.contrib.sessions.backends.db import SessionStore  # noqa: E402 -- needs Django to be set up
from django.db import connection  # noqa: E402 -- as above
from django.test.utils import CaptureQueriesContext  # noqa: E402 -- as above
from django.utils import timezone  # noqa: E402 -- as above

from gewu.insight import queries as insight  # noqa: E402 -- as above
from gewu.security import queries as security  # noqa: E402 -- as above

_TIMES = 40


def main(session: str, places: list[str]) -> None:
    """Print the waits in seconds, the processor time of one count and its statements, for each place."""
    now = timezone.localtime()
    actor = security.actor_of(UUID(SessionStore(session)["account"]), now=now)
    if actor is None:
        raise RuntimeError("the session has ended")
    found = {}
    for place in places:
        insight.board(actor, place, now=now)
        waits, before = [], time.process_time()
        for _ in range(_TIMES):
            begun = time.perf_counter()
            insight.board(actor, place, now=now)
            waits.append(time.perf_counter() - begun)
        cpu_ms = (time.process_time() - before) / _TIMES * 1000
        with CaptureQueriesContext(connection) as sent:
            insight.board(actor, place, now=now)
        found[place] = {"waits": waits, "cpu_ms": cpu_ms, "statements": len(sent)}
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
