"""What is known of the classes: from the catalogue, and from how residents speak of them."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from gewu.catalogue import queries as catalogue
from gewu.intake import rules

#: The name under which the model is held in memory.
HELD = "suggestion model"
#: How much a name, a criterion and a resident's way of saying it count; a past matter counts one.
NAME, CRITERION, SAID = 3.0, 0.5, 2.0
_SAID = Path(__file__).parent.parent / "seeds" / "said.csv"


def of_the_catalogue() -> rules.Learned:
    """What can be known without any past; the same catalogue gives the same model."""
    known = list(known_examples())
    return rules.learn(known, version=f"catalogue-{digest_of(known)}")


def known_examples() -> Iterator[rules.Example]:
    """What the catalogue and the residents' words say of each class that has no end."""
    in_force = {one.code: one for one in catalogue.all_matters(date.max)}
    for one in in_force.values():
        yield rules.Example(one.code, one.name_zh, NAME)
        for criterion in one.criteria:
            yield rules.Example(one.code, criterion.filing_zh, CRITERION)
    for code, words in spoken_names().items():
        if code in in_force:
            yield from (rules.Example(code, one, SAID) for one in words)


def spoken_names() -> Mapping[str, Sequence[str]]:
    """What residents call the matters of each class."""
    with _SAID.open(encoding="utf-8", newline="") as lines:
        return {row["matter"]: row["words"].split() for row in csv.DictReader(lines)}


def digest_of(examples: Sequence[rules.Example]) -> str:
    """The end of a version: other examples, another version."""
    text = "\n".join(f"{one.matter} {one.text} {one.weight}" for one in examples)
    return hashlib.sha256(text.encode()).hexdigest()[:8]
