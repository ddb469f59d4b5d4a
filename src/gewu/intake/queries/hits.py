"""How often people followed what the assistants proposed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Aggregate, Avg, Count, Q, QuerySet

from gewu.intake import rules
from gewu.intake.models import Suggestion, SuggestionModel
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.shares import rate
from gewu.kernel.texts import say
from gewu.security.actors import Actor

#: Figures speak of the last ninety days.
LATELY = timedelta(days=90)
RIGHTS = ("catalogue.manage", "cases.supervise", "audit.read")
#: Corrections shown, the most frequent first.
MOST = 20


@dataclass(frozen=True)
class Hits:
    """One kind in one version: proposed, decided on, followed, corrected."""

    kind: str
    version: str
    proposed: int
    accepted: int
    overridden: int
    confidence: float

    @property
    def rate(self) -> float | None:
        """The part of the decided that was followed; none when nobody has decided yet."""
        decided = self.accepted + self.overridden
        return self.accepted / decided if decided else None


@dataclass(frozen=True)
class Correction:
    """A class that was proposed and the one that people chose instead."""

    proposed: str
    chosen: str
    times: int


@dataclass(frozen=True)
class Figures:
    """Everything the page of the assistants shows."""

    hits: tuple[Hits, ...]
    #: Whether a confidence in a class means the share that people found right.
    bands: tuple[rules.Band, ...]
    corrections: tuple[Correction, ...]
    version: str
    made_at: datetime | None
    examples: int


def figures(actor: Actor, *, now: datetime) -> Figures:
    """How the proposals of the last ninety days fared: four queries; refused without a right to see it."""
    if not any(actor.holds(right) for right in RIGHTS):
        raise Refusal(say("没有查看推荐效果的权限"), Kind.FORBIDDEN)
    rows = Suggestion.objects.filter(made_at__gte=now - LATELY)
    model = SuggestionModel.objects.order_by("-made_at").defer("content").first()
    counted = rows.values("kind", "version").annotate(
        proposed=Count("pk"),
        accepted=Count("pk", filter=Q(outcome="accepted")),
        overridden=Count("pk", filter=Q(outcome="overridden")),
        confidence=Avg("confidence"),
    )
    wrong = rows.filter(kind="matter", outcome="overridden").values("value", "chosen")
    ranked = wrong.annotate(times=Count("pk")).order_by("-times", "value", "chosen")[:MOST]
    return Figures(
        tuple(Hits(**one) for one in counted.order_by("kind", "version")),
        _bands(rows.filter(kind="matter").exclude(outcome="")),
        tuple(Correction(one["value"], one["chosen"], one["times"]) for one in ranked),
        model.version if model else "",
        model.made_at if model else None,
        model.examples if model else 0,
    )


def _bands(judged: QuerySet[Suggestion]) -> tuple[rules.Band, ...]:
    """The judged proposals by bands of their confidence: one query, however many they are."""
    edges = list(zip(rules.BANDS, rules.BANDS[1:], strict=False))
    asked: dict[str, Aggregate] = {}
    for n, (low, high) in enumerate(edges):
        last = high == rules.BANDS[-1]
        inside = Q(confidence__gte=low) & (Q() if last else Q(confidence__lt=high))
        asked[f"n{n}"] = Count("pk", filter=inside)
        asked[f"right{n}"] = Count("pk", filter=inside & Q(outcome="accepted"))
        asked[f"said{n}"] = Avg("confidence", filter=inside)
    found = judged.aggregate(**asked)
    return tuple(
        rules.Band(low, high, found[f"said{n}"], rate(found[f"right{n}"], found[f"n{n}"]))
        for n, (low, high) in enumerate(edges)
        if found[f"n{n}"]
    )
