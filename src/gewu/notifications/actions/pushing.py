"""Web Push (RFC 8030, 8291, 8292): a phone whose app is shut hears that there is a message, and no more."""

from __future__ import annotations

import base64
import hashlib
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import http_ece  # type: ignore[import-untyped]  # it carries no types
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from py_vapid import Vapid02  # type: ignore[import-untyped]  # it carries no types

from gewu.infra import keys, store
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.notifications.models import Message, PushSubscription
from gewu.security.actors import Actor

#: A push that could not be delivered within a shift is of no use; the message waits in the inbox.
LASTS = timedelta(hours=12)
#: How long a push service may take to answer, in seconds.
PATIENCE_S = 10
#: Events that ask someone to come now; a phone wakes up for them.
URGENT = frozenset({"AssistCalled", "AssistOfferedAgain", "VerificationAsked"})
#: Phones of one account; the oldest gives way.
MOST = 5
#: The service knows this phone no more (RFC 8030, 7.3).
_GONE = (404, 410)


@dataclass(frozen=True)
class Subscription:
    """Where a browser has its pushes sent, and the keys with which only it can read them."""

    endpoint: str
    p256dh: str
    auth: str


def public_key() -> str:
    """The key of this installation, by which a push service knows that a push is ours (RFC 8292)."""
    point = _vapid().public_key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def _vapid() -> Vapid02:
    return Vapid02.from_pem(keys.kept_key(Path(settings.HOME) / "keys" / "push", _made).encode())


def _made() -> str:
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    return pem.decode()


def subscribe(given: Subscription, *, actor: Actor, now: datetime) -> None:
    """Have this account's messages announced on this phone, and no other account's that was there before.

    Refused: an address that is of no push service which this installation may call, and broken keys.
    """
    if actor.account_id is None:
        raise Refusal(say("请先登录"), Kind.FORBIDDEN)
    if not _may_call(given.endpoint):
        raise Refusal(
            say("不能向这个推送服务发送"),
            field="endpoint",
            advice=say("管理员可在 GEWU_PUSH_SERVICES 里列出允许的推送服务"),
        )
    if [len(_bytes(given.p256dh)), len(_bytes(given.auth))] != [65, 16]:
        raise Refusal(say("推送的密钥不对"), field="p256dh")
    with store.writing():
        PushSubscription.objects.filter(digest=_digest(given.endpoint)).delete()
        mine = PushSubscription.objects.filter(account_id=actor.account_id).order_by("-made_at")
        old = list(mine.values_list("pk", flat=True)[MOST - 1 :])
        PushSubscription.objects.filter(pk__in=old).delete()
        PushSubscription.objects.create(
            account_id=actor.account_id, digest=_digest(given.endpoint), endpoint=given.endpoint,
            p256dh=given.p256dh, auth=given.auth, made_at=now,
        )  # fmt: skip


def unsubscribe(endpoint: str, *, actor: Actor) -> None:
    """Announce nothing on this phone any more; another's phone is left as it is."""
    if actor.account_id is not None:
        with store.writing():
            mine = PushSubscription.objects.filter(account_id=actor.account_id)
            mine.filter(digest=_digest(endpoint)).delete()


def _digest(endpoint: str) -> str:
    return hashlib.sha256(endpoint.encode()).hexdigest()


def _may_call(endpoint: str) -> bool:
    """Whether it is the address of a service that is named: nobody may have us call just any machine."""
    try:
        parts = urlsplit(endpoint)
        host, origin = parts.hostname or "", f"{parts.scheme}://{parts.netloc}"
    except ValueError:
        return False
    named = settings.PUSH_SERVICES
    https = parts.scheme == "https" and parts.port in (None, 443) and not parts.username
    return origin in named or (https and any(host == one or host.endswith(f".{one}") for one in named))


def _bytes(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return b""


def pushed(message: Message) -> str:
    """Announce one message on every phone of its receiver; what went wrong, or nothing.

    A phone that its service no longer knows is forgotten. Without personal data: the words are those of the
    template before anything was filled in.
    """
    if message.account_id is None:
        return ""
    phones = list(PushSubscription.objects.filter(account_id=message.account_id))
    errors = [_sent(message, one) for one in phones]
    return next(filter(None, errors), "")


def _sent(message: Message, phone: PushSubscription) -> str:
    asked = urllib.request.Request(  # noqa: S310 -- only services that are named, see `_may_call`
        phone.endpoint, data=_sealed(message, phone), headers=_headers(message, phone), method="POST"
    )
    try:
        _LINE.open(asked, timeout=PATIENCE_S).close()
    except urllib.error.HTTPError as fault:
        fault.close()
        return _fault(phone, fault.code)
    except OSError as fault:
        return type(fault).__name__
    return ""


class _NoOtherAddress(urllib.request.HTTPRedirectHandler):
    """A push service answers itself; an answer that sends us elsewhere is a fault."""

    def redirect_request(self, *args: Any, **values: Any) -> None:
        return None


_LINE = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoOtherAddress())


def _sealed(message: Message, phone: PushSubscription) -> bytes:
    """The payload, which nobody between us and the phone can read (RFC 8291)."""
    content = json.dumps(_payload(message), ensure_ascii=False).encode()
    once = ec.generate_private_key(ec.SECP256R1())
    sealed: bytes = http_ece.encrypt(
        content,
        private_key=once,
        dh=_bytes(phone.p256dh),
        auth_secret=_bytes(phone.auth),
        version="aes128gcm",
    )
    return sealed


def _headers(message: Message, phone: PushSubscription) -> dict[str, str]:
    parts = urlsplit(phone.endpoint)
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "sub": settings.SECURITY_CONTACT}
    return {
        **_vapid().sign(claims),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(int(LASTS.total_seconds())),
        "Urgency": "high" if message.event in URGENT else "normal",
        "Topic": _topic(message),
    }


def _fault(phone: PushSubscription, status: int) -> str:
    if status not in _GONE:
        return f"push {status}"
    with store.writing():
        PushSubscription.objects.filter(pk=phone.pk).delete()
    return ""


def _payload(message: Message) -> Mapping[str, str]:
    return {
        "words": _before(message.subject_zh, "：") or "您有一条新消息",
        "words_en": _before(message.subject_en, ": ") or "You have a new message",
        "link": "/field#/messages",
        "tag": message.event,
    }


def _before(subject: str, colon: str) -> str:
    """What a subject says before its colon, which is the template's alone; nothing where it has none."""
    said, found, _ = subject.partition(colon)
    return said if found else ""


def _topic(message: Message) -> str:
    """Of two announcements about the same that have not arrived yet only the newer one is kept."""
    digest = hashlib.sha256(f"{message.event} {message.about}".encode()).digest()[:18]
    return base64.urlsafe_b64encode(digest).decode()


def with_phones(accounts: frozenset[UUID]) -> frozenset[UUID]:
    """Those of these accounts that have a phone to be told on: one query."""
    found = PushSubscription.objects.filter(account_id__in=accounts)
    return frozenset(found.values_list("account_id", flat=True))
