"""The certificate of a demo that phones open: good for its names, by an authority nobody else can use."""

from __future__ import annotations

import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gewu.cli import certificates

NOW = datetime.now(UTC)
NAMES = ["localhost", "127.0.0.1"]


def greeted(folder: Path, name: str, *, trusting: bool) -> str:
    """What a phone hears that asks for a name at our server, trusting its authority or not."""
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(folder / certificates.CERTIFICATE, folder / certificates.KEY)
    asking = ssl.create_default_context(cafile=folder / certificates.AUTHORITY if trusting else None)
    with socket.create_server(("127.0.0.1", 0)) as door:

        def answer() -> None:
            line, _ = door.accept()
            try:
                with serving.wrap_socket(line, server_side=True) as safe:
                    safe.sendall(b"good day")
            except ssl.SSLError:
                line.close()

        host = threading.Thread(target=answer)
        host.start()
        try:
            line = socket.create_connection(door.getsockname(), timeout=5)
            with line, asking.wrap_socket(line, server_hostname=name) as safe:
                return safe.recv(20).decode()
        finally:
            host.join()


@pytest.mark.parametrize("name", NAMES)
def test_a_phone_that_trusts_the_authority_is_served(tmp_path: Path, name: str) -> None:
    certificates.make(tmp_path, NAMES, NOW)
    assert greeted(tmp_path, name, trusting=True) == "good day"


def test_a_phone_that_does_not_trust_it_or_asks_another_name_is_warned(tmp_path: Path) -> None:
    certificates.make(tmp_path, NAMES, NOW)
    with pytest.raises(ssl.SSLCertVerificationError):
        greeted(tmp_path, "localhost", trusting=False)
    with pytest.raises(ssl.SSLCertVerificationError):
        greeted(tmp_path, "gewu.example", trusting=True)


def test_it_stays_until_the_names_change_or_it_runs_out(tmp_path: Path) -> None:
    def made(names: list[str], at: datetime) -> bytes:
        certificates.make(tmp_path, names, at)
        return (tmp_path / certificates.CERTIFICATE).read_bytes()

    first = made(NAMES, NOW)
    assert made(NAMES, NOW + timedelta(days=300)) == first
    assert (second := made([*NAMES, "192.168.1.7"], NOW)) != first
    assert made(NAMES, NOW + timedelta(days=385)) != second


def test_the_key_is_its_owners_and_that_of_the_authority_is_kept_nowhere(tmp_path: Path) -> None:
    certificates.make(tmp_path, NAMES, NOW)
    assert (tmp_path / certificates.KEY).stat().st_mode & 0o077 == 0
    names = {certificates.CERTIFICATE, certificates.KEY, certificates.AUTHORITY}
    assert {one.name for one in tmp_path.iterdir()} == names
    assert b"PRIVATE" not in (tmp_path / certificates.AUTHORITY).read_bytes()


def test_this_machine_names_itself() -> None:
    assert certificates.addresses()[:2] == NAMES
