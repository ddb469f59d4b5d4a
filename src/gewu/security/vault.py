"""The identity vault: names and telephone numbers sealed with AES-GCM, the key outside the database."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID, uuid4

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gewu.infra.sealing import opened, ring, sealed
from gewu.security.models import Identity


@dataclass(frozen=True)
class Contact:
    """What a reporter chose to leave. Every part may be empty."""

    name: str = ""
    phone: str = ""
    email: str = ""

    @property
    def given(self) -> bool:
        return bool(self.name or self.phone or self.email)

    def masked(self) -> Contact:
        """Enough to recognise one's own entry, too little to find a person."""
        return Contact(_masked_name(self.name), _masked_phone(self.phone), _masked_email(self.email))


def seal(contact: Contact, *, purpose: str, now: datetime) -> UUID:
    """Keep an identity and return the random token that stands for it."""
    token = uuid4()
    key, kept = sealed(_plain(contact), bound_to=token.bytes)
    trace = _trace(contact, purpose, ring()[key])
    Identity.objects.create(token=token, sealed=kept, key=key, purpose=purpose, made_at=now, trace=trace)
    return token


def is_reachable(contact: Contact) -> bool:
    """Whether a number or an address was left that is one."""
    host = contact.email.rpartition("@")[2]
    return bool(_plain_number(contact.phone)) or "." in host


def _plain(contact: Contact) -> bytes:
    return json.dumps(asdict(contact), ensure_ascii=False).encode()


def sealed_anew(row: Identity) -> None:
    """Put an identity under the newest key, its trace too; the row is not written here."""
    contact = _opened(row)
    row.key, row.sealed = sealed(_plain(contact), bound_to=row.token.bytes)
    row.trace = _trace(contact, row.purpose, ring()[row.key])


def people(tokens: set[UUID]) -> int:
    """How many different people these tokens stand for, as far as a number or address was left: one query."""
    traces = list(Identity.objects.filter(token__in=tokens).values_list("trace", flat=True))
    return len({one for one in traces if one}) + traces.count("")


def same_person(contact: Contact, *, purpose: str) -> set[UUID]:
    """The tokens that were given for this purpose to whoever leaves this number or address: one query.

    Nothing is opened, and what was left for another purpose is not found.
    """
    traces = {_trace(contact, purpose, key) for key in ring().values()} - {""}
    if not traces:
        return set()
    return set(Identity.objects.filter(trace__in=traces, purpose=purpose).values_list("token", flat=True))


def _trace(contact: Contact, purpose: str, key: bytes) -> str:
    """The digest of a number, else of an address, under a key of this purpose alone."""
    left = _plain_number(contact.phone) or contact.email.strip().casefold()
    if not left:
        return ""
    own = HKDF(hashes.SHA256(), 32, salt=None, info=f"gewu trace {purpose}".encode()).derive(key)
    return hmac.new(own, left.encode(), hashlib.sha256).hexdigest()


def _plain_number(phone: str) -> str:
    """A telephone number as it is dialled within the country: 0086 138-0013-8000 and 13800138000 are one."""
    digits = "".join(sign for sign in phone if sign.isdigit())
    for abroad in ("0086", "86"):
        if len(digits) == len(abroad) + 11 and digits.startswith(abroad):
            return digits.removeprefix(abroad)
    return digits if len(digits) >= 7 else ""


def erase(token: UUID) -> None:
    """Forget an identity for good; the token then stands for nobody."""
    Identity.objects.filter(token=token).delete()


def masked(tokens: set[UUID]) -> dict[UUID, Contact]:
    """The masked contacts behind some tokens, for screens; one query."""
    rows = Identity.objects.filter(token__in=tokens)
    return {row.token: _opened(row).masked() for row in rows}


def for_delivery(token: UUID) -> Contact | None:
    """The contact in clear, for sending an answer to its owner and for nothing else."""
    row = Identity.objects.filter(token=token).first()
    return _opened(row) if row else None


def erase_all(tokens: set[UUID]) -> int:
    """Delete some identities for good; the tokens that stand elsewhere mean nobody any more. How many."""
    return Identity.objects.filter(token__in=tokens).delete()[0]


def _opened(row: Identity) -> Contact:
    return Contact(**json.loads(opened(bytes(row.sealed), key=row.key, bound_to=row.token.bytes)))


def _masked_name(name: str) -> str:
    return name[:1] + "*" * min(len(name) - 1, 2) if name else ""


def _masked_phone(phone: str) -> str:
    if len(phone) < 7:
        return "*" * len(phone)
    return phone[:3] + "*" * (len(phone) - 7) + phone[-4:] if len(phone) > 7 else phone[:1] + "******"


def _masked_email(email: str) -> str:
    user, _, host = email.partition("@")
    return f"{user[:1]}***@{host}" if host else ""
