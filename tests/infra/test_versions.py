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


def _a_second_passes() -> None:
    versions._Last.looked_at -= versions.LOOK_AGAIN + 0.1


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
    _a_second_passes()
    assert shelf.held.get() == 2


def test_however_much_is_held_is_looked_at_by_one_statement(
    shelf: Shelf, django_assert_num_queries: Any
) -> None:
    others = [versions.Held(f"shelf {n}", lambda: 1) for n in range(5)]
    kept = versions.Kept[int]("rules", "units")
    for one in (shelf.held, *others):
        one.get()
    _a_second_passes()
    with django_assert_num_queries(1):
        assert [one.get() for one in (shelf.held, *others)] == [1] * 6
        assert kept.get("a", lambda key: 1) == 1


def test_change_of_something_else_loads_nothing(shelf: Shelf) -> None:
    shelf.held.get()
    versions.changed("another shelf")
    assert shelf.held.get() == 1


class Asked:
    """Counts what it is asked, and answers with the count."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    def __call__(self, key: str) -> int | None:
        self.keys.append(key)
        return len(self.keys) if key != "unknown" else None


def test_answer_is_kept_until_any_of_its_names_changes() -> None:
    kept, ask = versions.Kept[int]("rules", "units"), Asked()
    assert [kept.get("a", ask), kept.get("b", ask), kept.get("a", ask)] == [1, 2, 1]
    versions.changed("units")
    assert kept.get("a", ask) == 3
    versions.changed("something else")
    assert kept.get("a", ask) == 3


def test_what_is_not_found_is_asked_again_and_fills_nothing() -> None:
    kept, ask = versions.Kept[int]("rules"), Asked()
    assert [kept.get("unknown", ask), kept.get("unknown", ask)] == [None, None]
    assert ask.keys == ["unknown", "unknown"]


def test_answers_beyond_the_most_are_dropped() -> None:
    kept, ask = versions.Kept[int]("rules", most=2), Asked()
    for key in ("a", "b", "c", "a"):
        kept.get(key, ask)
    assert ask.keys == ["a", "b", "c", "a"]


def test_answer_after_a_change_is_made_from_what_is_new(shelf: Shelf) -> None:
    """What else is held is looked at again first, or an old answer would be kept under the new mark."""
    kept = versions.Kept[int]("shelf")
    assert kept.get("a", lambda key: shelf.held.get()) == 1
    Version.objects.update_or_create(name="shelf", defaults={"mark": "01a20616-4ab5-77f9-a3a7-cc271adb27e9"})
    _a_second_passes()
    assert kept.get("a", lambda key: shelf.held.get()) == 2
