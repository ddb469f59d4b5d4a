"""Templates of answers, held in memory: which fit a case, with its facts filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gewu.cases.actions.answers import HELD
from gewu.cases.models import AnswerTemplate, Case
from gewu.cases.rules import wording
from gewu.catalogue import queries as catalogue
from gewu.infra.versions import Held
from gewu.kernel.texts import Name
from gewu.organisation import queries as organisation


@dataclass(frozen=True)
class AnswerLine:
    """A template with its words in both languages; for a case they are filled in."""

    id: UUID
    matter: str
    title: Name
    text: Name
    since: date
    until: date | None


def _load() -> tuple[AnswerLine, ...]:
    rows = AnswerTemplate.objects.order_by("matter_prefix", "title_zh", "id")
    return tuple(
        AnswerLine(
            row.pk, row.matter_prefix, Name(row.title_zh, row.title_en or row.title_zh),
            Name(row.text_zh, row.text_en or row.text_zh), row.since, row.until,
        )
        for row in rows
    )  # fmt: skip


_held: Held[tuple[AnswerLine, ...]] = Held(HELD, _load)


def answers(*, on: date) -> tuple[AnswerLine, ...]:
    """Every template that holds on a day or will hold later, in the order of classes."""
    return tuple(one for one in _held.get() if one.until is None or one.until > on)


def answers_for(case: Case, *, on: date) -> tuple[AnswerLine, ...]:
    """The templates for the class of a case, the most specific first, filled with its facts. No query."""
    fitting = [one for one in answers(on=on) if one.since <= on and case.matter.startswith(one.matter)]
    if not fitting:
        return ()
    zh, en = _values(case)
    return tuple(
        AnswerLine(
            one.id, one.matter, one.title,
            Name(wording.filled(one.text.zh, zh), wording.filled(one.text.en, en)), one.since, one.until,
        )
        for one in sorted(fitting, key=lambda one: -len(one.matter))
    )  # fmt: skip


def _values(case: Case) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """What the places of a template say for this case, in both languages."""
    matter = catalogue.matter(case.matter, on=catalogue.day_of(case.filed_at))
    unit = organisation.known_unit(case.lead_id).name if case.lead_id else Name("")
    same = {"number": case.number, "address": case.address, "result": case.result}
    return (
        {**same, "matter": matter.name_zh, "unit": unit.zh},
        {**same, "matter": matter.name_en, "unit": unit.en or unit.zh},
    )
