"""What happens to the platform itself."""

from __future__ import annotations

from dataclasses import dataclass

from gewu.kernel.events import Event
from gewu.kernel.texts import say


@dataclass(frozen=True, kw_only=True)
class SwitchSet(Event):
    """A function was turned on (1) or off (0); the reason stands in its dated row."""

    subject = "switch"
    audit = "switch"
    sentence = say("{actor}把功能“{name}”设为 {on}")
    first = True
    name: str
    on: int


@dataclass(frozen=True, kw_only=True)
class ConnectorTried(Event):
    """Somebody had a connection of the platform tried: it worked (1) or not (0)."""

    subject = "connector"
    audit = "connector"
    sentence = say("{actor}检查了连接“{name}”：{well}")
    first = True
    name: str
    well: int


@dataclass(frozen=True, kw_only=True)
class ClockSet(Event):
    """The clock of the machine was set forward (above 0) or back while the platform ran."""

    subject = "clock"
    audit = "clock"
    sentence = say("服务器时间被调整了 {seconds} 秒（负数为调回）")
    first = True
    seconds: int


@dataclass(frozen=True, kw_only=True)
class ConnectorDeclared(Event):
    """An outside system was named, with the adapter it speaks by."""

    subject = "connector"
    audit = "connector"
    sentence = say("{actor}登记了对接“{code}”")
    first = True
    code: str


@dataclass(frozen=True, kw_only=True)
class ConnectorTriedOut(Event):
    """Its mapping was tried on samples and they came through."""

    subject = "connector"
    audit = "connector"
    sentence = say("{actor}用样例试过对接“{code}”")
    code: str


@dataclass(frozen=True, kw_only=True)
class ConnectorStarted(Event):
    """Its rows are taken from now on."""

    subject = "connector"
    audit = "connector"
    sentence = say("{actor}启用了对接“{code}”")
    code: str


@dataclass(frozen=True, kw_only=True)
class ConnectorPaused(Event):
    """Nothing of it is taken and nothing is sent until it is started again."""

    subject = "connector"
    audit = "connector"
    sentence = say("{actor}暂停了对接“{code}”")
    code: str


@dataclass(frozen=True, kw_only=True)
class ConnectorFailed(Event):
    """It failed several times in a row."""

    subject = "connector"
    sentence = say("对接“{code}”连续失败")
    code: str


@dataclass(frozen=True, kw_only=True)
class ConnectorRecovered(Event):
    """It works again."""

    subject = "connector"
    sentence = say("对接“{code}”恢复正常")
    code: str


@dataclass(frozen=True, kw_only=True)
class ConnectorRevised(Event):
    """Its mapping or its settings were changed; what they were stands in no event, they may name hosts."""

    subject = "connector"
    audit = "connector"
    sentence = say("{actor}修改了对接“{code}”的{what}")
    code: str
    what: str


@dataclass(frozen=True, kw_only=True)
class ConnectorSecretMade(Event):
    """A new secret was made; the one before is void after a day."""

    subject = "connector"
    audit = "connector"
    sentence = say("{actor}更换了对接“{code}”的密钥")
    code: str


@dataclass(frozen=True, kw_only=True)
class ConnectorRowSettled(Event):
    """A row of the error queue was corrected and taken, or dropped with a reason."""

    subject = "connector"
    audit = "connector"
    sentence = say("{actor}处理了对接“{code}”的待更正行：{result}")
    code: str
    result: str
