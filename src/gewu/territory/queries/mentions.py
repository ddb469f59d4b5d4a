"""Places that a sentence names, among the names of a city or county and by how other names end."""

from __future__ import annotations

from functools import lru_cache

from gewu.assistants import queries as assistants
from gewu.kernel import places
from gewu.kernel.places import Level
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import say
from gewu.territory.queries.names import names_in
from gewu.territory.queries.net import net
from gewu.territory.rules import words

Mention = assistants.Mention
_KINDS = {Level.STREET.digits: "street", Level.COMMUNITY.digits: "community"}


def mentions(text: str, *, inside: str) -> tuple[Mention, ...]:
    """The streets, communities, roads and estates that a text names, from left to right; no query if warm.

    What the territory knows carries its code; a name that two places share carries none. ``inside`` may not
    be wider than a city, because its names are held in memory.
    """
    if places.level_of(inside).digits < Level.CITY.digits:
        raise Refusal(say("请先选择城市或区县"), field="place")
    return _names(net().version, inside).found_in(text)


@lru_cache(maxsize=16)
def _names(version: str, inside: str) -> assistants.Names:
    """The names as they are spoken; the version is only part of the key of the cache."""
    found: dict[str, tuple[str, str]] = {}
    for code, name in names_in(version, inside).items():
        if len(code) in _KINDS:
            spoken = words.spoken(name)
            found[spoken] = (_KINDS[len(code)], "" if spoken in found else code)
    return assistants.Names(found)
