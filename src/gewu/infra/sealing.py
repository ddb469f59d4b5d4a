"""What is kept sealed: AES-GCM under a ring of keys that lies outside the database."""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from base64 import b64decode, b64encode
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from gewu.infra.keys import kept_key
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say


def sealed(plain: bytes, *, bound_to: bytes) -> tuple[str, bytes]:
    """Something sealed with the newest key, and that key's name; it opens only beside what it is bound to."""
    name = newest_key()
    nonce = secrets.token_bytes(12)
    return name, nonce + AESGCM(ring()[name]).encrypt(nonce, plain, bound_to)


def opened(kept: bytes, *, key: str, bound_to: bytes) -> bytes:
    """What was sealed; a missing key or changed bytes are refused."""
    try:
        return AESGCM(ring()[key]).decrypt(kept[:12], kept[12:], bound_to)
    except (KeyError, InvalidTag):
        raise Refusal(
            say("加密保存的内容无法解密：密钥缺失或数据被改动"),
            Kind.CONFLICT,
            advice=say("请安全管理员检查密钥文件"),
        ) from None


def ring() -> Mapping[str, bytes]:
    """The named keys in the order they were made; the last one seals, all of them open.

    As the file holds them now: another process may have added a key.
    """
    path: Path = settings.VAULT_KEYS
    if not path.exists():
        kept_key(path, _new_ring)
    return _ring(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _ring(path: Path, written: int) -> Mapping[str, bytes]:
    return {name: b64decode(text) for name, text in json.loads(path.read_text()).items()}


def _new_ring() -> str:
    return json.dumps({"k1": b64encode(AESGCM.generate_key(bit_length=256)).decode()})


def newest_key() -> str:
    """The name of the key that seals."""
    return next(reversed(key_names()))


def key_names() -> tuple[str, ...]:
    """The keys of the ring in the order they were made."""
    return tuple(ring())


def add_key() -> str:
    """Add a key to the ring, which seals from now on; returns its name. The others go on opening."""
    keys = ring()
    name = f"k{max(int(one[1:]) for one in keys) + 1}"
    _write({**keys, name: AESGCM.generate_key(bit_length=256)})
    return name


def drop_keys(names: set[str]) -> None:
    """Take keys out of the ring: what they sealed can never be opened again. Never the newest."""
    newest = newest_key()
    _write({name: key for name, key in ring().items() if name not in names or name == newest})


def _write(keys: Mapping[str, bytes]) -> None:
    """Replace the file at once: a reader, and a power cut, find the old ring or the new one."""
    path: Path = settings.VAULT_KEYS
    text = json.dumps({name: b64encode(key).decode() for name, key in keys.items()})
    handle, made = tempfile.mkstemp(dir=path.parent)  # readable by its owner only
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(made).replace(path)


def ring_age_s(now: float) -> float:
    """How long the ring's file has stood as it is, in seconds of the clock of its disk."""
    path: Path = settings.VAULT_KEYS
    return now - path.stat().st_mtime
