"""What is planned again and again, held in memory."""

from __future__ import annotations

from dataclasses import dataclass

from gewu.fieldwork import rules
from gewu.fieldwork.models import PlanTemplate
from gewu.fieldwork.queries.kinds import HELD
from gewu.infra.versions import Held
from gewu.kernel.texts import Name


@dataclass(frozen=True)
class TemplateFacts:
    """A plan to begin with: everything but its places, its days and its title."""

    code: str
    name_zh: str
    name_en: str
    kind: str
    who: str
    whom: str
    checklist: str
    categories: tuple[str, ...]
    rhythm: rules.Rhythm
    key_period: bool
    duty: str

    @property
    def name(self) -> Name:
        return Name(self.name_zh, self.name_en)


def _load() -> tuple[TemplateFacts, ...]:
    return tuple(
        TemplateFacts(
            row.code, row.name_zh, row.name_en, row.kind_id, row.who, row.whom, row.checklist,
            tuple(row.categories),
            rules.Rhythm(row.rhythm, tuple(row.weekdays), tuple(row.month_days), (), row.workdays),
            row.key_period, row.duty,
        )
        for row in PlanTemplate.objects.order_by("seq")
    )  # fmt: skip


_held: Held[tuple[TemplateFacts, ...]] = Held(HELD, _load)


def templates() -> tuple[TemplateFacts, ...]:
    """The templates of plans, in their order."""
    return _held.get()
