"""What an administrator does with a connector: name, map, try, run and pause it, change its secret."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from gewu.infra import store, stream, versions
from gewu.infra.connectors import signing
from gewu.infra.connectors.adapters import Adapter, Facts, adapter_named
from gewu.infra.connectors.mapping import Rule, check_rules, formed, mapped, rules_of
from gewu.infra.events import ConnectorDeclared, ConnectorRevised, ConnectorSecretMade
from gewu.infra.lifecycle import CONNECTOR
from gewu.infra.models import Connector, Outgoing
from gewu.infra.switches import Managing
from gewu.kernel.identifiers import new_id
from gewu.kernel.lifecycle import Step
from gewu.kernel.refusals import Kind, Refusal, tried
from gewu.kernel.texts import say

MANAGE = "connectors.manage"
#: What every process holds of the connectors.
HELD = "connectors"
_CODE = re.compile(r"[a-z][a-z0-9-]{1,38}[a-z0-9]")


@dataclass(frozen=True)
class Declared:
    """A connector to be: ``mapping`` and ``options`` as they are kept; empty takes the adapter's own."""

    code: str
    adapter: str
    name_zh: str
    purpose_zh: str
    name_en: str = ""
    purpose_en: str = ""
    place: str = ""
    mapping: tuple[Mapping[str, Any], ...] = ()
    options: Mapping[str, Any] | None = None


def declare(given: Declared, *, actor: Managing, now: datetime) -> Connector:
    """Name an outside system. Refused: without the right, an unknown adapter, a code in use, no purpose."""
    require(actor)
    adapter = adapter_named(given.adapter)
    if not _CODE.fullmatch(given.code):
        raise Refusal(
            say("代码不合规"), field="code", advice=say("用小写字母、数字和短横，以字母开头，3 至 40 个字符")
        )
    for name, text in (("name_zh", given.name_zh), ("purpose_zh", given.purpose_zh)):
        if not text.strip():
            raise Refusal(say("名称和用途都要写"), field=name)
    rules = rules_of(given.mapping or adapter.mapping)
    check_rules(rules, adapter)
    options = _checked(given.options or {}, adapter)
    with store.writing():
        if Connector.objects.filter(code=given.code).exists():
            raise Refusal(say("代码“{code}”已被使用", code=given.code), Kind.CONFLICT, field="code")
        row = Connector.objects.create(
            id=new_id(),
            code=given.code,
            adapter=given.adapter,
            name_zh=given.name_zh.strip()[:60],
            name_en=given.name_en.strip()[:80],
            purpose_zh=given.purpose_zh.strip()[:300],
            purpose_en=given.purpose_en.strip()[:400],
            place=given.place,
            mapping=[one.plain() for one in rules],
            options=options,
            declared_by=actor.ref,
            declared_at=now,
        )
        told = ConnectorDeclared(id=row.pk, place=row.place, code=row.code)
        stream.tell(told, actor=actor, now=now)
    return row


def load_set(adapter: str, place: str, *, actor: Managing, now: datetime) -> int:
    """Declare those of an adapter's usual connectors that are not there yet; how many."""
    require(actor)
    known = set(Connector.objects.filter(adapter=adapter).values_list("code", flat=True))
    fresh = [one for one in adapter_named(adapter).usual() if one["code"] not in known]
    with store.writing():
        for one in fresh:
            given = {**one, "mapping": tuple(one["mapping"])}
            declare(Declared(adapter=adapter, place=place, **given), actor=actor, now=now)
    return len(fresh)


def revise_mapping(connector_id: UUID, rules: Sequence[Rule], *, actor: Managing, now: datetime) -> None:
    """Replace the mapping. Rows that wait are taken by the new one when they are tried again."""

    def change(row: Connector) -> None:
        check_rules(rules, adapter_named(row.adapter))
        row.mapping = [one.plain() for one in rules]

    _revise(connector_id, change, "mapping", actor, now)


def set_options(connector_id: UUID, options: Mapping[str, str], *, actor: Managing, now: datetime) -> None:
    """Replace the settings; one that runs must still be one that may start with them."""

    def change(row: Connector) -> None:
        adapter = adapter_named(row.adapter)
        row.options = _checked(options, adapter)
        if row.state in CONNECTOR.names(open=True):
            adapter.ready(Facts.of(row))
            row.due_at = now if adapter.ask else None

    _revise(connector_id, change, "options", actor, now)


def _revise(
    connector_id: UUID, change: Callable[[Connector], None], what: str, actor: Managing, now: datetime
) -> None:
    require(actor)
    with store.writing():
        row = locked(connector_id)
        change(row)
        row.version += 1
        row.save(update_fields=["mapping", "options", "due_at", "version"])
        told = ConnectorRevised(id=row.pk, place=row.place, code=row.code, what=what)
        stream.tell(told, actor=actor, now=now)


@dataclass(frozen=True)
class Trial:
    """What a mapping makes of one sample: its values by field, or why it would be refused."""

    row: Mapping[str, Any]
    values: Mapping[str, Any]
    refusal: Refusal | None


def preview(connector: Connector, rules: Sequence[Rule] | None = None) -> tuple[Trial, ...]:
    """What a mapping (its own, unless another is given) makes of the adapter's samples; writes nothing."""
    adapter = adapter_named(connector.adapter)
    chosen = rules_of(connector.mapping) if rules is None else rules
    return tuple(_trial(row, chosen, adapter) for row in adapter.samples())


def _trial(row: Mapping[str, Any], rules: Sequence[Rule], adapter: Adapter) -> Trial:
    values = mapped(row, rules)
    found = tried(formed, values, adapter)
    return Trial(row, values, found) if isinstance(found, Refusal) else Trial(row, found, None)


def take_step(connector_id: UUID, event: str, *, actor: Managing, now: datetime) -> Connector:
    """Try, start or pause a connector.

    Refused: what the table does not have, samples that do not come through, a connector that must not start.
    """
    require(actor)
    with store.writing():
        row = locked(connector_id)
        step = CONNECTOR.row(event, row.state)
        if step.by != "integrator":
            raise Refusal(say("这一步由系统自动判断"), Kind.FORBIDDEN)
        if event in _CHECKS:
            _CHECKS[event](row)
        _move(row, step, now)
        told = step.emits(id=row.pk, place=row.place, code=row.code)  # type: ignore[call-arg]  # every event of a connector has its code
        stream.tell(told, actor=actor, now=now)
    return row


def _samples_pass(row: Connector) -> None:
    trials = preview(row)
    if trials and all(one.refusal for one in trials):
        first = trials[0].refusal
        assert first is not None
        raise Refusal(
            first.text, Kind.CONFLICT, field=first.field, advice=say("请先改好字段对应，再用样例试")
        )


def _may_start(row: Connector) -> None:
    adapter_named(row.adapter).ready(Facts.of(row))


_CHECKS: Mapping[str, Callable[[Connector], None]] = {"try": _samples_pass, "start": _may_start}


def _move(row: Connector, step: Step, now: datetime) -> None:
    row.state = step.to or row.state
    running = row.state in CONNECTOR.names(open=True)
    row.failures = 0
    row.due_at = now if running and adapter_named(row.adapter).ask else None
    row.version += 1
    row.save(update_fields=["state", "failures", "due_at", "version"])
    versions.changed(HELD)
    if running:
        # What is owed goes out now, and not when the last pause would have ended.
        Outgoing.objects.filter(connector=row, state="waiting").update(due_at=now)


def rotate_secret(connector_id: UUID, *, actor: Managing, now: datetime, secret: str = "") -> str:
    """Make a new secret, or keep the one the other side made, and return it to be shown once.

    The one before is accepted for another day, so that no request is lost while the other side changes over.
    """
    require(actor)
    chosen = secret.strip()
    with store.writing():
        row = locked(connector_id)
        if adapter_named(row.adapter).foreign_secret:
            signing.check_key(chosen)
        else:
            chosen = chosen or signing.new_secret()
            signing.check_secret(chosen)
        signing.keep_secret(row.pk, chosen, now=now)
        told = ConnectorSecretMade(id=row.pk, place=row.place, code=row.code)
        stream.tell(told, actor=actor, now=now)
    return chosen


def require(actor: Managing) -> None:
    """Refuse whoever may not look after connectors."""
    if not actor.holds(MANAGE):
        raise Refusal(say("没有管理对接的权限"), Kind.FORBIDDEN, advice=say("请联系系统管理员"))


def locked(connector_id: UUID) -> Connector:
    """A connector, and nobody else changes it meanwhile; an unknown one is refused."""
    row = Connector.objects.select_for_update().filter(pk=connector_id).first()
    if row is None:
        raise Refusal(say("没有这个对接"), Kind.MISSING)
    return row


def _checked(given: Mapping[str, Any], adapter: Adapter) -> dict[str, str]:
    """The settings that the adapter knows. Refused: one that is required and missing, one that cannot be."""
    found: dict[str, str] = {}
    for option in adapter.options:
        text = str(given.get(option.name) or "").strip()[:500] or (option.choices or ("",))[0]
        if option.required and not text:
            raise Refusal(say("缺少“{field}”", field=option.label), field=option.name)
        if option.choices and text not in option.choices:
            raise Refusal(
                say("“{field}”不能是“{value}”", field=option.label, value=text[:20]), field=option.name
            )
        if text:
            option.check(text)
            found[option.name] = text
    return found
