"""Shapes of what people keep for their work and of what they ask a second person for."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from ninja import Schema

from gewu.api.shapes import Code, Long, Moment, Short, Strict
from gewu.cases import queries as cases


class Asked(Schema):
    """The request that was made."""

    id: UUID


class Reason(Strict):
    reason: Long


class Decision(Strict):
    granted: bool
    reason: Long = ""


class ContactShown(Schema):
    """Who raised a report, as far as it was left."""

    name: str
    phone: str
    email: str


class IdentityRequest(Schema):
    """``state`` is waiting, ready to be seen, seen, declined or over."""

    id: UUID
    number: str
    place: str
    reason: str
    asked_by: str
    asked_at: Moment
    decided_by: str
    decision: str
    until: Moment | None
    state: str
    own: bool


class IdentityRequests(Schema):
    requests: list[IdentityRequest]
    after: str | None


class List(Strict):
    """A list of cases as the desk has it: the tab, and what it is narrowed by."""

    state: Code = "open"
    text: Short = ""
    place: Code = ""
    matter: Code = ""
    unit: Code = ""
    origin: Code = ""
    overdue: bool = False

    def as_query(self) -> str:
        """The list as the address of the desk names it."""
        named = {"text": self.text, "place": self.place, "matter": self.matter, "unit": self.unit}
        more = {"origin": self.origin, "overdue": "1" if self.overdue else ""}
        kept = {name: value.strip() for name, value in {**named, **more}.items()}
        return urlencode({"tab": self.state, **{name: value for name, value in kept.items() if value}})

    def of_cases(self) -> cases.Filters:
        """The same for the door of cases."""
        return cases.Filters(
            state=self.state,
            text=self.text.strip(),
            place=self.place,
            matter=self.matter,
            unit=self.unit,
            origin=self.origin,
            overdue=self.overdue,
        )


class ExportAsked(Strict):
    """The reason is for the second person; where none is needed it is not kept."""

    list: List
    reason: Long = ""


class ExportRequest(Schema):
    """``state`` is waiting, ready to be made, making, failed, made, taken, used, declined or over."""

    id: UUID
    list: str
    rows: int
    made: int
    reason: str
    asked_by: str
    asked_at: Moment
    decided_by: str
    decision: str
    until: Moment | None
    state: str
    fault: str
    own: bool


class ExportRequests(Schema):
    requests: list[ExportRequest]
    after: str | None


class KeptList(Schema):
    """A list under a name: ``list`` opens it on the desk."""

    id: UUID
    name: str
    list: str
    own: bool
    shared: bool


class KeptLists(Schema):
    lists: list[KeptList]


class ListKept(Strict):
    """The same name again replaces it; a shared one is seen by everyone at the caller's desk."""

    name: Short
    list: List
    shared: bool = False


class AnswerTemplate(Schema):
    """A template with its words in both languages; an empty class is for every case."""

    id: UUID
    matter: str
    title_zh: str
    title_en: str
    text_zh: str
    text_en: str
    since: str
    until: str | None


class AnswerTemplates(Schema):
    answers: list[AnswerTemplate]


class NewAnswer(Strict):
    """What stands in braces is filled in from the case: see the page of the templates."""

    title_zh: Short
    text_zh: Long
    matter: Code = ""
    title_en: Short = ""
    text_en: Long = ""
