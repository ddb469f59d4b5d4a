"""What was answered in matters like one at hand: proposed, with its source; a person decides what to say."""

from __future__ import annotations

from uuid import UUID

from gewu.cases import queries as cases
from gewu.infra import search, switches
from gewu.infra.search import Asked
from gewu.insight import rules
from gewu.insight.queries.finding import in_scope
from gewu.kernel import grams
from gewu.kernel.places import Level
from gewu.security.actors import Actor

SWITCH = "suggest.answers"
#: Candidates that share one of so many of the rarest pairs; of them so many are read, and so many shown.
_PAIRS, _CANDIDATES, _READ, _SHOWN = 8, 200, 12, 3
#: Texts that share less than this are of different things; what lies in the same community gains as much.
_ALIKE, _NEAR = 0.15, 0.1


def past_answers(
    actor: Actor, case: UUID, matter: str, place: str, text: str
) -> tuple[cases.PastAnswer, ...]:
    """Closed cases of the same class that this actor may open and that are told alike, the likest first.

    None when switched off. Three statements.
    """
    scope = in_scope(actor, "cases.read")
    if scope is None or not switches.is_on(SWITCH):
        return ()
    marks = [(rules.kind_mark("case"),), (rules.state_mark("closed"),), (rules.matter_mark(matter),)]
    some = search.rarest(text, most=_PAIRS)
    asked = Asked((), (*marks, *([scope] if scope else [])), some=some, most=_CANDIDATES)
    pairs = _pairs(text)
    near = sorted(search.hits(asked), key=lambda hit: -rules.alike(pairs, _pairs(hit.body)))
    keys = [UUID(hit.record) for hit in near if hit.record != case.hex][:_READ]
    found = cases.answered_among(actor, keys) if keys else ()
    scored = [(_likeness(one, pairs, place), one) for one in found]
    fit = sorted(((alike, one) for alike, one in scored if alike >= _ALIKE), key=lambda pair: -pair[0])
    return tuple(one for _, one in fit[:_SHOWN])


def _likeness(one: cases.PastAnswer, pairs: frozenset[str], place: str) -> float:
    alike = rules.alike(pairs, _pairs(one.text))
    community = Level.COMMUNITY.digits
    return alike + (_NEAR if alike and one.place[:community] == place[:community] else 0.0)


def _pairs(text: str) -> frozenset[str]:
    return frozenset(pair for run in grams.runs(text) for pair in grams.pairs(run))
