"""What every new installation starts from: roles, channels, templates, catalogue, units and people."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click
from django.conf import settings
from django.utils import timezone

import gewu
from gewu.cases import actions as cases
from gewu.catalogue import actions as catalogue
from gewu.command import actions as command
from gewu.fieldwork import actions as fieldwork
from gewu.infra import store
from gewu.infra.wording import translated
from gewu.insight import actions as insight
from gewu.intake import actions as intake
from gewu.kernel.texts import say
from gewu.notifications import actions as notifications
from gewu.organisation import actions as organisation
from gewu.security import actions as security
from gewu.security.actors import operator
from gewu.sensing import actions as sensing
from gewu.territory import actions as territory

_PACKAGE = Path(gewu.__file__).parent
#: The day from which the shipped net of grids is in force.
SINCE = date(2020, 1, 1)


def lay_ground(county: str, *, now: datetime, divisions: bool = True) -> None:
    """Load what is shipped as data: kinds and roles, the catalogue, channels, templates, and the places."""
    actor = operator(county)
    organisation.load_seeds(actor=operator(), now=now)
    catalogue.load_seeds(actor=actor, now=now, county=county)
    catalogue.load_kinds(actor=actor, now=now, place=county)
    catalogue.publish_seeds(county, actor=actor, now=now)
    cases.load_call_kinds(_PACKAGE / "cases" / "seeds" / "call_kinds.csv")
    cases.load_referral_kinds(_PACKAGE / "cases" / "seeds" / "referral_kinds.csv")
    cases.load_follow_up_rules(_PACKAGE / "cases" / "seeds" / "follow_up_rules.csv")
    intake.load_channels(_PACKAGE / "intake" / "seeds" / "channels.csv")
    intake.load_limits(_PACKAGE / "intake" / "seeds" / "limits.csv")
    insight.load_panels(_PACKAGE / "insight" / "seeds" / "panels.csv")
    _load_sensing(_PACKAGE / "sensing" / "seeds")
    fieldwork.load_seeds(actor=actor, now=now, place=county)
    command.load_kinds(_PACKAGE / "command" / "seeds" / "alert_kinds.csv")
    notifications.load_templates(_PACKAGE / "notifications" / "seeds" / "templates.csv")
    if divisions:
        territory.load_demo_territory(county=county, since=SINCE, actor=operator(), now=now)


def _load_sensing(seeds: Path) -> None:
    sensing.load_kinds(seeds / "device_kinds.csv", seeds / "quantities.csv")
    sensing.load_rules(seeds / "alarm_rules.csv")


def set_up_units(county: str, *, now: datetime) -> int:
    """Set up the offices of a county and its streets and communities; returns how many are new."""
    return catalogue.load_district(county, actor=operator(county), now=now)


@click.command()
def found() -> None:
    """Load roles, catalogue and channels, and set up the offices of the county. 载入目录并设立单位。"""
    now = timezone.now()
    lay_ground(settings.COUNTY, now=now, divisions=False)
    units = set_up_units(settings.COUNTY, now=now)
    click.echo(translated(say("目录、角色和渠道已载入，新设单位 {n} 个", n=units)))


@click.command()
@click.argument("name")
@click.argument("display_name")
@click.argument("post")
@click.argument("seat")
@click.password_option(help="At least ten characters. 至少十个字符。")
def appoint(name: str, display_name: str, post: str, seat: str, password: str) -> None:
    """Open an account and put it on a post. 开通账号并任职。

    POST is a kind of post (acceptor, dispatcher, handler, checker, grid_worker …), SEAT a unit's code
    (320111-grid_centre) or, for posts of a grid, the grid's code.
    """
    now, actor = timezone.now(), operator(settings.COUNTY)
    with store.writing():
        account = security.open_account(name, display_name, password, actor=actor, now=now)
        organisation.appoint(post, seat, account, actor=actor, now=now)
    click.echo(translated(say("已开通账号 {name}", name=name)))
