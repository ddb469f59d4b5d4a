"""Public cases with what their reporters said to the public: the records of a city's open interface."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gewu.cases import actions
from gewu.cases import queries as cases
from gewu.cases.queries import Published, PublishedFilters
from gewu.catalogue import queries as catalogue
from gewu.intake.models import Report
from gewu.intake.queries.services import OUTSIDE
from gewu.kernel.identifiers import read_progress_code
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Name, say


@dataclass(frozen=True)
class PublicRequest:
    """A public case. Words, place and picture stand in it only where they were sent to be shown.

    Whoever reports by the public interface knows that it is public; what came by any other way shows its
    class, its grid and how it goes, and nothing that was said.
    """

    case: Published
    description: str = ""
    address: str = ""
    lon: float | None = None
    lat: float | None = None
    media_url: str = ""
    answers: tuple[catalogue.Answer, ...] = ()
    spoken: tuple[tuple[Name, Name], ...] = ()


def requests(
    asked: PublishedFilters, *, on: date, skip: int = 0, size: int = cases.MOST_PUBLISHED
) -> tuple[PublicRequest, ...]:
    """The public cases asked for, newest first: one statement more than `cases.queries.published`."""
    found = cases.published(asked, on=on, skip=skip, size=size)
    said = _said([one.id for one in found if one.origin == OUTSIDE])
    return tuple(_request(one, said.get(one.id), on) for one in found)


def request(number: str, *, place: str, on: date) -> PublicRequest:
    """One public case by its number; any other is refused as if it did not exist."""
    found = requests(PublishedFilters(place, (number,)), on=on)
    if not found:
        raise Refusal(say("没有编号为“{number}”的公开事项", number=number[:40]), Kind.MISSING)
    return found[0]


def _said(keys: Collection[UUID]) -> dict[UUID, Report]:
    """The first report by the public interface behind each of these cases."""
    if not keys:
        return {}
    rows = Report.objects.filter(case_id__in=keys, channel_id=OUTSIDE).order_by("-received_at", "-pk")
    return {row.case_id: row for row in rows if row.case_id}


def _request(one: Published, said: Report | None, on: date) -> PublicRequest:
    if said is None or said.text == actions.ERASED:
        return PublicRequest(one)
    answers = tuple(catalogue.Answer(code, tuple(values)) for code, values in said.answers)
    spoken = catalogue.answers_spoken(said.matter, answers, on) if answers else ()
    return PublicRequest(
        one,
        description=cases.without_numbers(said.text),
        address=cases.without_numbers(one.address),
        lon=one.lon,
        lat=one.lat,
        media_url=said.media_url,
        answers=answers,
        spoken=spoken,
    )


def number_for(token: str, *, on: date) -> str:
    """The number that a report has by now, by its progress code: empty while it waits or is not public.

    A code that no report has is refused.
    """
    row = Report.objects.filter(progress_code=read_progress_code(token)).select_related("case").first()
    if row is None:
        raise Refusal(say("没有这个查询码"), Kind.MISSING, field="token")
    case = row.case
    public = case is not None and case.matter in cases.public_matters(on) and not case.about_path
    return str(case.number) if case and public else ""
