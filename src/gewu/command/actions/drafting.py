"""Our own alerts while they are written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.conf import settings

from gewu.command import events, permissions, rules
from gewu.command.actions import rows
from gewu.command.models import Alert
from gewu.command.queries.kinds import kind_named
from gewu.command.queries.messages import read
from gewu.infra import store, stream
from gewu.kernel.identifiers import new_id
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.kernel.worktime import CHINA
from gewu.security.actors import Actor
from gewu.territory import queries as territory

#: What our areas call the codes of divisions.
DIVISION = "division"
LONGEST_HEADLINE, LONGEST_WORDS, MOST_PLACES = 100, 2000, 60
#: What can be drafted: a real alert, an exercise, a test of the way. Nothing else ever leaves the house.
DRAFTED = ("Actual", "Exercise", "Test")


@dataclass(frozen=True)
class AlertSpec:
    """An alert as it is written. ``places`` are codes; the colour follows from the severity."""

    kind: str
    severity: str
    headline: str
    description: str
    places: tuple[str, ...]
    expires: datetime | None
    onset: datetime | None = None
    instruction: str = ""
    urgency: str = "Expected"
    certainty: str = "Likely"
    status: str = "Actual"


def draft(spec: AlertSpec, *, actor: Actor, now: datetime) -> Alert:
    """Begin an alert of our own. Refused: what is no message of CAP, a place where one may not draft."""
    key = new_id()
    return _new(spec, key=key, thread=key, before=None, actor=actor, now=now)


def draft_update(before_id: UUID, spec: AlertSpec, *, actor: Actor, now: datetime) -> Alert:
    """Write the next version of an alert of ours that is in force; that one stays until this is approved."""
    with store.writing():
        before = _followed(before_id, actor, now)
        kept = replace(spec, status=before.status)
        return _new(kept, key=new_id(), thread=before.thread, before=before, actor=actor, now=now)


def draft_cancel(before_id: UUID, note: str, *, actor: Actor, now: datetime) -> Alert:
    """Write the end of an alert of ours that is in force, with the reason; it is approved like any other."""
    note = _words(note, "note", LONGEST_WORDS)
    with store.writing():
        before = _followed(before_id, actor, now)
        told, key = read(before.content), new_id()
        message = rules.Message(
            identifier=identifier_of(key),
            sender=sender(),
            sent=second_of(now),
            status=before.status,
            msg_type="Cancel",
            scope=before.scope,
            note=note,
            references=(_reference(before),),
            infos=tuple(replace(one, response_types=("AllClear",), urgency="Past") for one in told.infos),
        )
        places = [one.place for one in before.places.all()]
        row = rows.new(
            message, key=key, thread=before.thread, before=before, ours=True, state="draft", by=actor, now=now
        )
        return _begun(row, places, actor, now)


def rewrite(alert_id: UUID, spec: AlertSpec, *, actor: Actor, now: datetime) -> Alert:
    """Change a draft; what waits for approval is sent back first."""
    with store.writing():
        row, step = rows.stepped(alert_id, "rewrite", actor=actor, now=now, given={})
        spec = replace(spec, status=row.status) if row.before else spec
        _permit(spec, actor)
        rows.fill(row, _message(spec, row.pk, row.before, now), now=now)
        row.drafted_by = actor.ref  # whoever wrote it last answers for it, and does not approve it
        rows.place(row, spec.places)
        rows.told(row, step, {}, actor=actor, now=now)
    return row


def _new(
    spec: AlertSpec, *, key: UUID, thread: UUID, before: Alert | None, actor: Actor, now: datetime
) -> Alert:
    _permit(spec, actor)
    message = _message(spec, key, before, now)
    with store.writing():
        row = rows.new(
            message, key=key, thread=thread, before=before, ours=True, state="draft", by=actor, now=now
        )
        return _begun(row, spec.places, actor, now)


def _begun(row: Alert, places: tuple[str, ...] | list[str], actor: Actor, now: datetime) -> Alert:
    row.save(force_insert=True)
    rows.place(row, places)
    told = events.AlertDrafted(
        id=row.pk, place=min(places, key=len), msg_type=row.msg_type, follows=row.before_id
    )
    stream.tell(told, actor=actor, now=now)
    return row


def _permit(spec: AlertSpec, actor: Actor) -> None:
    places = [territory.place(code).code for code in spec.places[: MOST_PLACES + 1]]
    if not places or len(places) > MOST_PLACES:
        raise Refusal(say("请选择一到 {n} 个地方", n=MOST_PLACES), field="places")
    permissions.require(actor, "drafter", places)


def _followed(before_id: UUID, actor: Actor, now: datetime) -> Alert:
    """The alert of ours that is to be followed, locked."""
    row = Alert.objects.select_for_update().filter(pk=before_id, ours=True).first()
    if row is None:
        raise Refusal(say("没有这条预警，或不是本单位发布的"), Kind.MISSING)
    permissions.require(actor, "drafter", [one.place for one in row.places.all()])
    if row.state != "in_force":
        raise Refusal(say("只有生效中的预警可以更新或解除"), Kind.CONFLICT)
    if row.later.filter(state__in=("draft", "waiting")).exists():
        raise Refusal(say("已有一份更新或解除稿在办"), Kind.CONFLICT)
    return row


def _message(spec: AlertSpec, key: UUID, before: Alert | None, now: datetime) -> rules.Message:
    """What was written as a message of CAP; everything that keeps it from being one is refused."""
    kind = kind_named(spec.kind)
    if spec.status not in DRAFTED:
        raise Refusal(say("只能起草实际预警、演练或测试"), field="status")
    if spec.expires is None or spec.expires <= now:
        raise Refusal(say("请写明失效时间，且在现在之后"), field="expires")
    colour = rules.COLOURS.get(spec.severity)
    if colour is None:
        raise Refusal(say("请选择预警级别"), field="severity")
    info = rules.Info(
        categories=(kind.category,),
        event=kind.name.zh,
        urgency=spec.urgency,
        severity=spec.severity,
        certainty=spec.certainty,
        event_codes=(("gewu", kind.code), *(("weather", one) for one in kind.weather_codes[:1])),
        onset=_zoned(spec.onset),
        expires=_zoned(spec.expires),
        sender_name=f"{territory.place(settings.COUNTY).name}网格化治理中心",
        headline=_words(spec.headline, "headline", LONGEST_HEADLINE),
        description=_words(spec.description, "description", LONGEST_WORDS),
        instruction=_words(spec.instruction, "instruction", LONGEST_WORDS, needed=False),
        parameters=(("colour", colour),),
        areas=tuple(_area(code) for code in spec.places),
    )
    message = rules.Message(
        identifier=identifier_of(key),
        sender=sender(),
        sent=second_of(now),
        status=spec.status,
        msg_type="Update" if before else "Alert",
        scope="Public",
        references=(_reference(before),) if before else (),
        infos=(info,),
    )
    if wrong := rules.faults(message, now=now):
        raise Refusal(wrong[0])
    return message


def _area(code: str) -> rules.Area:
    rings = territory.outline(code)
    polygons = tuple(tuple((lat, lon) for lon, lat in ring) for ring in rings)
    return rules.Area(territory.place(code).path, polygons=polygons, geocodes=((DIVISION, code),))


def _words(text: str, name: str, most: int, *, needed: bool = True) -> str:
    text = text.strip()
    if needed and not text:
        raise Refusal(say("请填写这一项"), field=name)
    if len(text) > most or "\0" in text:
        raise Refusal(say("文字过长，最多 {n} 个字", n=most), field=name)
    return text


def sender() -> str:
    """What we are called in our messages: unique, and without any sign that CAP bars."""
    return f"gewu-{settings.COUNTY}"


def identifier_of(key: UUID) -> str:
    return f"gewu-{settings.COUNTY}-{key.hex}"


def _reference(row: Alert) -> rules.Reference:
    return rules.Reference(row.sender, row.identifier, second_of(row.sent_at))


def second_of(moment: datetime) -> datetime:
    return moment.astimezone(CHINA).replace(microsecond=0)


def _zoned(moment: datetime | None) -> datetime | None:
    return None if moment is None else second_of(moment)
