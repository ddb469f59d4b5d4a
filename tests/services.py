"""Tests that use a service of this machine, and the rule that CI may not leave them out unseen.

A test marked ``needs_service("postgresql")`` is skipped, with a line that says so, where that service does
not answer. With GEWU_SERVICES_REQUIRED=1 the run fails when such a test was skipped although its service
answers. Loaded as a plugin by the ``conftest.py`` at the root.
"""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Generator
from functools import cache

import pytest

from tools import browser

PORTS = {"postgresql": 5432, "redis": 6379, "rabbitmq": 5672, "mosquitto": 1883, "nats": 4222}
#: What is found as a program, not by its port.
PROGRAMS = ("chromium", "mosquitto program")
MARKERS = (
    "needs_service(name): uses a service of this machine: " + ", ".join((*PORTS, *PROGRAMS)),
    "flow: told twice, with the assistants as they stand and with every one of them off",
    "both_databases: must pass on SQLite and on PostgreSQL; runs once on each",
)
#: What a test's report carries to the process that sums up, also from the processes of xdist.
PROPERTY = "needs_service"

_left_out: list[str] = []


@cache
def answers(service: str) -> bool:
    """Whether the service is here: its port is open, or its program (for Chromium fonts, too) is found."""
    if service == "chromium":
        return not browser.missing()
    if service == "mosquitto program":
        return mosquitto() is not None
    try:
        socket.create_connection(("127.0.0.1", PORTS[service]), timeout=1).close()
    except OSError:
        return False
    return True


def mosquitto() -> str | None:
    """The program of the broker; it is no command of users, so it may lie where only root looks."""
    elsewhere = "/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin"
    return shutil.which("mosquitto") or shutil.which("mosquitto", path=elsewhere)


def pytest_configure(config: pytest.Config) -> None:
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)


def needs(item: pytest.Item) -> list[str]:
    """The services that a test names; a name that nobody knows is a mistake of the test."""
    named = [str(name) for marker in item.iter_markers("needs_service") for name in marker.args]
    for name in named:
        if name not in PORTS and name not in PROGRAMS:
            raise pytest.UsageError(f"{item.nodeid} needs the unknown service {name!r}")
    return named


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for service in needs(item):
            item.user_properties.append((PROPERTY, service))
            if not answers(service):
                item.add_marker(pytest.mark.skip(reason=f"{service} does not answer on this machine"))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if not report.skipped:
        return
    for name, service in report.user_properties:
        if name == PROPERTY and answers(str(service)):
            _left_out.append(f"{report.nodeid} was skipped although {service} answers here")


@pytest.hookimpl(wrapper=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None]:
    """Turn a skipped service test into a failed run where the services are required."""
    summing_up = not hasattr(session.config, "workerinput")
    if summing_up and _left_out and os.environ.get("GEWU_SERVICES_REQUIRED") == "1":
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    return (yield)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    services = sorted({str(s) for one in skipped for n, s in one.user_properties if n == PROPERTY})
    for service in services:
        if not answers(service):
            terminalreporter.write_line(f"skipped: the tests that need {service}, which does not answer here")
    for line in _left_out:
        terminalreporter.write_line(line, red=True)
