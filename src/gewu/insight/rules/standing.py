"""What one case adds to which figures."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from gewu.kernel.places import Level

#: The levels at which figures are kept, as lengths of place codes.
LEVELS = tuple(level.digits for level in Level if level is not Level.MICRO_GRID)


def told(standing: str, running: Collection[str]) -> Iterator[tuple[str, str]]:
    """The figures in which a case of this standing is counted; ``running`` are the open states."""
    state, matter, due_on, filed_on, closed_on = standing.split("|")
    yield "filed", filed_on
    if closed_on:
        yield "closed", closed_on
    if state in running:
        yield "open", f"{state}|{due_on}"
        yield "matter", matter


def at_levels(place: str) -> Iterator[tuple[int, str]]:
    """A place at each level; at those below its own it stands for itself."""
    for digits in LEVELS:
        yield digits, place[:digits]
