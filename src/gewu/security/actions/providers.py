"""Sign-in by a provider of identities: its settings, what its claims give, whose account a subject opens."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db.models import Q
from django.utils import timezone

from gewu.infra import openid, sealing, store, stream, versions
from gewu.kernel.identifiers import new_id
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security import actors, events, permissions, rules
from gewu.security.actions.roles import HELD, end_role, give_role
from gewu.security.actions.signing_in import refuse_locked
from gewu.security.actors import Actor, Relation
from gewu.security.models import (
    Account,
    ClaimMapping,
    IdentityProvider,
    KnownSubject,
    Role,
    StandingRow,
)

#: What stands before the code of a provider in the source of a standing that its claims gave.
SOURCE = "oidc:"
SHORTEST_BASIS = 4


@dataclass(frozen=True)
class ProviderDraft:
    """A provider as it is set. An empty ``secret`` keeps the one there is."""

    code: str
    name_zh: str
    issuer: str
    client_id: str
    name_en: str = ""
    secret: str = ""
    scopes: str = "openid profile"
    name_claim: str = "name"
    second_factor_values: tuple[str, ...] = ()
    on: bool = False


def set_provider(draft: ProviderDraft, *, actor: Actor, now: datetime) -> IdentityProvider:
    """Set a provider up or change it. Refused: without the right, an address without TLS.

    Another issuer under the same code is refused once somebody has signed in by it: subjects are its own.
    """
    permissions.require(actor, permissions.ACCOUNTS)
    _check(draft)
    with store.writing():
        row = IdentityProvider.objects.select_for_update().filter(pk=draft.code).first()
        row = row or IdentityProvider(code=draft.code, sealed=b"")
        _check_issuer(draft, row)
        for name in ("name_zh", "issuer", "client_id", "scopes", "name_claim", "on"):
            setattr(row, name, getattr(draft, name))
        row.name_en, row.set_at = draft.name_en or draft.name_zh, now
        row.second_factor_values = list(draft.second_factor_values)
        if draft.secret:
            row.key, row.sealed = sealing.sealed(draft.secret.encode(), bound_to=draft.code.encode())
        row.save()
        told = events.ProviderSet(id=new_id(), code=row.code, on=row.on)
        stream.tell(told, actor=actor, now=now)
    return row


def _check(draft: ProviderDraft) -> None:
    letters = draft.code.replace("_", "")
    if not (letters.isascii() and letters.isalpha() and letters.islower()) or len(draft.code) > 30:
        raise Refusal(say("代号只用小写字母和下划线"), field="code")
    if not draft.name_zh.strip():
        raise Refusal(say("请填写登录按钮上的名称"), field="name_zh")
    openid.checked_issuer(draft.issuer)
    if not draft.client_id.strip():
        raise Refusal(say("请填写对方分配的客户端标识"), field="client_id")
    if "openid" not in draft.scopes.split():
        raise Refusal(say("授权范围里要有 openid"), field="scopes")


def _check_issuer(draft: ProviderDraft, row: IdentityProvider) -> None:
    known = KnownSubject.objects.filter(provider=draft.code).exists()
    if known and row.issuer != draft.issuer:
        raise Refusal(
            say("已有人经此登录，不能改成另一个认证服务"),
            Kind.CONFLICT,
            field="issuer",
            advice=say("请另设一个代号"),
        )
    if IdentityProvider.objects.filter(issuer=draft.issuer).exclude(pk=draft.code).exists():
        raise Refusal(say("这个认证服务已经设过"), Kind.CONFLICT, field="issuer")


def client_of(provider: IdentityProvider) -> openid.Client:
    """How this platform is known at a provider, with its secret opened."""
    secret = ""
    if provider.key:
        opened = sealing.opened(bytes(provider.sealed), key=provider.key, bound_to=provider.code.encode())
        secret = opened.decode()
    return openid.Client(provider.issuer, provider.client_id, secret, provider.scopes)


@dataclass(frozen=True)
class MappingDraft:
    """Which claim gives which role. ``until`` is the first day on which it no longer does."""

    provider: str
    claim: str
    value: str
    role: str
    basis: str
    since: date
    place: str = ""
    unit_path: str = ""
    until: date | None = None


def map_claim(draft: MappingDraft, *, actor: Actor, now: datetime) -> ClaimMapping:
    """Have a claim give a role from a day on.

    Refused: without the right or a basis, an unknown provider or role, a role by unit without a unit, one by
    territory without a place, and the roles of the three administrators, which no one elsewhere gives.
    """
    permissions.require(actor, permissions.ACCOUNTS)
    role = Role.objects.filter(pk=draft.role).first()
    if role is None or not IdentityProvider.objects.filter(pk=draft.provider).exists():
        raise Refusal(say("没有这个角色或这个统一认证"), Kind.MISSING, field="role")
    _check_mapping(draft, role)
    with store.writing():
        row = ClaimMapping.objects.create(
            id=new_id(), provider_id=draft.provider, claim=draft.claim.strip(), value=draft.value.strip(),
            role=role, place=draft.place, unit_path=draft.unit_path, since=draft.since, until=draft.until,
            basis=draft.basis.strip()[:300], set_by=actor.ref,
        )  # fmt: skip
        told = events.ClaimMapped(
            id=row.pk, code=draft.provider, role=role.code, since=draft.since.isoformat()
        )
        stream.tell(told, actor=actor, now=now)
    return row


def _check_mapping(draft: MappingDraft, role: Role) -> None:
    if not draft.claim.strip() or not draft.value.strip():
        raise Refusal(say("请写明声明的名称和值"), field="claim")
    if len(draft.basis.strip()) < SHORTEST_BASIS:
        raise Refusal(say("请写明依据"), field="basis")
    if rules.kinds_of(role.rights) - {"work"}:
        raise Refusal(
            say("系统、安全、审计三员的角色不由外部认证授予"), Kind.FORBIDDEN, field="role",
            advice=say("请在账号页面授予"),
        )  # fmt: skip
    if role.relation == Relation.UNIT.value and not draft.unit_path:
        raise Refusal(say("角色“{role}”要指定单位", role=role.name_zh), field="unit")
    if role.relation == Relation.TERRITORY.value and not draft.place:
        raise Refusal(say("角色“{role}”要指定区域", role=role.name_zh), field="place")
    if draft.until is not None and draft.until <= draft.since:
        raise Refusal(say("结束日期要晚于开始日期"), field="until")


def end_mapping(mapping: UUID, until: date, *, actor: Actor, now: datetime) -> None:
    """End a mapping from a day on. Whoever holds a role by it loses it at the end of that day's sign-ins."""
    permissions.require(actor, permissions.ACCOUNTS)
    if until < timezone.localdate(now):
        raise Refusal(say("结束日期最早是今天"), field="until")
    with store.writing():
        row = ClaimMapping.objects.select_for_update().filter(pk=mapping).first()
        if row is None or (row.until is not None and row.until <= timezone.localdate(now)):
            raise Refusal(say("没有这项对应，或它已结束"), Kind.MISSING)
        row.until = max(until, row.since)
        row.save(update_fields=["until"])
        told = events.ClaimMappingEnded(id=row.pk, until=row.until.isoformat())
        stream.tell(told, actor=actor, now=now)
        _end_standings(row, until, actor=actor, now=now)


def _end_standings(row: ClaimMapping, until: date, *, actor: Actor, now: datetime) -> None:
    """What the mapping gave ends with it, not only at the next sign-in."""
    ends = max(now, datetime.combine(until, datetime.min.time(), timezone.get_default_timezone()))
    given = StandingRow.objects.filter(Q(until=None) | Q(until__gt=ends), source=f"{SOURCE}{row.pk.hex}")
    for standing in given:
        end_role(standing, actor=actor, now=now, at=ends)


def sign_in_vouched(provider: str, claims: Mapping[str, Any], *, now: datetime) -> Account:
    """The account of whoever a provider vouched for, with the roles that its claims give today.

    A subject that comes for the first time gets an account only if a mapping in force gives it a role: no
    claim that nobody mapped opens anything. Refused: a provider that is off, a closed or locked account.
    """
    row = IdentityProvider.objects.filter(pk=provider, on=True).first()
    if row is None:
        raise Refusal(say("没有启用这个统一认证"), Kind.MISSING)
    today = timezone.localdate(now)
    with store.writing():
        due = _due(row, claims, today)
        account = _known(row, claims["sub"]) or _opened(row, claims, due, now=now)
        if not account.active:
            raise Refusal(say("这个账号已停用"), Kind.FORBIDDEN, advice=say("请联系安全管理员"))
        refuse_locked(account, now)
        _follow(row, account, due, now=now)
        _require_some_role(account, now)
        own = Actor(f"account:{account.pk.hex}", account.display_name)
        stream.tell(events.VouchedFor(id=account.pk, provider=row.code), actor=own, now=now)
    return account


def _due(row: IdentityProvider, claims: Mapping[str, Any], today: date) -> list[ClaimMapping]:
    in_force = row.mappings.filter(Q(until=None) | Q(until__gt=today), since__lte=today)
    return [one for one in in_force.select_related("role") if one.value in values_of(claims, one.claim)]


def values_of(claims: Mapping[str, Any], path: str) -> frozenset[str]:
    """The values of a claim, which may lie deeper (``realm_access.roles``) or be a list; texts only."""
    found: Any = claims.get(path)
    if found is None:
        found = claims
        for part in path.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    several: Iterable[Any] = found if isinstance(found, list) else [found]
    return frozenset(one for one in several if isinstance(one, str))


def _digest(row: IdentityProvider, subject: str) -> str:
    return hashlib.sha256(f"{row.issuer}\n{subject}".encode()).hexdigest()


def _known(row: IdentityProvider, subject: str) -> Account | None:
    kept = KnownSubject.objects.filter(provider=row, digest=_digest(row, subject)).first()
    return Account.objects.select_for_update().get(pk=kept.account_id) if kept else None


def _opened(
    row: IdentityProvider, claims: Mapping[str, Any], due: list[ClaimMapping], *, now: datetime
) -> Account:
    """A new account for a new subject. It has no password: it is entered by its provider alone."""
    if not due:
        raise _no_role()
    name = f"{row.code}.{_digest(row, claims['sub'])[:10]}"
    shown = claims.get(row.name_claim)
    account = Account.objects.create(
        name=name,
        display_name=(shown.strip() if isinstance(shown, str) else "")[:60] or name,
        password=make_password(None),
        added_at=now,
    )
    by = actors.rule(f"{SOURCE}{row.code}")
    stream.tell(events.AccountOpened(id=account.pk), actor=by, now=now)
    link(row, claims["sub"], account, actor=by, now=now)
    return account


def link(row: IdentityProvider, subject: str, account: Account, *, actor: Actor, now: datetime) -> None:
    """Bind a subject to an account; one that is bound already is refused."""
    _, made = KnownSubject.objects.get_or_create(
        provider=row, digest=_digest(row, subject), defaults={"account": account, "linked_at": now}
    )
    if not made:
        raise Refusal(say("这个身份已与一个账号绑定"), Kind.CONFLICT)
    stream.tell(events.SubjectLinked(id=account.pk, provider=row.code), actor=actor, now=now)


def bind(provider: str, claims: Mapping[str, Any], *, actor: Actor, now: datetime) -> None:
    """Bind the own account, in which one is signed in, to the identity a provider just vouched for."""
    row = IdentityProvider.objects.filter(pk=provider, on=True).first()
    mine = Account.objects.filter(pk=actor.account_id, active=True) if actor.account_id else None
    account = mine.first() if mine else None
    if row is None or account is None:
        raise Refusal(say("没有启用这个统一认证"), Kind.MISSING)
    with store.writing():
        link(row, claims["sub"], account, actor=actor, now=now)


def _follow(row: IdentityProvider, account: Account, due: list[ClaimMapping], *, now: datetime) -> None:
    """Give what the claims give today and the account lacks; end what this provider gives no more."""
    by = actors.rule(f"{SOURCE}{row.code}")
    wanted = {f"{SOURCE}{one.pk.hex}": one for one in due}
    own = {f"{SOURCE}{key.hex}" for key in row.mappings.values_list("pk", flat=True)}
    running = StandingRow.objects.filter(Q(until=None) | Q(until__gt=now), account=account, source__in=own)
    held = {one.source: one for one in running}
    for source, standing in held.items():
        if source not in wanted:
            end_role(standing, actor=by, now=now)
    for source, one in wanted.items():
        if source not in held:
            _give(source, one, account, by=by, now=now)
    versions.changed(HELD)


def _give(source: str, one: ClaimMapping, account: Account, *, by: Actor, now: datetime) -> None:
    """The role of a mapping, until the mapping's own end."""
    zone = timezone.get_default_timezone()
    until = datetime.combine(one.until, datetime.min.time(), zone) if one.until else None
    given = give_role(
        account, one.role_id, actor=by, now=now, place=one.place, unit_path=one.unit_path, until=until
    )
    given.source = source
    given.save(update_fields=["source"])


def _require_some_role(account: Account, now: datetime) -> None:
    if not StandingRow.objects.filter(Q(until=None) | Q(until__gt=now), account=account).exists():
        raise _no_role()


def _no_role() -> Refusal:
    return Refusal(
        say("统一认证已通过，但没有对应的角色，未开通账号"),
        Kind.FORBIDDEN,
        advice=say("请联系安全管理员登记您的单位和角色"),
    )


def showed_second_factor(provider: str, claims: Mapping[str, Any]) -> bool:
    """Whether the provider says, by a value this platform trusts, that a second factor was shown there."""
    row = IdentityProvider.objects.get(pk=provider)
    shown = values_of(claims, "acr") | values_of(claims, "amr")
    return bool(shown & set(row.second_factor_values))
