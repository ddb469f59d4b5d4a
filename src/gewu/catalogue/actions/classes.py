"""Classes that come from somewhere else than the catalogue's own files, such as an imported table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from gewu.catalogue import events, permissions, queries
from gewu.catalogue.actions.seeds import IN_FORCE_SINCE
from gewu.catalogue.models import MatterClass
from gewu.infra import store, stream
from gewu.infra.versions import changed
from gewu.kernel.identifiers import new_id
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.kernel.worktime import Unit
from gewu.security.actors import Actor

#: Length of the columns of code and name.
LONGEST_CODE, LONGEST_NAME = 12, 60


@dataclass(frozen=True)
class ClassSpec:
    """A class as data; one without limits is a header. ``source`` says where it comes from."""

    code: str
    name_zh: str
    source: str
    parent: str = ""
    kind: str = "event"
    department: str = ""
    priority: int = 3
    accept: tuple[Decimal, Unit] | None = None
    handle: tuple[Decimal, Unit] | None = None
    evidence: tuple[str, ...] = ()


def add_classes(specs: Iterable[ClassSpec], *, place: str, actor: Actor, now: datetime) -> int:
    """Add the headers and classes whose code is new; those that exist stay as they are. Returns how many.

    Refuses codes and names that are too long, and whoever does not keep the catalogue of this place.
    """
    permissions.require_manage(actor, place)
    wanted = {spec.code: spec for spec in specs}
    with store.writing():
        known = set(MatterClass.objects.filter(code__in=wanted).values_list("code", flat=True))
        rows = [_row(spec) for code, spec in sorted(wanted.items()) if code not in known]
        if rows:
            MatterClass.objects.bulk_create(rows)
            classes = sum(1 for row in rows if row.parent)
            told = events.CatalogueLoaded(
                id=new_id(), place=place, matters=classes, criteria=0, departments=0, workdays=0, routes=0
            )
            stream.tell(told, actor=actor, now=now)
            changed(queries.HELD)
    return len(rows)


def _row(spec: ClassSpec) -> MatterClass:
    if not 0 < len(spec.code) <= LONGEST_CODE or not 0 < len(spec.name_zh) <= LONGEST_NAME:
        raise Refusal(
            say("事项“{code} {name}”的代码或名称过长", code=spec.code, name=spec.name_zh),
            Kind.INVALID,
            field="matter",
        )
    row = MatterClass(
        id=new_id(),
        code=spec.code,
        parent=spec.parent,
        name_zh=spec.name_zh,
        name_en=spec.name_zh,
        kind=spec.kind,
        source=spec.source,
        since=IN_FORCE_SINCE,
    )
    if spec.accept and spec.handle:
        row.default_department, row.priority, row.evidence = (
            spec.department,
            spec.priority,
            list(spec.evidence),
        )
        row.accept_amount, row.accept_unit = spec.accept[0], spec.accept[1].value
        row.handle_amount, row.handle_unit = spec.handle[0], spec.handle[1].value
    return row
