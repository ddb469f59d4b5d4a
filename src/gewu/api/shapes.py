"""Shapes of requests and answers. They check form, never policy."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

#: PostgreSQL keeps every sign but this one; the text of a report is cleaned of it, all else is refused.
_KEPT = r"^[^\x00]*$"
#: Times are answered in UTC, the same whether a record was just made or read again.
Moment = Annotated[datetime, AfterValidator(lambda moment: moment.astimezone(UTC))]
Short = Annotated[str, StringConstraints(max_length=200, pattern=_KEPT)]
Long = Annotated[str, StringConstraints(max_length=20_000, pattern=_KEPT)]
Code = Annotated[str, StringConstraints(max_length=40, pattern=_KEPT)]


class Strict(BaseModel):
    """What a caller gives; a field that is not known is refused."""

    model_config = ConfigDict(extra="forbid")


class Given(Strict):
    """What a step may be given: every field may be left out."""

    def values(self) -> dict[str, Any]:
        """What was given, without what was left out."""
        return {name: one for name, one in self.model_dump().items() if one is not None}


class SignIn(Strict):
    """``code`` is of the authenticator app, for those who have one; ``label`` says which system signs in."""

    name: Short
    password: Short
    code: Code = ""
    label: Annotated[str, StringConstraints(max_length=60, pattern=_KEPT)] = ""


class Token(Schema):
    token: str
    expires_at: Moment


class Contact(Strict):
    name: Annotated[str, StringConstraints(max_length=40, pattern=_KEPT)] = ""
    phone: Annotated[str, StringConstraints(max_length=30, pattern=r"^[0-9+() -]*$")] = ""
    email: Annotated[str, StringConstraints(max_length=120, pattern=r"^([^@\s]+@[^@\s]+\.[^@\s]+)?$")] = ""


class NewReport(Strict):
    """A report by anyone. Coordinates are WGS84 unless ``datum`` says GCJ02 or BD09."""

    text: Annotated[str, StringConstraints(max_length=20_000)]
    lon: Annotated[float, Field(allow_inf_nan=False)] | None = None
    lat: Annotated[float, Field(allow_inf_nan=False)] | None = None
    datum: Code = "WGS84"
    address: Long = ""
    matter_code: Code = ""
    contact: Contact | Annotated[str, StringConstraints(max_length=120)] | None = None


class StaffReport(NewReport):
    """A report that staff take down, with the channel it came by."""

    channel: Code = "phone"
    place: Code = ""
    outside_id: Annotated[str, StringConstraints(max_length=60, pattern=_KEPT)] = ""
    received_at: datetime | None = None


class Receipt(Schema):
    progress_code: str
    received_at: Moment
    accept_by: Moment
    case: str | None = None


class TimelineLine(Schema):
    at: Moment
    sentence: str
    words: dict[str, str]


class Progress(Schema):
    progress_code: str
    state: str
    state_label: str
    open: bool
    received_at: Moment
    promised_by: Moment
    text: str
    address: str
    case: str | None
    answer: str
    may_judge: bool
    timeline: list[TimelineLine]


class Verdict(Strict):
    solved: bool
    words: Long = ""
    #: From 1, very dissatisfied, to 5, very satisfied.
    satisfaction: Annotated[int, Field(ge=1, le=5)] | None = None


class CaseLine(Schema):
    number: str
    state: str
    state_label: str
    open: bool
    matter: str
    title: str
    place: str
    address: str
    unit: str
    origin: str
    filed_at: Moment
    due_at: Moment
    closed_at: Moment | None
    overdue: bool


class CasePage(Schema):
    cases: list[CaseLine]
    after: str | None


class OpenStep(Schema):
    event: str
    label: str
    needs: list[str]
    may_take: list[str]


class Stepped(Schema):
    """How a case stands after a step, and what its taker may do next."""

    number: str
    state: str
    state_label: str
    open: bool
    version: int
    due_at: Moment
    steps: list[OpenStep]


class Clock(Schema):
    """One clock of a case. ``round`` is 1 from the filing and one more from each reopening on."""

    clock: str
    label: str
    round: int
    unit: str
    started_at: Moment
    due_at: Moment
    paused: bool
    met_at: Moment | None


class Case(CaseLine):
    version: int
    text: str
    lon: float | None
    lat: float | None
    routed_because: str
    evidence_needed: list[str]
    clocks: list[Clock]
    answer: str
    steps: list[OpenStep]
    timeline: list[TimelineLine]


class Evidence(Strict):
    token: Annotated[str, StringConstraints(max_length=30, pattern=_KEPT)]
    file: Code = ""
    text: Long = ""


class SelfHandled(Strict):
    """What was found, what was done, and what shows it."""

    matter_code: Code
    place: Code
    text: Long
    result: Long
    address: Short = ""
    evidence: list[Evidence] = []


class StepGiven(Given):
    """What a step may be given; which of it is needed stands in the case's ``steps``."""

    version: int | None = None
    reason: Long | None = None
    unit: Code | None = None
    result: Long | None = None
    answer: Long | None = None
    finding: Long | None = None
    proposed: Code | None = None
    about: Code | None = None
    tag: Code | None = None
    amount: Annotated[float, Field(allow_inf_nan=False)] | None = None
    until: datetime | None = None
    evidence: list[Evidence] | None = None


class ManyGiven(Given):
    """The cases of a step of many, and what the step is given."""

    numbers: Annotated[list[Code], Field(min_length=1, max_length=100)]
    unit: Code | None = None
    reason: Long | None = None

    def values(self) -> dict[str, Any]:
        """What was given beside the cases, without what was left out."""
        return {name: one for name, one in super().values().items() if name != "numbers"}


class RefusedStep(Schema):
    number: str
    reason: str


class ManyStepped(Schema):
    """What became of a step of many cases."""

    done: list[str]
    refused: list[RefusedStep]


class Kept(Schema):
    id: str
