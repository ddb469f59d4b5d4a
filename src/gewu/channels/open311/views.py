"""The methods of GeoReport v2, and the extensions in use. Each reads, calls one door and writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from gewu.cases import queries as cases
from gewu.cases.queries import MOST_PUBLISHED, PublishedFilters
from gewu.catalogue import queries as catalogue
from gewu.channels.open311 import codec, faults, records
from gewu.channels.open311.given import Given, asked, jurisdiction
from gewu.infra import rates
from gewu.infra.wording import translated
from gewu.intake import queries as intake
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import say
from gewu.territory import queries as territory

#: Readings and looked-up tokens that one address may ask in an hour.
READS_PER_HOUR, TOKENS_PER_HOUR = 6000, 600
#: The name of the specification as its first server wrote it; clients compare it letter by letter.
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
DEFAULT_PAGE = 50

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Answered:
    """What a method gives: the name of the root and the tree below it."""

    root: str
    tree: codec.Tree


def method(*verbs: str, named: bool = False) -> Callable[[Callable[..., Answered]], View]:
    """A method of the interface: in the format asked for, every refusal in the shape of Open311.

    ``named`` are those whose address names a thing, which is missing when it is unknown.
    """

    def made(view: Callable[..., Answered]) -> View:
        @wraps(view)
        def answered(request: HttpRequest, format: str, **values: Any) -> HttpResponse:
            try:
                if format not in codec.TYPES:
                    raise faults.missing(say("没有这个接口地址"))
                if request.method not in verbs:
                    raise faults.bad(say("这个接口不支持此种请求方法"))
                found = view(request, **values)
                body = codec.written(format, found.root, found.tree)
                response = HttpResponse(body, content_type=codec.TYPES[format])
            except faults.Faults as wrong:
                response = faults.answer(format, wrong)
            except Refusal as refusal:
                response = faults.answer(format, faults.of_refusal(refusal, named=named))
            response.spoken = True  # type: ignore[attr-defined]  # read by `faults.shaped`
            # What other cities' pages may read with a script: it is public, and no cookie counts here.
            response["Access-Control-Allow-Origin"] = "*"
            return response

        answered.csrf_exempt = True  # type: ignore[attr-defined]  # callers are known by their key, never by a cookie
        return answered

    return made


READ = ("GET", "HEAD")


def _counted(request: HttpRequest, what: str = "open311", per_hour: int = READS_PER_HOUR) -> None:
    rates.limited(rates.address_of(request.META), what, per_hour=per_hour)


@method(*READ)
def discovery(request: HttpRequest) -> Answered:
    """Where the interface is, what it speaks and how a key is had."""
    changed = records.when(catalogue.changed_at(timezone.localdate()))
    root = request.build_absolute_uri(reverse("open311_root")).rstrip("/")
    endpoint = {
        "specification": SPECIFICATION,
        "url": root,
        "changeset": changed,
        "type": "test" if settings.DEMO else "production",
        "formats": [kind.partition(";")[0] for kind in codec.TYPES.values()],
    }
    county = territory.place(settings.COUNTY).name
    return Answered(
        "discovery",
        {
            "changeset": changed,
            "contact": translated(say("{place}网格化治理中心，{url}", place=county, url=_home(request))),
            "key_service": translated(say("请向{place}网格化治理中心的安全管理员申请", place=county)),
            "endpoints": [endpoint],
        },
    )


def _home(request: HttpRequest) -> str:
    return request.build_absolute_uri("/")


@method(*READ)
def services(request: HttpRequest) -> Answered:
    """What may be reported. With ``lat`` and ``long`` (FixMyStreet): nothing outside the place served."""
    given = asked(request)
    place = jurisdiction(given)
    _counted(request)
    lat, lon = given.degrees("lat"), given.degrees("long")
    given.refuse()
    if lat is not None and lon is not None:
        found = territory.locate(lon, lat, on=timezone.localdate())
        if found is None or not found.place.startswith(place):
            return Answered("services", [])
    return Answered("services", [records.service(one) for one in intake.services(timezone.localdate())])


@method(*READ, named=True)
def definition(request: HttpRequest, code: str) -> Answered:
    """What the form of one service asks; one without a form has no definition."""
    jurisdiction(asked(request))
    _counted(request)
    found = intake.service(code, timezone.localdate())
    if not found.questions:
        raise faults.missing(say("“{code}”这项服务没有要回答的问题", code=code))
    return Answered("service_definition", records.definition(found))


@method(*READ, named=True)
def token(request: HttpRequest, token: str) -> Answered:
    """The number behind a token; empty while there is none."""
    jurisdiction(asked(request))
    _counted(request, "progress", TOKENS_PER_HOUR)
    number = intake.number_for(token, on=timezone.localdate())
    return Answered("service_requests", [{"service_request_id": number or None, "token": token}])


@method(*READ, named=True)
def one_request(request: HttpRequest, number: str) -> Answered:
    """One request, in a list of one; what is not public is missing."""
    given = asked(request)
    place = jurisdiction(given)
    _counted(request)
    found = intake.request(number, place=place, on=timezone.localdate())
    return Answered("service_requests", shown((found,), extended=_extended(given)))


def list_requests(request: HttpRequest) -> Answered:
    """The requests of a window, newest first, a thousand at most."""
    given = asked(request)
    filters = _filters(given)
    page = given.count("page", 0, most=MOST_PUBLISHED)
    size = given.count("page_size", DEFAULT_PAGE if page else MOST_PUBLISHED, most=MOST_PUBLISHED)
    given.refuse()
    _counted(request)
    if filters is None:
        return Answered("service_requests", [])
    skip = (max(page, 1) - 1) * size
    if skip >= MOST_PUBLISHED:
        return Answered("service_requests", [])
    found = intake.requests(filters, on=timezone.localdate(), skip=skip, size=size)
    return Answered("service_requests", shown(found, extended=_extended(given)))


def _filters(given: Given) -> PublishedFilters | None:
    """What is asked for; nothing where no request can answer to it."""
    place, now = jurisdiction(given), timezone.now()
    numbers = given.listed("service_request_id")
    if numbers:
        return PublishedFilters(place, numbers)
    changed = given.span("updated_after", "updated_before", now, always=False)
    filed = given.span("start_date", "end_date", now, always=changed is None)
    words = {word.lower() for word in given.listed("status")}
    if words - {"open", "closed"}:
        given.wrong.append(say("status 只能是 open 或 closed"))
    opened = words == {"open"} if len(words) == 1 else None
    return PublishedFilters(place, (), given.listed("service_code"), opened, filed, changed)


def _extended(given: Given) -> bool:
    return given.text("extensions").lower() == "true"


def shown(found: tuple[intake.PublicRequest, ...], *, extended: bool) -> list[records.Record]:
    """Requests with the names of their services and places, and with their ways where that is asked for."""
    places = territory.paths_of({one.case.place for one in found})
    names = {one.code: translated(one.name) for one in intake.services(timezone.localdate())}
    notes: dict[str, list[records.Record]] = {}
    if extended:
        for line in cases.updates_of([one.case for one in found]):
            notes.setdefault(line.number, []).append(records.note(line))
    listed = []
    for one in found:
        place = places.get(one.case.place)
        record = records.request(
            one,
            names.get(one.case.matter) or translated(catalogue.name_of(one.case.matter)),
            place.path if place else "",
            extended=extended,
        )
        listed.append(record | ({"notes": notes.get(one.case.number, [])} if extended else {}))
    return listed


def list_updates(request: HttpRequest) -> Answered:
    """What the public may know of what happened in a window (mySociety's extension)."""
    given = asked(request)
    place = jurisdiction(given)
    span = given.span("start_date", "end_date", timezone.now(), always=True)
    given.refuse()
    _counted(request)
    found = cases.updates(span, place=place, on=timezone.localdate()) if span else ()
    return Answered("service_request_updates", [records.update(one) for one in found])


def unknown(request: HttpRequest, path: str = "") -> HttpResponse:
    """No such address, in the shape and the format that was asked for."""
    response = faults.answer(faults.format_of(path), faults.missing(say("没有这个接口地址")))
    response.spoken = True  # type: ignore[attr-defined]  # read by `faults.shaped`
    return response


unknown.csrf_exempt = True  # type: ignore[attr-defined]  # as above
