"""What the tests of Open311 share: a system with a key, and both formats read into one tree."""

from __future__ import annotations

from typing import Any

from django.test import Client

from gewu.channels.open311 import codec
from gewu.security import actions as security
from tests.world import World

ROOT = "/open311/v2"
SPOT = {"lat": "32.0575", "long": "118.6025"}
#: A component is numbered at once, an event after a look, a dispute never.
REALTIME, BATCH, BLACKBOX = "C0101", "E0110", "D0102"
FORMATS = ("xml", "json")


def key_for(world: World, label: str = "邻市平台") -> str:
    return security.issue_key("open311", label, actor=world.actor("fang.an"), now=world.now)


def tree(answer: Any) -> Any:
    """What an answer says, whatever its format, after checking that its content type names it."""
    format = "json" if "json" in answer.headers["Content-Type"] else "xml"
    assert answer.headers["Content-Type"] == codec.TYPES[format]
    return codec.read(format, answer.content)


class Caller:
    """A program outside that speaks one format."""

    def __init__(self, format: str, key: str = "") -> None:
        self.format, self.key = format, key
        self.client = Client(raise_request_exception=False)

    def get(self, path: str, **asked: Any) -> Any:
        return self.client.get(f"{ROOT}/{path}.{self.format}", asked)

    def read(self, path: str, **asked: Any) -> Any:
        """What a method gives; it must succeed."""
        answer = self.get(path, **asked)
        assert answer.status_code == 200, answer.content.decode()
        return tree(answer)

    def post(self, path: str = "requests", **given: Any) -> Any:
        """Send a form with the key of this caller; a value of None leaves its parameter out."""
        whole = {"api_key": self.key, **given}
        return self.client.post(
            f"{ROOT}/{path}.{self.format}", {k: v for k, v in whole.items() if v is not None}
        )

    def bring(self, **given: Any) -> dict[str, Any]:
        """Bring a request that must be taken; its receipt."""
        answer = self.post(
            **{"service_code": REALTIME, "description": "人行道上的井盖不见了", **SPOT, **given}
        )
        assert answer.status_code == 200, answer.content.decode()
        (receipt,) = tree(answer)
        return dict(receipt)


def errors(answer: Any, status: int) -> list[dict[str, str]]:
    """The errors of an answer, after checking status and shape."""
    assert answer.status_code == status, answer.content.decode()
    found = tree(answer)
    assert found
    assert all(set(one) == {"code", "description"} and all(one.values()) for one in found)
    return list(found)
