"""A confidence means the share that turns out right, or the page says that too little is known."""

from __future__ import annotations

import random

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from gewu.intake import queries as reports
from gewu.intake import rules
from gewu.intake.models import Suggestion
from gewu.intake.rules import likeness
from tests.shells.visits import said, signed_in
from tests.world import World

JUDGED = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=200, max_size=400)


def boastful(n: int, seed: int) -> list[tuple[float, bool]]:
    """Proposals that are surer than they are right: of those at 80 % only 64 % are."""
    draw = random.Random(seed)
    return [(sure, draw.random() < sure * sure) for sure in (draw.random() for _ in range(n))]


def corrected(judged: list[tuple[float, bool]], curve: rules.Curve) -> list[tuple[float, bool]]:
    return [(likeness.calibrated(confidence, curve), right) for confidence, right in judged]


def test_curve_learned_from_some_proposals_sets_others_right() -> None:
    curve, others = rules.fitted(boastful(2000, 1)), boastful(2000, 2)
    assert rules.gap(others) > 0.12
    assert rules.gap(corrected(others, curve)) < 0.05
    for band in rules.reliability(corrected(others, curve)):
        assert band.right.low is not None and band.right.high is not None
        assert band.right.low - 0.05 <= band.said <= band.right.high + 0.05


@settings(max_examples=20, deadline=None)
@given(JUDGED)
def test_what_is_surer_never_means_less(judged: list[tuple[float, bool]]) -> None:
    curve = rules.fitted(judged)
    found = [likeness.calibrated(n / 50, curve) for n in range(51)]
    assert found == sorted(found)
    assert all(0 <= one <= 1 for one in found)


@settings(max_examples=20, deadline=None)
@given(JUDGED)
def test_bands_hold_every_proposal_once(judged: list[tuple[float, bool]]) -> None:
    assert sum(one.right.n for one in rules.reliability(judged)) == len(judged)


def test_too_few_teach_nothing() -> None:
    assert rules.fitted(boastful(199, 1)) == ()
    assert likeness.calibrated(0.7, ()) == 0.7


def test_words_that_mean_either_of_two_classes_are_worth_half_a_guess() -> None:
    """By folds that never judge a text by itself: the words are alike, the class is a coin."""
    draw = random.Random(3)
    past = [
        rules.Example(draw.choice(["C0137", "C0128"]), f"路灯坏了请来看看{chr(0x4E00 + n)}")
        for n in range(400)
    ]
    judged = rules.cross_validated([], past, seldom=3, always=())
    assert len(judged) == 400
    learned = rules.fitted(judged)
    means = [likeness.calibrated(confidence, learned) for confidence, _ in judged]
    assert sum(means) / len(means) == pytest.approx(sum(right for _, right in judged) / 400, abs=0.02)
    assert 0.4 < sum(means) / len(means) < 0.6


def test_page_shows_each_band_with_its_number_and_interval_and_nothing_below_ten(world: World) -> None:
    for n in range(21):
        report = world.report(f"第{n}盏路灯坏了")
        Suggestion.objects.create(
            report=report, kind="matter", value="C0137", confidence=0.9 if n < 12 else 0.5, version="t",
            made_at=world.now, decided_at=world.now, outcome="accepted" if n % 4 else "overridden",
        )  # fmt: skip
    low, high = reports.figures(world.actor("zheng.jun"), now=world.now).bands
    assert (low.right.n, low.right.share) == (9, None)
    assert (high.right.n, high.right.share) == (12, 0.75)
    Suggestion.objects.update(made_at=timezone.now())
    shown = said(signed_in("zheng.jun").get("/setup/assistants"))
    assert "80%–100% 90% 12 75% 47%–91%" in shown
    assert "40%–60% 50% 9 不足 10 件，不显示" in shown
