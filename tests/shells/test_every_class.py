"""Every class of the catalogue from report to closing, by forms on the same pages."""

from __future__ import annotations

import csv
import re
from importlib import resources
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from gewu.catalogue import queries as catalogue
from gewu.infra import rates
from gewu.organisation.models import Unit
from gewu.security import actions as security
from tests.pictures import photo_bytes
from tests.shells.visits import SPOT, said, signed_in
from tests.world import PASSWORD, World

pytestmark = pytest.mark.django_db

_seed = resources.files("gewu.catalogue") / "seeds" / "matters.csv"
#: The classes of the seed by the header above them: a test takes those of one header, which costs less.
CLASSES: dict[str, list[str]] = {}
for _row in csv.DictReader(_seed.read_text("utf-8").splitlines()):
    if _row["parent_code"]:
        CLASSES.setdefault(_row["parent_code"], []).append(_row["code"])
SMALL = photo_bytes(48, 36)


@pytest.fixture
def desks(today: World) -> dict[str, Client]:
    """Those who take a matter along the way, signed in; one person sits in every office."""
    actor, now = today.actor("fang.an"), today.now
    office = security.open_account("every.office", "各承办单位", PASSWORD, actor=actor, now=now)
    for path in Unit.objects.filter(parent=None).values_list("path", flat=True):
        security.give_role(office, "handler", actor=actor, now=now, unit_path=path)
    return {name: signed_in(name) for name in ("li.wen", "every.office", "zhao.qiang")}


def test_the_seed_is_the_catalogue_in_force(world: World) -> None:
    seeded = sorted(code for codes in CLASSES.values() for code in codes)
    assert seeded == [one.code for one in catalogue.all_matters(catalogue.day_of(world.now))]
    assert len(seeded) == 169


@pytest.mark.parametrize("header", CLASSES)
def test_every_class_goes_from_report_to_closing_on_the_same_pages(
    desks: dict[str, Client], header: str
) -> None:
    for matter in CLASSES[header]:
        rates.forget()
        settled(desks, matter)


def settled(desks: dict[str, Client], matter: str) -> None:
    """One matter of this class, by everyone whose turn it is."""
    resident, (acceptor, office, checker) = Client(), desks.values()
    receipt = resident.post("/report", {"text": f"反映一件事：{matter}", "key": matter, **SPOT})
    code = receipt.headers["Location"].rpartition("/")[2]
    links = re.findall(
        r'class="what" href="(/desk/reports/[^"]+)"', acceptor.get("/desk?tab=received").content.decode()
    )
    assert len(links) == 1
    accepted = taken(acceptor, acceptor.get(links[0]), "accept", matter=matter)
    address = accepted.redirect_chain[-1][0]
    signed = assisted(office, taken(office, office.get(address), "sign_for"), address)
    taken(office, signed, "report_done", result="已按规定办理", **evidence(form(signed, "report_done")))
    checking = taken(checker, checker.get(address), "begin_check")
    closed = taken(checker, checking, "close", answer=f"{matter}已办好，请您查看。")
    assert "已结案" in said(closed)
    assert f"{matter}已办好，请您查看。" in said(resident.get(f"/progress/{code}"))


def assisted(office: Client, page: HttpResponse, address: str) -> HttpResponse:
    """What each assistant of a shared duty does on the page of the case, and that page afterwards."""
    way = re.compile(r'action="([^"]*/assignments/[^"]*)/sign_for"')
    for task in way.findall(page.content.decode()):
        for event, given in (("sign_for", {}), ("finish", {"result": "已配合办理"})):
            assert office.post(f"{task}/{event}", given).status_code == 303
    return office.get(address)


def form(page: HttpResponse, event: str) -> str:
    """The form of a step as it stands on the page."""
    found = re.search(
        rf'<form method="post" action="[^"]*/steps/{event}".*?</form>', page.content.decode(), re.S
    )
    assert found, said(page)
    return found.group(0)


def taken(client: Client, page: HttpResponse, event: str, **given: Any) -> Any:
    """Send the form of a step that is on the page, and follow it to where it leads."""
    shown = form(page, event)
    action, version = re.search(r'action="([^"]+)"', shown), re.search(r'name="version" value="(\d+)"', shown)
    assert action and version
    answer = client.post(action.group(1), {"version": version.group(1), **given}, follow=True)
    assert (answer.status_code, answer.redirect_chain[-1][1]) == (200, 303), said(answer)
    return answer


def evidence(shown: str) -> dict[str, Any]:
    """What the form asks for: a picture for each field of pictures, words for each record."""
    fields = re.findall(r'<(input|textarea)\b[^>]*name="(evidence_\w+)"', shown)
    return {
        name: [SimpleUploadedFile("photo.jpg", SMALL, "image/jpeg")] if kind == "input" else "已记录在案"
        for kind, name in fields
    }
