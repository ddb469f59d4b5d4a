"""Addresses that pages are made of: the built bundle of each audience, and the query of a filtered list."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode


@dataclass(frozen=True)
class Bundle:
    """The script and the style sheet of one audience, under their hashed names."""

    script: str
    style: str
    #: The scripts that the first one imports at once.
    parts: tuple[str, ...] = ()


def bundles(manifest: Path, root: str) -> Callable[[str], Bundle]:
    """A finder of bundles by audience; refuses to start when the front end has not been built."""
    try:
        built = json.loads(manifest.read_text("utf-8"))
    except FileNotFoundError:
        raise RuntimeError(
            f"the front end is not built: {manifest.name} is missing (make frontend)"
        ) from None

    def bundle(name: str) -> Bundle:
        script, style = built.get(f"src/{name}.ts"), built.get(f"src/{name}.css")
        return Bundle(
            script=root + script["file"] if script else "",
            style=root + style["file"] if style else "",
            parts=tuple(root + built[one]["file"] for one in (script or {}).get("imports", ())),
        )

    return bundle


def query(values: Mapping[str, str | None]) -> str:
    """A query string of the values that are set, in their order."""
    return urlencode({name: value for name, value in values.items() if value})
