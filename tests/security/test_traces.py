"""Equal numbers left for one purpose are one person's, and nothing can be read from that."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection

from gewu.security import vault
from gewu.security.models import Identity
from gewu.security.vault import Contact

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def seal(phone: str = "", email: str = "", purpose: str = "report") -> object:
    return vault.seal(Contact("张三", phone, email), purpose=purpose, now=NOW)


@pytest.mark.parametrize("typed", ["13800138000", "138 0013 8000", "+86 138-0013-8000", "008613800138000"])
def test_number_is_found_however_it_is_typed(typed: str) -> None:
    token = seal("13800138000")
    seal("13900139000")
    assert vault.same_person(Contact(phone=typed), purpose="report") == {token}


def test_number_left_for_another_purpose_is_not_found() -> None:
    seal("13800138000", purpose="petition")
    assert vault.same_person(Contact(phone="13800138000"), purpose="report") == set()


@pytest.mark.parametrize("typed", ["", "110", "1380013", "张三"])
def test_part_of_a_number_finds_nobody(typed: str) -> None:
    seal("13800138000")
    assert vault.same_person(Contact(phone=typed), purpose="report") == set()


def test_nobody_who_left_nothing_is_anybody_else() -> None:
    seal()
    seal()
    assert set(Identity.objects.values_list("trace", flat=True)) == {""}
    assert vault.same_person(Contact("张三"), purpose="report") == set()


def test_address_counts_where_no_number_was_left() -> None:
    token = seal(email="Zhang@example.org")
    assert vault.same_person(Contact(email=" zhang@EXAMPLE.org"), purpose="report") == {token}


def test_table_holds_no_number_and_no_digest_that_anyone_could_make() -> None:
    import hashlib  # noqa: PLC0415 -- only this test makes what a thief would make

    seal("13800138000")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM identity")
        kept = repr(cursor.fetchall())
    plain = [hashlib.new(name, b"13800138000").hexdigest() for name in ("md5", "sha1", "sha256")]
    assert [one for one in ("13800138000", "0013", "张三", *plain) if one in kept] == []


def test_people_are_counted_by_what_they_left() -> None:
    tokens = {seal("13800138000"), seal("+86 13800138000"), seal("13900139000"), seal()}
    assert vault.people(tokens) == 3  # type: ignore[arg-type]  # what `seal` gives
