"""Who reported: sealed, masked on screens, and nowhere else in the database."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import settings

from gewu.infra import worker
from gewu.intake import actions as intake
from gewu.intake import queries as reports
from gewu.intake.models import Report
from gewu.kernel.refusals import Kind, Refusal
from gewu.security import vault
from gewu.security.models import Identity
from gewu.security.vault import Contact
from tests.world import START, World

ZHANG = Contact("张小三", "13812345678", "zhang.xiaosan@example.org")


def everything_kept() -> str:
    """Every value of every column of every table, the event stream included, as one text."""
    found: list[str] = []
    for model in apps.get_models():
        for row in model.objects.values_list():
            found += [
                bytes(one).decode("latin-1") if isinstance(one, (bytes, memoryview)) else str(one)
                for one in row
            ]
    return "\n".join(found)


def test_no_table_holds_a_name_a_number_or_an_address_in_clear(world: World) -> None:
    report = world.report(contact=ZHANG)
    case = world.accepted(report)
    world.step(case, "sign_for", "chen.guoping")
    joined = world.report("同一处井盖", contact=Contact("李小四", "13987654321"))
    intake.take(joined.pk, "join", actor=world.actor("li.wen"), now=world.now, case=case.number)
    while worker.work(world.now):
        pass

    kept = everything_kept()

    assert "人行道上的上水井盖不见了" in kept  # the search does reach the texts
    for secret in ("张小三", "小三", "13812345678", "zhang.xiaosan", "example.org", "李小四", "13987654321"):
        assert secret not in kept
        assert secret.encode().decode("latin-1") not in kept


def test_files_of_the_platform_hold_the_identity_only_in_mails(world: World, files_folder: Path) -> None:
    world.accepted(world.report(contact=ZHANG))
    while worker.work(world.now):
        pass
    assert not [path for path in files_folder.rglob("*") if path.is_file()]


def test_desk_shows_enough_to_recognise_and_too_little_to_find(world: World) -> None:
    report = world.report(contact=ZHANG)
    shown = reports.page(world.actor("li.wen"), report.pk, now=world.now).reporter
    assert (shown.name, shown.phone, shown.email) == ("张**", "138****5678", "z***@example.org")


@pytest.mark.parametrize(
    ("contact", "masked"),
    [
        (Contact("王"), Contact("王")),
        (Contact("欧阳小明"), Contact("欧**")),
        (Contact(phone="110"), Contact(phone="***")),
        (Contact(phone="5555555"), Contact(phone="5******")),
        (Contact(phone="02558886666"), Contact(phone="025****6666")),
        (Contact(email="a@b.cn"), Contact(email="a***@b.cn")),
        (Contact(email="nonsense"), Contact()),
        (Contact(), Contact()),
    ],
)
def test_masking_keeps_little(contact: Contact, masked: Contact) -> None:
    assert contact.masked() == masked


def test_progress_page_shows_nothing_of_who_reported(world: World) -> None:
    report = world.report(contact=ZHANG)
    world.accepted(report)
    shown = repr(reports.progress(report.progress_code, now=world.now))
    assert not [part for part in ("张", "1380013", "zhang") if part in shown]


def test_key_lies_outside_the_database_and_is_readable_by_its_owner_alone(world: World) -> None:
    world.report(contact=ZHANG)
    path = Path(settings.VAULT_KEYS)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    keys = json.loads(path.read_text())
    kept = everything_kept()
    assert keys
    assert not [text for text in keys.values() if text in kept]


def test_wrong_key_is_refused_and_nothing_is_shown(world: World, tmp_path: Path, settings: Any) -> None:
    report = world.report(contact=ZHANG)
    settings.VAULT_KEYS = tmp_path / "other.json"
    with pytest.raises(Refusal) as refused:
        reports.page(world.actor("li.wen"), report.pk, now=world.now)
    assert (refused.value.kind, str(refused.value)) == (
        Kind.CONFLICT,
        "加密保存的内容无法解密：密钥缺失或数据被改动",
    )


def test_sealed_identity_cannot_be_moved_to_another_token(world: World) -> None:
    first = vault.seal(ZHANG, purpose="report", now=START)
    second = vault.seal(Contact("李四"), purpose="report", now=START)
    Identity.objects.filter(token=second).update(sealed=Identity.objects.get(token=first).sealed)
    with pytest.raises(Refusal, match="无法解密"):
        vault.masked({second})


def test_two_seals_of_one_identity_have_nothing_in_common(world: World) -> None:
    tokens = [vault.seal(ZHANG, purpose="report", now=START) for _ in range(2)]
    first, second = (bytes(Identity.objects.get(token=one).sealed) for one in tokens)
    assert first[:12] != second[:12]
    assert first[12:] != second[12:]


def test_unknown_token_has_no_contact(world: World) -> None:
    assert vault.for_delivery(uuid4()) is None
    assert vault.masked({uuid4()}) == {}


def test_report_without_contact_leaves_no_identity(world: World) -> None:
    world.report(contact=Contact())
    assert (Identity.objects.count(), Report.objects.get().identity) == (0, None)
