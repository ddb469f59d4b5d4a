"""`gewu import`: a table of reports, new or past, through the ordinary actions."""

from __future__ import annotations

import gc
import sys
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import click
from django.conf import settings
from django.utils import timezone

from gewu.infra import sheets
from gewu.infra.batches import Refused, Source
from gewu.infra.wording import translated
from gewu.intake import actions as intake
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say
from gewu.security import queries as security
from gewu.security.actors import Actor, operator
from gewu.territory import actions as territory

MAPPINGS = Path(__file__).parent / "mappings"
#: The file is through, but some rows were refused; a refused file is 1, a wrong use of the command 2.
SOME_REFUSED = 3
INTERRUPTED = 130
#: Seconds between two lines of progress where it cannot be rewritten in place.
QUIET = 10.0
_MOST_SHOWN = 12


@click.command(name="import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--mapping", required=True, help="映射名称或 TOML 文件 · name or file of the mapping")
@click.option("--dry-run", is_flag=True, help="只检查，不写入 · check everything, keep nothing")
@click.option("--errors", type=click.Path(path_type=Path), help="被拒的行写到这里 · where refused rows go")
@click.option("--resume", is_flag=True, help="从上次中断处继续 · go on where it stopped")
@click.option("--limit", type=click.IntRange(min=1), help="只处理前 N 行 · only the first N rows")
@click.option("--as", "account", default="", help="以此账号的权限导入 · with the rights of this account")
def import_(
    file: Path,
    mapping: str,
    dry_run: bool,
    errors: Path | None,
    resume: bool,
    limit: int | None,
    account: str,
) -> None:
    """导入 Excel 或 CSV 中的反映和历史工单 · take in reports and past cases from a table."""
    by = intake.read_mapping(_mapping_path(mapping), county=settings.COUNTY)
    sheet = sheets.read(file)
    actor = _actor(account, by.county)
    lines = intake.read_lines(sheet, by, limit=limit or 0)
    _say(say("{file}：{rows} 行，映射 {mapping}", file=sheet.file_name, rows=len(lines), mapping=by.name))
    if dry_run:
        refused = _rehearse(lines, by, actor)
    else:
        source = Source(sheet.file_name, sheet.digest, by.name, by.digest)
        refused = _run(lines, by, source, actor, resume)
    _return_errors(errors, sheet, refused)
    sys.exit(SOME_REFUSED if refused else 0)


def _mapping_path(named: str) -> Path:
    """The file of a mapping: a path when it looks like one, else the name of one that is shipped."""
    if "/" in named or named.endswith(".toml"):
        return Path(named)
    path = MAPPINGS / f"{named}.toml"
    if not path.is_file():
        known = "、".join(sorted(one.stem for one in MAPPINGS.glob("*.toml")))
        advice = say("可用：{names}", names=known)
        raise Refusal(say("没有名为“{name}”的映射", name=named), Kind.MISSING, advice=advice)
    return path


def _actor(account: str, county: str) -> Actor:
    if not account:
        return operator(county)
    found = security.actor_named(account, now=timezone.now())
    if found is None:
        raise Refusal(say("没有账号“{name}”", name=account), Kind.MISSING)
    return found


def _rehearse(lines: list[intake.Line], by: intake.Mapping, actor: Actor) -> list[Refused]:
    plan = intake.rehearse(lines, by, actor=actor, now=timezone.now())
    refused, fresh = len(plan.refused), plan.rows - plan.already - len(plan.refused)
    _say(say("试运行，没有写入任何内容：可导入 {fresh} 行", fresh=fresh))
    _say(say("此前已收 {already} 行，将拒绝 {refused} 行", already=plan.already, refused=refused))
    wide = plan.places.get(by.county, 0)
    _say(say("区域 {n} 个；只到区县的 {wide} 行", n=len(plan.places), wide=wide))
    channels = "、".join(f"{code} {count}" for code, count in sorted(plan.channels.items()))
    _say(say("来源渠道 {n} 个：{names}", n=len(plan.channels), names=channels))
    _say(say("事项 {n} 类；将新建类目 {new} 个", n=plan.classes, new=plan.around.classes_made))
    _say_units(plan)
    _say_refused(plan.refused)
    return list(plan.refused)


def _say_units(plan: intake.Plan) -> None:
    """How many names became how many units, and every name that is to be read as another."""
    groups = plan.around.groups
    names = len({name for group in groups for name in group.names})
    _say(say("单位名称 {names} 种，归并为 {units} 个单位", names=names, units=len(groups)))
    _say(say("将新建单位 {new} 个", new=plan.around.units_made))
    for group in groups:
        others = "、".join(name for name in group.names if name != group.name)
        if others:
            _say(say("  {place} {name} ← {others}", place=group.place, name=group.name, others=others))


def _run(
    lines: list[intake.Line], by: intake.Mapping, source: Source, actor: Actor, resume: bool
) -> list[Refused]:
    progress = _Progress(len(lines))
    found = intake.Outcomes()
    gc.freeze()  # the lines and the platform itself stay to the end: searching them took a tenth of the time
    try:
        for found in intake.run(lines, by, source, actor=actor, clock=timezone.now, resume=resume):
            progress.show(found.rows)
    except KeyboardInterrupt:
        progress.end()
        _say(say("已中断：前 {rows} 行已保存。加 --resume 继续", rows=progress.rows))
        sys.exit(INTERRUPTED)
    progress.end()
    counts = {"taken": found.taken, "already": found.already, "refused": len(found.refused)}
    _say(say("新收 {taken} 行，此前已收 {already} 行，拒绝 {refused} 行", **counts))
    seconds, rate = f"{progress.seconds:.1f}", f"{progress.rate:.0f}"
    _say(say("用时 {seconds} 秒，每秒 {rate} 行", seconds=seconds, rate=rate))
    _say_cases(found)
    _say_refused(found.refused)
    return found.refused


def _say_cases(found: intake.Outcomes) -> None:
    _say(say("工单 {cases} 件，其中已结案 {closed} 件", cases=found.cases, closed=found.closed))
    if found.closed:
        overdue = {"recorded": found.recorded, "overdue": found.overdue, "n": len(found.differing)}
        _say(say("超时：来源记录 {recorded} 件，平台计算 {overdue} 件，逐行不一致 {n} 件", **overdue))


def _say_refused(refused: Iterable[Refused]) -> None:
    """The reasons with the number of their rows, the commonest first, without any value of a row."""
    reasons = Counter((one.refusal.text.msgid, one.refusal.field or "") for one in refused)
    for (reason, field), count in reasons.most_common(_MOST_SHOWN):
        _say(say("  拒绝 {count} 行：{reason}（{field}）", count=count, reason=reason, field=field))


def _return_errors(path: Path | None, sheet: sheets.Sheet, refused: list[Refused]) -> None:
    """The refused rows as they came, with the line and the reason, to be mended and imported again."""
    if path is None or not refused:
        return
    cells = {row.line: row.cells for row in sheet.rows}
    header = [*sheet.header, translated(say("行号")), translated(say("原因"))]
    sheets.write(path, header, [_returned(cells[one.line], one) for one in refused])
    _say(say("被拒的 {n} 行已写入 {file}", n=len(refused), file=path.name))


def _returned(cells: dict[str, str], one: Refused) -> list[str]:
    return [*cells.values(), str(one.line), translated(one.refusal.text)]


class _Progress:
    """One line that says how far it is, how fast, and how long it will take."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.rows = self.first = -1
        self.begun = self.shown = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.begun

    @property
    def rate(self) -> float:
        return max(self.rows - self.first, 0) / max(self.seconds, 0.001)

    def show(self, rows: int) -> None:
        if self.first < 0:
            self.first, self.begun = rows, time.monotonic()
        self.rows = rows
        left = (self.total - rows) / self.rate if self.rate else 0
        known = {"rows": rows, "total": self.total, "rate": f"{self.rate:.0f}", "left": f"{left:.0f}"}
        line = say("{rows} / {total} 行，每秒 {rate} 行，还需约 {left} 秒", **known)
        if sys.stderr.isatty():
            click.echo(f"\r{translated(line)}   ", nl=False, err=True)
        elif time.monotonic() - self.shown > QUIET:
            self.shown = time.monotonic()
            click.echo(translated(line), err=True)

    def end(self) -> None:
        """Leave the line, so that what follows stands below it."""
        self.rows = max(self.rows, 0)
        if sys.stderr.isatty():
            click.echo(err=True)


def _say(text: Text) -> None:
    click.echo(translated(text))


@click.command(name="load-divisions")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--within", default="", help="只载入此代码之下的区划 · only what lies under this code")
def load_divisions(folder: Path, within: str) -> None:
    """载入统计用区划（省到社区）· load the five levels of divisions from a folder or package."""
    batch = territory.load_divisions(folder, prefix=within, actor=operator(), now=timezone.now())
    _say(say("载入区划 {n} 个", n=batch.counts["rows"]))
