"""Numbers that go up by one."""

from __future__ import annotations

import pytest
from django.db import transaction

from gewu.infra import counters

pytestmark = pytest.mark.django_db


def test_counter_begins_at_one_and_goes_up_by_one() -> None:
    assert [counters.advance("case:320111:20260302") for _ in range(3)] == [1, 2, 3]


def test_counters_of_two_names_do_not_meet() -> None:
    assert [counters.advance(name) for name in ("a", "b", "a")] == [1, 1, 2]


def test_number_of_a_write_that_failed_is_given_again() -> None:
    with pytest.raises(OSError, match="disk full"), transaction.atomic():
        counters.advance("a")
        raise OSError("disk full")
    assert counters.advance("a") == 1
