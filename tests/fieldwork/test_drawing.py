"""A sample is what its seed makes it, for everyone who draws again."""

from __future__ import annotations

from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from gewu.fieldwork.rules.drawing import digest_of, drawn

POPULATIONS = st.sets(st.uuids(), max_size=60)


@given(POPULATIONS, st.text(max_size=20), st.integers(1, 100))
def test_the_same_seed_draws_the_same_sample_whatever_the_order(
    population: set[UUID], seed: str, percent: int
) -> None:
    one = drawn(population, seed=seed, percent=percent)
    assert one == drawn(sorted(population, reverse=True), seed=seed, percent=percent)
    assert len(one) == -(-len(population) * percent // 100)
    assert set(one) <= population


@given(POPULATIONS, st.uuids(), st.text(max_size=20))
def test_a_record_added_later_changes_the_order_of_no_other(
    population: set[UUID], later: UUID, seed: str
) -> None:
    before = [one for one in drawn(population, seed=seed, percent=100) if one != later]
    after = [one for one in drawn({*population, later}, seed=seed, percent=100) if one != later]
    assert before == after


def test_another_seed_draws_another_sample_and_every_record_comes_up() -> None:
    population = [uuid4() for _ in range(40)]
    samples = [drawn(population, seed=str(n), percent=10) for n in range(120)]
    assert len(set(samples)) > 100
    assert {one for sample in samples for one in sample} == set(population)


def test_a_population_that_was_trimmed_has_another_digest() -> None:
    population = [uuid4() for _ in range(5)]
    assert digest_of(population) == digest_of(reversed(population))
    assert digest_of(population) != digest_of(population[1:])
