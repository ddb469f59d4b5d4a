"""No list looks through a large table: each statement of each list is explained by SQLite.

The database of a test is small and has no statistics, like that of an installation before anyone runs
ANALYZE; so the plans are those that a million cases meet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from gewu.cases.models import Case
from gewu.infra import versions
from gewu.insight import actions as insight
from gewu.security import actions as security
from tests.architecture.sources import expect_none
from tests.founded import statements
from tests.shells.visits import signed_in
from tests.world import COUNTY, SOUTH_GATE, World

#: Tables that grow with every case, and without end.
LARGE = (
    "case_", "report", "event", "event_words", "event_chain", "case_deadline", "case_evidence",
    "case_assignment", "case_application", "case_whistle", "case_tag", "case_follow_up", "file", "message",
    "delivery", "identity", "verification_task", "figure",
)  # fmt: skip

FILTERS = (
    "", "place=" + SOUTH_GATE, "place=" + SOUTH_GATE + "001", "matter=C0101", "matter=C01",
    "unit=320111-water_supply", "unit=-", "origin=phone", "text=320111-20260302-00", "overdue=1", "mine=1",
    "tag=urgent", "priority=1", "returned=2", "returned=3", "reopened=1",
    "due=soon", "due=later", "filed=2026-03-01..2026-03-02", "sort=new",
    "closed=2026-03-01..2026-03-02", "place=" + SOUTH_GATE + "&matter=C0101&overdue=1",
)  # fmt: skip
TABS = ("open", "handling", "closed", "all")

#: Pages with a list or with figures, by whom they are opened.
PAGES = (
    *(("zhou.min", f"/desk?tab={tab}&{one}") for tab in TABS for one in FILTERS),
    *((name, f"/desk?tab={tab}") for name in ("chen.guoping", "zhao.qiang", "he.jie") for tab in TABS),
    *(("li.wen", f"/desk?tab={tab}&{one}") for tab in ("received", "verifying") for one in FILTERS[:7]),
    ("zhou.min", "/desk/export?tab=all"),
    ("ma.jianguo", f"/board/{COUNTY}"),
    ("ma.jianguo", f"/board/{SOUTH_GATE}"),
    ("ma.jianguo", f"/board/{COUNTY}/analysis"),
    ("zheng.jun", f"/desk/places/{COUNTY}"),
    ("zheng.jun", f"/desk/places/{SOUTH_GATE}"),
    ("zheng.jun", "/desk/follow-ups"),
    ("zheng.jun", "/desk/satisfaction"),
    ("zhou.min", "/desk/tags"),
    ("zhou.min", "/desk/notices"),
    ("zhao.qiang", "/desk/visits"),
    ("zhao.qiang", "/desk/self-handled"),
    ("fang.an", "/desk/identities"),
    ("shen.ji", "/setup/audit"),
    ("fang.an", "/setup/accounts"),
    ("qian.lei", "/setup/health"),
    ("shen.ji", "/setup/retention"),
    ("", "/nearby"),
    ("", "/lists"),
    ("", "/anchors"),
)


#: Walks that end early or are short: what SQLite says, in which statement, and why it may.
ALLOWED = (
    (r"SCAN event$", r"ORDER BY 1 DESC LIMIT 1$", "the last row by its key"),
    (
        r"SCAN case_ USING (COVERING )?INDEX case_by_age",
        r"LIMIT (51|21)\b",
        "newest first, until the page is full",
    ),
    (r"SCAN case_ USING COVERING INDEX", r"LIMIT 50{2,3}1\b", "as many as may leave at once, and no further"),
    (r"SCAN verification_task USING INDEX verification_open", "", "an index of the open ones alone"),
    (r"SCAN case_tag USING COVERING INDEX", r"GROUP BY", "each tag of each case is counted; few carry one"),
    (r"SCAN delivery$", r"LIMIT 1000\)", "what was set aside, on the page of an operator"),
)


def _may(step: str, sql: str) -> bool:
    return any(re.search(said, step) and re.search(asked, sql) for said, asked, _ in ALLOWED)


def _found(sent: list[str]) -> Iterator[str]:
    """The large tables that a statement looks through from end to end."""
    for sql in sent:
        if not sql.startswith(("SELECT", "WITH")):
            continue
        named = dict(re.findall(r'(?:FROM|JOIN|AS) "(\w+)" (?:AS )?"?([A-Z]\d+|T\d+)"?', sql))
        called = {alias: table for table, alias in named.items()}
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN QUERY PLAN " + sql.replace("%", "%%"), [])
            for *_, step in cursor.fetchall():
                words = step.split()
                large = words[0] == "SCAN" and called.get(words[1], words[1]) in LARGE
                if large and not _may(step, sql):
                    yield f"{step}: {sql[:2000]}"


@pytest.fixture
def furnished(today: World) -> World:
    case = today.case_at("handling")
    today.case_at("closed")
    today.report("还没有受理的一件")
    today.settle()
    while insight.sum_up():
        pass
    assert case.lead_path
    return today


def _whole(client: Client, path: str) -> HttpResponse:
    """The answer, read to its end and let go of."""
    answer = client.get(path)
    if answer.streaming:
        b"".join(answer)
    answer.close()
    return answer


@pytest.mark.parametrize("who", sorted({who for who, _ in PAGES}))
def test_no_page_looks_through_a_large_table(furnished: World, who: str) -> None:
    client, wrong = signed_in(who) if who else Client(), []
    for name, path in PAGES:
        if name == who:
            versions.forget()
            _whole(client, path)
            with statements() as sent:
                answer = _whole(client, path)
            assert answer.status_code == 200, path
            wrong += [f"{path}\n    {one}" for one in _found(sent.sql)]
    expect_none(wrong)


@pytest.mark.parametrize("tab", ["open", "closed", "all"])
def test_few_cases_of_ones_own_are_found_by_their_keys(furnished: World, tab: str) -> None:
    """Who leads no unit has few; no list of a million is looked through for them in its order."""
    client, path = signed_in("zheng.jun"), f"/desk?tab={tab}&mine=1"
    versions.forget()
    client.get(path)
    with statements() as sent:
        assert client.get(path).status_code == 200
    [list_] = [one for one in sent.sql if "case_deadline" in one and "LIMIT 51" in one]
    assert "UNION ALL" not in list_
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + list_.replace("%", "%%"), [])
        steps = [step for *_, step in cursor.fetchall()]
    assert not [one for one in steps if "case_by_state" in one or one.startswith("SCAN case_")], steps


def test_no_list_of_the_interface_looks_through_a_large_table(furnished: World) -> None:
    token = security.issue_token(furnished.accounts["zhou.min"], now=furnished.now)
    client, wrong = Client(headers={"Authorization": f"Bearer {token}"}), []
    number = Case.objects.order_by("number").first()
    assert number is not None
    for path in ("/api/v1/cases", "/api/v1/cases?state=all&sort=new", f"/api/v1/cases/{number.number}"):
        with statements() as sent:
            assert client.get(path).status_code == 200
        wrong += [f"{path}\n    {one}" for one in _found(sent.sql)]
    expect_none(wrong)
