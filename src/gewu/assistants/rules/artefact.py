"""A model as a file: arrays and a card, checked by its digest. Nothing in it can run when it is opened."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import msgspec
import numpy as np

from gewu.assistants.rules.features import View
from gewu.assistants.rules.kinds import refuse_personal
from gewu.assistants.rules.linear import Block, Curve, Model
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import Text, say

#: A file larger than this is no model of ours.
LARGEST = 256 * 2**20
FORMAT = 1


class Band(msgspec.Struct, frozen=True):
    low: float
    high: float
    n: int
    said: float
    right: float


class Figure(msgspec.Struct, frozen=True):
    name: str
    value: float
    low: float
    high: float


class Card(msgspec.Struct, frozen=True):
    """What is to be known of a model before it is used."""

    kind: str
    version: str
    made_on: str
    rows: int
    #: The digest of the rows that it learned from, and where they came from in a few words.
    learned_from: str
    source: str
    seed: int
    seconds: float
    inputs: tuple[str, ...]
    classes: tuple[str, ...]
    figures: tuple[Figure, ...]
    #: The spread of the first figure over the folds.
    spread: float
    gap: float
    #: Below this confidence it proposes nothing, unless a dated row says otherwise.
    least: float
    spoken: float
    right: float
    bands: tuple[Band, ...]


class _Head(msgspec.Struct):
    format: int
    card: Card
    views: tuple[dict[str, Any], ...]
    sharpness: float
    curve: Curve


def written(model: Model, card: Card) -> bytes:
    """The file of a model; the same model gives the same bytes."""
    views = tuple(asdict(one.view) for one in model.blocks)
    head = _Head(FORMAT, card, views, model.sharpness, model.curve)
    arrays: dict[str, Any] = {"bias": model.bias}
    for n, one in enumerate(model.blocks):
        arrays |= {
            f"keys_{n}": one.keys,
            f"rarity_{n}": one.rarity,
            f"weights_{n}": one.weights.astype(np.float16),
        }
    return _packed(
        {"card.json": msgspec.json.encode(head)} | {f"{name}.npy": _npy(a) for name, a in arrays.items()}
    )


def _npy(one: Any) -> bytes:
    held = io.BytesIO()
    np.save(held, one, allow_pickle=False)
    return held.getvalue()


def _packed(files: Mapping[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
        for name in sorted(files):
            packed.writestr(zipfile.ZipInfo(name), files[name], zipfile.ZIP_DEFLATED)
    return held.getvalue()


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def read(content: bytes, *, sha256: str = "") -> tuple[Model, Card]:
    """A model from its file; refused when it is not whole, not ours, or would read what a person is."""
    if sha256 and digest(content) != sha256:
        raise _refused(say("模型文件与登记的摘要不符"))
    try:
        head, arrays = _opened(content)
        blocks = tuple(_block(View(**view), arrays, n) for n, view in enumerate(head.views))
        model = Model(head.card.classes, blocks, arrays["bias.npy"], head.sharpness, head.curve)
        _sound(model)
    except (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        EOFError,
        zipfile.BadZipFile,
        msgspec.MsgspecError,
    ) as wrong:
        raise _refused(say("这不是助手的模型文件，或者文件不完整")) from wrong
    refuse_personal((*head.card.inputs, *(one.view.field for one in blocks)))
    return model, head.card


def _refused(text: Text) -> Refusal:
    return Refusal(text, field="model", advice=say("请用 gewu train 重新学习"))


def _opened(content: bytes) -> tuple[_Head, dict[str, Any]]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if sum(one.file_size for one in packed.infolist()) > LARGEST:
            raise ValueError("too large")
        head = msgspec.json.decode(packed.read("card.json"), type=_Head)
        names = [name for name in packed.namelist() if name.endswith(".npy")]
        arrays = {name: np.load(io.BytesIO(packed.read(name)), allow_pickle=False) for name in names}
    if head.format != FORMAT:
        raise ValueError("another format")
    return head, arrays


def _block(view: View, arrays: Mapping[str, Any], n: int) -> Block:
    weights = arrays[f"weights_{n}.npy"].astype(np.float32)
    return Block(view, arrays[f"keys_{n}.npy"], arrays[f"rarity_{n}.npy"], weights)


def _sound(model: Model) -> None:
    """Refuse arrays that do not fit each other."""
    classes = len(model.classes)
    if model.bias.shape != (classes,) or classes < 2:
        raise ValueError("bias")
    for one in model.blocks:
        n = len(one.keys)
        if one.keys.dtype != np.uint64 or one.rarity.shape != (n,) or one.weights.shape != (n, classes):
            raise ValueError("block")
        if n and not bool((one.keys[1:] > one.keys[:-1]).all()):
            raise ValueError("order")
