"""Every exception from a rule says why."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import ROOT, expect_none, tracked

NOQA = re.compile(r"#\s*(ruff:\s*)?noqa\b")
NOQA_WITH_REASON = re.compile(r"#\s*(ruff:\s*)?noqa:\s*[A-Z]+\d+(,\s*[A-Z]+\d+)*\s+(--?|—|#).*\w\W+\w")
IGNORE = re.compile(r"#\s*type:\s*ignore")
#: mypy itself allows nothing but a further comment behind the bracket.
IGNORE_WITH_REASON = re.compile(r"#\s*type:\s*ignore\[[\w, -]+\]\s+#.*\w\W+\w")


def _comments(path: Path) -> Iterator[tuple[int, str]]:
    text = path.read_text(encoding="utf-8")
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def _without_reason(path: Path) -> Iterator[str]:
    for line, comment in _comments(path):
        for used, reasoned in ((NOQA, NOQA_WITH_REASON), (IGNORE, IGNORE_WITH_REASON)):
            if used.search(comment) and not reasoned.search(comment):
                yield f"{path.relative_to(ROOT)}:{line} {comment}"


def test_every_exception_says_why() -> None:
    """`# noqa: CODE -- the reason`, `# type: ignore[code]  # the reason`; inline imports need the former."""
    files = [path for path in tracked(".py") if "migrations" not in path.parts]
    expect_none(found for path in files for found in _without_reason(path))
