"""Pictures for the demo, drawn by ourselves: plain street scenes before and after the work."""

from __future__ import annotations

import io
import random
from functools import lru_cache

from PIL import Image, ImageDraw

_SIZE = (960, 720)
_GROUND = {"C": "#8d938f", "E": "#93918a", "H": "#9a9690"}


def draw(matter: str, *, after: bool, seed: int) -> bytes:
    """A JPEG of a street with something wrong, or with nothing wrong any more."""
    return _drawn(matter[:1], after, seed % 12)


@lru_cache(maxsize=128)
def _drawn(kind: str, after: bool, seed: int) -> bytes:
    chance = random.Random(seed)  # noqa: S311 -- a picture, not a secret
    picture = Image.new("RGB", _SIZE, "#c9dbe6" if chance.random() < 0.7 else "#aab7c4")
    pen = ImageDraw.Draw(picture)
    _street(pen, kind, chance)
    (_mended if after else _wrong)(pen, chance)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()


def _street(pen: ImageDraw.ImageDraw, kind: str, chance: random.Random) -> None:
    for n in range(5):
        left = n * 200 - chance.randrange(60)
        shade = chance.choice(("#b8a793", "#a9b0a2", "#c2b7a8", "#9fa9b0"))
        pen.rectangle((left, 140 + chance.randrange(120), left + 170, 420), fill=shade)
    pen.polygon(((0, 420), (960, 400), (960, 720), (0, 720)), fill=_GROUND.get(kind, "#999790"))
    pen.polygon(((0, 420), (960, 400), (960, 440), (0, 465)), fill="#c6c2b6")
    for n in range(6):
        pen.rectangle((n * 180, 560 - n * 3, n * 180 + 80, 570 - n * 3), fill="#dcd9cf")


def _wrong(pen: ImageDraw.ImageDraw, chance: random.Random) -> None:
    x, y = chance.randrange(280, 560), chance.randrange(520, 580)
    pen.ellipse((x, y, x + 190, y + 90), fill="#3a3a38", outline="#5b5b57", width=8)
    for _ in range(14):
        left, top = x + chance.randrange(-120, 260), y + chance.randrange(-20, 120)
        pen.polygon(
            ((left, top), (left + 26, top + 6), (left + 14, top + 22)),
            fill=chance.choice(("#6d5b46", "#7c7a3c", "#54606b")),
        )


def _mended(pen: ImageDraw.ImageDraw, chance: random.Random) -> None:
    x, y = chance.randrange(280, 560), chance.randrange(520, 580)
    pen.ellipse((x, y, x + 190, y + 90), fill="#77797a", outline="#565857", width=6)
    for n in range(5):
        pen.line((x + 30 + n * 32, y + 20, x + 30 + n * 32, y + 70), fill="#5f6161", width=5)
