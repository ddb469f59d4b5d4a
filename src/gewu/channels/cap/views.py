"""The doors of CAP: messages in with a key, public ones out for everyone."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from gewu.channels import markup
from gewu.channels.cap import codec, feeds
from gewu.command import actions, queries
from gewu.command.queries import Message
from gewu.infra import rates
from gewu.infra.wording import translated
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security import actions as keys
from gewu.security import actors
from gewu.security import queries as security
from gewu.territory import queries as territory

#: Readings of one address, messages of one system, keys that one address may try, in an hour.
READS_PER_HOUR, SENT_PER_HOUR, TRIES_PER_HOUR = 3600, 600, 60
STATUS = {
    Kind.INVALID: 400,
    Kind.FORBIDDEN: 403,
    Kind.MISSING: 404,
    Kind.CONFLICT: 409,
    Kind.TOO_MANY: 429,
    Kind.TOO_LARGE: 413,
}
KEPT_S = 30


def messages(request: HttpRequest) -> HttpResponse:
    """A message that a system sends, its key in the Authorization header; what came before is taken again."""
    if request.method != "POST":
        return _said(405, translated(say("这个接口只接收 POST")), Allow="POST")
    try:
        key = _key(request)
        content = request.body
        message = codec.read(content)
        actor, now = actors.system(key.id, key.label), timezone.now()
        received = actions.receive(message, content.decode("utf-8-sig"), actor=actor, now=now)
    except RequestDataTooBig:
        return _said(413, translated(say("XML 过大，最多 {n} KB", n=codec.MOST_BYTES // 1024)))
    except Refusal as refusal:
        return _refused(refusal)
    return _said(201 if received.fresh else 200, received.alert.state)


messages.csrf_exempt = True  # type: ignore[attr-defined]  # systems are known by their key, never by a cookie


def _key(request: HttpRequest) -> security.KeyFacts:
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    found = (
        security.key_of(secret.strip(), "alerts", now=timezone.now()) if kind.lower() == "bearer" else None
    )
    if found is None:
        rates.limited(rates.address_of(request.META), "cap_keys", per_hour=TRIES_PER_HOUR)
        raise Refusal(say("密钥不对，或已失效"), Kind.FORBIDDEN)
    rates.limited(found.id.hex, "cap_sent", per_hour=SENT_PER_HOUR)
    keys.note_key_use(found.id, now=timezone.now())
    return found


def message(request: HttpRequest, identifier: str) -> HttpResponse:
    """One public message as it was sent; one from outside byte for byte as it came."""
    try:
        _counted(request)
        found, raw = queries.message_named(identifier)
    except Refusal as refusal:
        return _refused(refusal)
    return _given(raw.encode() if raw else codec.written(found), codec.MEDIA_TYPE)


def feed(request: HttpRequest, format: str) -> HttpResponse:
    """The public messages of the last week."""
    try:
        _counted(request)
    except Refusal as refusal:
        return _refused(refusal)
    if format not in ("atom", "rss"):
        return _said(404, translated(say("没有这个接口地址")))
    now = timezone.now()
    found = queries.messages_since(now)
    newest: datetime = max(
        (taken for _, taken in found), default=now.replace(minute=0, second=0, microsecond=0)
    )
    place = territory.place(settings.COUNTY).name
    about = feeds.Feed(
        title=translated(say("{place}预警信息", place=place)),
        address=request.build_absolute_uri(request.path),
        site=request.build_absolute_uri("/"),
        updated=newest,
        address_of=lambda one: _address(request, one),
    )
    content = feeds.atom(about, found) if format == "atom" else feeds.rss(about, found)
    return _given(content, f"application/{format}+xml; charset=utf-8")


def _address(request: HttpRequest, one: Message) -> str:
    return request.build_absolute_uri(reverse("cap_message", kwargs={"identifier": one.identifier}))


def _counted(request: HttpRequest) -> None:
    rates.limited(rates.address_of(request.META), "cap", per_hour=READS_PER_HOUR)


def _given(content: bytes, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = f"public, max-age={KEPT_S}"
    return response


def _refused(refusal: Refusal) -> HttpResponse:
    words = translated(refusal.text) + (f"\n{translated(refusal.advice)}" if refusal.advice else "")
    extra = {"Retry-After": refusal.retry_after} if refusal.retry_after else {}
    return _said(STATUS[refusal.kind], words, **extra)


def _said(status: int, words: str, **headers: str) -> HttpResponse:
    text = markup.speakable(words)
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8", headers=headers)
