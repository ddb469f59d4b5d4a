"""What a door system may send, and which site may be connected. Pure.

Entry by face alone is refused by law: another way must be open to everyone (法释〔2021〕15号, art. 10;
《人脸识别技术应用安全管理办法》, 2025, art. 10). Who went in and when is nobody's business here: the platform
takes what a caretaker has to mend, and keeps no entry log, not even in the error queue.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from gewu.infra.connectors import Unwanted
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say

ALARMS = ("强行开门", "门未关好", "防拆报警", "消防联动")
FAULTS = ("离线", "门锁故障", "读卡器故障", "电源故障")
KINDS = (*ALARMS, *FAULTS)
#: Ways in that need no mark of the body.
WAYS_IN = ("刷卡", "密码", "值守人员")

#: Words in the names of fields that only an entry log, or a picture of someone, has.
_PERSONAL = {
    "card", "face", "person", "resident", "owner", "phone", "mobile", "idno", "idcard", "user", "visitor",
    "plate", "photo", "image", "picture", "pic", "video", "audio", "snapshot", "finger", "feature",
    "direction",
}  # fmt: skip
_PERSONAL_ZH = (
    "卡号", "人脸", "姓名", "电话", "手机", "身份证", "住户", "业主", "访客", "车牌", "照片", "图片", "抓拍",
    "视频", "音频", "指纹", "进出", "通行", "开门方式",
)  # fmt: skip
#: Kinds of messages that are no alarm and no fault, as door systems name them.
_ENTRIES = (
    "entry", "exit", "open", "pass", "access", "card", "face",
    "开门", "进门", "出门", "通行", "刷卡", "刷脸", "进出",
)  # fmt: skip


def check_row(row: Mapping[str, Any]) -> None:
    """Refuse an entry log, and anything that names or shows a person, whatever its fields are called."""
    for name, value in _fields(row):
        words = {one.lower() for one in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}
        if words & _PERSONAL or any(one in name for one in _PERSONAL_ZH):
            raise _no_entry_log()
        if isinstance(value, str) and _is_entry(value):
            raise _no_entry_log()


def _is_entry(value: str) -> bool:
    word = value.strip().lower()
    near = any(word.startswith(one) or word.endswith(one) for one in _ENTRIES)
    return near and len(word) <= 20 and value not in KINDS


def _fields(row: Any, depth: int = 0) -> Iterator[tuple[str, Any]]:
    if depth > 8:
        raise _no_entry_log()
    if isinstance(row, Mapping):
        for name, value in row.items():
            yield str(name), value
            yield from _fields(value, depth + 1)
    elif isinstance(row, list | tuple):
        for value in row:
            yield from _fields(value, depth + 1)


def _no_entry_log() -> Unwanted:
    return Unwanted(
        say("不收进出记录，也不收人脸、卡号、车牌和抓拍"),
        Kind.FORBIDDEN,
        advice=say("门禁系统只报警情和故障，请在对方系统里关掉进出记录的上传"),
    )


def check_site(options: Mapping[str, Any]) -> None:
    """Refuse a site where nobody can come in without showing the face."""
    if options.get("other_entry") not in WAYS_IN:
        raise Refusal(
            say("没有其他进门方式的小区不能接入"),
            Kind.CONFLICT,
            field="other_entry",
            advice=say("须能刷卡、输密码或由值守人员开门，刷脸只能由住户自愿选择"),
        )
