"""What every test run has, wherever in the tree it starts."""

from __future__ import annotations

pytest_plugins = ["tests.services"]
