"""Learning of a kind from labelled rows, and taking what was learned into use."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime

import msgspec
import numpy as np

from gewu.assistants import events
from gewu.assistants.models import AssistantModel
from gewu.assistants.queries.cards import CARDS
from gewu.assistants.queries.proposing import held
from gewu.assistants.rules import Card, Kind, Measured, Table, artefact, measuring, training
from gewu.infra import store, stream, versions
from gewu.kernel.refusals import Kind as Why
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor

RIGHT = "catalogue.manage"
#: How sure a model must be to speak, unless a dated row says otherwise.
LEAST = 0.5


@dataclass(frozen=True)
class Trained:
    """What came of learning: the file, its card, and how it did on rows that it had not seen."""

    content: bytes
    card: Card
    measured: Measured


def train(
    kind: Kind,
    table: Table,
    *,
    source: str,
    now: datetime,
    seed: int = training.SEED,
    step: training.Step = lambda at, of: None,
) -> Trained:
    """Learn a kind from labelled rows; nothing is taken into use by it. Refused by too few or one class."""
    begun = time.perf_counter()
    learned = training.learn(kind, table.items, table.answers, seed=seed, step=step)
    found = _judged(kind, learned)
    card = _card(kind, table, learned, found, source, seed, now)
    card = msgspec.structs.replace(card, seconds=round(time.perf_counter() - begun, 1))
    return Trained(artefact.written(learned.model, card), card, found)


def _judged(kind: Kind, learned: training.Learned) -> Measured:
    """How it did on unseen rows; each fold's confidences are set right by the curve of the others."""
    shares = training.crossed(learned)
    warned = learned.model.classes.index(kind.warned) if kind.warned else -1
    return measuring.measured(shares, learned.answers, least=LEAST, warned=warned)


def _card(
    kind: Kind,
    table: Table,
    learned: training.Learned,
    found: Measured,
    source: str,
    seed: int,
    now: datetime,
) -> Card:
    digest, classes = table.digest, learned.model.classes
    folds = [
        measuring.macro_f1(learned.scores[mine].argmax(axis=1), learned.answers[mine], len(classes))
        for mine in (learned.folds == fold for fold in range(training.FOLDS))
    ]
    return Card(
        kind=kind.name,
        version=f"{kind.name}-1/{now:%Y%m%d%H%M%S}-{digest[:8]}",
        made_on=f"{now:%Y-%m-%d}",
        rows=learned.rows,
        learned_from=digest,
        source=source,
        seed=seed,
        seconds=0.0,
        inputs=kind.inputs,
        classes=classes,
        figures=tuple(artefact.Figure(one.name, one.value, one.low, one.high) for one in found.figures),
        spread=float(np.std(folds)),
        gap=found.gap,
        least=LEAST,
        spoken=found.spoken,
        right=found.right,
        bands=tuple(artefact.Band(one.low, one.high, one.n, one.said, one.right) for one in found.bands),
    )


def keep(content: bytes, *, actor: Actor, now: datetime) -> AssistantModel:
    """Take a model into use from now on; refused without the right, and when the file is not sound."""
    if not actor.holds(RIGHT):
        raise Refusal(say("没有管理目录的权限"), Why.FORBIDDEN)
    _, card = artefact.read(content)
    with store.writing():
        if AssistantModel.objects.filter(version=card.version).exists():
            raise Refusal(say("这个版本已经在用"), Why.CONFLICT, field="model")
        row = AssistantModel.objects.create(
            kind=card.kind,
            version=card.version,
            made_at=now,
            made_by=actor.ref,
            sha256=artefact.digest(content),
            content=content,
            card=msgspec.to_builtins(card),
        )
        versions.changed(held(card.kind))
        versions.changed(CARDS)
        told = events.AssistantTrained(id=row.pk, kind=card.kind, version=card.version, rows=card.rows)
        stream.tell(told, actor=actor, now=now)
    return row
