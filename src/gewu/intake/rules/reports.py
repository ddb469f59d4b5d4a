"""Pure decisions about reports."""

from __future__ import annotations

import hashlib
import itertools
import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from gewu.kernel import worktime
from gewu.kernel.places import is_within
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say

#: Open311 allows 4,000 characters of description; one limit serves every channel.
LONGEST_TEXT = 4000
SHORTEST_TEXT = 2
LONGEST_ADDRESS = 200
MOST_PHOTOS = 6
#: The longest key of a submission and the longest number of another system, as wide as their columns.
LONGEST_NUMBER = {"key": 80, "outside_id": 60}
#: A clock of a sender may run ahead of ours by this much.
AHEAD = timedelta(minutes=5)
#: Nothing on paper that is typed in today is older than this.
OLDEST = timedelta(days=20 * 365)


#: So long a join is a slip of the hand that can be undone as if it had not been; later a report is split off.
UNDO_MINUTES = 30


@dataclass(frozen=True)
class ReportFacts:
    """What the guards of the lifecycle look at. ``joined_for`` is empty while it stands for itself."""

    verifying: bool
    finding: str
    joined_for: timedelta | None = None


@dataclass(frozen=True)
class LimitRow:
    """One dated limit. ``kind`` is ``accept`` or ``verify``; an empty column speaks of everything."""

    kind: str
    channel: str
    matter_prefix: str
    place_prefix: str
    limit: worktime.Limit
    since: date
    until: date | None = None
    basis: str = ""

    def covers(self, kind: str, channel: str, matter: str, place: str, on: date) -> bool:
        """Whether it speaks of such a report on this day; the last day is not included."""
        return (
            self.kind == kind
            and self.channel in ("", channel)
            and matter.startswith(self.matter_prefix)
            and is_within(place, self.place_prefix)
            and self.since <= on
            and (self.until is None or on < self.until)
        )

    @property
    def rank(self) -> tuple[int, bool, int, date]:
        """How specific it is: the matter first, then the origin, then the place, then the newer day."""
        return len(self.matter_prefix), bool(self.channel), len(self.place_prefix), self.since


#: Where no row speaks: two working hours to accept a report, those of a matter of middle urgency whose class
#: nobody has named yet; half an hour, day and night, to look at the spot (as digital city management has it).
OTHERWISE: Mapping[str, worktime.Limit] = {
    "accept": worktime.Limit(2, worktime.Unit.WORK_HOUR),
    "verify": worktime.Limit(0.5, worktime.Unit.URGENT_HOUR),
}


def choose_limit(
    rows: Iterable[LimitRow], kind: str, *, channel: str, matter: str, place: str, on: date
) -> worktime.Limit:
    """The limit of the most specific row that covers such a report, else the one that holds otherwise."""
    covering = [row for row in rows if row.covers(kind, channel, matter, place, on)]
    return max(covering, key=lambda row: row.rank).limit if covering else OTHERWISE[kind]


def finding_is_in(facts: ReportFacts, given: Mapping[str, Any]) -> bool:
    return not facts.verifying or bool(facts.finding)


def join_is_fresh(facts: ReportFacts, given: Mapping[str, Any]) -> bool:
    return facts.joined_for is not None and facts.joined_for <= timedelta(minutes=UNDO_MINUTES)


def clean(text: str) -> str:
    """The text as typed, without control characters and needless blanks; never changed otherwise."""
    kept = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return kept.strip()


def checked_text(text: str) -> str:
    """The cleaned text of a report; refused when there is none or too much of it."""
    text = clean(text)
    if len(text) < SHORTEST_TEXT:
        raise Refusal(say("请写明要反映的问题"), field="text")
    if len(text) > LONGEST_TEXT:
        raise Refusal(
            say("文字过长：{n} 个字，最多 {most} 个字", n=len(text), most=LONGEST_TEXT),
            Kind.TOO_LARGE,
            field="text",
        )
    return text


def checked_address(text: str) -> str:
    """The cleaned address; refused when it is too long to be one."""
    text = clean(text)
    if len(text) > LONGEST_ADDRESS:
        raise Refusal(say("地点描述过长，最多 {most} 个字", most=LONGEST_ADDRESS), field="address")
    return text


def check_number(text: str, field: str) -> None:
    """Refuse a number from outside that is too long to keep or that holds control characters."""
    if len(text) > LONGEST_NUMBER[field] or clean(text) != text:
        raise Refusal(say("编号过长，或含有不能保存的字符"), field=field)


def checked_time(received_at: datetime | None, *, now: datetime) -> datetime:
    """When the report came in; now unless said. Times ahead of now or impossibly old are refused."""
    if received_at is None:
        return now
    if received_at.tzinfo is None:
        raise Refusal(say("时间须带时区"), field="received_at")
    if received_at > now + AHEAD:
        raise Refusal(say("接收时间在将来"), field="received_at")
    if received_at < now - OLDEST:
        raise Refusal(say("接收时间过早"), field="received_at")
    return received_at


def digest_of(content: Mapping[str, Any]) -> str:
    """One digest for one content, so that a replayed key with other content is noticed."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


#: Two texts share at least this part of their pairs of characters when they may speak of one thing.
ALIKE = 0.15


def alike(here: frozenset[str], text: str) -> float:
    """How much a text shares with `pairs_of` another: twice the common pairs over all of both, 0 to 1."""
    there = pairs_of(text)
    return 2 * len(here & there) / (len(here) + len(there)) if here and there else 0.0


def pairs_of(text: str) -> frozenset[str]:
    """The pairs of neighbouring letters and digits of a text."""
    kept = [c for c in text if c.isalnum()]
    return frozenset(a + b for a, b in itertools.pairwise(kept))
