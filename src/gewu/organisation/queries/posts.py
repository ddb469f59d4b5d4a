"""Who holds which post, until when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from gewu.kernel.texts import Name
from gewu.organisation.models import Post
from gewu.organisation.queries.kinds import post_kinds
from gewu.organisation.queries.units import known_unit
from gewu.security.scopes import within

#: The kind of post by which a unit has its head.
HEAD = "unit_head"


@dataclass(frozen=True)
class Holder:
    """Someone on a post."""

    post: UUID
    kind: str
    kind_zh: str
    kind_en: str
    name: str
    contact: str
    hours: str
    place: str
    unit: UUID | None
    account: UUID | None
    holder_unit: UUID | None
    since: datetime
    until: datetime | None

    @property
    def kind_name(self) -> Name:
        return Name(self.kind_zh, self.kind_en)


def shown(row: Post) -> Holder:
    kind = post_kinds()[row.kind_id]
    return Holder(
        row.pk,
        kind.code,
        kind.name_zh,
        kind.name_en,
        row.name,
        row.contact,
        row.hours,
        row.place,
        row.unit_id,
        row.account_id,
        row.holder_unit_id,
        row.since,
        row.until,
    )  # fmt: skip -- one line per kind of field reads better than thirteen


def in_force(now: datetime) -> QuerySet[Post]:
    """The posts held at this time; a term that ran out is gone by itself."""
    return Post.objects.filter(Q(until__isnull=True) | Q(until__gt=now), since__lte=now)


def posts_at(place: str, *, now: datetime) -> tuple[Holder, ...]:
    """Who holds a post seated exactly at this place, or at a unit there."""
    return tuple(shown(row) for row in in_force(now).filter(place=place).order_by("kind_id", "since"))


def holders_in(inside: str, kind: str, *, now: datetime) -> tuple[Holder, ...]:
    """Who holds this kind of post at the places within another, by place: one query."""
    rows = in_force(now).filter(within("place", inside), kind=kind).order_by("place", "since")
    return tuple(shown(row) for row in rows)


def held_post(post: UUID, *, now: datetime) -> Holder | None:
    """Who holds one post; None once it has ended."""
    row = in_force(now).filter(pk=post).first()
    return shown(row) if row else None


def held_posts(posts: Iterable[UUID], *, now: datetime) -> tuple[Holder, ...]:
    """Who holds some posts; those that have ended are left out: one query."""
    return tuple(shown(row) for row in in_force(now).filter(pk__in=list(posts)))


def all_holders(*, now: datetime) -> tuple[Holder, ...]:
    """Whoever holds a post today, for a directory of colleagues: one query."""
    return tuple(shown(row) for row in in_force(now).order_by("pk"))


def posts_of(account_id: UUID, *, now: datetime) -> tuple[Holder, ...]:
    """The posts of one account, the newest first."""
    return tuple(shown(row) for row in in_force(now).filter(account_id=account_id).order_by("-since"))


def posts_in(units: Iterable[UUID], *, now: datetime) -> tuple[Holder, ...]:
    """Who holds a post of one of these units: one query."""
    rows = in_force(now).filter(unit__in=list(units)).order_by("kind_id", "since")
    return tuple(shown(row) for row in rows)


def head_of(code: str, *, now: datetime) -> Holder | None:
    """Who heads a unit; None where nobody does. An unknown unit is refused."""
    unit = known_unit(code)
    row = in_force(now).filter(unit=unit.id, kind=HEAD).first()
    return shown(row) if row else None
