"""What an assistant proposes for something, how surely, and by which words. It changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial

import numpy as np

from gewu.assistants.models import AssistantModel
from gewu.assistants.queries.cards import least_of
from gewu.assistants.rules import KINDS, Card, Item, Measured, Model, Table, artefact, kind_of, measuring
from gewu.infra.versions import Held
from gewu.kernel.refusals import Kind as Why
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import say


@dataclass(frozen=True)
class Proposal:
    """One proposal: a value, how sure, the words that decided, and the version of what proposed it."""

    value: str
    confidence: float
    words: tuple[str, ...]
    version: str


def held(kind: str) -> str:
    """The name under which the model of a kind is held in memory."""
    return f"assistant {kind}"


@dataclass(frozen=True)
class _Known:
    """What is held of a kind: nothing until something was learned."""

    model: tuple[Model, Card] | None


def _load(kind: str) -> _Known:
    row = AssistantModel.objects.filter(kind=kind).order_by("-made_at", "-id").first()
    return _Known(artefact.read(bytes(row.content), sha256=row.sha256) if row else None)


_held: dict[str, Held[_Known]] = {name: Held(held(name), partial(_load, name)) for name in KINDS}


def is_learned(kind: str) -> bool:
    """Whether anything was learned for a kind: without it nothing is proposed and everything goes its way."""
    return _held[kind].get().model is not None


def classes_of(kind: str) -> tuple[str, ...]:
    """What an assistant can propose; nothing while nothing was learned."""
    known = _held[kind].get().model
    return known[0].classes if known else ()


def version_of(kind: str) -> str:
    """The version of what was learned for a kind; empty while nothing was."""
    known = _held[kind].get().model
    return known[1].version if known else ""


def propose(kind: str, item: Item, *, on: date) -> Proposal | None:
    """The likeliest value; none while nothing was learned, or where it is not sure enough to speak."""
    found = proposals(kind, item, most=1)
    return found[0] if found and found[0].confidence >= least_of(kind, on=on) else None


def proposals(kind: str, item: Item, *, most: int = 3) -> tuple[Proposal, ...]:
    """The likeliest values, the best first, however unsure; none while nothing was learned."""
    known = _held[kind].get().model
    if known is None:
        return ()
    model, card = known
    return of_model(kind, model, card, item, most=most)


def of_model(kind: str, model: Model, card: Card, item: Item, *, most: int = 3) -> tuple[Proposal, ...]:
    """What a model that is at hand proposes; nothing for something that says nothing."""
    if not any(value.strip() for value in item.values()):
        return ()
    seen = KINDS[kind].derive(item)
    return tuple(
        Proposal(value, sure, model.words(seen, value), card.version)
        for value, sure in model.ranked(seen, most=most)
    )


def opened(kind: str, content: bytes | None = None) -> tuple[Model, Card]:
    """A model that was written to a file, or the one in use; refused when there is none of this kind."""
    found = artefact.read(content) if content is not None else _held[kind].get().model
    if found is None or found[1].kind != kind:
        raise Refusal(
            say("还没有学习过这种助手"),
            Why.MISSING,
            field="model",
            advice=say("请先用 gewu train {kind} 学习", kind=kind),
        )
    return found


def rate(model: Model, card: Card, table: Table) -> Measured:
    """How a model does on rows whose answers are known; refused without any."""
    kind = kind_of(card.kind)
    if not table.items:
        raise Refusal(say("文件里没有带结果的行"), Why.INVALID, field="file")
    place = {name: at for at, name in enumerate(model.classes)}
    scores = np.array([model.scores(kind.derive(item)) for item in table.items])
    answers = np.array([place.get(answer, -1) for answer in table.answers])
    warned = place[kind.warned] if kind.warned else -1
    return measuring.measured(model.shares(scores), answers, least=card.least, warned=warned)
