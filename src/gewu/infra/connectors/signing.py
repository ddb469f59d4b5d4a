"""Signed requests, in both directions: Standard Webhooks (HMAC-SHA256 over id, time stamp and body)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Q

from gewu.infra import sealing, store
from gewu.infra.models import ConnectorSecret, SeenSignature
from gewu.kernel.identifiers import new_id
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say

#: How far the clocks of both sides may differ, and so how long a signature is remembered.
WINDOW = timedelta(minutes=5)
#: How long the secret before goes on being accepted after a rotation.
OVERLAP = timedelta(hours=24)
HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")
_PREFIX = "whsec_"
_ID = re.compile(r"[\x21-\x7e]{1,100}")


def new_secret() -> str:
    """A secret as both sides write it: the mark of its kind, and 32 random bytes in base64."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def keep_secret(connector_id: UUID, secret: str, *, now: datetime) -> None:
    """Seal a secret; those before are accepted for a day longer."""
    with store.writing():
        older = ConnectorSecret.objects.filter(connector_id=connector_id, until=None)
        older.update(until=now + OVERLAP)
        ConnectorSecret.objects.filter(connector_id=connector_id, until__lte=now).delete()
        row_id = new_id()
        key, sealed = sealing.sealed(secret.encode(), bound_to=row_id.bytes)
        ConnectorSecret.objects.create(
            id=row_id, connector_id=connector_id, sealed=sealed, key=key, made_at=now
        )


def secrets_of(connector_id: UUID, *, now: datetime) -> tuple[str, ...]:
    """The secrets that count now, the newest first."""
    live = ConnectorSecret.objects.filter(connector_id=connector_id).filter(Q(until=None) | Q(until__gt=now))
    return tuple(
        sealing.opened(bytes(row.sealed), key=row.key, bound_to=row.pk.bytes).decode()
        for row in live.order_by("-id")
    )


def signature(secret: str, message_id: str, at: datetime, body: bytes) -> str:
    """The signature of one message under one secret."""
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = b".".join((message_id.encode(), str(int(at.timestamp())).encode(), body))
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def signed(secrets: Iterable[str], message_id: str, body: bytes, *, now: datetime) -> dict[str, str]:
    """The headers of a message, signed with each secret that counts so that a rotation loses none."""
    made = " ".join(signature(one, message_id, now, body) for one in secrets)
    return dict(zip(HEADERS, (message_id, str(int(now.timestamp())), made), strict=True))


@dataclass(frozen=True)
class _Claim:
    """What the headers of a request say."""

    message_id: str
    at: datetime
    signatures: tuple[str, ...]


def admit(connector_id: UUID, headers: Mapping[str, str], body: bytes, *, now: datetime) -> None:
    """Let a signed request in, once.

    Refused, all in the same words: a missing or wrong signature, an unknown secret. Refused by name: a time
    stamp more than five minutes away, and the very same request again.
    """
    claim = _claim(headers)
    if abs(now - claim.at) > WINDOW:
        raise Refusal(
            say("请求的时间与本系统相差超过 {n} 分钟", n=WINDOW // timedelta(minutes=1)),
            Kind.FORBIDDEN,
            field=HEADERS[1],
            advice=say("请校准发送方服务器的时钟后重新签名"),
        )
    good = {signature(one, claim.message_id, claim.at, body) for one in secrets_of(connector_id, now=now)}
    if not any(hmac.compare_digest(theirs, ours) for theirs in claim.signatures for ours in good):
        raise _not_signed()
    _once(connector_id, claim, body, now)


def _once(connector_id: UUID, claim: _Claim, body: bytes, now: datetime) -> None:
    """Remember what was signed, and not one of its signatures: with two secrets there are two of them."""
    said = f"{claim.message_id} {int(claim.at.timestamp())} {hashlib.sha256(body).hexdigest()}"
    digest = hashlib.sha256(said.encode()).hexdigest()
    try:
        with store.writing():
            SeenSignature.objects.create(connector_id=connector_id, digest=digest, at=now)
    except IntegrityError:
        raise _seen_before() from None


def _seen_before() -> Refusal:
    return Refusal(
        say("这个请求已经收过"), Kind.CONFLICT, field=HEADERS[0], advice=say("重发时请用新的时间戳重新签名")
    )


def _claim(headers: Mapping[str, str]) -> _Claim:
    message_id, stamp, given = (headers.get(name, "") for name in HEADERS)
    if not _ID.fullmatch(message_id) or not re.fullmatch(r"[0-9]{1,11}", stamp) or len(given) > 1000:
        raise _not_signed()
    offered = tuple(one for one in given.split(" ") if one.startswith("v1,") and one.isascii())
    return _Claim(message_id, datetime.fromtimestamp(int(stamp), UTC), offered)


def _not_signed() -> Refusal:
    return Refusal(
        say("请求没有签名，或签名不对"),
        Kind.FORBIDDEN,
        field=HEADERS[2],
        advice=say("请按 Standard Webhooks 用本对接的密钥签名"),
    )


def check_secret(secret: str) -> None:
    """Refuse a secret that is none: the mark of its kind, and 24 to 64 bytes in base64."""
    try:
        size = len(base64.b64decode(secret.removeprefix(_PREFIX), validate=True))
    except ValueError:
        size = 0
    if not secret.startswith(_PREFIX) or not 24 <= size <= 64:
        raise Refusal(
            say("密钥的写法不对"), field="secret", advice=say("应为 whsec_ 加上 24 至 64 字节的 Base64")
        )


def check_key(key: str) -> None:
    """Refuse a key of the other side that cannot be one: none, too short to be secret, with blanks in it."""
    if not 8 <= len(key) <= 200 or not key.isprintable() or " " in key:
        raise Refusal(say("请填写对方给的密钥"), field="secret", advice=say("8 至 200 个字符，中间没有空格"))


def forget(now: datetime) -> int:
    """Forget requests whose time stamps nobody would let in any more, and secrets that are void; how many."""
    with store.writing():
        void = ConnectorSecret.objects.filter(until__lte=now).delete()[0]
        return void + SeenSignature.objects.filter(at__lt=now - 2 * WINDOW).delete()[0]
