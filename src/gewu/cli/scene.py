"""The matters of the demo, driven through the same actions as real ones."""

from __future__ import annotations

import csv
import heapq
import io
import json
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path

from shapely.geometry import shape

from gewu.cases import actions as cases
from gewu.cases.actions import EvidenceGiven
from gewu.cases.queries import PICTURES
from gewu.catalogue import queries as catalogue
from gewu.cli import scenery
from gewu.cli.cast import HANDLERS, OFFICERS, Cast
from gewu.infra import files, store
from gewu.intake import actions as intake
from gewu.security import queries as accounts
from gewu.security.actors import ANONYMOUS, Actor
from gewu.security.vault import Contact
from gewu.territory import queries as territory

#: Kinds of evidence that a case holds by itself.
HELD_ANYWAY = ("location",)
_SEEDS = Path(__file__).parent / "seeds"


def _spots(inside: str) -> list[tuple[str, float, float]]:
    """A point well inside each grid: its code, longitude and latitude."""
    cells = json.loads(territory.cells(inside).geojson)["features"]
    inner = [(one["properties"]["code"], shape(one["geometry"]).representative_point()) for one in cells]
    return [(code, point.x, point.y) for code, point in inner]


def longest_h(turn: int) -> int:
    """How many hours ago a matter of this round was raised at most."""
    return 6 + turn * turn * 9


class Scene:
    """The matters of the demo, each driven to its own stage by the people whose turn it is.

    Every written report is raised once in each round, the later rounds longer ago.
    """

    def __init__(self, cast: Cast, now: datetime, rounds: int) -> None:
        self.now = now
        self.chance = random.Random(20261)  # noqa: S311 -- the demo must look the same every time
        self.rows = list(
            csv.DictReader(io.StringIO((_SEEDS / "demo_reports.csv").read_text(encoding="utf-8")))
        )
        self.grids = _spots(cast.home)
        #: The grid whose worker has an account.
        self.own = [one for one in self.grids if self._actor("wangge").holds_at("reports.verify", one[0])]
        self.people = {one.name: self._actor(one.name) for one in cast.people}
        for name in (
            *(name for name, _ in (*HANDLERS, *cast.street_offices)),
            *(one.name for one, _ in OFFICERS),
        ):
            self.people[name] = self._actor(name)
        self.next: list[tuple[datetime, int, Iterator[datetime]]] = []
        for n, (turn, row) in enumerate(product(range(rounds), self.rows)):
            self._put(n, self._matter(row, turn))

    def _actor(self, name: str) -> Actor:
        found = accounts.actor_named(name, now=self.now)
        if found is None:
            raise LookupError(name)
        return found

    def play(self, until: datetime) -> None:
        """Let all that happens before ``until`` happen, in its order over all matters: one transaction."""
        with store.writing():
            while self.next and self.next[0][0] < until:
                _, n, matter = heapq.heappop(self.next)
                self._put(n, matter)

    def also(self, happenings: Iterator[datetime]) -> None:
        """Let something else happen in between, in the order of its moments too."""
        self._put(len(self.next) + 1_000, happenings)

    def _put(self, n: int, matter: Iterator[datetime]) -> None:
        """Carry a matter on to the next moment at which something happens to it; none lies in the future."""
        at = next(matter, None)
        if at is not None and at < self.now:
            heapq.heappush(self.next, (at, n, matter))

    def _matter(self, row: dict[str, str], turn: int) -> Iterator[datetime]:
        """One matter from its report on. Yields each moment before what happens then."""
        grid, lon, lat = self.chance.choice(self.grids if self.chance.random() < 0.95 else self.own)
        at = self.now - timedelta(hours=self.chance.uniform(0.2, longest_h(turn)))
        yield at
        staffed = row["channel"] != "web"
        actor = self.people["shouli"] if staffed else ANONYMOUS
        photos = (
            ()
            if staffed and row["channel"] == "phone"
            else (self._photo(row["matter"], "photo_before", actor, at),)
        )
        draft = intake.ReportDraft(
            channel=row["channel"],
            text=row["text"],
            address=row["address"],
            lon=lon,
            lat=lat,
            matter=row["matter"] if staffed else "",
            contact=self._contact(turn),
            photos=photos,
        )
        report = intake.receive(draft, actor=actor, now=at)
        if report.case is None and (turn or self.chance.random() < 0.6):
            yield (accepted := at + timedelta(minutes=self.chance.uniform(3, 14)))
            intake.take(report.pk, "accept", actor=self.people["shouli"], now=accepted, matter=row["matter"])
            report.refresh_from_db()
        if report.case is not None:
            if row["tag"]:
                yield (at := at + timedelta(minutes=15))
                cases.take(report.case.number, "tag", actor=self.people["paiqian"], now=at, tag=row["tag"])
            yield from self._drive(report.case, at + timedelta(minutes=15))

    def _contact(self, turn: int) -> Contact:
        if self.chance.random() < 0.4:
            return Contact()
        name = self.chance.choice("张王李赵刘陈杨黄周吴") + self.chance.choice(("女士", "先生"))
        return Contact(name, f"139{self.chance.randrange(10**8):08d}", f"resident{turn}@example.org")

    def _photo(self, matter: str, purpose: str, actor: Actor, at: datetime) -> str:
        drawn = scenery.draw(matter, after=purpose == "photo_after", seed=self.chance.randrange(1000))
        return str(files.keep_photo(drawn, purpose=purpose, actor=actor, now=at))

    def _drive(self, case: cases.Case, at: datetime) -> Iterator[datetime]:
        """Some way along: older matters have mostly come to their end, new ones have just begun."""
        age_h = (self.now - at) / timedelta(hours=1)
        reach = self.chance.random() * 2.6 + age_h / 9
        for need, step in (
            (0.8, self._sign_for),
            (1.6, self._assist),
            (2.2, self._report_done),
            (3.2, self._begin_check),
            (3.8, self._close),
        ):
            at += timedelta(minutes=self.chance.uniform(4, 55))
            if reach < need:
                return
            yield at
            if not step(case, at):
                return
        if self.chance.random() < 0.08:
            yield (at := at + timedelta(hours=2))
            again = cases.take(
                case.number, "reopen", actor=self.people["ducha"], now=at, reason="回访反映问题又出现"
            )
            yield (at := at + timedelta(minutes=20))
            self._sign_for(again, at)

    def handler_of(self, case: cases.Case) -> Actor | None:
        """Someone who handles for the office that leads a case."""
        able = (one for one in self.people.values() if one.holds_for("cases.handle", (case.lead_path,)))
        return next(able, None) if case.lead_path else None

    def _sign_for(self, case: cases.Case, at: datetime) -> bool:
        handler = self.handler_of(case)
        if handler is None:
            return False
        if self.chance.random() < 0.05:
            cases.take(
                case.number,
                "return",
                actor=handler,
                now=at,
                reason="现场核对，此设施不由本单位管护",
                proposed="unknown",
            )
            return False
        cases.take(case.number, "sign_for", actor=handler, now=at)
        return True

    def _assist(self, case: cases.Case, at: datetime) -> bool:
        """The assistants of a shared duty do their part; one without an account is asked by telephone."""
        for asked in case.assignments.filter(state="offered"):
            able = (one for one in self.people.values() if one.holds_for("cases.handle", (asked.unit_path,)))
            helper, lead = next(able, None), self.handler_of(case)
            if helper is not None:
                cases.take_assist(asked.pk, "sign_for", actor=helper, now=at)
                cases.take_assist(asked.pk, "finish", actor=helper, now=at, result="已到场配合")
            elif lead is not None:
                cases.take_assist(asked.pk, "withdraw", actor=lead, now=at, reason="电话会商后无需到场")
        return True

    def _report_done(self, case: cases.Case, at: datetime) -> bool:
        handler = self.handler_of(case)
        if handler is None:
            return False
        matter = catalogue.matter(case.matter, on=catalogue.day_of(at))
        evidence = tuple(
            self._evidence(token, matter.code, handler, at)
            for token in matter.evidence
            if token not in HELD_ANYWAY
        )
        cases.take(
            case.number,
            "report_done",
            actor=handler,
            now=at,
            result="已到现场处理完毕",
            answer=f"您反映的“{matter.name_zh}”问题已处理完毕，感谢您的提醒。",
            evidence=evidence,
        )
        return True

    def _evidence(self, token: str, matter: str, actor: Actor, at: datetime) -> EvidenceGiven:
        if token in PICTURES:
            return EvidenceGiven(token, file=self._photo(matter, token, actor, at))
        return EvidenceGiven(token, text="已按规定办理并记录在案")

    def _begin_check(self, case: cases.Case, at: datetime) -> bool:
        cases.take(case.number, "begin_check", actor=self.people["hecha"], now=at)
        return True

    def _close(self, case: cases.Case, at: datetime) -> bool:
        if self.chance.random() < 0.06:
            cases.take(
                case.number,
                "fail_check",
                actor=self.people["hecha"],
                now=at,
                reason="现场仍有残留，未达到结案条件",
            )
            return False
        cases.take(
            case.number,
            "close",
            actor=self.people["hecha"],
            now=at,
            answer="您反映的问题已处理并经现场核查，感谢您的提醒。",
        )
        return True
