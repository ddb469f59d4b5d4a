"""Learning of the classes anew, from how past matters ended."""

from __future__ import annotations

import zlib
from dataclasses import replace
from datetime import datetime

import msgspec

from gewu.cases import queries as cases
from gewu.infra import store, stream, versions
from gewu.intake import events, rules
from gewu.intake.models import SuggestionModel
from gewu.intake.queries.learned import HELD, digest_of, known_examples
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor

#: Past matters looked at, the newest first.
MOST = 50_000
#: A piece of words in fewer texts than this is forgotten: what one person wrote cannot be read from it.
SELDOM = 3


def learn(*, actor: Actor, now: datetime) -> SuggestionModel:
    """Learn anew from everything that has been closed, and use it from now on; refused without the right."""
    if not actor.holds("catalogue.manage"):
        raise Refusal(say("没有管理目录的权限"), Kind.FORBIDDEN)
    known = list(known_examples())
    past = [rules.Example(matter, text) for matter, text in cases.told_of(most=MOST)]
    version = f"ngram-1/{now:%Y%m%d%H%M%S}-{digest_of([*known, *past])}"
    own = {piece for one in known for piece in rules.pieces(one.text)}
    judged = rules.cross_validated(known, past, seldom=SELDOM, always=own)
    learned = replace(
        rules.learn([*known, *past], version=version, seldom=SELDOM, always=own), curve=rules.fitted(judged)
    )
    content = zlib.compress(msgspec.json.encode(learned))
    with store.writing():
        row = SuggestionModel.objects.create(
            version=version, made_at=now, examples=len(past), content=content
        )
        versions.changed(HELD)
        told = events.SuggestionsLearned(id=row.pk, version=version, examples=len(past))
        stream.tell(told, actor=actor, now=now)
    return row
