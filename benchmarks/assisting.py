"""Assistants: learning 10,000 texts, one proposal, placing one message; beside plain TF-IDF.

Texts are made up, of about 120 signs in seven classes, so that the times can be compared anywhere; how good
the assistants are on real rows is said by `gewu score`.
"""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from benchmarks.table import Row

NOW = datetime(2026, 1, 5, tzinfo=UTC)
_FLOOR = "plain TF-IDF + LinearSVC"
_CLASSES = 7


def _texts(count: int) -> tuple[list[str], list[str]]:
    """Texts of words that are commoner in one class than in the others, and their classes."""
    draw = random.Random(1)
    words = [
        "".join(chr(0x4E00 + draw.randrange(2500)) for _ in range(draw.choice((2, 2, 3))))
        for _ in range(6000)
    ]
    own = [words[at::_CLASSES] for at in range(_CLASSES)]
    answers = [draw.randrange(_CLASSES) for _ in range(count)]
    texts = [
        "".join(draw.choice(own[at] if draw.random() < 0.3 else words) for _ in range(52)) for at in answers
    ]
    return texts, [f"class {at}" for at in answers]


def _cpu(deed: Callable[[], object]) -> float:
    begun = time.process_time()
    deed()
    return time.process_time() - begun


def measure(*, count: int) -> Iterator[Row]:
    """Processor seconds of learning with its five folds, then single answers, then the memory."""
    from gewu.assistants import actions, queries  # noqa: PLC0415 -- Django reads its settings when imported

    texts, answers = _texts(count)
    kind = queries.kind_of("matter")
    table = queries.Table(tuple({"text": text} for text in texts), tuple(answers), ("text", "label"), ())
    made: list[actions.Trained] = []
    ours = _cpu(lambda: made.append(actions.train(kind, table, source="made up", now=NOW)))
    floor, ask = _plain(texts, answers)
    size = len(made[0].content) / 2**20
    yield Row(
        "assist",
        f"learning {count:,} texts, five folds",
        ours,
        "cpu s",
        _FLOOR + ", once",
        floor,
        {"MiB": size},
    )
    model, card = queries.opened("matter", made[0].content)
    one = _middle(lambda text: queries.of_model("matter", model, card, {"text": text}), texts[:200])
    yield Row("assist", "one proposal with its words", one, "ms", _FLOOR, _middle(ask, texts[:200]))
    issues = queries.Issues.of(texts[:4000])
    yield Row(
        "assist",
        "placing a message among 4,000",
        _middle(issues.place, texts[4000:4200] or texts[:200]),
        "ms",
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield Row("assist", "memory while learning, at most", peak, "MiB")


def _plain(texts: list[str], answers: list[str]) -> tuple[float, Callable[[str], object]]:
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 -- only this floor needs it
    from sklearn.svm import LinearSVC  # noqa: PLC0415 -- as above

    seen, learner = (
        TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=2, sublinear_tf=True),
        LinearSVC(),
    )
    took = _cpu(lambda: learner.fit(seen.fit_transform(texts), answers))
    return took, lambda text: learner.predict(seen.transform([text]))


def _middle(deed: Callable[[str], object], texts: list[str]) -> float:
    """The middle of the processor times, in milliseconds."""
    took = sorted(_cpu(lambda text=text: deed(text)) for text in texts)  # type: ignore[misc]  # bound at once
    return took[len(took) // 2] * 1000
