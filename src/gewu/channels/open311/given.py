"""What a request brings, read by its form alone; each fault is kept, so that all are told at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import isfinite

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, QueryDict
from django.http.multipartparser import MultiPartParserError

from gewu.cases.queries import MOST_PUBLISHED, Span
from gewu.channels.open311 import faults
from gewu.kernel.texts import Text, say

#: No question may reach further than this (GeoReport v2, GET Service Requests).
WINDOW = timedelta(days=90)
#: `attribute[CODE]` and `attribute[CODE][]`.
_ATTRIBUTE = re.compile(r"attribute\[([^\[\]]{1,60})\](?:\[\d*\])?")
#: A plus sign that was not escaped arrives as a blank.
_LOST_PLUS = re.compile(r" (?=\d\d:?\d\d$)")


@dataclass
class Given:
    """The parameters of one request; an empty one is none. What is wrong is gathered in ``wrong``."""

    values: QueryDict
    wrong: list[Text] = field(default_factory=list)

    def text(self, name: str, *, most: int = 200) -> str:
        """A parameter without blanks around it; one that is too long or not UTF-8 is wrong."""
        value = self.values.get(name, "").strip()
        if len(value) > most:
            self.wrong.append(say("{name} 过长，最多 {most} 个字符", name=name, most=most))
            return ""
        if "\ufffd" in value or "\0" in value:
            self.wrong.append(say("{name} 不是有效的 UTF-8 文本", name=name))
            return ""
        return value

    def listed(self, name: str) -> tuple[str, ...]:
        """A comma list without its empty parts."""
        parts = (one.strip() for one in self.text(name, most=40 * MOST_PUBLISHED).split(","))
        return tuple(dict.fromkeys(one for one in parts if one))[:MOST_PUBLISHED]

    def degrees(self, name: str) -> float | None:
        """A coordinate; what is no number is wrong."""
        text = self.text(name, most=40)
        if not text:
            return None
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if isfinite(value):
            return value
        self.wrong.append(say("{name} 不是数字", name=name))
        return None

    def moment(self, name: str) -> datetime | None:
        """A time with its zone (ISO 8601, as W3C narrows it); one without is wrong."""
        text = self.text(name, most=40)
        if not text:
            return None
        try:
            found = datetime.fromisoformat(_LOST_PLUS.sub("+", text))
            if found.tzinfo is not None:
                return found.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        self.wrong.append(say("{name} 要写成带时区的时间，例如 2026-03-31T18:00:00+08:00", name=name))
        return None

    def count(self, name: str, otherwise: int, *, most: int) -> int:
        """A whole number from one on; above the most it is the most."""
        text = self.text(name, most=12)
        if not text:
            return otherwise
        if text.isascii() and text.isdigit() and int(text) > 0:
            return min(int(text), most)
        self.wrong.append(say("{name} 要是正整数", name=name))
        return otherwise

    def span(self, since: str, until: str, now: datetime, *, always: bool) -> Span | None:
        """A range of times, its missing end put 90 days away; more than 90 days is wrong.

        Without either it is the last 90 days when ``always``, else nothing.
        """
        first, last = self.moment(since), self.moment(until)
        if first is None and last is None:
            return Span(now - WINDOW, now + timedelta(seconds=1)) if always else None
        try:
            first = first if first is not None else (last or now) - WINDOW
            last = last if last is not None else min(now + timedelta(seconds=1), first + WINDOW)
        except OverflowError:
            self.wrong.append(say("{name} 超出可用的时间", name=until))
            return None
        if last - first > WINDOW:
            self.wrong.append(say("{since} 到 {until} 不能超过 90 天", since=since, until=until))
        return Span(first, last)

    def answers(self) -> dict[str, tuple[str, ...]]:
        """The answers to the questions of a service: `attribute[CODE]`, several as `attribute[CODE][]`."""
        found: dict[str, tuple[str, ...]] = {}
        for name, values in self.values.lists():
            match = _ATTRIBUTE.fullmatch(name)
            if match is None:
                continue
            kept = tuple(value for value in values if value.strip())
            if any("\ufffd" in value or "\0" in value for value in kept):
                self.wrong.append(say("{name} 不是有效的 UTF-8 文本", name=name))
            elif kept:
                found[match[1]] = (*found.get(match[1], ()), *kept)
        return found

    def refuse(self) -> None:
        """Refuse the request when anything is wrong with it, telling all of it."""
        if self.wrong:
            raise faults.bad(*self.wrong)


def asked(request: HttpRequest) -> Given:
    """The parameters of an address."""
    return Given(request.GET)


def posted(request: HttpRequest) -> Given:
    """The parameters of a form. A body that cannot be read is refused."""
    try:
        form = request.POST
    except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent):
        raise faults.bad(say("提交的内容太大了")) from None
    except (MultiPartParserError, UnicodeError, ValueError, OSError):
        raise faults.bad(say("请求内容无法读取")) from None
    return Given(form)


def jurisdiction(given: Given) -> str:
    """The place that is served under the id that was given.

    With one place the id does not matter. With several it must be given, and be one of them.
    """
    served: Mapping[str, str] = settings.JURISDICTIONS
    if len(served) < 2:
        return next(iter(served.values()), settings.COUNTY)
    name = given.text("jurisdiction_id")
    if not name:
        raise faults.bad(say("请给出 jurisdiction_id"))
    if name not in served:
        raise faults.missing(say("没有“{name}”这个 jurisdiction_id", name=name[:60]))
    return served[name]
