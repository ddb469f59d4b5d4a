"""Taking in a report: one queue for all channels, each report once."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError

from gewu.catalogue import queries as catalogue
from gewu.infra import files, rows, store, stream, versions
from gewu.intake import events, rules
from gewu.intake.actions import steps
from gewu.intake.models import Channel, IntakeLimit, Report
from gewu.intake.queries.channels import ChannelFacts, channel_named
from gewu.intake.queries.limits import HELD, acceptance
from gewu.kernel import datum
from gewu.kernel.identifiers import new_progress_code
from gewu.kernel.refusals import Kind, Refusal, tried
from gewu.kernel.texts import say
from gewu.security import actors, vault
from gewu.security.actors import Actor
from gewu.territory import queries as territory


@dataclass(frozen=True)
class ReportDraft:
    """A report as it comes in. Coordinates are in ``datum``; ``place`` is used when there are none."""

    channel: str
    text: str
    lon: float | None = None
    lat: float | None = None
    datum: str = "WGS84"
    place: str = ""
    address: str = ""
    matter: str = ""
    contact: vault.Contact = vault.Contact()
    photos: tuple[str, ...] = ()
    outside_id: str = ""
    received_at: datetime | None = None
    #: The language of the form, in which its reporter is answered.
    language: str = "zh-hans"
    #: What was answered to the questions of the class, by code; None where the form asks none.
    answers: Mapping[str, Sequence[str]] | None = None
    #: Where the sender keeps a picture of it.
    media_url: str = ""
    #: Whoever called asked that nobody who handles it learns who it was.
    confidential: bool = False
    #: A higher desk ruled that it is to be handled here.
    ruled: bool = False


@dataclass(frozen=True)
class Arrival:
    """A draft with the moment at which it is taken in; the ``key`` is that of `receive`."""

    draft: ReportDraft
    now: datetime
    key: str = ""


def receive(
    draft: ReportDraft, *, actor: Actor, now: datetime, key: str = "", accept: bool = False
) -> Report:
    """Take in a report and give it a progress code.

    The same ``key`` with the same content gives the same report again; with other content it is
    refused, and so is an outside id that the channel has brought before. Refused are also texts, times
    and places that cannot be. With class and place known it is accepted at once where the channel's rule
    says so; ``accept`` asks for that whatever the channel, for a class that is on record already, and is
    refused to whoever may not screen there.
    """
    known = _known(draft, key)
    if known:
        return known
    arrival = Arrival(draft, now, key)
    prepared = _prepared([arrival], actor)
    try:
        with store.writing():
            (found,) = _written(prepared, actor, accept)
            if isinstance(found, Refusal):
                raise found
    except IntegrityError:
        earlier = _known(draft, key)  # another request with this key or number was quicker
        if earlier is not None:
            return earlier
        for one in _fresh(prepared):
            if isinstance(one, Refusal):
                raise one from None
        raise
    return found


def receive_all(arrivals: Sequence[Arrival], *, actor: Actor, accept: bool = False) -> list[Report | Refusal]:
    """Take in many reports at once; in the place of one that `receive` would refuse stands its refusal.

    All is decided before anything is written, so that a refused one leaves nothing behind. For tables
    of reports: photos and keys belong to a report that comes alone.
    """
    if any(one.draft.photos or one.key for one in arrivals):
        raise ValueError("a report with photos or a key is received alone")
    prepared = _prepared(arrivals, actor)
    with store.writing():
        return _written(prepared, actor, accept)


@dataclass(frozen=True)
class _Sound:
    """An arrival of which all but the place is checked; ``point`` is in WGS84."""

    arrival: Arrival
    channel: ChannelFacts
    received_at: datetime
    on: date
    text: str
    address: str
    point: tuple[float, float] | None
    answers: tuple[catalogue.Answer, ...]


@dataclass(frozen=True)
class _Prepared:
    """A report that nothing stands against, not yet written."""

    arrival: Arrival
    channel: ChannelFacts
    report: Report


def _prepared(arrivals: Sequence[Arrival], actor: Actor) -> list[_Prepared | Refusal]:
    """The reports that these will be; all points are looked up together."""
    sound = [tried(_sound, one, actor) for one in arrivals]
    places = iter(_places_at([one for one in sound if isinstance(one, _Sound)]))
    return [one if isinstance(one, Refusal) else tried(_report, one, next(places)) for one in sound]


def _sound(arrival: Arrival, actor: Actor) -> _Sound:
    draft = arrival.draft
    channel = channel_named(draft.channel)
    if channel.staffed and not any(map(actor.holds, channel.brought_by)):
        raise Refusal(say("“{channel}”由工作人员登记", channel=channel.name_zh), Kind.FORBIDDEN)
    rules.check_number(draft.outside_id, "outside_id")
    if len(draft.photos) > rules.MOST_PHOTOS:
        raise Refusal(say("照片最多 {n} 张", n=rules.MOST_PHOTOS), field="photos")
    received = rules.checked_time(draft.received_at, now=arrival.now)
    on = catalogue.day_of(received)
    if draft.matter:
        catalogue.matter(draft.matter, on=on)
    address, text = rules.checked_address(draft.address), rules.checked_text(draft.text)
    rules.check_media(draft.media_url, draft.photos)
    point = datum.point_given(draft.lon, draft.lat, draft.datum)
    return _Sound(arrival, channel, received, on, text, address, point, _answers(draft, on))


def _answers(draft: ReportDraft, on: date) -> tuple[catalogue.Answer, ...]:
    """The answers to what the class asks; the first that is missing or wrong is refused."""
    if draft.answers is None or not draft.matter:
        return ()
    answers, faults = catalogue.answered(catalogue.questions_of(draft.matter, on), draft.answers)
    if faults:
        raise faults[0]
    return answers


def _places_at(sound: Sequence[_Sound]) -> list[str]:
    """The code of the place at each point on the day of its report; "" outside of all and without one."""
    found = [""] * len(sound)
    days: dict[date, list[tuple[int, tuple[float, float]]]] = {}
    for n, one in enumerate(sound):
        if one.point:
            days.setdefault(one.on, []).append((n, one.point))
    for day, of_day in days.items():
        codes = territory.locate_many([at[0] for _, at in of_day], [at[1] for _, at in of_day], on=day)
        for (n, _), code in zip(of_day, codes, strict=True):
            found[n] = code
    return found


def _report(one: _Sound, located: str) -> _Prepared:
    draft = one.arrival.draft
    lon, lat = (round(degrees, 7) for degrees in one.point) if one.point else (None, None)
    report = rows.new(
        Report,
        channel_id=draft.channel,
        outside_id=draft.outside_id or None,
        key=one.arrival.key or None,
        digest=_digest(draft),
        progress_code=new_progress_code(),
        text=one.text,
        address=one.address,
        place=_place(one, located),
        lon=lon,
        lat=lat,
        datum=datum.datum_named(draft.datum).value if one.point else "",
        matter=draft.matter,
        received_at=one.received_at,
        language=draft.language,
        answers=[[answer.code, list(answer.values)] for answer in one.answers],
        media_url=draft.media_url,
        confidential=draft.confidential,
        ruled=draft.ruled,
    )
    report.due_at = acceptance(report)
    return _Prepared(one.arrival, one.channel, report)


def _place(one: _Sound, located: str) -> str:
    """Where it is: by coordinates, else by code, else by the words of the address, else the county."""
    if one.point and not located:
        raise Refusal(
            say("这个位置不在本辖区内"),
            field="lon",
            advice=say("请核对经纬度及其坐标系（WGS84、GCJ02、BD09），或改用文字描述地点"),
        )
    if located:
        return located
    code = one.arrival.draft.place
    return territory.place(code).code if code else _in_words(one.address)


def _in_words(address: str) -> str:
    """The place that an address names, when it names just one best; else the county's own desk."""
    found = territory.suggest(address, inside=settings.COUNTY, limit=1) if address else ()
    return found[0].code if found else settings.COUNTY


def _written(prepared: Sequence[_Prepared | Refusal], actor: Actor, accept: bool) -> list[Report | Refusal]:
    """Write and tell those that are prepared, accepted where they are to be, in the open transaction."""
    found = [
        one if isinstance(one, Refusal) else tried(_decided, one, actor, accept) for one in _fresh(prepared)
    ]
    kept = [one for one in found if isinstance(one, _Decided)]
    for one in kept:
        _tell(one.arriving, actor, one.known)
    steps.accept_all([one.accepted for one in kept if one.accepted], actor=actor)
    rows.insert([one.arriving.report for one in kept])
    return [one.arriving.report if isinstance(one, _Decided) else one for one in found]


@dataclass(frozen=True)
class _Decided:
    """A report of which it is known too whether it is accepted at once; ``known`` is as in `stream.tell`."""

    arriving: _Prepared
    known: tuple[str, ...]
    accepted: steps.Acceptance | None = None


def _decided(one: _Prepared, actor: Actor, accept: bool) -> _Decided:
    report, draft, now = one.report, one.arrival.draft, one.arrival.now
    photos = files.claim(draft.photos, owner_kind="report", owner_id=report.pk)
    known = () if draft.contact.given else ("nameless",)
    if not report.matter or not (accept or _by_rule(one, actor)):
        return _Decided(one, known)
    if accept:
        known = (*known, "classed")
    return _Decided(one, known, steps.acceptance(report, photos, actor=actor, now=now, known=known))


def _by_rule(one: _Prepared, actor: Actor) -> bool:
    return one.channel.screening == "rule" and actor.holds_at("reports.screen", one.report.place)


def _tell(one: _Prepared, actor: Actor, known: tuple[str, ...]) -> None:
    report, draft, now = one.report, one.arrival.draft, one.arrival.now
    if draft.contact.given:
        report.identity = vault.seal(draft.contact, purpose="report", now=now)
    told = events.ReportReceived(id=report.pk, place=report.place, channel=draft.channel)
    stream.tell(told, actor=_teller(actor, report), now=now, known=known)


def _teller(actor: Actor, report: Report) -> Actor:
    """A resident acts as the reporter of this very report and as nobody else."""
    return actors.reporter(report.pk) if actor == actors.ANONYMOUS else actor


def _digest(draft: ReportDraft) -> str:
    answers = {code: list(values) for code, values in (draft.answers or {}).items()}
    return rules.digest_of(
        {
            **({"answers": answers} if answers else {}),
            **({"media_url": draft.media_url} if draft.media_url else {}),
            "text": draft.text,
            "at": [draft.lon, draft.lat, draft.datum],
            "place": [draft.place, draft.address],
            "matter": draft.matter,
            "contact": [draft.contact.name, draft.contact.phone, draft.contact.email],
        }
    )


def _known(draft: ReportDraft, key: str) -> Report | None:
    """The report that this key has brought already; refused when it brought another content."""
    rules.check_number(key, "key")
    found = Report.objects.filter(key=key).first() if key else None
    if found and found.digest != _digest(draft):
        raise Refusal(
            say("此提交编号已用于另一内容"),
            Kind.CONFLICT,
            field="key",
            advice=say("内容有改动时请用新的编号"),
        )
    return found


def _fresh(prepared: Sequence[_Prepared | Refusal]) -> list[_Prepared | Refusal]:
    """The same, without those whose outside id was brought before, be it here: one query if any has one."""
    numbered = [one for one in prepared if isinstance(one, _Prepared) and one.report.outside_id]
    if not numbered:
        return list(prepared)
    ids = {one.report.outside_id for one in numbered}
    taken = set(Report.objects.filter(outside_id__in=ids).values_list("channel_id", "outside_id"))
    found: list[_Prepared | Refusal] = []
    for one in prepared:
        if isinstance(one, Refusal) or not one.report.outside_id:
            found.append(one)
            continue
        number = (one.report.channel_id, one.report.outside_id)
        found.append(_brought(number[1]) if number in taken else one)
        taken.add(number)
    return found


def _brought(outside_id: str) -> Refusal:
    return Refusal(say("外部编号“{id}”已收过", id=outside_id), Kind.CONFLICT, field="outside_id")


def load_channels(path: Path) -> int:
    """Load the channels of a file; returns how many."""
    rows = [
        Channel(**{**row, "staffed": row["staffed"] == "yes", "brought_by": row["brought_by"].split(";")})
        for row in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))
    ]
    with store.writing():
        Channel.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=["name_zh", "name_en", "screening", "staffed", "brought_by"],
        )
        versions.changed("channels")
    return len(rows)


def load_limits(path: Path) -> int:
    """Load the dated limits of a file; one that stands already keeps the amount that was given to it."""
    rows = [
        IntakeLimit(**{**row, "until": row["until"] or None})
        for row in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))
    ]
    with store.writing():
        IntakeLimit.objects.bulk_create(rows, ignore_conflicts=True)
        versions.changed(HELD)
    return len(rows)
