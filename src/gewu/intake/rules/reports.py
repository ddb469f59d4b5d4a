"""Pure decisions about reports."""

from __future__ import annotations

import hashlib
import itertools
import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from gewu.kernel import worktime
from gewu.kernel.limits import LimitRow, most_specific
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say

#: Open311 allows 4,000 characters of description; one limit serves every channel.
LONGEST_TEXT = 4000
SHORTEST_TEXT = 2
LONGEST_ADDRESS = 200
MOST_PHOTOS = 6
LONGEST_URL = 500
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
    ruled: bool = False


#: Where no row speaks: two working hours to accept a report, those of a matter of middle urgency whose class
#: nobody has named yet; half an hour, day and night, to look at the spot (as digital city management has it).
OTHERWISE: Mapping[str, worktime.Limit] = {
    "accept": worktime.Limit(2, worktime.Unit.WORK_HOUR),
    "verify": worktime.Limit(0.5, worktime.Unit.URGENT_HOUR),
}


def choose_limit(
    rows: Iterable[LimitRow[worktime.Limit]], kind: str, *, channel: str, matter: str, place: str, on: date
) -> worktime.Limit:
    """The limit of the most specific row that covers such a report, else the one that holds otherwise."""
    row = most_specific(rows, kind, channel=channel, matter=matter, place=place, on=on)
    return row.limit if row else OTHERWISE[kind]


def finding_is_in(facts: ReportFacts, given: Mapping[str, Any]) -> bool:
    return not facts.verifying or bool(facts.finding)


def join_is_fresh(facts: ReportFacts, given: Mapping[str, Any]) -> bool:
    return facts.joined_for is not None and facts.joined_for <= timedelta(minutes=UNDO_MINUTES)


def may_be_declined(facts: ReportFacts, given: Mapping[str, Any]) -> bool:
    """What a higher desk has ruled on is not sent back again (12345 rules of Weifang and Jinan)."""
    return not facts.ruled


def clean(text: str) -> str:
    """The text as typed, without control characters and needless blanks; never changed otherwise."""
    if text.isprintable():  # most are, and none of these is a control character
        return text.strip()
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


def check_media(url: str, photos: Sequence[str]) -> None:
    """Refuse an address of a picture that is no web address, and one beside photos: a report has either."""
    if not url:
        return
    if photos:
        raise Refusal(say("照片网址和照片文件只能给一种"), field="media_url")
    if not _is_web_address(url):
        raise Refusal(
            say("照片网址要以 http:// 或 https:// 开头，最多 {most} 个字", most=LONGEST_URL),
            field="media_url",
        )


def _is_web_address(url: str) -> bool:
    if len(url) > LONGEST_URL or not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
    except ValueError:  # brackets that hold no address
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


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


def alike(here: frozenset[str], there: frozenset[str]) -> float:
    """How much two texts share by their `pairs_of`: twice the common ones over all of both, 0 to 1."""
    return 2 * len(here & there) / (len(here) + len(there)) if here and there else 0.0


def pairs_of(text: str) -> frozenset[str]:
    """The pairs of neighbouring letters and digits of a text."""
    kept = [c for c in text if c.isalnum()]
    return frozenset(a + b for a, b in itertools.pairwise(kept))
