"""What every test run has, wherever in the tree it starts."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.services"]

# How fast a machine is says nothing about what is right: no example fails for its time.
settings.register_profile("gewu", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("gewu")
