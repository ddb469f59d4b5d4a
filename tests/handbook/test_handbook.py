"""The handbook: every page has its item, items are whole in both languages, a city words them anew."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, resolve

from gewu.handbook import actions, queries, rules
from gewu.handbook.actions import WordsDraft
from gewu.infra import films
from gewu.infra.models import AuditEntry
from gewu.kernel.refusals import Refusal
from gewu.security import actions as security
from gewu.security.actors import Actor, operator
from gewu.web import urls
from gewu.web.desk import finding
from gewu.web.help import urls as help_urls
from tests.pictures import photo_bytes
from tests.shells.visits import said, signed_in
from tests.world import COUNTY, PASSWORD, World

#: Addresses that answer with a file, data or another address, and show no page.
NO_PAGES = {
    "portal_file", "portal_thumb", "portal_record_file", "portal_checker", "anchors_json", "anchors_text",
    "security_txt", "sign_in_away", "sign_in_back", "field_worker", "field_manifest", "field_icon",
    "field_authority", "field_words", "field_session", "desk_export", "desk_screening_form", "setup_find",
    "places_geojson", "grid_at", "tile", "file", "thumb", "help_picture",
    "desk_find_quick",
}  # fmt: skip
ROUTES: dict[str, URLPattern] = {
    str(one.name): one
    for one in chain(urls.urlpatterns, help_urls.urlpatterns, finding.urlpatterns)
    if isinstance(one, URLPattern)
}
WORDS = WordsDraft("收件台", "先看左边。\n\n## 三步\n1. 找到\n2. 打开", why="本地叫法")


def _methods(view: Callable[..., Any] | None) -> list[str]:
    """What a view may be asked by, as its decorator was told; everything for one that was told nothing."""
    while view is not None:
        cells = [one.cell_contents for one in getattr(view, "__closure__", None) or ()]
        told = dict(zip(view.__code__.co_freevars, cells, strict=True)).get("request_method_list")
        if told is not None:
            return list(told)
        view = getattr(view, "__wrapped__", None)
    return ["GET", "POST"]


def test_every_page_has_its_item() -> None:
    pages = {name for name, one in ROUTES.items() if "GET" in _methods(one.callback)}
    assert pages - NO_PAGES - queries.pages().keys() == set(), (
        "pages without an item in handbook/seeds/items.csv"
    )


def test_no_item_names_a_page_that_is_gone() -> None:
    assert queries.pages().keys() - ROUTES.keys() == set()
    assert NO_PAGES - ROUTES.keys() == set()


@pytest.mark.django_db
def test_items_are_whole_in_both_languages_and_lead_to_each_other() -> None:
    items = queries.items()
    keys = {one.key for one in items}
    faults = []
    for one in items:
        shapes = [
            [(block.kind, len(block.lines) if block.kind != "words" else 1) for block in words.blocks]
            for words in (one.zh, one.en)
        ]
        kinds = [kind for kind, _ in shapes[0]]
        if shapes[0] != shapes[1]:
            faults.append(f"{one.key}: differs between the languages {shapes}")
        if kinds[0] != "words" or "heading" not in kinds:
            faults.append(f"{one.key}: begins with what the page is for, and has headings")
        if not set(one.see) <= keys - {one.key} or not one.see:
            faults.append(f"{one.key}: leads to {one.see}")
    assert faults == []


def test_no_page_is_explained_twice_and_no_words_are_left_over() -> None:
    listed = [page for one in queries._shipped().values() for page in one.pages]
    assert len(listed) == len(set(listed))
    written = [
        item
        for chapter in queries.CHAPTERS
        for item in rules.items_of((queries._SEEDS / f"{chapter}.zh.md").read_text("utf-8"))
    ]
    assert written == list(queries._shipped())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "page", "item"),
    [
        ("zhou.min", "/desk", "inbox"),
        ("zhou.min", "/desk/fieldwork/plans/new", "plans"),
        ("zhou.min", "/desk/cases/320111-20260101-0001/steps/dispatch", "case"),
        ("qian.lei", "/setup/routes", "routes"),
        ("ma.jianguo", f"/board/{COUNTY}", "board"),
        ("", "/report", "report"),
        ("", "/sign-in", "sign_in"),
        ("", "/no/such/page", "home"),
    ],
)
def test_a_page_opens_its_own_item(world: World, who: str, page: str, item: str) -> None:
    client = signed_in(who) if who else Client()
    answer = client.get(page, follow=False)
    if answer.status_code == 303:  # the address of a form brings to the page that holds it
        answer = client.get(answer["Location"])
    if item != "home":
        assert f'href="/help/{item}" data-help' in answer.content.decode()
        assert client.get(f"/help/{item}").status_code == 200
    else:
        assert 'href="/help" data-help' in answer.content.decode()


@pytest.mark.django_db
def test_residents_find_their_items_and_staff_theirs(world: World) -> None:
    visitor, clerk = Client(), signed_in("zhou.min")
    assert "/help/report" in visitor.get("/help").content.decode()
    assert "/help/case" not in visitor.get("/help").content.decode()
    assert visitor.get("/help/case").status_code == 303
    assert "/help/case" in clerk.get("/help").content.decode()
    assert "办结上报" in said(clerk.get("/help/whole"))
    assert visitor.get("/help/nothing").status_code == 404


@pytest.mark.django_db
def test_items_are_found_by_the_words_in_them(world: World) -> None:
    clerk = signed_in("zhou.min")
    found = clerk.get("/help", {"q": "大批 第二人"}).content.decode()
    assert "/help/exports" in found and "/help/whistle" not in found
    assert "没有相符的" in said(clerk.get("/help", {"q": "不会有这样的词"}))


@pytest.mark.django_db
def test_field_app_and_handbook_say_the_same_of_its_screens(world: World) -> None:
    item = said(signed_in("zhao.qiang").get("/help/field_app"))
    words = signed_in("zhao.qiang").get("/field/words/zh-hans.json").json()
    assert all(words[name] in item for name in words if name.startswith("help_") and name.endswith("queue"))


@pytest.fixture
def trainer(world: World) -> World:
    """The world with a training officer."""
    account = security.open_account("qiao.pei", "乔培", PASSWORD, actor=operator(COUNTY), now=world.now)
    security.give_role(account, "training_officer", actor=operator(COUNTY), now=world.now, place=COUNTY)
    world.accounts["qiao.pei"] = account
    return world


def _actor(world: World) -> Actor:
    return world.actor("qiao.pei")


@pytest.mark.django_db
def test_training_officer_words_an_item_anew_and_goes_back(trainer: World) -> None:
    officer, clerk = signed_in("qiao.pei"), signed_in("zhou.min")
    form = {"title_zh": WORDS.title_zh, "text_zh": WORDS.text_zh, "why": WORDS.why, "version": "0"}
    assert officer.post("/setup/help/inbox", form).status_code == 303
    page = said(clerk.get("/help/inbox"))
    assert "收件台" in page and "本地第 1 版" in page
    assert AuditEntry.objects.filter(type="HelpReworded").count() == 1

    stale = officer.post("/setup/help/inbox", form)
    assert stale.status_code == 409 and "现在是第 1 版" in said(stale)
    back = officer.post("/setup/help/inbox/restore", {"older": "0", "version": "1", "why": "叫法改回来"})
    assert back.status_code == 303
    assert "等着办的都在这里" in said(clerk.get("/help/inbox"))
    assert "叫法改回来" in said(officer.get("/setup/help/inbox"))


@pytest.mark.django_db
@pytest.mark.parametrize("lack", ["title_zh", "text_zh", "why"])
def test_a_version_without_title_text_or_reason_is_refused(trainer: World, lack: str) -> None:
    draft = WordsDraft(**{**vars(WORDS), lack: " "})
    with pytest.raises(Refusal) as refused:
        actions.reword("inbox", draft, version=0, place=COUNTY, actor=_actor(trainer), now=trainer.now)
    assert refused.value.field == lack


@pytest.mark.django_db
def test_nobody_else_changes_the_handbook(world: World) -> None:
    assert signed_in("zhou.min").get("/setup/help").status_code == 403
    with pytest.raises(Refusal):
        actions.reword("inbox", WORDS, version=0, place=COUNTY, actor=world.actor("zhou.min"), now=world.now)


def box(kind: bytes, held: bytes) -> bytes:
    return (8 + len(held)).to_bytes(4, "big") + kind + held


def film(talk: bytes = b"") -> bytes:
    """An MP4 without pictures, of the boxes that every one has."""
    track = box(b"trak", box(b"tkhd", bytes(84)) + box(b"mdia", box(b"hdlr", bytes(8) + b"vide" + bytes(12))))
    moov = box(b"moov", box(b"mvhd", bytes(100)) + track + (box(b"udta", talk) if talk else b""))
    return box(b"ftyp", b"isom" + bytes(4) + b"isommp42") + moov + box(b"mdat", b"moving pictures")


@pytest.mark.django_db
def test_a_film_is_shown_without_what_it_says_of_its_maker(trainer: World) -> None:
    film_in = film(b"+31.2304+121.4737/ phone of qiao")
    row = actions.add_picture(
        "inbox", film_in, "派一件工单", place=COUNTY, actor=_actor(trainer), now=trainer.now
    )
    clerk = signed_in("zhou.min")
    assert "派一件工单" in clerk.get("/help/inbox").content.decode()
    whole = clerk.get(f"/help/pictures/{row.pk}")
    assert whole["Content-Type"] == "video/mp4" and len(whole.content) == len(film_in)
    assert b"phone of" not in whole.content and b"moving pictures" in whole.content
    part = clerk.get(f"/help/pictures/{row.pk}", headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.content) == (206, b"ftyp")
    assert part["Content-Range"] == f"bytes 4-7/{len(film_in)}"
    assert clerk.get(f"/help/pictures/{row.pk}", headers={"Range": "bytes=999999-"}).status_code == 416
    assert Client().get(f"/help/pictures/{row.pk}").status_code == 404


@pytest.mark.django_db
def test_pictures_stand_in_their_order_and_are_taken_down(trainer: World) -> None:
    now = trainer.now
    first = actions.add_picture(
        "report", photo_bytes(), "先拍照", place=COUNTY, actor=_actor(trainer), now=now
    )
    actions.add_picture(
        "report", photo_bytes(), "再定位", place=COUNTY, actor=_actor(trainer), now=trainer.later(minutes=1)
    )
    shown = said(Client().get("/help/report"))
    assert shown.index("先拍照") < shown.index("再定位")
    assert Client().get(f"/help/pictures/{first.pk}")["Content-Type"] == "image/jpeg"
    actions.end_picture(first.pk, place=COUNTY, actor=_actor(trainer), now=now)
    assert "先拍照" not in said(Client().get("/help/report"))
    assert Client().get(f"/help/pictures/{first.pk}").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"MZ not a film at all", id="neither"),
        pytest.param(film()[:-40] + b"\xff\xff", id="cut_off"),
        pytest.param(box(b"ftyp", b"M4A mp42") + box(b"mdat", b"sound"), id="sound_alone"),
        pytest.param(b"\x1a\x45\xdf\xa3 matroska", id="matroska"),
    ],
)
def test_what_is_no_film_is_refused(trainer: World, content: bytes) -> None:
    with pytest.raises(Refusal):
        actions.add_picture("inbox", content, "短片", place=COUNTY, actor=_actor(trainer), now=trainer.now)


def test_a_film_that_is_too_large_is_refused_before_it_is_read() -> None:
    with pytest.raises(Refusal, match="影片太大"):
        films.keep(film() + bytes(films.MOST_BYTES), purpose="help", actor=operator(COUNTY), now=None)  # type: ignore[arg-type]  # refused before


def test_the_address_of_help_resolves() -> None:
    assert resolve("/help/inbox").url_name == "help_item"
