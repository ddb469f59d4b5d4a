"""What came from outside in a demo: requests that another city's program brought, and a weather warning."""

from __future__ import annotations

from datetime import datetime, timedelta

from gewu.cli.cast import Cast
from gewu.cli.scene import Scene
from gewu.command import actions as alerts
from gewu.command.actions import AlertSpec
from gewu.command.queries import Area, Info, Message
from gewu.intake import actions as intake
from gewu.intake.queries import OUTSIDE
from gewu.security import actions as security
from gewu.security import actors
from gewu.security import queries as accounts
from gewu.security.vault import Contact

PARTNER = "江北新区随手拍（Open311）"
Answers = dict[str, tuple[str, ...]]
#: Service, words, address, answers, the number it has there.
BROUGHT: tuple[tuple[str, str, str, Answers, str], ...] = (
    (
        "C0137",
        "放学路上这盏灯不亮，孩子走夜路看不清。",
        "实验小学东门",
        {"CRITERION": ("2",), "POLE": ("JP-0231",), "LAMPS": ("1",)},
        "JB-20871",
    ),
    (
        "C0103",
        "雨水井盖一踩就响，电动车过去会弹起来。",
        "公园北路公交站旁",
        {"CRITERION": ("3",)},
        "JB-20876",
    ),
    (
        "E0301",
        "工地夜里还在打桩，连着三天了。",
        "滨江大道南侧工地",
        {"HOURS": ("evening", "night")},
        "JB-20880",
    ),
    (
        "E0110",
        "绿化带后面堆了一堆生活垃圾，已经发臭。",
        "浦口大道人行道",
        {"SIZE": ("heap",)},
        "JB-20884",
    ),
)


def bring(scene: Scene, cast: Cast, now: datetime) -> None:
    """A partner's key, and what it brought: components are cases at once, events wait on the desk."""
    secret = security.issue_key("open311", PARTNER, actor=scene.people["anquan"], now=now)
    key = accounts.key_of(secret, "open311", now=now)
    assert key is not None
    partner = actors.system(key.id, key.label)
    for service, text, address, answers, number in BROUGHT:
        _, lon, lat = scene.chance.choice(scene.grids)
        draft = intake.ReportDraft(
            OUTSIDE, text, lon, lat, address=address, matter=service, answers=answers,
            contact=Contact(name="周先生", phone="13700000000"),
        )  # fmt: skip
        intake.bring(draft, actor=partner, now=now, outside_id=number)
    security.note_key_use(key.id, now=now)


def warn(scene: Scene, cast: Cast, now: datetime) -> None:
    """A warning in force from the weather office, one of our own that waits for approval, and an exercise."""
    secret = security.issue_key("alerts", "市气象台（CAP）", actor=scene.people["anquan"], now=now)
    key = accounts.key_of(secret, "alerts", now=now)
    assert key is not None
    alerts.receive(_storm(cast, now), "", actor=actors.system(key.id, key.label), now=now)
    security.note_key_use(key.id, now=now)
    drafter, approver = scene.people["paiqian"], scene.people["ducha"]
    own = AlertSpec(
        kind="waterlogging", severity="Moderate", headline="江浦街道低洼路段今晚可能积水",
        description="受强降雨影响，今晚滨江大道下穿通道、浦口大道南段可能积水，请绕行。",
        instruction="不要驾车驶入积水路段；地下车库请提前摆好挡水板。", places=(cast.street,),
        expires=now + timedelta(hours=14),
    )  # fmt: skip
    waiting = alerts.draft(own, actor=drafter, now=now)
    alerts.take(waiting.pk, "submit", actor=drafter, now=now)
    drill = AlertSpec(
        kind="fire", severity="Minor", headline="社区消防疏散演练（演练，不是真实预警）",
        description="上午十点在文体广场组织疏散演练，届时会鸣警报。", places=(cast.street,),
        expires=now + timedelta(days=2), status="Exercise",
    )  # fmt: skip
    exercise = alerts.draft(drill, actor=drafter, now=now)
    alerts.take(exercise.pk, "submit", actor=drafter, now=now)
    alerts.take(exercise.pk, "issue", actor=approver, now=now)


def _storm(cast: Cast, now: datetime) -> Message:
    """A warning as a weather office words it, for the whole of what is served."""
    sent = (now - timedelta(minutes=40)).replace(microsecond=0)
    info = Info(
        categories=("Met",), event="暴雨", urgency="Expected", severity="Severe", certainty="Likely",
        event_codes=(("weather", "1003"),), onset=sent, expires=sent + timedelta(hours=24),
        sender_name="市气象台", headline="市气象台发布暴雨橙色预警信号",
        description="预计未来三小时内有五十毫米以上降雨，并伴有雷电和短时大风，请注意防范。",
        instruction="减少外出，远离低洼地带和裸露电线；停止室外高空作业。",
        parameters=(("colour", "orange"),),
        areas=(Area("全区", geocodes=(("division", cast.home),)),),
    )  # fmt: skip
    return Message(
        f"met-{cast.home}-{sent:%Y%m%d%H%M}", "met.example", sent, "Actual", "Alert", "Public", infos=(info,)
    )
