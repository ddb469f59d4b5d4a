"""Applications for an item between two editions: applied, assessed, approved, published, ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from gewu.catalogue import events, permissions, queries
from gewu.catalogue.lifecycle import APPLICATION
from gewu.catalogue.models import Application, Edition, ListItem
from gewu.catalogue.queries.editions import application_facts
from gewu.infra import store, stream
from gewu.infra.versions import changed
from gewu.kernel.places import checked
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.organisation import queries as organisation
from gewu.security.actors import Actor

LONGEST_WORDS = 2000


@dataclass(frozen=True)
class ApplicationSpec:
    """What a department asks for. With ``until`` it is temporary and ends by itself on that day."""

    kind: str
    place: str
    unit: str
    title_zh: str
    matters: tuple[str, ...]
    basis: str
    reason: str
    category: str = ""
    until: date | None = None


def apply(spec: ApplicationSpec, *, actor: Actor, now: datetime) -> Application:
    """Ask for an item in the name of one's unit.

    Refused are: a kind that takes no applications, an unknown class, an end that has passed, and an
    application without basis or reason.
    """
    unit = organisation.known_unit(spec.unit)
    permissions.require_apply(actor, unit.path, checked(spec.place))
    _check(spec, queries.day_of(now))
    with store.writing():
        row = Application.objects.create(
            kind_id=spec.kind,
            place=spec.place,
            unit_id=unit.id,
            title_zh=spec.title_zh.strip(),
            category=spec.category,
            matters=list(spec.matters),
            basis=spec.basis.strip(),
            reason=spec.reason.strip(),
            until=spec.until,
            applied_by=actor.ref,
            applied_at=now,
        )
        told = events.ApplicationMade(id=row.pk, place=row.place, kind=row.kind_id, unit=unit.id)
        stream.tell(told, actor=actor, now=now, words={"reason": row.reason})
    return row


def _check(spec: ApplicationSpec, today: date) -> None:
    kind = queries.list_kind(spec.kind)
    if not kind.open_to_applications:
        raise Refusal(say("《{list}》不接受准入申请", list=kind.name), Kind.CONFLICT, field="kind")
    if kind.categories and spec.category not in kind.categories:
        raise Refusal(say("请选准入的工作：处置或核实"), field="category")
    for name in ("title_zh", "basis", "reason"):
        text = getattr(spec, name).strip()
        if (
            len(text) < 2
            or len(text) > {"title_zh": 120, "basis": 300}.get(name, LONGEST_WORDS)
            or "\0" in text
        ):
            raise Refusal(say("申请要写明名称、依据和理由，且不能过长"), field=name)
    known = [one.code for one in queries.all_matters(today)]
    for prefix in spec.matters:
        if not prefix or not any(code.startswith(prefix) for code in known):
            raise Refusal(
                say("目录中没有以 {prefix} 开头的事项", prefix=prefix), Kind.MISSING, field="matters"
            )
    if not spec.matters:
        raise Refusal(say("请选事项类别"), field="matters")
    if spec.until is not None and spec.until <= today:
        raise Refusal(say("临时准入的截止日期要晚于今天"), field="until")


def take_application(
    application_id: UUID, event: str, *, actor: Actor, now: datetime, **given: Any
) -> Application:
    """Take one step of an application; refused as the table, the permissions and the guards say."""
    with store.writing():
        row = Application.objects.select_for_update().filter(pk=application_id).first()
        if row is None:
            raise Refusal(say("没有这件申请"), Kind.MISSING)
        step = APPLICATION.row(event, row.state)
        permissions.require(actor, step.by, row.place)
        words = {
            name: str(given[name]).strip() for name in ("reason", "finding", "authority") if given.get(name)
        }
        if any(len(text) > LONGEST_WORDS or "\0" in text for text in words.values()):
            raise Refusal(say("文字过长，最多 {n} 个字", n=LONGEST_WORDS), field=next(iter(words)))
        step.check(application_facts(row, actor.ref), words)
        details = _EFFECTS[event](row, words, actor, now)
        row.state = step.to or row.state
        row.save()
        known = {one.name for one in fields(step.emits)}
        told = step.emits(id=row.pk, place=row.place, **{k: v for k, v in details.items() if k in known})
        stream.tell(told, actor=actor, now=now, words=words)
    return row


Given = Mapping[str, Any]
Effect = Callable[[Application, Given, Actor, datetime], Given]


def _assess(row: Application, given: Given, actor: Actor, now: datetime) -> Given:
    row.finding, row.assessed_by = given["finding"], actor.ref
    return {}


def _approve(row: Application, given: Given, actor: Actor, now: datetime) -> Given:
    row.authority, row.approved_by = given["authority"][:100], actor.ref
    return {}


def _publish(row: Application, given: Given, actor: Actor, now: datetime) -> Given:
    """The item enters the edition in force, from today."""
    today = queries.day_of(now)
    if row.until is not None and row.until <= today:
        raise Refusal(say("申请的截止日期已过，请不予准入后重新申请"), Kind.CONFLICT)
    edition = Edition.objects.filter(kind=row.kind_id, place=row.place, state="published").first()
    if edition is None:
        raise Refusal(say("这里还没有公布的清单，请先公布一版"), Kind.CONFLICT)
    row.item = ListItem.objects.create(
        edition=edition,
        code=f"A{row.pk.hex[-10:]}",
        seq=edition.items.count() + 1,
        title_zh=row.title_zh,
        category=row.category,
        matters=row.matters,
        basis=row.basis,
        approver=row.authority,
        words={"note": row.reason[:500]},
        since=today,
        until=row.until,
    )
    changed(queries.HELD_LISTS)
    return {"item": row.item.pk}


def _decline(row: Application, given: Given, actor: Actor, now: datetime) -> Given:
    return {}


def _end(row: Application, given: Given, actor: Actor, now: datetime) -> Given:
    """The item ends today, in the edition in force and in those that carried it over."""
    today = queries.day_of(now)
    code = row.item.code if row.item else ""
    rows = ListItem.objects.filter(edition__kind=row.kind_id, edition__place=row.place, code=code)
    for one in rows:
        if one.until is None or one.until > today:
            one.until = max(today, one.since or today)
            one.save(update_fields=["until"])
    changed(queries.HELD_LISTS)
    return {"until": today.isoformat()}


#: What each step writes beside the state.
_EFFECTS: Mapping[str, Effect] = {
    "assess": _assess,
    "approve": _approve,
    "publish": _publish,
    "decline": _decline,
    "end": _end,
}
