"""What waits for someone in a demo: for each desk something to decide, so that no page is empty."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from gewu.cases import actions as cases
from gewu.cases.actions import Call, Case, Party
from gewu.catalogue import actions as catalogue
from gewu.catalogue.actions import ApplicationSpec, RouteSpec
from gewu.catalogue.queries import day_of
from gewu.cli.cast import Cast
from gewu.cli.scene import Scene
from gewu.cli.scenes import apart, links, outside
from gewu.intake import actions as intake
from gewu.kernel.refusals import Refusal
from gewu.organisation import queries as organisation
from gewu.security import actions as security
from gewu.security.actors import ANONYMOUS
from gewu.security.vault import Contact

KINDS = {one.code: one for one in catalogue.DATED}


def leave(scene: Scene, cast: Cast, now: datetime) -> None:
    """Have the people of a scene ask, call and propose; each deed by the hand whose it is."""
    abroad = (outside.bring, outside.warn, links.connect, apart.send)
    for deed in (_of_cases, _of_lists, _of_rules, _of_administrators, _exports, *abroad):
        deed(scene, cast, now)


def _fresh(scene: Scene, matter: str, text: str, now: datetime, *, here: bool = False) -> Case:
    """A new matter, accepted and signed for; ``here`` in the grid whose worker has an account."""
    grid, lon, lat = (scene.own or scene.grids)[0] if here else scene.chance.choice(scene.grids)
    draft = intake.ReportDraft(
        channel="phone", text=text, address="示例路口", lon=lon, lat=lat, matter=matter,
        contact=Contact("刘女士", "13900000000"),
    )  # fmt: skip
    report = intake.receive(draft, actor=scene.people["shouli"], now=now)
    if report.case is None:
        report = intake.take(report.pk, "accept", actor=scene.people["shouli"], now=now, matter=matter)
    case = report.case
    assert case is not None
    handler = scene.handler_of(case)
    if handler is not None:
        case = cases.take(case.number, "sign_for", actor=handler, now=now)
    return case


def _of_cases(scene: Scene, cast: Cast, now: datetime) -> None:
    """An extension, a shelving, a part sent back, a whistle, a case for the arbiter, an identity to see."""
    late = _fresh(scene, "C0131", "路灯杆被车撞歪，靠在围墙上。", now)
    _by_handler(scene, late, "ask_extension", now, reason="需调吊车，明早到场", amount="1")
    shelved = _fresh(scene, "E0110", "拆迁地块边上一直有人倒垃圾。", now)
    until = now + timedelta(days=60)
    _by_handler(scene, shelved, "ask_shelving", now, reason="待地块移交后统一清运", until=until)
    _whistle(scene, cast, _fresh(scene, "C0103", "井盖塌了一角，晚上看不见。", now, here=True), now)
    _for_the_arbiter(scene, cast, now)
    _identity(scene, now)


def _for_the_arbiter(scene: Scene, cast: Cast, now: datetime) -> None:
    """A case that two offices have sent back."""
    case = _fresh(scene, "C0123", "小区门口一个井盖没有标识，翘起来了。", now)
    for unit in (f"{cast.county}-drainage", ""):
        handler = scene.handler_of(case)
        if handler is None:
            return
        case = cases.take(
            case.number, "return", actor=handler, now=now, reason="不是本单位的井盖", proposed="unknown"
        )
        if unit:
            case = cases.take(case.number, "dispatch", actor=scene.people["paiqian"], now=now, unit=unit)


def _identity(scene: Scene, now: datetime) -> None:
    """A request to see who reported, for the privacy officer."""
    seen = intake.receive(
        intake.ReportDraft(
            channel="phone",
            text="楼上装修漏水，物业一直不管。",
            lon=scene.grids[0][1],
            lat=scene.grids[0][2],
            contact=Contact("周先生", "13900000001"),
        ),
        actor=scene.people["shouli"],
        now=now,
    )
    intake.ask_identity(
        seen.pk, reason="反映人留的地址不清，需电话核对", actor=scene.people["shouli"], now=now
    )


#: So many rows a second person has to agree to (`GEWU_EXPORT_ROWS`); an example, the demo has fewer cases.
MANY_ROWS = 61_208


def _exports(scene: Scene, cast: Cast, now: datetime) -> None:
    """A long list whose file is made as the demo begins to serve, and one that waits for consent."""
    security.begin_export(
        "tab=all", rows=len(scene.grids), place=cast.county, language="zh-hans",
        actor=scene.people["paiqian"], now=now,
    )  # fmt: skip
    security.ask_export(
        "tab=closed", rows=MANY_ROWS, place=cast.county, reason="年度档案移交，需全部已结案工单",
        actor=scene.people["paiqian"], now=now,
    )  # fmt: skip


def _by_handler(scene: Scene, case: Case, event: str, now: datetime, **given: Any) -> None:
    handler = scene.handler_of(case)
    if handler is not None:
        with suppress(Refusal):  # the class may be too short of time to ask for more
            cases.take(case.number, event, actor=handler, now=now, **given)


def _whistle(scene: Scene, cast: Cast, case: Case, now: datetime) -> None:
    parties = (Party(f"{cast.county}-municipal_works"), Party(f"{cast.county}-sanitation"))
    call = Call("grid", tuple(one for one in parties if organisation.unit(one.unit)), "请到场一起看怎么围挡")
    with suppress(Refusal):
        cases.blow(case.number, call, actor=scene.people["wangge"], now=now)


def _of_lists(scene: Scene, cast: Cast, now: datetime) -> None:
    """An application to assess and one to approve, a list out for opinions, work that the lists refused."""
    keeper, asks = scene.people["guanli"], scene.people["huanwei"]
    for title, matters, assessed in (
        ("暴露垃圾随手清理", ("E0110",), False),
        ("占道堆物劝离", ("E0101",), True),
    ):
        spec = ApplicationSpec(
            "admission", cast.county, f"{cast.county}-sanitation", title, matters,
            "区城管委会议纪要", "多在夜间出现，网格员就近可办", "handle",
        )  # fmt: skip
        row = catalogue.apply(spec, actor=asks, now=now)
        if assessed:
            catalogue.take_application(row.pk, "assess", actor=keeper, now=now, finding="网格员人手可以承担")
    edition = catalogue.draft("negative", cast.county, actor=keeper, now=now)
    catalogue.take(edition.pk, "consult", actor=keeper, now=now)
    catalogue.give_opinion(edition.pk, "建议把“代填各类报表”也列进来。", actor=ANONYMOUS, now=now)
    ready = catalogue.draft("community_work", cast.county, actor=keeper, now=now)
    catalogue.take(ready.pk, "consult", actor=keeper, now=now)
    _refused(scene, cast, now)


def _refused(scene: Scene, cast: Cast, now: datetime) -> None:
    """Work that a dispatcher would have given to a grid team or a community, and could not."""
    for community, matter in (("001", "C0101"), ("001", "E0101"), ("002", "P0102")):
        team = organisation.unit(f"{cast.street}{community}-grid_worker")
        if team is None:
            continue
        with suppress(Refusal):
            catalogue.check_may_be_given(matter, team.place, team, actor=scene.people["paiqian"], now=now)


def _of_rules(scene: Scene, cast: Cast, now: datetime) -> None:
    """Two rules that contradict each other, and changes of dated rules for the approver."""
    keeper = scene.people["guanli"]
    for department, reason in (("drainage", "按管线权属"), ("municipal_works", "按道路养护范围")):
        spec = RouteSpec("C0106", cast.street, day_of(now), reason, department=department, source="clerk")
        catalogue.add_route(spec, actor=keeper, now=now)
    since = day_of(now) + timedelta(days=7)
    words: Iterable[tuple[str, dict[str, str], str]] = (
        (
            "stage_limit",
            {"stage": "sign_for", "amount": "0.5", "unit": "work_hour"},
            "区政府会议纪要第 12 期",
        ),
        ("ladder", {"percent": "50", "tells": "cases.handle"}, "年度考核整改要求"),
    )
    for kind, given, basis in words:
        catalogue.propose(
            KINDS[kind], given, since=since, basis=basis, place=cast.county, actor=keeper, now=now
        )


def _of_administrators(scene: Scene, cast: Cast, now: datetime) -> None:
    """A record that is kept from deletion, and words for answers."""
    guarded = _fresh(scene, "C0101", "井盖响，夜里吵得睡不着。", now)
    security.hold(
        f"case:{guarded.pk}", guarded.number, reason="行政复议期间", actor=scene.people["anquan"], now=now
    )
    draft = cases.AnswerDraft(
        "处置完毕", "您反映的问题已处理完毕，感谢您的提醒。", "", "Done", "Your matter is settled."
    )
    cases.add_answer(draft, since=day_of(now), actor=scene.people["guanli"], now=now)
