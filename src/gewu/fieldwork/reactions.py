"""Answers to what happens: telling those whom it concerns, and sending someone near and free to look."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from gewu.cases import queries as cases
from gewu.fieldwork import actions, permissions, queries, rules
from gewu.fieldwork.models import Clue, Draw, Drawn, Plan, PlanSigner, Task
from gewu.infra.stream import Told
from gewu.intake import queries as intake
from gewu.kernel.worktime import CHINA
from gewu.notifications import actions as notifications
from gewu.notifications import queries as notices
from gewu.security import actors as security_actors
from gewu.security import queries as security
from gewu.security.actions import Account
from gewu.territory import queries as territory


def tell_walker(told: Told, *, now: datetime) -> None:
    """Whose track was looked at: they hear by whom and why."""
    refs = [f"account:{UUID(str(told.data['account'])).hex}"]
    who = security.names_of([told.actor]).get(told.actor, "")
    values = {"who": who, "reason": told.words.get("reason", "")}
    _tell(told, "walker", security.accounts_of(refs), f"track:{told.subject_id.hex}", values, now=now)


def tell_signers(told: Told, *, now: datetime) -> None:
    """The departments whose signature a joint screening needs, once it has begun."""
    task = Task.objects.select_related("plan").get(pk=told.subject_id)
    paths = PlanSigner.objects.filter(plan=task.plan_id).values_list("unit__path", "unit__place")
    able = {
        one.pk: one
        for path, place in paths
        for one in security.accounts_with("cases.handle", place=place, now=now, unit_path=path)
    }
    values = {"title": task.title, "place": _named(task.place)}
    if able:
        _tell(told, "signer", able.values(), f"screening:{task.pk.hex}", values, now=now)


def tell_to_rest(told: Told, *, now: datetime) -> None:
    """Whoever has walked for two hours without a break."""
    refs = [f"account:{UUID(str(told.data['account'])).hex}"]
    _tell(told, "walker", security.accounts_of(refs), f"task:{told.subject_id.hex}", {}, now=now)


def tell_workers(told: Told, *, now: datetime) -> None:
    """Those who do fieldwork at the place of a clue."""
    row = Clue.objects.select_related("rule").get(pk=told.subject_id)
    able = security.accounts_with(permissions.DO, place=row.place, now=now)
    _tell(told, "worker", able, _of(row), _values(row), now=now)


def tell_raiser(told: Told, *, now: datetime) -> None:
    """Whoever raised a clue: what was seen."""
    row = Clue.objects.select_related("rule").get(pk=told.subject_id)
    values = {**_values(row), "result": row.result}
    _tell(told, "raiser", security.accounts_of([row.raised_by]), _of(row), values, now=now)


def tell_drawer(told: Told, *, now: datetime) -> None:
    """Whoever drew a sample: that something of it does not hold."""
    draw = Draw.objects.get(pk=told.subject_id)
    row = Drawn.objects.get(draw=draw, seq=told.data["seq"])
    values = {"seq": row.seq, "place": _named(row.place), "result": row.result}
    _tell(told, "drawer", security.accounts_of([draw.drawn_by]), f"draw:{draw.pk.hex}", values, now=now)


def _of(row: Clue) -> str:
    return f"clue:{row.pk.hex}"


def _values(row: Clue) -> Mapping[str, object]:
    return {"rule": row.rule.name_zh, "place": _named(row.place), "address": row.address}


def _named(place: str) -> str:
    found = territory.paths_of([place]).get(place)
    return found.name if found else place


def _tell(
    told: Told,
    audience: str,
    accounts: Iterable[Account],
    about: str,
    values: Mapping[str, object],
    *,
    now: datetime,
) -> None:
    notifications.tell_accounts(told, audience, accounts, about=about, values=values, now=now)


def send_to_verify(told: Told, *, now: datetime) -> None:
    """Someone near and free, to see whether what was reported is so; within the time of such looks."""
    look = intake.open_look(told.subject_id)
    if look is None:
        return
    point = (look.lon, look.lat) if look.lon is not None and look.lat is not None else None
    wanted = actions.LookWanted(
        f"report:{told.subject_id.hex}", look.place, point, look.due_at, "reports.verify"
    )
    actions.send(wanted, now=now)


def send_to_check(told: Told, *, now: datetime) -> None:
    """Someone near and free who neither did the work nor sits in the office that did."""
    case = cases.to_check(told.subject_id)
    if case is None:
        return
    point = (case.lon, case.lat) if case.lon is not None and case.lat is not None else None
    wanted = actions.LookWanted(
        f"case:{case.number}", case.place, point, case.due_at, "cases.check",
        barred=(case.handled_by,), barred_path=case.lead_path,
    )  # fmt: skip
    actions.send(wanted, now=now)


def settle_look(told: Told, *, now: datetime) -> None:
    """The result is in, or the report was decided on without."""
    actions.settle(f"report:{told.subject_id.hex}", by=told.actor, now=now)


def settle_check(told: Told, *, now: datetime) -> None:
    """The check was made, or the case needs none any more."""
    actions.settle(f"case:{cases.number_of(told.subject_id)}", by=told.actor, now=now)


def tell_missed(told: Told, *, now: datetime) -> None:
    """Whoever was to do a task that the clock has given up, and whoever planned it; each once."""
    row = Task.objects.select_related("kind", "plan").get(pk=told.subject_id)
    refs = [f"account:{row.account_id.hex}"] if row.account_id else []
    planners = [row.plan.made_by] if row.plan and row.plan.made_by not in refs else []
    values = {
        "title": rules.title_of(row.title, row.about),
        "place": _named(row.place),
        "due": f"{row.due_at.astimezone(CHINA):%m-%d %H:%M}",
    }
    about = f"task:{row.pk}"
    _tell(told, "worker", security.accounts_of(refs), about, values, now=now)
    _tell(
        told,
        "planner",
        security.accounts_of(planners),
        about,
        values,
        now=now,
    )


def tell_planner(told: Told, *, now: datetime) -> None:
    """Whoever made a plan outside the list: the joint office has allowed it."""
    row = Plan.objects.get(pk=told.subject_id)
    values = {"title": row.title, "reason": told.words.get("reason", "")}
    _tell(told, "planner", security.accounts_of([row.made_by]), f"plan:{row.pk}", values, now=now)


def tell_joint_office(told: Told, *, now: datetime) -> None:
    """The joint office: a plan for a post with a work list is not on it, and waits for them."""
    row = Plan.objects.get(pk=told.subject_id)
    facts = queries.plan_facts(row, security_actors.CLOCK, now)
    if row.state != "drafted" or not facts.bound or facts.listed or facts.allowed:
        return
    able = security.accounts_with(permissions.ALLOW, place=row.place, now=now)
    values = {"title": row.title, "place": _named(row.place)}
    _tell(told, "joint_office", able, f"plan:{row.pk}", values, now=now)


def tell_worker(told: Told, *, now: datetime) -> None:
    """Whoever was named to do a task or sent to look."""
    row = Task.objects.filter(pk=told.subject_id).select_related("kind").first()
    if row is None:
        return
    accounts = security.accounts_of([f"account:{str(told.data['account']).replace('-', '')}"])
    if told.type == "LookerSent":
        # Whoever has just heard of the case itself finds the task under it, and is not called twice.
        kind, _, key = row.about.partition(":")
        about = f"{kind}:{UUID(key)}" if kind == "report" else row.about
        known = notices.unread_about(about, [one.pk for one in accounts])
        accounts = [one for one in accounts if one.pk not in known]
    values = {
        "title": rules.title_of(row.title, row.about),
        "kind": row.kind.name_zh,
        "due": f"{row.due_at.astimezone(CHINA):%m-%d %H:%M}",
    }
    notifications.tell_accounts(told, "worker", accounts, about=f"task:{row.pk}", values=values, now=now)
