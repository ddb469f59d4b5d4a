"""Enterprises of the town that check themselves: a hazard rectified, one open, one found by inspection."""

from __future__ import annotations

from datetime import datetime, timedelta

from gewu.cases import actions as cases
from gewu.cases.actions import EvidenceGiven, Found
from gewu.cli import scenery
from gewu.cli.scenes import staging
from gewu.cli.scenes.staging import PASSWORD, Shown
from gewu.infra import files
from gewu.organisation import actions as organisation
from gewu.organisation.actions import UnitSpec
from gewu.security import actions as security
from gewu.security.actors import Actor, operator

#: Code of the unit, its name, sign-in name and name of its safety officer.
ENTERPRISES = (
    ("qy-hongda", "宏达冲压件厂", "qiye", "钱安"),
    ("qy-xinhua", "新华面粉厂", "qiyeyi", "米全"),
)
GUARD = Found(
    "H0202", "冲压车间 3 号机防护罩缺失，急停按钮失灵。", "冲压车间", guide="机械制造 / 设备设施 / 冲压机械"
)
EXITS = Found("H0101", "成品库东侧安全出口堆放托盘，宽度不足。", "成品库东门", guide="消防安全 / 疏散通道")
DUST = Found("H0202", "清粉间除尘器泄爆口正对通道，未设隔离。", "清粉间", guide="粉尘涉爆 / 除尘系统")


def set_up(county: str, street: str, *, now: datetime) -> list[Shown]:
    """The enterprises and their safety officers; the first of them stands on the sign-in page."""
    actor, grid = operator(county), staging.first_grid(street)
    for code, name, sign_in, shown in ENTERPRISES:
        organisation.add_units([UnitSpec("enterprise", code, name, grid)], actor=actor, now=now)
        account = security.open_account(sign_in, shown, PASSWORD, actor=actor, now=now, outside=True)
        organisation.appoint("enterprise_officer", code, account, actor=actor, now=now)
    account = security.open_account("yingji", "卫平", PASSWORD, actor=actor, now=now)
    organisation.appoint("handler", f"{county}-emergency", account, actor=actor, now=now)
    return [
        _shown(
            "qiye",
            "企业安全管理员 钱安",
            "Safety officer",
            "企业：自查、整改自己的隐患",
            "an enterprise's own hazards",
        ),
        _shown(
            "yingji",
            "承办人 卫平",
            "Handler",
            "应急管理：全区企业隐患",
            "emergency management: enterprise hazards",
        ),
    ]


def _shown(name: str, post_zh: str, post_en: str, does_zh: str, does_en: str) -> Shown:
    return {
        "name": name,
        "password": PASSWORD,
        "post_zh": post_zh,
        "post_en": post_en,
        "does_zh": does_zh,
        "does_en": does_en,
    }


def go_on(*, now: datetime) -> None:
    """A week of self-checks and one inspection."""
    first, mill = staging.actor_of("qiye", now), staging.actor_of("qiyeyi", now)
    began = now - timedelta(days=2)
    _, opened = cases.check_oneself(
        "qy-hongda", ["H0101", "H0103", "H0202"], [GUARD, EXITS], statement="安全科带班组长逐台设备检查",
        actor=first, now=began,
    )  # fmt: skip
    _rectify(opened[1], first, began + timedelta(hours=1))
    cases.check_oneself(
        "qy-xinhua",
        ["H0101", "H0202"],
        [],
        statement="清粉、制粉两车间逐项查看，未见异常",
        actor=mill,
        now=began,
    )
    cases.report_hazard(
        "qy-xinhua", DUST, actor=staging.actor_of("yingji", now), now=now - timedelta(hours=5)
    )


def _rectify(case: cases.Case, actor: Actor, at: datetime) -> None:
    """The exit is cleared and shown; the department of the line has it to check."""
    evidence = [_picture(token, actor, at) for token in ("photo_before", "photo_after")]
    records = ("rectification_notice", "recheck_record")
    evidence += [EvidenceGiven(token, text="托盘已移走，出口划线，班长每日点检") for token in records]
    cases.take(
        case.number, "report_done", actor=actor, now=at, result="出口已清空并划线", evidence=tuple(evidence)
    )


def _picture(token: str, actor: Actor, at: datetime) -> EvidenceGiven:
    drawn = scenery.draw("H0101", after=token == "photo_after", seed=7)  # noqa: S105 -- a kind of evidence
    return EvidenceGiven(token, file=str(files.keep_photo(drawn, purpose=token, actor=actor, now=at)))
