"""Nothing is fetched from elsewhere, and no file knows the machine it was written on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import PACKAGE, ROOT, expect_none, tracked

TEXT = (
    ".py", ".toml", ".txt", ".in", ".md", ".html", ".css", ".ts", ".js", ".json", ".po", ".yml",
    "Makefile", "run", ".npmrc", ".editorconfig", ".gitignore", ".importlinter",
)  # fmt: skip
#: Addresses that name something and are not fetched: name spaces, licences, this machine, examples.
NAMES = (
    "www.w3.org", "wiki.open311.org", "schemas.openxmlformats.org", "www.apache.org",
    "127.0.0.1", "localhost", "[::1]", "testserver",
)  # fmt: skip
EXAMPLE = re.compile(r"(^|\.)example(\.(org|com|net|cn|gov\.cn))?$|\.test$|\.invalid$")
ADDRESS = re.compile(r"(?:https?|wss?|ftp):(?://)([\w.\-\[\]:]+)")
#: In markup and styles an address without a scheme is fetched as well.
BARE = re.compile(r"""(?:src|href|action|url\(|@import|from)\s*[=(]?\s*["']?//([\w.\-]+)""")
#: Where only this project's work tree or this user's files could be meant.
MACHINE = re.compile(r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+|tmp/\w+)/")
INDEX = re.compile(r"--(?:extra-)?index-url|--find-links|^\s*registry\s*=", re.MULTILINE)


def _texts() -> list[Path]:
    """Every text but this one and npm's lock, which names the home pages of its packages."""
    here = Path(__file__).resolve()
    return [path for path in tracked(*TEXT) if path != here and path.name != "package-lock.json"]


def _host(address: str) -> str:
    return address if address.startswith("[") else address.partition(":")[0]


def _foreign(path: Path) -> Iterator[str]:
    for line, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        for host in (_host(found) for found in (*ADDRESS.findall(text), *BARE.findall(text))):
            if host and host not in NAMES and not EXAMPLE.search(host):
                yield f"{path.relative_to(ROOT)}:{line} {host}"


def test_no_page_fetches_from_elsewhere() -> None:
    pages = [path for path in tracked(".html", ".css", ".ts", ".js", ".svg") if "tests" not in path.parts]
    expect_none(found for path in pages for found in _foreign(path))


def test_no_file_names_a_foreign_host() -> None:
    """Locks, settings and documents alike: an address of a registry or a machine would leave with them."""
    expect_none(found for path in _texts() for found in _foreign(path))


def test_no_file_names_a_path_of_one_machine() -> None:
    found = ((path, MACHINE.search(path.read_text(encoding="utf-8"))) for path in _texts())
    expect_none(f"{path.relative_to(ROOT)}: {match[0]}" for path, match in found if match)


def test_no_file_chooses_a_registry() -> None:
    chosen = [
        path for path in _texts() if path.suffix != ".py" and INDEX.search(path.read_text(encoding="utf-8"))
    ]
    expect_none(str(path.relative_to(ROOT)) for path in chosen)


def test_locks_hold_hashes_and_no_address() -> None:
    for lock in sorted((ROOT / "requirements").glob("*.txt")):
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text, lock.name
        assert text.count("==") <= text.count("--hash=sha256:"), lock.name
    packages = (ROOT / "frontend" / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved": "http' not in packages


def test_pages_carry_no_inline_script() -> None:
    """The content security policy forbids it, so that a text of a stranger can never run."""
    inline = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")|\son\w+=\"")
    pages = [path for path in tracked(".html") if path.is_relative_to(PACKAGE)]
    expect_none(
        str(path.relative_to(ROOT)) for path in pages if inline.search(path.read_text(encoding="utf-8"))
    )
