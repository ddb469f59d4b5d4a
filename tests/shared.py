"""Real data that lie beside the project, or in the folder that GEWU_SHARED_DATA names; never in it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

BESIDE = Path(__file__).resolve().parents[2] / "shared"


def data(name: str) -> Path:
    """The folder of one data set; the test is skipped with a line that says so where it is absent."""
    folder = Path(os.environ.get("GEWU_SHARED_DATA") or BESIDE) / "data" / name
    if not folder.is_dir():
        pytest.skip(f"shared data {name} are not here; GEWU_SHARED_DATA names the folder that holds data/")
    return folder
