"""Fills the index from the cases of a database and asks it again and again, in a process of its own."""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable, Iterable
from uuid import UUID

import django

django.setup()

from django.contrib.sessions.backends.db import SessionStore  # noqa: E402 -- needs Django to be set up
from django.db import connection  # noqa: E402 -- as above
from django.utils import timezone  # noqa: E402 -- as above

from gewu.cases import queries as cases  # noqa: E402 -- as above
from gewu.infra import search, store  # noqa: E402 -- as above
from gewu.insight import actions  # noqa: E402 -- as above
from gewu.insight import queries as insight  # noqa: E402 -- as above
from gewu.kernel import grams  # noqa: E402 -- as above
from gewu.security import queries as security  # noqa: E402 -- as above
from gewu.security.actors import Actor  # noqa: E402 -- as above

_TIMES = 120
_PARTS = (
    "路灯", "井盖", "积水", "人行道", "小区", "门口", "垃圾", "堆放", "噪音", "施工", "夜间",
    "占道", "停车", "堵塞", "消防", "通道", "水管", "爆裂", "树枝", "倒伏", "电线", "下垂",
    "油烟", "扰民", "违建", "墙面", "开裂", "电梯", "故障", "物业", "三天", "处理", "尽快",
    "安排", "现场", "公交站", "附近", "路口", "排水沟", "臭味",
)  # fmt: skip
#: What is in none of the texts.
_NOWHERE = "没有这样的话"


def main(session: str) -> None:
    """Print how fast the index was filled and the waits of each kind of question, in seconds."""
    now = timezone.localtime()
    actor = security.actor_of(UUID(SessionStore(session)["account"]), now=now)
    if actor is None:
        raise RuntimeError("the session has ended")
    _tell_apart()
    begun = time.perf_counter()
    actions.make_anew(now)
    while actions.feed_search(now):
        pass
    seconds = time.perf_counter() - begun
    at = search.feed()
    _settle()
    parts = _parts_of_texts()
    found: dict[str, object] = {
        "fed": (at.done if at else 0) / seconds,
        "rare": _waits(
            parts, lambda one: search.hits(search.Asked(grams.terms(one), (("kcase",),), most=20))
        ),
        "common": _waits(
            _PARTS, lambda one: search.hits(search.Asked(grams.terms(one), (("kcase",),), most=20))
        ),
        "scan": _waits([*parts[:3], _NOWHERE], _scan, once=True),
        "page": _waits(
            [*parts[:60], *_PARTS],
            lambda one: insight.search_kind(actor, insight.Sought(one, "case"), now=now),
        ),
        "all": _waits(
            [*parts[:60], *_PARTS], lambda one: insight.search_all(actor, insight.Sought(one), now=now)
        ),
        "nowhere": _waits([_NOWHERE] * 30, lambda one: _inbox(actor, one)),
        "words": _waits(parts[:40], lambda one: _inbox(actor, one)),
    }
    print(json.dumps(found))


def _tell_apart() -> None:
    """Texts of forty characters for the cases that were made for measuring, which all say the same."""
    chance = random.Random(7)
    signs = [chr(chance.randrange(0x4E00, 0x9FA5)) for _ in range(3000)]
    key = None
    while keys := cases.keys_after(key, size=5000):
        told = []
        for one in keys:
            words = chance.choices(_PARTS, k=14) + ["".join(chance.sample(signs, 2)) for _ in range(5)]
            chance.shuffle(words)
            told.append(("".join(words), one.hex if connection.vendor == "sqlite" else one))
        with store.writing(), connection.cursor() as cursor:
            cursor.executemany("UPDATE case_ SET text = %s WHERE id = %s", told)
        key = keys[-1]


def _settle() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE search_entry")
            cursor.execute("VACUUM ANALYZE case_")


def _parts_of_texts() -> list[str]:
    """Two or four characters cut out of texts anywhere."""
    chance = random.Random(11)
    texts = [one.text for one in cases.words_of(cases.keys_after(None, size=600))]
    return [
        text[start : start + size]
        for n, text in enumerate(texts[:_TIMES])
        for size in (2 if n % 2 else 4,)
        for start in (chance.randrange(len(text) - size),)
    ]


def _scan(part: str) -> None:
    """What it costs to look at each text."""
    where = "instr(text, %s) > 0" if connection.vendor == "sqlite" else "strpos(text, %s) > 0"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM case_ WHERE {where}", [part])
        cursor.fetchone()


def _inbox(actor: Actor, text: str) -> None:
    filters = cases.Filters(state="all", text=text, sort="new")
    cases.inbox(actor, filters, now=timezone.now())


def _waits(asked: Iterable[str], ask: Callable[[str], object], *, once: bool = False) -> list[float]:
    waits = []
    for one in asked:
        if not once:
            ask(one)
        begun = time.perf_counter()
        ask(one)
        waits.append(time.perf_counter() - begun)
    return waits


if __name__ == "__main__":
    main(sys.argv[1])
