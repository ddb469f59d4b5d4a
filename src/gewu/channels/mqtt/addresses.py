"""Where the broker is, as one setting says it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True)
class Address:
    """A broker: ``mqtt://``, ``mqtts://`` for TLS, or ``builtin://`` for the one that Gewu runs itself.

    Port 0 is for the installation to choose.
    """

    scheme: str
    host: str
    port: int
    user: str
    password: str

    @property
    def place(self) -> str:
        """Host and port, without user and password."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def read_address(url: str) -> Address:
    """The broker of a URL; ValueError says what it takes."""
    parts = urlsplit(url)
    if parts.scheme not in ("mqtt", "mqtts", "builtin") or not parts.hostname:
        raise ValueError("mqtt://USER:PASSWORD@HOST:PORT, mqtts:// for TLS, or builtin://127.0.0.1:PORT")
    port = parts.port or {"mqtt": 1883, "mqtts": 8883, "builtin": 0}[parts.scheme]
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Address(parts.scheme, parts.hostname, port, user, password)
