"""Division lists as they are published, read into codes and names."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gewu.kernel import places
from gewu.kernel.places import Level
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import say

from .findings import Finding, Kind

#: Names of the files, widest level first: as in the repository and the package ``china-division``.
FILES = ("provinces", "cities", "areas", "streets", "villages")
#: All levels in one file: how Gewu ships its seeds.
WHOLE_FILE = "divisions"
ENDINGS = (".csv", ".csv.gz", ".json")


@dataclass(frozen=True)
class DivisionRow:
    code: str
    name: str


def rows_of(text: str, *, is_json: bool) -> list[DivisionRow]:
    """Rows of one file. Refuses a file without the columns ``code`` and ``name``."""
    try:
        rows = json.loads(text) if is_json else csv.DictReader(text.removeprefix("\ufeff").splitlines())
        return [DivisionRow(str(row["code"]).strip(), str(row["name"]).strip()) for row in rows]
    except (KeyError, TypeError, ValueError, csv.Error) as fault:
        raise Refusal(
            say("区划文件没有 code、name 两列"), field="file", advice=say("每行一个区划：代码和名称")
        ) from fault


def fit(
    rows: Iterable[DivisionRow], prefix: str, known: Iterable[str] = ()
) -> tuple[list[DivisionRow], list[Finding]]:
    """Rows under a prefix (and the places above it) that have a level and a parent, and what is wrong else.

    ``known`` are codes that exist already and may be parents.
    """
    wanted = [row for row in rows if row.code.startswith(prefix) or prefix.startswith(row.code)]
    standing = {*known, *(row.code for row in wanted)}
    kept: dict[str, DivisionRow] = {}
    findings: list[Finding] = []
    for row in sorted(wanted, key=lambda row: len(row.code)):
        fault = _fault(row, standing, kept)
        if fault:
            findings.append(fault)
        else:
            kept[row.code] = row
    return list(kept.values()), findings


def _fault(row: DivisionRow, standing: set[str], kept: dict[str, DivisionRow]) -> Finding | None:
    try:
        level = places.level_of(row.code)
    except Refusal as refusal:
        return Finding(Kind.WRONG_CODE, refusal.text, (row.code[:20],))
    if level.digits > Level.COMMUNITY.digits or not row.name:
        text = say("{code} 不是区划代码，或没有名称", code=row.code[:20])
        return Finding(Kind.WRONG_CODE, text, (row.code[:20],))
    if row.code in kept:
        text = say("代码 {code} 出现了 {times} 次", code=row.code, times=2)
        return Finding(Kind.DUPLICATE, text, (row.code,))
    if not any(above in standing for above in places.ancestors(row.code)) and level is not Level.PROVINCE:
        text = say("{code} 所属的 {needed} 不存在", code=row.code, needed=places.parent_of(row.code))
        return Finding(Kind.UNKNOWN, text, (row.code,))
    return None


def inhabited(codes_and_names: Iterable[tuple[str, str]]) -> Sequence[str]:
    """Communities with ground of their own: statistical stand-ins for zones (虚拟社区) are left out."""
    return [
        code
        for code, name in codes_and_names
        if len(code) == Level.COMMUNITY.digits and "虚拟社区" not in name
    ]
