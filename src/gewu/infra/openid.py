"""Sign-in at a provider of identities by OpenID Connect: code flow with PKCE, discovery, keys that change.

What is checked follows OpenID Connect Core 1.0 (3.1.3.7), RFC 7636 (PKCE), RFC 8414 (discovery) and RFC 9207
(the issuer in the answer). Signatures are checked by joserfc. Whoever signs in as what is decided elsewhere.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say

#: A provider answers within this time, in seconds, or not at all: somebody waits before the page.
PATIENCE = 4.0
#: More than any document of a provider holds.
MOST_BYTES = 256 * 1024
#: Signatures with a pair of keys only: what a client's secret signs, a client could have signed itself.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
#: By so much the clocks of two machines may differ, in seconds; a token is not older than this when it comes.
SKEW_S = 120
OLDEST_S = 600
#: How long a provider's documents are held, and how soon its keys may be asked for again, in seconds.
HELD_S = 3600
KEYS_AGAIN_S = 10
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Client:
    """This platform as one provider knows it. Without a secret it is a public client."""

    issuer: str
    client_id: str
    secret: str = ""
    scopes: str = "openid profile"


@dataclass(frozen=True)
class Metadata:
    """What a provider says of itself."""

    issuer: str
    authorization: str
    token: str
    keys: str
    userinfo: str
    end_session: str
    says_issuer: bool
    by_post: bool


@dataclass(frozen=True)
class Begun:
    """A sign-in that was sent on its way: where to, and what its answer is recognised by."""

    address: str
    state: str
    nonce: str
    verifier: str


class _Faulty(Exception):
    """What came from the provider is not what it ought to be; the reason is for the log alone."""


@dataclass
class _Kept:
    """A document of a provider as it was fetched."""

    read: Callable[[], Any]
    value: Any = None
    at: float = field(default=float("-inf"))

    def get(self, *, older_than: float = HELD_S) -> Any:
        if time.monotonic() - self.at > older_than:
            self.value, self.at = self.read(), time.monotonic()
        return self.value


_documents: dict[str, _Kept] = {}
_lock = threading.Lock()


def forget() -> None:
    """Forget the documents of every provider."""
    _documents.clear()


def _document(address: str, *, older_than: float = HELD_S) -> Any:
    with _lock:
        kept = _documents.setdefault(address, _Kept(lambda: _fetched("GET", address)))
    return kept.get(older_than=older_than)


def checked_issuer(issuer: str) -> str:
    """The address of a provider: over TLS, or on this very machine; nothing but scheme, host and path."""
    found = urlsplit(issuer.strip())
    secure = found.scheme == "https" or (found.scheme == "http" and found.hostname in _LOOPBACK)
    if not secure or not found.hostname or found.query or found.fragment or found.username:
        raise Refusal(
            say("认证服务的地址要以 https:// 开头，不带参数"),
            field="issuer",
            advice=say("只有装在本机的可以用 http://"),
        )
    return issuer.strip()


def discovered(issuer: str) -> Metadata:
    """What the provider at this address says of itself; another issuer than the one asked is refused."""
    try:
        found = _document(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if not isinstance(found, dict) or found.get("issuer") != issuer:
            raise _Faulty("another issuer")
        said = Metadata(
            issuer,
            _endpoint(found, "authorization_endpoint"),
            _endpoint(found, "token_endpoint"),
            _endpoint(found, "jwks_uri"),
            _endpoint(found, "userinfo_endpoint", needed=False),
            _endpoint(found, "end_session_endpoint", needed=False),
            found.get("authorization_response_iss_parameter_supported") is True,
            "client_secret_post" in (found.get("token_endpoint_auth_methods_supported") or ()),
        )
    except (OSError, HTTPException, ValueError, _Faulty):
        raise unreachable() from None
    return said


def _endpoint(found: Mapping[str, Any], name: str, *, needed: bool = True) -> str:
    address = found.get(name)
    if not address and not needed:
        return ""
    if not isinstance(address, str):
        raise _Faulty(name)
    try:
        checked_issuer(address.partition("?")[0])
    except Refusal:
        raise _Faulty(name) from None
    return address


def unreachable() -> Refusal:
    """The provider does not answer as one."""
    return Refusal(
        say("统一认证服务没有正常应答"),
        Kind.CONFLICT,
        advice=say("请稍后再试，或用账号密码登录"),
    )


def untrusted(why: Text | None = None) -> Refusal:
    """What came back cannot be trusted. One sentence for every reason: it helps nobody to know which."""
    return Refusal(
        why or say("统一认证返回的内容不可信，没有登录"),
        Kind.FORBIDDEN,
        advice=say("请从登录页重新开始"),
    )


def begun(client: Client, said: Metadata, *, back: str) -> Begun:
    """Where to send somebody who wants to sign in, with a state, a nonce and a proof key of this one time."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    asked = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": back,
        "scope": client.scopes,
        "state": state,
        "nonce": nonce,
        "code_challenge": _digest(verifier),
        "code_challenge_method": "S256",
    }
    sign = "&" if "?" in said.authorization else "?"
    return Begun(f"{said.authorization}{sign}{urlencode(asked)}", state, nonce, verifier)


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


def check_answer(said: Metadata, given: Mapping[str, str], *, state: str) -> str:
    """The code of an answer to this very sign-in; a foreign state or issuer is refused (mix-up, RFC 9207)."""
    if not secrets.compare_digest(given.get("state", "").encode(), state.encode()):
        raise untrusted()
    if given.get("iss", said.issuer if not said.says_issuer else "") != said.issuer:
        raise untrusted()
    if given.get("error"):
        raise Refusal(say("统一认证没有通过，或已取消"), Kind.FORBIDDEN, advice=say("请从登录页重新开始"))
    if not given.get("code"):
        raise untrusted()
    return given["code"]


def redeemed(
    client: Client, said: Metadata, code: str, *, verifier: str, nonce: str, back: str, now: datetime
) -> Mapping[str, Any]:
    """The claims behind a code: its token fetched from the provider itself and checked whole.

    Refused: a code taken already, another's or a forged or expired token, a foreign nonce.
    """
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "client_id": client.client_id,
        "code_verifier": verifier,
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if client.secret and said.by_post:
        form["client_secret"] = client.secret
    elif client.secret:
        pair = f"{quote(client.client_id, safe='')}:{quote(client.secret, safe='')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    try:
        tokens = _fetched("POST", said.token, body=urlencode(form), headers=headers)
    except _Faulty:
        raise untrusted() from None
    except (OSError, HTTPException, ValueError):
        raise unreachable() from None
    if not isinstance(tokens, dict) or not isinstance(tokens.get("id_token"), str):
        raise untrusted()
    claims = claims_of(client, said, tokens["id_token"], nonce=nonce, now=now)
    return {**_of_userinfo(said, tokens, claims), **claims}


def _of_userinfo(said: Metadata, tokens: Mapping[str, Any], claims: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the provider tells beside the token, of the same person; nothing where it does not answer."""
    access = tokens.get("access_token")
    if not said.userinfo or not isinstance(access, str):
        return {}
    try:
        found = _fetched("GET", said.userinfo, headers={"Authorization": f"Bearer {access}"})
    except (OSError, HTTPException, ValueError, _Faulty):
        return {}
    # OpenID Connect Core 5.3.2: an answer about somebody else must not be used.
    return found if isinstance(found, dict) and found.get("sub") == claims["sub"] else {}


def claims_of(client: Client, said: Metadata, token: str, *, nonce: str, now: datetime) -> Mapping[str, Any]:
    """The claims of an identity token that this provider signed, for us, for this sign-in, just now."""
    claims = _signed(said, token)
    moment = now.timestamp()
    if claims.get("iss") != said.issuer or not _for_us(claims, client.client_id):
        raise untrusted()
    if not isinstance(claims.get("sub"), str) or not 0 < len(claims["sub"]) <= 255:
        raise untrusted()
    if not secrets.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise untrusted()
    expires, issued = (_moment(claims, name) for name in ("exp", "iat"))
    if expires is None or issued is None or moment > expires + SKEW_S:
        raise untrusted(say("统一认证的登录凭证已过期"))
    if not -SKEW_S <= moment - issued <= OLDEST_S or (_moment(claims, "nbf") or 0) > moment + SKEW_S:
        raise untrusted(say("统一认证的登录凭证已过期"))
    return claims


def _signed(said: Metadata, token: str) -> Mapping[str, Any]:
    """The claims of a token with a right signature; its key may be newer than the keys that are held."""
    for older_than in (HELD_S, KEYS_AGAIN_S):
        try:
            keys = KeySet.import_key_set(_document(said.keys, older_than=older_than))
            return jwt.decode(token, keys, algorithms=list(ALGORITHMS)).claims
        except (JoseError, ValueError, KeyError, TypeError):
            continue
        except (OSError, HTTPException, _Faulty):
            raise unreachable() from None
    raise untrusted()


def _for_us(claims: Mapping[str, Any], client_id: str) -> bool:
    """Whether a token was made for this client; one for several must name it as the one that asked."""
    meant = claims.get("aud")
    several = meant if isinstance(meant, list) else [meant]
    return client_id in several and claims.get("azp", client_id if len(several) == 1 else None) == client_id


def _moment(claims: Mapping[str, Any], name: str) -> float | None:
    value = claims.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def farewell(client: Client, said: Metadata, *, back: str) -> str:
    """Where to send somebody who signs out, to end the session there too; empty where it has none."""
    if not said.end_session:
        return ""
    asked = urlencode({"client_id": client.client_id, "post_logout_redirect_uri": back})
    return f"{said.end_session}{'&' if '?' in said.end_session else '?'}{asked}"


def _fetched(
    method: str, address: str, *, body: str | None = None, headers: Mapping[str, str] | None = None
) -> Any:
    """A JSON document. Nothing is followed elsewhere: a redirect is no answer."""
    parts = urlsplit(address)
    line: HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context()
        line = HTTPSConnection(parts.hostname or "", parts.port, timeout=PATIENCE, context=context)
    else:
        line = HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        line.request(method, path, body=body, headers={"Accept": "application/json", **(headers or {})})
        with line.getresponse() as answer:  # one that is too long is not read to its end, and would stay open
            content = answer.read(MOST_BYTES + 1)
        if answer.status != 200 or len(content) > MOST_BYTES:
            raise _Faulty(str(answer.status))
        return json.loads(content)
    finally:
        line.close()
