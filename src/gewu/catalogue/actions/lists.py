"""Editions of lists: drafted, consulted on, approved, published, followed by the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from gewu.catalogue import events, permissions, queries
from gewu.catalogue.actions import duties
from gewu.catalogue.lifecycle import LIST
from gewu.catalogue.models import Edition, ListItem, Opinion
from gewu.catalogue.queries.editions import facts_of, items_in
from gewu.infra import store, stream
from gewu.infra.versions import changed
from gewu.kernel.identifiers import new_id
from gewu.kernel.places import checked
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security import actors
from gewu.security.actors import Actor

#: Longest text of a reason or of the name of an organ.
LONGEST_WORDS, LONGEST_AUTHORITY = 2000, 100


def draft(kind: str, place: str, *, actor: Actor, now: datetime, office: str = "") -> Edition:
    """Begin the next edition of a list with the items that hold now, and with what was ruled since.

    Refused while another one is under way, and to whoever does not keep the lists of this place.
    """
    permissions.require_manage(actor, checked(place))
    known = queries.list_kind(kind)
    with store.writing():
        before = list(Edition.objects.select_for_update().filter(kind=kind, place=place).order_by("number"))
        under_way = [one for one in before if one.since is None and LIST.state(one.state).open]
        if under_way:
            raise Refusal(
                say("第 {n} 版还在办理，不能另起一版", n=under_way[0].number), Kind.CONFLICT, field="kind"
            )
        row = Edition.objects.create(
            kind_id=kind,
            place=place,
            number=before[-1].number + 1 if before else 1,
            drafted_by=actor.ref,
            drafted_at=now,
            office=office or (before[-1].office if before else ""),
        )
        _carry_over(row, queries.day_of(now))
        if known.routes:
            duties.take_up_rulings(row, queries.day_of(now))
        told = events.EditionDrafted(id=row.pk, place=place, kind=kind, number=row.number)
        stream.tell(told, actor=actor, now=now)
    return row


def _carry_over(row: Edition, on: date) -> None:
    """Put the items of the edition in force into a new one; those that have ended stay behind."""
    last = (
        Edition.objects.filter(kind=row.kind_id, place=row.place, state="published")
        .order_by("-since")
        .first()
    )
    if last is None:
        return
    kept = [one for one in last.items.order_by("seq", "code") if one.until is None or one.until > on]
    for one in kept:
        one.pk, one.edition_id = new_id(), row.pk
    ListItem.objects.bulk_create(kept)


def take(edition_id: UUID, event: str, *, actor: Actor, now: datetime, **given: Any) -> Edition:
    """Take one step of the table of a list; refused as the table, the permissions and the guards say."""
    with store.writing():
        row = Edition.objects.select_for_update().filter(pk=edition_id).first()
        if row is None:
            raise Refusal(say("没有这一版清单"), Kind.MISSING)
        step = LIST.row(event, row.state)
        permissions.require(actor, step.by, row.place)
        _check_words(given)
        unanswered = Opinion.objects.filter(edition=row, answer="").count()
        step.check(facts_of(row, items_in(row), unanswered, actor.ref), given)
        details = _EFFECTS[event](row, given, actor, now)
        row.state = step.to or row.state
        row.save()
        known = {one.name for one in fields(step.emits)}
        told = step.emits(id=row.pk, place=row.place, **{k: v for k, v in details.items() if k in known})
        words = {name: given[name] for name in ("reason", "authority") if given.get(name)}
        stream.tell(told, actor=actor, now=now, words=words)
        changed(queries.HELD_LISTS)
    return row


def _check_words(given: Mapping[str, Any]) -> None:
    for name, most in (("reason", LONGEST_WORDS), ("authority", LONGEST_AUTHORITY)):
        text = given.get(name) or ""
        if len(text) > most:
            raise Refusal(say("文字过长，最多 {n} 个字", n=most), field=name)
        if "\0" in text:
            raise Refusal(say("文字中有不能保存的字符"), field=name)


Given = Mapping[str, Any]
Effect = Callable[[Edition, Given, Actor, datetime], Given]


def _nothing_more(row: Edition, given: Given, actor: Actor, now: datetime) -> Given:
    return {}


def _send_back(row: Edition, given: Given, actor: Actor, now: datetime) -> Given:
    if row.authority:
        ListItem.objects.filter(edition=row, approver=row.authority).update(approver="")
    row.approved_by, row.approved_at, row.authority = "", None, ""
    return {}


def _approve(row: Edition, given: Given, actor: Actor, now: datetime) -> Given:
    row.approved_by, row.approved_at, row.authority = actor.ref, now, given["authority"].strip()
    ListItem.objects.filter(edition=row, approver="").update(approver=row.authority)
    return {}


def _publish(row: Edition, given: Given, actor: Actor, now: datetime) -> Given:
    since = given.get("since") or queries.day_of(now)
    last = Edition.objects.filter(kind=row.kind_id, place=row.place, state="published").first()
    if last and last.since and since <= last.since:
        raise Refusal(
            say("生效日期要晚于第 {n} 版的 {since}", n=last.number, since=last.since.isoformat()),
            field="since",
        )
    row.since, row.published_at = since, now
    if last:
        _supersede(last, since, now)
    if queries.list_kind(row.kind_id).routes:
        duties.drive_routes(row)
    return {"since": since.isoformat()}


def _supersede(last: Edition, since: date, now: datetime) -> None:
    """The edition before ends on the day the new one begins; a rule does it, and the record says so."""
    by = actors.rule("next-edition")
    step = LIST.row("supersede", last.state)
    permissions.require(by, step.by, last.place)
    last.state, last.until = step.to or last.state, since
    last.save(update_fields=["state", "until"])
    duties.end_routes(last, since)
    told = events.EditionSuperseded(id=last.pk, place=last.place, since=since.isoformat())
    stream.tell(told, actor=by, now=now)


def _withdraw(row: Edition, given: Given, actor: Actor, now: datetime) -> Given:
    if row.since is not None:
        row.until = max(queries.day_of(now), row.since)
        duties.end_routes(row, row.until)
    return {}


#: What each step writes beside the state. A rule supersedes; nobody takes that step by hand.
_EFFECTS: Mapping[str, Effect] = {
    "consult": _nothing_more,
    "redraft": _send_back,
    "approve": _approve,
    "publish": _publish,
    "supersede": _nothing_more,
    "withdraw": _withdraw,
}
