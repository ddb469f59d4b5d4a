"""The computation of receipts: digests, trees and paths, and the program that anyone can run."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from hypothesis import given
from hypothesis import strategies as st

from gewu.kernel import receipts


def test_sm3_gives_the_examples_of_the_standard() -> None:
    assert receipts.sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert (
        receipts.sm3(b"abcd" * 16).hex() == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
    )


@given(st.binary(max_size=300))
def test_sm3_agrees_with_the_library_that_chains_the_events(content: bytes) -> None:
    wanted = hashes.Hash(hashes.SM3())
    wanted.update(content)
    assert receipts.sm3(content) == wanted.finalize()


def test_unknown_algorithm_is_refused() -> None:
    with pytest.raises(ValueError, match="md5"):
        receipts.digest("md5", b"")


@given(st.integers(1, 40), st.data())
def test_every_path_leads_to_the_root(count: int, data: st.DataObject) -> None:
    leaves = [receipts.leaf("sha256", n, f"sha256:{n}") for n in range(count)]
    index = data.draw(st.integers(0, count - 1))
    way = receipts.path("sha256", leaves, index)
    assert receipts.climbed("sha256", leaves[index], way) == receipts.root("sha256", leaves)


def test_root_is_that_of_rfc_6962() -> None:
    one, two, three = (hashlib.sha256(bytes([n])).digest() for n in range(3))
    pair = hashlib.sha256(b"\x01" + one + two).digest()
    assert receipts.root("sha256", [one, two, three]) == hashlib.sha256(b"\x01" + pair + three).digest()


def _made() -> tuple[dict[str, object], dict[str, object]]:
    hashes_ = ["sha256:aa", "sha256:bb", "sha256:cc"]
    leaves = [receipts.leaf("sha256", n + 1, one) for n, one in enumerate(hashes_)]
    anchor: dict[str, object] = {
        "number": 1, "day": "2026-03-02", "first": 1, "last": 3, "count": 3,
        "root": f"sha256:{receipts.root('sha256', leaves).hex()}", "previous": "",
    }  # fmt: skip
    anchor["digest"] = receipts.anchor_digest(anchor)
    events = [
        {
            "seq": n + 1,
            "position": n + 1,
            "hash": one,
            "anchor": 1,
            "path": receipts.path("sha256", leaves, n),
        }
        for n, one in enumerate(hashes_)
    ]
    chain = {"subject": "report", "id": "x", "length": 3, "head": "sha256:cc", "events": events}
    return {"format": receipts.FORMAT, "chains": [chain], "anchors": [anchor]}, {"anchors": [anchor]}


def _run(folder: Path, receipt: object, anchors: object) -> subprocess.CompletedProcess[str]:
    for name, content in (("receipt", receipt), ("anchors", anchors)):
        (folder / f"{name}.json").write_text(json.dumps(content))
    script = folder / "gewu_receipt.py"
    script.write_text(Path(receipts.__file__).read_text(encoding="utf-8"), encoding="utf-8")
    # -I and -S: neither this environment nor its packages, as on any other computer
    command = [sys.executable, "-I", "-S", str(script), "receipt.json", "anchors.json"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_program_alone_says_that_a_receipt_fits(tmp_path: Path) -> None:
    done = _run(tmp_path, *_made())
    assert (done.returncode, done.stdout.splitlines()[-1][:4]) == (0, "FITS"), done.stdout + done.stderr


@pytest.mark.parametrize("change", ["hash", "position", "path", "missing", "anchor", "digest"])
def test_program_alone_finds_what_does_not_fit(tmp_path: Path, change: str) -> None:
    receipt, published = _made()
    events = receipt["chains"][0]["events"]
    if change == "hash":
        events[1]["hash"] = "sha256:bc"
    elif change == "position":
        events[1]["position"] = 9
    elif change == "path":
        events[1]["path"] = []
    elif change == "missing":
        del events[1]
    elif change == "anchor":
        events[1]["anchor"] = 2
    else:
        published["anchors"] = [{**published["anchors"][0], "count": 4}]
    done = _run(tmp_path, receipt, published)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "DIFFERS" in done.stdout


@pytest.mark.parametrize("content", [[], {}, {"format": "gewu-receipt-1"}, "x"])
def test_program_alone_refuses_what_is_no_receipt(tmp_path: Path, content: object) -> None:
    done = _run(tmp_path, content, {"anchors": []})
    assert done.returncode == 2
    assert "cannot read" in done.stderr
