"""What comes from a provider is believed when all of it fits: signature, issuer, audience, nonce, time."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from joserfc import jwt
from joserfc.jwk import OctKey

from gewu.infra import openid
from gewu.infra.openid import Client
from gewu.kernel.refusals import Kind, Refusal
from tests.identity.hostile import STRANGER, Hostile, send

BACK = "http://testserver/sign-in/by/gov/back"
NONCE = "n-0S6_WzA2Mj"


def redeem(rogue: Hostile, client: Client | None = None) -> Any:
    client = client or Client(rogue.issuer, "gewu", "the-secret-of-the-client-is-long")
    said = openid.discovered(rogue.issuer)
    return openid.redeemed(client, said, "code", verifier="v", nonce=NONCE, back=BACK, now=timezone.now())


def refused(rogue: Hostile) -> Refusal:
    with pytest.raises(Refusal) as found:
        redeem(rogue)
    return found.value


def test_honest_token_is_believed(rogue: Hostile) -> None:
    rogue.token = rogue.sign(rogue.claims(NONCE))
    assert redeem(rogue)["sub"] == "0042"


NOW = int(time.time())


@pytest.mark.parametrize(
    "more",
    [
        {"iss": "http://127.0.0.1:1"},
        {"iss": None},
        {"aud": "someone-else"},
        {"aud": ["gewu", "someone-else"]},
        {"aud": ["gewu", "someone-else"], "azp": "someone-else"},
        {"azp": "someone-else"},
        {"aud": None},
        {"nonce": "another"},
        {"nonce": None},
        {"sub": None},
        {"sub": ""},
        {"sub": 42},
        {"sub": "x" * 256},
        {"exp": None},
        {"iat": None},
        {"exp": NOW - 3600},
        {"exp": True},
        {"iat": NOW - 7200, "exp": NOW + 7200},
        {"iat": NOW + 7200},
        {"nbf": NOW + 7200},
    ],
    ids=lambda more: "-".join(f"{name} {type(value).__name__}" for name, value in more.items()),
)
def test_token_that_does_not_fit_is_refused(rogue: Hostile, more: dict[str, Any]) -> None:
    rogue.token = rogue.sign(rogue.claims(NONCE, **more))
    assert refused(rogue).kind is Kind.FORBIDDEN


def test_token_for_several_that_names_us_is_believed(rogue: Hostile) -> None:
    rogue.token = rogue.sign(rogue.claims(NONCE, aud=["gewu", "another"], azp="gewu"))
    assert redeem(rogue)["sub"] == "0042"


def _part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _unsigned(rogue: Hostile) -> str:
    return f"{_part({'alg': 'none'})}.{_part(rogue.claims(NONCE))}."


def _by_the_secret(rogue: Hostile) -> str:
    key = OctKey.import_key("the-secret-of-the-client-is-long")
    return jwt.encode({"alg": "HS256"}, rogue.claims(NONCE), key, algorithms=["HS256"])


def _by_the_public_key(rogue: Hostile) -> str:
    """The published key of the provider taken as a secret: the classic confusion of algorithms."""
    parts = [_part({"alg": "HS256", "kid": "k1"}), _part(rogue.claims(NONCE))]
    pem = rogue.keys[0].as_pem(private=False)
    signed = hmac.digest(pem, ".".join(parts).encode(), "sha256")
    return ".".join([*parts, base64.urlsafe_b64encode(signed).rstrip(b"=").decode()])


def _changed(rogue: Hostile) -> str:
    head, _, sign = rogue.sign(rogue.claims(NONCE)).split(".")
    other = base64.urlsafe_b64encode(json.dumps(rogue.claims(NONCE, sub="0001")).encode()).rstrip(b"=")
    return f"{head}.{other.decode()}.{sign}"


@pytest.mark.parametrize(
    "forge",
    [
        _unsigned,
        _by_the_secret,
        _by_the_public_key,
        _changed,
        lambda rogue: rogue.sign(rogue.claims(NONCE), STRANGER),
        lambda rogue: rogue.sign(rogue.claims(NONCE), kid="unknown"),
        lambda rogue: "not.a.token",
        lambda rogue: "",
        lambda rogue: ["a", "list"],
    ],
    ids=[
        "unsigned",
        "by the secret",
        "by the public key",
        "changed",
        "by a stranger",
        "unknown key",
        "none",
        "empty",
        "list",
    ],
)
def test_forged_token_is_refused(rogue: Hostile, forge: Callable[[Hostile], Any]) -> None:
    rogue.token = forge(rogue)
    assert refused(rogue).kind is Kind.FORBIDDEN


def test_new_key_of_a_provider_is_fetched_once_and_believed(
    rogue: Hostile, monkeypatch: pytest.MonkeyPatch
) -> None:
    rogue.token = rogue.sign(rogue.claims(NONCE))
    redeem(rogue)
    redeem(rogue)
    assert rogue.asked.count("/keys") == 1, "keys are held"
    rogue.keys = [STRANGER]
    rogue.token = rogue.sign(rogue.claims(NONCE), STRANGER)
    monkeypatch.setattr(openid, "KEYS_AGAIN_S", 0)
    assert redeem(rogue)["sub"] == "0042"
    assert rogue.asked.count("/keys") == 2


def test_forged_tokens_do_not_make_us_ask_for_the_keys_each_time(rogue: Hostile) -> None:
    rogue.token = rogue.sign(rogue.claims(NONCE), STRANGER)
    for _ in range(5):
        refused(rogue)
    assert rogue.asked.count("/keys") == 1


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://elsewhere.example"},
        {"token_endpoint": "http://elsewhere.example/token"},
        {"jwks_uri": None},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": 7},
    ],
    ids=str,
)
def test_provider_that_describes_itself_oddly_is_refused(rogue: Hostile, metadata: dict[str, Any]) -> None:
    rogue.metadata = metadata
    with pytest.raises(Refusal, match="没有正常应答"):
        openid.discovered(rogue.issuer)


@pytest.mark.parametrize(
    "odd",
    [
        lambda request: send(request, 400, b'{"error": "invalid_grant"}'),
        lambda request: send(request, 302, b"", Location="http://127.0.0.1:1/"),
        lambda request: send(request, 200, b"<html>"),
        lambda request: send(request, 200, b'"' + b"x" * (300 * 1024) + b'"'),
        lambda request: send(request, 200, b"[]"),
        lambda request: setattr(request, "close_connection", True),
    ],
    ids=["refused", "redirect", "no JSON", "too large", "no object", "closed"],
)
def test_odd_answer_of_the_token_address_is_refused(rogue: Hostile, odd: Callable[[Any], None]) -> None:
    rogue.token = rogue.sign(rogue.claims(NONCE))
    rogue.odd = odd
    assert refused(rogue).kind in (Kind.FORBIDDEN, Kind.CONFLICT)


def test_slow_provider_does_not_hold_us_up(rogue: Hostile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openid, "PATIENCE", 0.2)
    rogue.odd = lambda request: time.sleep(1)
    began = time.monotonic()
    assert refused(rogue).kind is Kind.CONFLICT
    assert time.monotonic() - began < 0.9


def test_what_is_told_beside_the_token_is_taken_of_the_same_person_alone(rogue: Hostile) -> None:
    rogue.token = rogue.sign(rogue.claims(NONCE))
    rogue.userinfo = {"sub": "0042", "department": "water", "roles": ["forged"]}
    found = redeem(rogue)
    assert (found["department"], found["roles"]) == ("water", ["dispatcher"]), "the signed token goes first"
    openid.forget()
    rogue.userinfo = {"sub": "0001", "department": "police"}
    assert "department" not in redeem(rogue)


@pytest.mark.parametrize(
    ("given", "metadata", "fits"),
    [
        ({"state": "s", "code": "c"}, {}, True),
        ({"state": "other", "code": "c"}, {}, False),
        ({"code": "c"}, {}, False),
        ({"state": "s"}, {}, False),
        ({"state": "s", "code": "c", "iss": "SELF"}, {}, True),
        ({"state": "s", "code": "c", "iss": "https://other.example"}, {}, False),
        ({"state": "s", "code": "c"}, {"authorization_response_iss_parameter_supported": True}, False),
        (
            {"state": "s", "code": "c", "iss": "SELF"},
            {"authorization_response_iss_parameter_supported": True},
            True,
        ),
        ({"state": "s", "error": "access_denied"}, {}, False),
    ],
)
def test_answer_fits_the_sign_in_that_was_begun_with_this_provider(
    rogue: Hostile, given: dict[str, str], metadata: dict[str, Any], fits: bool
) -> None:
    rogue.metadata = metadata
    said = openid.discovered(rogue.issuer)
    answer = {name: rogue.issuer if value == "SELF" else value for name, value in given.items()}
    if fits:
        assert openid.check_answer(said, answer, state="s") == "c"
        return
    with pytest.raises(Refusal):
        openid.check_answer(said, answer, state="s")


@pytest.mark.parametrize(
    ("address", "fits"),
    [
        ("https://sso.example.gov.cn/realms/city", True),
        ("http://127.0.0.1:8080/o", True),
        ("http://sso.example.gov.cn", False),
        ("https://", False),
        ("ftp://sso.example", False),
        ("https:" + "//user@sso.example", False),
        ("https://sso.example/?a=1", False),
        ("", False),
    ],
)
def test_provider_is_reached_over_tls_or_on_this_machine(address: str, fits: bool) -> None:
    if fits:
        assert openid.checked_issuer(address) == address
        return
    with pytest.raises(Refusal, match="https"):
        openid.checked_issuer(address)
