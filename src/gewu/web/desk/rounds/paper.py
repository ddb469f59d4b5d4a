"""矛盾纠纷排查工作情况记录表: every field of the form; names of parties stay off it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils import timezone

from gewu.fieldwork.queries import Screening
from gewu.infra.papers import Paper
from gewu.infra.wording import translated
from gewu.kernel.texts import Text, say
from gewu.web.presenting.names import called

TITLE = say("矛盾纠纷排查工作情况记录表")
HEADER = (
    say("序号"), say("发现日期"), say("地点"), say("纠纷类别"), say("简要情况"), say("排查人"),
    say("责任单位"), say("化解情况"), say("化解时限"), say("工单编号"),
)  # fmt: skip
WIDTHS = (5, 11, 20, 14, 36, 9, 16, 22, 11, 18)
NOTE = say("本表不填当事人姓名和联系方式；涉及的人由调解卷宗另存。零报告须附本期巡查记录。")


def paper_of(found: Screening, named: Mapping[str, str]) -> Paper:
    """The record as it lies on paper; what is not filled in yet stays open, to be written by hand."""
    answers = {field.code: str(said) for field, said in found.record.answers} if found.record else {}
    rows = tuple(_row(n, found, named) for n in range(len(found.disputes)))
    return Paper(
        translated(TITLE),
        above=_head(found, answers, named[found.place]),
        header=_said(*HEADER),
        widths=WIDTHS,
        rows=rows,
        below=_body(found, answers),
        signs=_signs(found),
        note=translated(NOTE),
    )


def _head(found: Screening, answers: Mapping[str, str], place: str) -> tuple[tuple[str, str], ...]:
    days = say("{since} 至 {until}", since=found.since.isoformat(), until=found.until.isoformat())
    values = (
        (say("社区（村）"), place),
        (say("排查周期"), translated(days)),
        (say("排查类型"), called(found.kind)),
        (say("排查方式"), answers.get("way", "")),
        (say("参加人员"), answers.get("people", "")),
        (say("排查范围"), answers.get("scope", "")),
        (say("走访户数"), answers.get("households", "")),
        (say("排查出纠纷（件）"), f"{len(found.disputes)}"),
    )
    return tuple((translated(label), value) for label, value in values)


def _row(n: int, found: Screening, named: Mapping[str, str]) -> tuple[str, ...]:
    one = found.disputes[n]
    state = translated(one.state)
    return (
        f"{n + 1}",
        _day(one.found_at),
        " ".join(filter(None, (named[one.place], one.address))),
        called(one.matter),
        one.text,
        one.who,
        called(one.unit),
        f"{state}：{one.result}" if one.result else state,
        _day(one.due_at),
        one.number,
    )


def _body(found: Screening, answers: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    walked = [
        translated(say("{day} {title}（检查 {done}/{due}）", day=one.day.isoformat(), title=one.title,
                       done=one.looks_done, due=one.looks_due))
        for one in found.patrols
    ]  # fmt: skip
    statement = found.statement
    signed = say("{who} 于 {day} 签字确认未发现纠纷。{words}", who=statement.who, day=_day(statement.made_at),
                 words=statement.words) if statement else None  # fmt: skip
    return (
        (translated(say("排查情况")), answers.get("note", "")),
        (translated(say("化解措施")), answers.get("measures", "")),
        (translated(say("零报告声明")), translated(signed) if signed else ""),
        (translated(say("本期巡查记录")), "；".join(walked)),
    )


def _signs(found: Screening) -> tuple[tuple[str, str], ...]:
    departments = tuple(
        (called(one.name), _signature(one.result, one.who, one.signed_at)) for one in found.signed
    )
    own = (
        (translated(say("排查人签字")), found.who),
        (translated(say("负责人签字")), ""),
        (translated(say("填表人")), found.record.who if found.record else ""),
        (translated(say("填表日期")), _day(found.record.made_at) if found.record else ""),
    )
    return (*departments, *own)


def _signature(result: str, who: str, at: datetime | None) -> str:
    return f"{result}（{who} {_day(at)}）" if at else ""


def _said(*texts: Text) -> tuple[str, ...]:
    return tuple(translated(one) for one in texts)


def _day(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d}" if at else ""
