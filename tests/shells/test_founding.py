"""The commands with which an installation gets its ground and its first people."""

from __future__ import annotations

from click.testing import CliRunner
from django.utils import timezone

from gewu.cli import founding
from gewu.kernel.refusals import Refusal
from gewu.organisation import queries as organisation
from gewu.security import queries as security
from tests.world import COUNTY, World

ACCOUNT = ("gu.xin", "顾新", "dispatcher")


def test_ground_may_be_laid_again_and_changes_nothing(world: World, settings: object) -> None:
    settings.COUNTY = COUNTY  # type: ignore[attr-defined]  # pytest-django's settings
    before = len(organisation.units())
    done = CliRunner().invoke(founding.found)
    assert (done.exit_code, "新设单位 0 个" in done.output) == (0, True)
    assert len(organisation.units()) == before


def test_first_people_are_appointed_from_the_command_line(world: World) -> None:
    given = [*ACCOUNT, f"{COUNTY}-grid_centre", "--password", "long-enough-word"]
    done = CliRunner().invoke(founding.appoint, given)
    assert (done.exit_code, done.output) == (0, "已开通账号 gu.xin\n")

    actor = security.actor_named("gu.xin", now=timezone.now())
    assert actor is not None
    assert actor.holds_at("cases.dispatch", COUNTY)


def test_seat_that_is_none_opens_no_account(world: World) -> None:
    given = [*ACCOUNT, "320111-moon", "--password", "long-enough-word"]
    done = CliRunner().invoke(founding.appoint, given)
    assert isinstance(done.exception, Refusal)
    assert security.actor_named("gu.xin", now=timezone.now()) is None
