"""The second factor: an authenticator app (RFC 6238), and codes for when it is lost."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pyotp

from gewu.infra import sealing, store, stream
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security import events, permissions
from gewu.security.actions.signing_in import note_failure, note_success, refuse_locked
from gewu.security.actors import Actor
from gewu.security.models import Account, RecoveryCode, SecondFactor

STEP_S = 30
#: How many half minutes a telephone's clock may be off, to either side.
DRIFT = 1
RECOVERY_CODES = 10


@dataclass(frozen=True)
class Enrolment:
    """What an authenticator app needs; shown once."""

    secret: str
    address: str


def begin_second_factor(account_id: UUID, *, now: datetime) -> Enrolment:
    """Make a key for an authenticator app; it counts once a code of it was typed.

    The one who knows the password begins it. Refused when a confirmed one stands already.
    """
    with store.writing():
        account = Account.objects.select_for_update().get(pk=account_id)
        if SecondFactor.objects.filter(account=account, confirmed_at__isnull=False).exists():
            raise Refusal(say("已绑定身份验证器"), Kind.CONFLICT)
        secret = pyotp.random_base32()
        key, sealed = sealing.sealed(secret.encode(), bound_to=account.pk.bytes)
        SecondFactor.objects.update_or_create(
            account=account, defaults={"sealed": sealed, "key": key, "confirmed_at": None, "last_step": 0}
        )
    return Enrolment(secret, pyotp.TOTP(secret).provisioning_uri(name=account.name, issuer_name="Gewu"))


def pending_second_factor(account_id: UUID) -> Enrolment | None:
    """The key that was begun and waits for its first code, to show its picture again."""
    factor = SecondFactor.objects.select_related("account").filter(pk=account_id, confirmed_at=None).first()
    if factor is None:
        return None
    secret = _secret(factor)
    return Enrolment(
        secret, pyotp.TOTP(secret).provisioning_uri(name=factor.account.name, issuer_name="Gewu")
    )


def confirm_second_factor(account_id: UUID, code: str, *, now: datetime) -> tuple[str, ...]:
    """The first code shows that the app has the key; returns the recovery codes, shown once.

    A wrong code is refused and counts as a failed sign-in.
    """
    account = _unlocked(account_id, now)
    with store.writing():
        factor = SecondFactor.objects.select_for_update().filter(pk=account_id, confirmed_at=None).first()
        right = factor is not None and _take(factor, code, now)
        if factor is None or not right:
            note_failure(account, now)
        else:
            factor.confirmed_at = now
            factor.save(update_fields=["confirmed_at", "last_step"])
            codes = _new_recovery_codes(account)
            stream.tell(events.SecondFactorSet(id=account.pk), actor=_own(account), now=now)
            note_success(account, now)
    if not right:
        raise _wrong()
    return codes


def pass_second_factor(account_id: UUID, code: str, *, now: datetime) -> Account:
    """Finish signing in with a code of the app, or a recovery code once.

    Refused: a wrong code, one that was used before, a locked account. Failures count as wrong passwords do.
    """
    account = _unlocked(account_id, now)
    with store.writing():
        factor = SecondFactor.objects.select_for_update().filter(pk=account_id).first()
        right = factor is not None and factor.confirmed_at is not None and _take(factor, code, now)
        if right and factor is not None:
            factor.save(update_fields=["last_step"])
        recovered = not right and _recovered(account, code, now)
        note_success(account, now) if right or recovered else note_failure(account, now)
    if not (right or recovered):
        raise _wrong()
    return account


def _unlocked(account_id: UUID, now: datetime) -> Account:
    account = Account.objects.filter(pk=account_id, active=True).first()
    if account is None:
        raise _wrong()
    refuse_locked(account, now)
    return account


def _wrong() -> Refusal:
    return Refusal(
        say("验证码不对或已经用过"),
        Kind.FORBIDDEN,
        field="code",
        advice=say("请等验证器显示下一个六位数字再试；手机时间要准"),
    )


def _secret(factor: SecondFactor) -> str:
    return sealing.opened(bytes(factor.sealed), key=factor.key, bound_to=factor.account_id.bytes).decode()


def _take(factor: SecondFactor, code: str, now: datetime) -> bool:
    """Whether the code is of this half minute or one beside it, and newer than any that was used."""
    typed = "".join(code.split())
    if not (typed.isascii() and typed.isdigit()):
        return False
    app, here = pyotp.TOTP(_secret(factor)), int(now.timestamp()) // STEP_S
    if factor.last_step > here + DRIFT:
        factor.last_step = 0  # used while the clock was ahead: no code of the present is older than that
    for step in range(here - DRIFT, here + DRIFT + 1):
        if step > factor.last_step and hmac.compare_digest(app.generate_otp(step), typed):
            factor.last_step = step
            return True
    return False


def _new_recovery_codes(account: Account) -> tuple[str, ...]:
    RecoveryCode.objects.filter(account=account).delete()
    codes = tuple(f"{secrets.token_hex(4)}-{secrets.token_hex(4)}" for _ in range(RECOVERY_CODES))
    RecoveryCode.objects.bulk_create(
        RecoveryCode(account=account, digest=_digest(account, one)) for one in codes
    )
    return codes


def _digest(account: Account, code: str) -> str:
    """Sixty-four random bits need no slow hash; the account keeps equal codes apart."""
    plain = "".join(c for c in code.lower() if c.isalnum())
    return hashlib.sha256(account.pk.bytes + plain.encode()).hexdigest()


def _recovered(account: Account, code: str, now: datetime) -> bool:
    mine = RecoveryCode.objects.filter(account=account, digest=_digest(account, code), used_at=None)
    if not mine.update(used_at=now):
        return False
    left = RecoveryCode.objects.filter(account=account, used_at=None).count()
    stream.tell(events.RecoveryCodeUsed(id=account.pk, left=left), actor=_own(account), now=now)
    return True


def remove_second_factor(account_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Take a lost app away; the next sign-in sets up a new one. Not one's own, nor without the right."""
    permissions.require(actor, permissions.ACCOUNTS)
    permissions.require_other(actor, account_id)
    with store.writing():
        if not SecondFactor.objects.filter(pk=account_id).delete()[0]:
            raise Refusal(say("这个账号没有绑定身份验证器"), Kind.CONFLICT)
        RecoveryCode.objects.filter(account_id=account_id).delete()
        stream.tell(events.SecondFactorRemoved(id=account_id), actor=actor, now=now)


def _own(account: Account) -> Actor:
    return Actor(f"account:{account.pk.hex}", account.display_name)
