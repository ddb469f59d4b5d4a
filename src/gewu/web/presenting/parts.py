"""The small things that many pages show: photos, clocks, lines of a timeline, steps, maps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.urls import reverse

from gewu.cases import queries as cases
from gewu.cases.queries import EVIDENCE_WORDS, PICTURES
from gewu.infra.wording import translated
from gewu.kernel.lifecycle import FIELD_WORDS
from gewu.kernel.places import Level, level_of, parent_of
from gewu.kernel.texts import Text, say
from gewu.territory import queries as territory
from gewu.web.presenting.names import called

Words = Text | str


@dataclass(frozen=True)
class Photo:
    """A picture with the addresses of itself and of its small copy."""

    id: str
    url: str
    thumb: str
    caption: Words
    taken_at: datetime | None
    kind: str


@dataclass(frozen=True)
class Clock:
    """One clock. ``kind`` is ``promise``, ``office`` or ``supervision``."""

    label: Words
    due_at: datetime | None
    started_at: datetime | None = None
    paused: bool = False
    met_at: datetime | None = None
    kind: str = "promise"


@dataclass(frozen=True)
class Round:
    """The clocks of one round of a case; ``number`` is 0 where there was only one."""

    number: int
    clocks: tuple[Clock, ...]


@dataclass(frozen=True)
class Line:
    """One entry of a timeline."""

    at: datetime
    sentence: Words
    who: Words = ""
    words: str = ""
    tone: str = "plain"
    photos: tuple[Photo, ...] = ()


@dataclass(frozen=True)
class EvidenceField:
    """One kind of evidence that a step's form asks for: a picture, or a written record."""

    name: str
    token: str
    label: Text
    picture: bool


@dataclass(frozen=True)
class AnswerChoice:
    """A template for an answer, filled in for the case at hand, or the answer of a past case."""

    id: str
    title: str
    text: str
    #: The case whose answer it was, and when it was closed.
    source: str = ""
    said: str = ""
    closed_at: datetime | None = None


@dataclass(frozen=True)
class OpenStep:
    """A step that the reader may take now, with what was typed already."""

    event: str
    label: Words
    key: str
    danger: bool
    needs: tuple[str, ...]
    may_take: tuple[str, ...]
    note: Words = ""
    values: Mapping[str, str] = field(default_factory=dict)
    evidence: tuple[EvidenceField, ...] = ()
    answers: tuple[AnswerChoice, ...] = ()


@dataclass(frozen=True)
class MapView:
    """Where a map opens and which places it draws."""

    lon: float
    lat: float
    zoom: int
    places_url: str


@dataclass(frozen=True)
class Figure:
    """A figure, and the list behind it."""

    label: Words
    value: str
    note: Words = ""
    link: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Reporter:
    """Who raised a matter, masked."""

    name_masked: str
    phone_masked: str
    anonymous: bool
    #: Its report, by which one may ask to see who it is.
    report: str
    #: Asked that nobody who handles it learns who called.
    confidential: bool = False


@dataclass(frozen=True)
class Listed:
    """A page of a list; ``after`` is the cursor behind its last row."""

    rows: tuple[object, ...]
    after: str | None


def photo(one: UUID, kind: str, at: datetime | None = None, *, code: str = "") -> Photo:
    """A picture of the desk, or with a progress code one that its holder may see."""
    names = ("portal_file", "portal_thumb") if code else ("file", "thumb")
    values = {"id": one, **({"code": code} if code else {})}
    url, thumb = (reverse(name, kwargs=values) for name in names)
    return Photo(str(one), url, thumb, _CAPTIONS.get(kind, say("照片")), at, kind)


_CAPTIONS = {"before": say("处置前照片"), "after": say("处置后照片")}

#: What makes a line stand out; every other event is plain.
_TONES = {
    "CaseClosed": "good", "CaseConfirmed": "good", "CaseSignedFor": "good", "CaseReturned": "warn",
    "CheckFailed": "warn", "AssistReturned": "warn", "CaseReopened": "bad", "CaseVoided": "bad",
    "ReportDeclined": "bad", "DeadlinePassed": "bad",
}  # fmt: skip


def lines_of(told: Iterable[cases.Line]) -> tuple[Line, ...]:
    """A timeline for the desk, the newest line first."""
    return tuple(
        Line(one.at, one.sentence, "", _words(one), _TONES.get(one.type, "plain"))
        for one in reversed(list(told))
    )


def _words(one: cases.Line) -> str:
    """What was told with an event; where there is more than one text each says what it is."""
    if len(one.words) < 2:
        return "".join(text for _, text in one.words)
    named = (say("{name}：{text}", name=FIELD_WORDS.get(name, name), text=text) for name, text in one.words)
    return "\n".join(translated(line) for line in named)


def steps_of(
    steps: Iterable[cases.OpenStep],
    *,
    typed: Mapping[str, str] | None = None,
    taken: str = "",
    evidence: tuple[EvidenceField, ...] = (),
    prefilled: Mapping[str, str] | None = None,
    answers: tuple[AnswerChoice, ...] = (),
) -> tuple[OpenStep, ...]:
    """The open steps, the way forward first; the one just refused keeps what was typed."""
    onward = sorted(steps, key=lambda one: one.danger or one.event in _BACKWARD)
    return tuple(
        OpenStep(
            one.event,
            one.label,
            one.key,
            one.danger,
            one.needs,
            one.may_take,
            one.note or "",
            {**(prefilled or {}), **one.begins_with, **(typed or {} if one.event == taken else {})},
            evidence if "evidence" in one.may_take else (),
            answers if "answer" in (*one.needs, *one.may_take) else (),
        )
        for one in onward
    )


#: Steps that send a case back; they are never the first that a desk offers.
_BACKWARD = ("return", "fail_check")


def answer_choices(found: Iterable[cases.AnswerLine]) -> tuple[AnswerChoice, ...]:
    """The templates that fit a case."""
    return tuple(AnswerChoice(str(one.id), called(one.title), called(one.text)) for one in found)


def past_choices(found: Iterable[cases.PastAnswer]) -> tuple[AnswerChoice, ...]:
    """Answers of past cases, each naming its source where it is put in."""
    return tuple(
        AnswerChoice(
            one.number,
            one.number[7:],
            translated(say("{answer}（参照工单 {number} 的答复）", answer=one.answer, number=one.number)),
            one.number,
            one.answer,
            one.closed_at,
        )
        for one in found
    )


def evidence_fields(needed: Iterable[str], held: Iterable[str]) -> tuple[EvidenceField, ...]:
    """A field for each kind of evidence that a class asks for and that is not there yet.

    The place is told by the case itself, so there is no field for it.
    """
    there = {"location", *held}
    return tuple(
        EvidenceField(f"evidence_{token}", token, EVIDENCE_WORDS.get(token, Text(token)), token in PICTURES)
        for token in needed
        if token not in there
    )


def map_of(place: str, lon: float | None = None, lat: float | None = None) -> MapView:
    """A map of the places below one, or round a point the grids of its community."""
    drawn = parent_of(place) or place if level_of(place).digits > Level.COMMUNITY.digits else place
    centre = _centre(drawn, territory.cells(drawn).version)
    zoom = 14 if lon is not None else _ZOOM.get(level_of(drawn), 10)
    url = reverse("places_geojson", kwargs={"place": drawn})
    return MapView(centre[0] if lon is None else lon, centre[1] if lat is None else lat, zoom, url)


_ZOOM = {Level.COUNTY: 10, Level.STREET: 12, Level.COMMUNITY: 13}


@lru_cache(maxsize=512)
def _centre(place: str, version: str) -> tuple[float, float]:
    """The middle of a place; the version of the net is only part of the key of the cache."""
    bounds = territory.cells(place).bounds
    if bounds is None:
        return 0.0, 0.0
    west, south, east, north = bounds
    return round((west + east) / 2, 5), round((south + north) / 2, 5)
