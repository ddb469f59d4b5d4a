"""Commands that look at the record: verify, explain, recount, reindex, retry, lifecycles, and migrate."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click
from django.apps import apps
from django.core.management import call_command
from django.utils import timezone
from django.utils.module_loading import module_has_submodule
from django.utils.translation import gettext

from gewu.infra import anchors, deliveries, search, stream, worker
from gewu.infra.wording import translated
from gewu.insight import actions as insight
from gewu.kernel import events
from gewu.kernel.lifecycle import JointTable, Lifecycle
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say

#: Seconds between two lines of progress of the index.
SAYS_EVERY_S = 2.0
#: Events between two lines of progress.
PROGRESS = 100_000


@click.command()
def migrate() -> None:
    """Bring the database up to date."""
    call_command("migrate", interactive=False, verbosity=0)
    click.echo(translated(say("数据库已就绪")))


@click.command()
@click.option(
    "--anchors",
    "published",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="anchors.json as it was published earlier, to be compared with those of the record",
)
def verify(published: Path | None) -> None:
    """Recompute every chain and every daily anchor; exit 1 and name each place that does not agree."""
    begun = time.perf_counter()
    found = _wrong_anchors(published)
    for one in stream.verify(progress=_progress):
        found += 1
        click.echo(
            translated(
                say(
                    "不一致：{subject} {id} 第 {seq} 条（位置 {position}）：{fault}",
                    subject=one.subject or "?",
                    id=one.subject_id,
                    seq=one.seq,
                    position=one.position or "–",
                    fault=one.fault,
                )
            )
        )
    chains, told = stream.size()
    seconds = f"{time.perf_counter() - begun:.1f}"
    summary = say(
        "已核对 {chains} 条链、{events} 个事件，发现 {n} 处不一致，用时 {seconds} 秒",
        chains=chains,
        events=told,
        n=found,
        seconds=seconds,
    )
    click.echo(translated(summary))
    if found:
        raise SystemExit(1)


def _wrong_anchors(published: Path | None) -> int:
    formerly = json.loads(published.read_text(encoding="utf-8"))["anchors"] if published else ()
    faults = list(anchors.verify(formerly=formerly))
    for one in faults:
        said = say("{day} 的每日摘要（第 {n} 号）对不上：{fault}", day=one.day, n=one.number, fault=one.fault)
        click.echo(translated(said))
    newest = anchors.newest()
    if newest:
        click.echo(translated(say("每日摘要 {n} 份，最近为 {day}", n=newest.number, day=newest.day)))
    return len(faults)


def _progress(done: int) -> None:
    if done % PROGRESS == 0:
        click.echo(translated(say("已核对 {n} 个事件", n=done)), err=True)


@click.command()
@click.argument("event")
def explain(event: str) -> None:
    """Say what an EVENT is and what follows from it; or, by its position, what one event was."""
    if event.isdecimal():
        _explain_position(int(event))
    else:
        _explain_type(event)


def _explain_type(name: str) -> None:
    kind = next((one for one in events.all_types() if one.__name__ == name), None)
    if kind is None or not hasattr(kind, "sentence"):
        raise Refusal(say("没有名为“{name}”的事件", name=name), Kind.MISSING)
    fields = ", ".join(f"{field}: {of}" for field, of in _fields(kind))
    told = say("字段：{fields}", fields=fields), say("居民可见") if kind.public else say("居民不可见")
    click.echo(f"{name} ({kind.subject}): {gettext(kind.sentence.msgid)}")
    click.echo("".join(f"  {translated(one)}\n" for one in told), nl=False)
    for reaction in deliveries.reactions_of(name):
        doc = (deliveries.function_named(reaction).__doc__ or "").strip().partition("\n")[0]
        click.echo(f"  → {reaction}: {doc}")
    if not deliveries.reactions_of(name):
        nothing = say("没有后续动作")
        click.echo(f"  → {translated(nothing)}")


def _fields(kind: type[events.Event]) -> Iterator[tuple[str, str]]:
    for base in reversed(kind.__mro__):
        for name, of in getattr(base, "__annotations__", {}).items():
            if "ClassVar" not in str(of):
                yield name, str(of)


def _explain_position(position: int) -> None:
    told = stream.at(position)
    if told is None:
        raise Refusal(say("没有位置为 {position} 的事件", position=position), Kind.MISSING)
    click.echo(f"#{told.position} {told.type}  {timezone.localtime(told.at):%Y-%m-%d %H:%M:%S}  {told.actor}")
    click.echo(f"  {told.subject} {told.subject_id} · {told.seq}")
    click.echo(f"  {json.dumps(dict(told.data), ensure_ascii=False)}")
    for name, text in told.words.items():
        click.echo(f"  {name}: {text}")
    for one in worker.of_event(position):
        if one["done_at"]:
            state = say("{at} 完成", at=f"{timezone.localtime(one['done_at']):%Y-%m-%d %H:%M:%S}")
        elif one["due_at"]:
            state = say("等待中，已试 {n} 次", n=one["tries"])
        else:
            state = say("已搁置，试过 {n} 次：{error}", n=one["tries"], error=one["error"])
        click.echo(f"  → {one['reaction']}: {translated(state)}")


@click.command()
@click.argument("ids", nargs=-1, type=int)
@click.option("--all", "every", is_flag=True, help="put every one of them back")
def retry(ids: tuple[int, ...], every: bool) -> None:
    """List the deliveries that were set aside; with IDS or --all, put them back into the queue."""
    waiting = worker.set_aside(limit=1000)
    chosen = [one for one in waiting if every or one.id in ids]
    unknown = sorted(set(ids) - {one.id for one in waiting})
    if unknown:
        raise Refusal(say("没有搁置中的第 {id} 项", id=unknown[0]), Kind.MISSING)
    for one in chosen:
        worker.try_again(one.id, now=timezone.now())
    for one in chosen or waiting:
        click.echo(f"{one.id}  #{one.event} {one.type} → {one.reaction}  {one.tries}×  {one.error}")
    closing = say("已放回 {n} 项", n=len(chosen)) if chosen else say("搁置 {n} 项", n=len(waiting))
    click.echo(translated(closing))


@click.command()
def recount() -> None:
    """Make the figures of the board anew from the cases, and say how many had been wrong."""
    click.echo(translated(say("已重新统计，更正 {n} 个数字", n=insight.recount())))


@click.command()
def reindex() -> None:
    """Make the search index anew and say how far it is; stopped, it goes on by itself in the server."""
    at, said = insight.make_anew(timezone.now()), time.monotonic()
    while insight.feed_search(timezone.now()):
        at = search.feed() or at
        if time.monotonic() - said > SAYS_EVERY_S:
            click.echo(translated(say("已索引 {done} / {expected} 条", done=at.done, expected=at.expected)))
            said = time.monotonic()
    at = search.feed() or at
    click.echo(
        translated(say("索引已重建：{done} 条，读到事件 {position}", done=at.done, position=at.position))
    )


def tables() -> tuple[Lifecycle | JointTable, ...]:
    """Every table of every subject, in the order of their names."""
    found: dict[str, Lifecycle | JointTable] = {}
    for app in apps.get_app_configs():
        if app.module and module_has_submodule(app.module, "lifecycle"):
            held = vars(import_module(f"{app.name}.lifecycle")).values()
            found.update({one.name: one for one in held if isinstance(one, Lifecycle | JointTable)})
    return tuple(found[name] for name in sorted(found))


_WRITTEN = "Written by `gewu lifecycles --write docs/generated` from the table in the code; change it there."


def page_of(table: Lifecycle | JointTable) -> str:
    """One table as a page of the documents."""
    if isinstance(table, JointTable):
        return f"# {table.label} ({table.name})\n\n{_WRITTEN}\n\n{table.markdown()}"
    states = "".join(
        f"| `{one.name}` | {one.label} | {one.public} | {'yes' if one.open else 'no'} | {one.clock.value} |\n"
        for one in table.states
    )
    head = "| state | on the desk | for residents | open | clocks |\n|---|---|---|---|---|\n"
    return (
        f"# {table.label} ({table.name})\n\n{_WRITTEN}\n\n## States\n\n{head}{states}\n"
        f"## Steps\n\n{table.markdown()}\n## Diagram\n\n```mermaid\n{table.mermaid()}```\n"
    )


@click.command()
@click.option("--write", "folder", type=click.Path(path_type=Path), help="write one page each into a folder")
def lifecycles(folder: Path | None) -> None:
    """Show the tables of states and steps, or write them as pages of the documents."""
    for table in tables():
        if folder is None:
            click.echo(page_of(table))
            continue
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{table.name}.md").write_text(page_of(table), encoding="utf-8")
        click.echo(str(folder / f"{table.name}.md"))
