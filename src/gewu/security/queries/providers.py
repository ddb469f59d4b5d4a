"""Providers of identities: those one may sign in by, and all of them for whoever sets them up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gewu.infra.openid import Client
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Name, say
from gewu.security import permissions
from gewu.security.actions.providers import client_of
from gewu.security.actors import Actor
from gewu.security.models import ClaimMapping, IdentityProvider, KnownSubject


@dataclass(frozen=True)
class Way:
    """A way to sign in, as the sign-in page shows it."""

    code: str
    name: Name


@dataclass(frozen=True)
class MappingLine:
    """Which claim gives which role where."""

    id: UUID
    claim: str
    value: str
    role: Name
    place: str
    unit_path: str
    since: date
    until: date | None
    basis: str
    in_force: bool


@dataclass(frozen=True)
class ProviderLine:
    """A provider with its mappings, for whoever sets it up; never its secret."""

    code: str
    name_zh: str
    name_en: str
    issuer: str
    client_id: str
    has_secret: bool
    scopes: str
    name_claim: str
    second_factor_values: tuple[str, ...]
    on: bool
    subjects: int
    mappings: tuple[MappingLine, ...]


def ways_to_sign_in() -> tuple[Way, ...]:
    """The providers that are on, by name: one query."""
    rows = IdentityProvider.objects.filter(on=True).order_by("code")
    return tuple(Way(one.code, Name(one.name_zh, one.name_en)) for one in rows)


def provider_client(code: str) -> Client:
    """How this platform is known at a provider that is on; another is refused as if there were none."""
    row = IdentityProvider.objects.filter(pk=code, on=True).first()
    if row is None:
        raise Refusal(say("没有启用这个统一认证"), Kind.MISSING)
    return client_of(row)


def providers(actor: Actor, *, today: date) -> tuple[ProviderLine, ...]:
    """Every provider with its mappings: three queries. Refused without the right to manage accounts."""
    permissions.require(actor, permissions.ACCOUNTS)
    mapped: dict[str, list[MappingLine]] = {}
    for one in ClaimMapping.objects.select_related("role").order_by("since", "id"):
        mapped.setdefault(one.provider_id, []).append(_mapping(one, today))
    counts: dict[str, int] = {}
    for code in KnownSubject.objects.values_list("provider_id", flat=True):
        counts[code] = counts.get(code, 0) + 1
    return tuple(
        ProviderLine(
            row.code, row.name_zh, row.name_en, row.issuer, row.client_id, bool(row.key), row.scopes,
            row.name_claim, tuple(row.second_factor_values), row.on, counts.get(row.code, 0),
            tuple(mapped.get(row.code, ())),
        )
        for row in IdentityProvider.objects.order_by("code")
    )  # fmt: skip


def _mapping(one: ClaimMapping, today: date) -> MappingLine:
    in_force = one.since <= today and (one.until is None or today < one.until)
    role = Name(one.role.name_zh, one.role.name_en)
    return MappingLine(
        one.pk,
        one.claim,
        one.value,
        role,
        one.place,
        one.unit_path,
        one.since,
        one.until,
        one.basis,
        in_force,
    )
