"""Taking in a report: one queue for all channels, each report once."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

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
from gewu.kernel.identifiers import new_id, new_progress_code
from gewu.kernel.refusals import Kind, Refusal
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


@dataclass(frozen=True)
class _Spot:
    place: str
    lon: float | None = None
    lat: float | None = None
    datum: str = ""


def receive(
    draft: ReportDraft,
    *,
    actor: Actor,
    now: datetime,
    key: str = "",
    accept: bool = False,
    asked: bool = False,
) -> Report:
    """Take in a report and give it a progress code.

    The same ``key`` with the same content gives the same report again; with other content it is
    refused, and so is an outside id that the channel has brought before; ``asked`` says that the caller
    has looked for it already, as for many lines at once. Refused are also texts, times and places that
    cannot be. With class and place known it is accepted at once where the channel's rule says so;
    ``accept`` asks for that whatever the channel, and is refused to whoever may not screen there.
    """
    channel = channel_named(draft.channel)
    if channel.staffed and not actor.holds("reports.screen"):
        raise Refusal(say("“{channel}”由工作人员登记", channel=channel.name_zh), Kind.FORBIDDEN)
    digest = rules.digest_of(_content(draft))
    known = None if asked else _known(draft, key, digest)
    if known:
        return known
    report = _report(draft, key, digest, now)
    try:
        with store.writing():
            photos = _keep(report, draft, actor=actor, now=now)
            if report.matter and (accept or _by_rule(channel, report, actor)):
                steps.accept(report, photos, actor=actor, now=now)
            rows.insert([report])
    except IntegrityError:
        earlier = _known(draft, key, digest)  # another request with this key or number was quicker
        if earlier is None:
            raise
        return earlier
    return report


def _by_rule(channel: ChannelFacts, report: Report, actor: Actor) -> bool:
    return channel.screening == "rule" and actor.holds_at("reports.screen", report.place)


def _keep(report: Report, draft: ReportDraft, *, actor: Actor, now: datetime) -> list[UUID]:
    if draft.contact.given:
        report.identity = vault.seal(draft.contact, purpose="report", now=now)
    photos = files.claim(draft.photos, owner_kind="report", owner_id=report.pk)
    told = events.ReportReceived(id=report.pk, place=report.place, channel=draft.channel)
    stream.tell(told, actor=_teller(actor, report), now=now)
    return photos


def _content(draft: ReportDraft) -> dict[str, object]:
    return {
        "text": draft.text,
        "at": [draft.lon, draft.lat, draft.datum],
        "place": [draft.place, draft.address],
        "matter": draft.matter,
        "contact": [draft.contact.name, draft.contact.phone, draft.contact.email],
    }


def _known(draft: ReportDraft, key: str, digest: str) -> Report | None:
    rules.check_number(key, "key")
    rules.check_number(draft.outside_id, "outside_id")
    if key:
        found = Report.objects.filter(key=key).first()
        if found and found.digest != digest:
            raise Refusal(
                say("此提交编号已用于另一内容"),
                Kind.CONFLICT,
                field="key",
                advice=say("内容有改动时请用新的编号"),
            )
        if found:
            return found
    if draft.outside_id:
        same = Report.objects.filter(channel_id=draft.channel, outside_id=draft.outside_id)
        if same.exists():
            raise Refusal(say("外部编号“{id}”已收过", id=draft.outside_id), Kind.CONFLICT, field="outside_id")
    return None


def _report(draft: ReportDraft, key: str, digest: str, now: datetime) -> Report:
    if len(draft.photos) > rules.MOST_PHOTOS:
        raise Refusal(say("照片最多 {n} 张", n=rules.MOST_PHOTOS), field="photos")
    received = rules.checked_time(draft.received_at, now=now)
    if draft.matter:
        catalogue.matter(draft.matter, on=catalogue.day_of(received))
    address = rules.checked_address(draft.address)
    spot = _spot(draft, address, received)
    report = Report(
        id=new_id(),
        channel_id=draft.channel,
        outside_id=draft.outside_id or None,
        key=key or None,
        digest=digest,
        progress_code=new_progress_code(),
        text=rules.checked_text(draft.text),
        address=address,
        place=spot.place,
        lon=spot.lon,
        lat=spot.lat,
        datum=spot.datum,
        matter=draft.matter,
        received_at=received,
        language=draft.language,
    )
    report.due_at = acceptance(report)
    return report


def _spot(draft: ReportDraft, address: str, on: datetime) -> _Spot:
    """Where it is: by coordinates, else by code, else by the words of the address, else the county."""
    if (draft.lon is None) != (draft.lat is None):
        raise Refusal(say("经度和纬度要一起给出"), field="lon" if draft.lon is None else "lat")
    if draft.lon is not None and draft.lat is not None:
        source = datum.datum_named(draft.datum)
        lon, lat = datum.to_wgs84(draft.lon, draft.lat, source)
        found = territory.locate(lon, lat, on=catalogue.day_of(on))
        if found is None:
            raise Refusal(
                say("这个位置不在本辖区内"),
                field="lon",
                advice=say("请核对经纬度及其坐标系（WGS84、GCJ02、BD09），或改用文字描述地点"),
            )
        return _Spot(found.place, round(lon, 7), round(lat, 7), source.value)
    if draft.place:
        return _Spot(territory.place(draft.place).code)
    return _Spot(_in_words(address))


def _in_words(address: str) -> str:
    """The place that an address names, when it names just one best; else the county's own desk."""
    found = territory.suggest(address, inside=settings.COUNTY, limit=1) if address else ()
    return found[0].code if found else settings.COUNTY


def _teller(actor: Actor, report: Report) -> Actor:
    """A resident acts as the reporter of this very report and as nobody else."""
    return actors.reporter(report.pk) if actor == actors.ANONYMOUS else actor


def load_channels(path: Path) -> int:
    """Load the channels of a file; returns how many."""
    rows = [
        Channel(**{**row, "staffed": row["staffed"] == "yes"})
        for row in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))
    ]
    with store.writing():
        Channel.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=["name_zh", "name_en", "screening", "staffed"],
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
