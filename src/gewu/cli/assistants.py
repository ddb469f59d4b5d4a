"""Have assistants learn, and see how good they are."""

from __future__ import annotations

import gzip
from pathlib import Path

import click
from django.conf import settings
from django.utils import timezone

from gewu.assistants import actions
from gewu.assistants import queries as assistants
from gewu.cases import queries as cases
from gewu.infra.wording import translated
from gewu.intake import queries as intake
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import Text, say
from gewu.security.actors import operator

#: Past matters that are learned from at most, the newest first.
MOST = 50_000
#: The largest file that is read, unpacked.
LARGEST = 512 * 2**20
FIGURES = {
    "macro_f1": say("宏平均 F1"),
    "top_1": say("第一位正确"),
    "top_3": say("前三位之内"),
    "f1": say("提示类的 F1"),
}
_FILES = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("kind")
@click.option("--from", "files", multiple=True, type=_FILES, help="A CSV of labelled rows; may be repeated.")
@click.option("--seed", type=int, default=20260101, show_default=True)
@click.option(
    "--to",
    "target",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the model here instead of using it.",
)
def train(kind: str, files: tuple[Path, ...], seed: int, target: Path | None) -> None:
    """Have one assistant learn from labelled rows or from closed matters. 让一种助手学习。"""
    asked = assistants.kind_of(kind)
    table = _table(asked, files) if files else _own(asked)
    source = "、".join(path.name for path in files) if files else "closed cases"
    _warn_of_left(table)
    made = actions.train(asked, table, source=source, now=timezone.now(), seed=seed, step=_tell_step)
    if target:
        target.write_bytes(made.content)
    else:
        actions.keep(made.content, actor=operator(settings.COUNTY), now=timezone.now())
    _say(
        say(
            "已学习 {n} 行，用时 {s} 秒，版本 {version}",
            n=made.card.rows,
            s=made.card.seconds,
            version=made.card.version,
        )
    )
    _say(say("没有见过的行上（分五份交叉检验）："))
    _print(made.measured)


@click.command()
@click.argument("kind")
@click.argument("file", type=_FILES)
@click.option("--model", type=_FILES, help="A model written by `gewu train --to`; else the one in use.")
def score(kind: str, file: Path, model: Path | None) -> None:
    """Say how good an assistant is on labelled rows, with intervals. 用带结果的行检验一种助手。"""
    asked = assistants.kind_of(kind)
    known, card = assistants.opened(asked.name, model.read_bytes() if model else None)
    table = _table(asked, (file,))
    _warn_of_left(table)
    _say(say("版本 {version}，{n} 行", version=card.version, n=len(table.items)))
    _print(assistants.rate(known, card, table))


@click.command(name="assistants")
def listed() -> None:
    """List the assistants with their cards. 列出助手和说明卡。"""
    for one in assistants.cards():
        click.echo(f"{one.kind.name}  {translated(one.kind.label)}: {translated(one.kind.purpose)}")
        _add(say("不得用于：{limits}", limits=one.kind.limits))
        _add(say("读取：{inputs}", inputs="、".join(one.kind.inputs)))
        if one.card is None:
            _add(say("还没有学习过"))
            continue
        figures = ", ".join(
            f"{translated(FIGURES[f.name])} {f.value:.3f} [{f.low:.3f}, {f.high:.3f}]"
            for f in one.card.figures
        )
        click.echo(f"  {one.card.version}  {one.card.made_on}  n={one.card.rows}  sha256 {one.sha256[:16]}")
        click.echo(f"  {figures}")


def _tell_step(at: int, of: int) -> None:
    click.echo(f"  {at}/{of}", err=True)


def _table(kind: assistants.Kind, files: tuple[Path, ...]) -> assistants.Table:
    return assistants.joined([assistants.table_of(kind, _text(path)) for path in files])


def _text(path: Path) -> str:
    """The text of a file, unpacked when it is packed; refused when it is too large or no text."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            content = file.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise Refusal(say("文件太大"), field="file")
        return content.decode("utf-8-sig")
    except (UnicodeDecodeError, gzip.BadGzipFile, EOFError) as wrong:
        raise Refusal(say("{file} 不是 UTF-8 文本", file=path.name), field="file") from wrong


def _own(kind: assistants.Kind) -> assistants.Table:
    """What the platform itself knows of a kind: how closed matters were called, and who handled them."""
    past: list[tuple[assistants.Item, str]]
    if kind.name == "matter":
        past = [({"text": text}, matter) for matter, text in cases.told_of(most=MOST)]
    elif kind.name == "unit":
        past = [(intake.facts_of(matter, at), unit) for matter, at, unit in cases.handled_by(most=MOST)]
    else:
        raise Refusal(
            say("平台自己没有这种助手的样本"), field="from", advice=say("请用 --from 给出带结果的 CSV 文件")
        )
    return assistants.Table(
        tuple(item for item, _ in past), tuple(answer for _, answer in past), kind.inputs, ()
    )


def _warn_of_left(table: assistants.Table) -> None:
    if table.left:
        _say(say("没有读取的列：{columns}", columns="、".join(table.left)))
    if table.personal:
        _say(say("其中是个人属性、任何助手都不得读取的：{columns}", columns="、".join(table.personal)))


def _print(found: assistants.Measured) -> None:
    for one in found.figures:
        click.echo(f"  {translated(FIGURES[one.name])}: {one.value:.4f}  [{one.low:.4f}, {one.high:.4f}]")
    _add(say("把握与实际相差平均 {gap}", gap=f"{found.gap:.4f}"))
    _add(
        say(
            "把握不低于 {least} 才推荐：占 {spoken}，其中正确 {right}",
            least=found.least,
            spoken=f"{found.spoken:.1%}",
            right=f"{found.right:.1%}",
        )
    )
    for band in found.bands:
        _add(
            say(
                "把握 {low}–{high}：{n} 行，平均把握 {said}，正确 {right}",
                low=f"{band.low:.0%}",
                high=f"{band.high:.0%}",
                n=band.n,
                said=f"{band.said:.1%}",
                right=f"{band.right:.1%}",
            )
        )


def _say(text: Text) -> None:
    click.echo(translated(text))


def _add(text: Text) -> None:
    """A line that belongs to the one above."""
    click.echo(f"  {translated(text)}")
