"""The duties of kinds of post, and those of one's own posts with their next dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from gewu.infra.versions import Held
from gewu.kernel.texts import Name, Text
from gewu.organisation import permissions, rules
from gewu.organisation.models import PostDuty
from gewu.organisation.queries.kinds import HELD, post_kinds
from gewu.organisation.queries.posts import Holder, posts_of
from gewu.organisation.queries.units import known_unit
from gewu.security.actors import Actor


@dataclass(frozen=True)
class Duty:
    """One duty of a kind of post."""

    text: Name
    rhythm: str
    rhythm_label: Text
    on_day: int | None


@dataclass(frozen=True)
class OwnDuty:
    """A duty with the next day on which it falls; none for one that comes as needed."""

    duty: Duty
    next: date | None


@dataclass(frozen=True)
class OwnPost:
    """A post of one's own, where it is seated, until when, and its duties."""

    holder: Holder
    seat: Name | None
    duties: tuple[OwnDuty, ...]


def _load() -> Mapping[str, tuple[Duty, ...]]:
    found: dict[str, tuple[Duty, ...]] = {}
    for row in PostDuty.objects.order_by("post_kind_id", "seq"):
        duty = Duty(
            Name(row.text_zh, row.text_en or row.text_zh), row.rhythm, rules.RHYTHMS[row.rhythm], row.on_day
        )
        found[row.post_kind_id] = (*found.get(row.post_kind_id, ()), duty)
    return found


_duties: Held[Mapping[str, tuple[Duty, ...]]] = Held(HELD, _load)


def duties_of(kind: str) -> tuple[Duty, ...]:
    """The duties of a kind of post, in their order. Held in memory."""
    return _duties.get().get(kind, ())


def own_posts(actor: Actor, *, now: datetime, today: date) -> tuple[OwnPost, ...]:
    """The posts of whoever asks, each with its term and the next date of every duty: one query."""
    permissions.require_staff(actor)
    held = posts_of(actor.account_id, now=now) if actor.account_id else ()
    return tuple(
        OwnPost(
            one,
            known_unit(one.unit).name if one.unit else None,
            tuple(
                OwnDuty(duty, rules.next_day(duty.rhythm, duty.on_day, today)) for duty in duties_of(one.kind)
            ),
        )
        for one in held
        if one.kind in post_kinds()
    )
