"""What a process holds in memory follows the database."""

from __future__ import annotations

from typing import Any

import pytest

from gewu.infra import versions
from gewu.infra.models import Version

pytestmark = pytest.mark.django_db


class Shelf:
    """Something that is held, and how often it was loaded."""

    def __init__(self) -> None:
        self.loads = 0
        self.held = versions.Held("shelf", self._load)

    def _load(self) -> int:
        self.loads += 1
        return self.loads


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def test_value_is_loaded_once_while_nothing_changes(shelf: Shelf, django_assert_num_queries: Any) -> None:
    shelf.held.get()
    with django_assert_num_queries(0):
        assert [shelf.held.get() for _ in range(3)] == [1, 1, 1]


def test_value_is_loaded_again_at_once_after_a_change_in_this_process(shelf: Shelf) -> None:
    shelf.held.get()
    versions.changed("shelf")
    assert shelf.held.get() == 2


def test_change_of_another_process_is_seen_when_it_looks_again(shelf: Shelf) -> None:
    versions.changed("shelf")
    shelf.held.get()
    Version.objects.filter(name="shelf").update(mark="01a20616-4ab5-77f9-a3a7-cc271adb27e9")
    assert shelf.held.get() == 1  # not before a second has passed
    shelf.held.looked_at -= versions.LOOK_AGAIN + 0.1
    assert shelf.held.get() == 2


def test_change_of_something_else_loads_nothing(shelf: Shelf) -> None:
    shelf.held.get()
    versions.changed("another shelf")
    assert shelf.held.get() == 1
