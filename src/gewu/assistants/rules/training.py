"""Learning of a model from labelled rows, on one processor, the same from the same rows and seed.

The learner itself is scikit-learn's and loaded only here; what serves reads the arrays that come of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gewu.assistants.rules import features, measuring
from gewu.assistants.rules.kinds import Item, Kind
from gewu.assistants.rules.linear import Block, Curve, Model, Scores, corrected, softmax
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import say

#: Fewer rows, or fewer of a class, teach nothing that would hold.
FEWEST, FEWEST_OF_A_CLASS = 40, 3
FOLDS = 5
SEED = 20260101
#: Told of each step: how far, of how many.
Step = Callable[[int, int], None]
Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Learned:
    """A model, and how it did on rows that it had not seen, by folds that no near copy crosses."""

    model: Model
    #: Scores of every row by a model that had not seen it, and which class each row is of.
    scores: Scores
    answers: Labels
    folds: Labels
    rows: int


def learn(
    kind: Kind,
    items: Sequence[Item],
    answers: Sequence[str],
    *,
    seed: int = SEED,
    step: Step = lambda at, of: None,
) -> Learned:
    """Learn a kind from rows; refused when they are too few, or all of one class."""
    kept, classes = _enough(answers)
    items = [kind.derive(items[at]) for at in kept]
    found = np.array([classes.index(answers[at]) for at in kept])
    folds = _folds(kind, items, found, seed)
    step(1, FOLDS + 2)
    matrix = _Matrix(kind, items)
    scores = np.zeros((len(found), len(classes)))
    for fold in range(FOLDS):
        inside, outside = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        weights, bias, rarity = matrix.fitted(inside, found, len(classes), seed)
        scores[outside] = matrix.scores(outside, rarity, weights, bias)
        step(fold + 2, FOLDS + 2)
    model = matrix.model(tuple(classes), *matrix.fitted(np.arange(len(found)), found, len(classes), seed))
    step(FOLDS + 2, FOLDS + 2)
    return _calibrated(kind, model, scores, found, folds)


def _enough(answers: Sequence[str]) -> tuple[list[int], list[str]]:
    """The rows that can be learned from, and their classes in order."""
    if len(answers) < FEWEST:
        raise Refusal(
            say("只有 {n} 行，至少要 {fewest} 行才能学习", n=len(answers), fewest=FEWEST), field="rows"
        )
    names, counts = np.unique(np.array(answers), return_counts=True)
    classes = [str(name) for name, n in zip(names, counts, strict=True) if n >= FEWEST_OF_A_CLASS]
    if len(classes) < 2:
        raise Refusal(
            say("各行都是同一类，学不到分别"),
            field="label",
            advice=say("至少要有两类，每类不少于 {n} 行", n=FEWEST_OF_A_CLASS),
        )
    known = set(classes)
    return [at for at, one in enumerate(answers) if one in known], classes


def _folds(kind: Kind, items: Sequence[Item], answers: Labels, seed: int) -> Labels:
    """A fold for each row; near copies lie together, and each class is spread over all folds."""
    groups = np.arange(len(items))
    if kind.apart:
        groups = features.kinship(["\n".join(one.get(name, "") for name in kind.apart) for one in items])
    draw = np.random.default_rng(seed)
    order = draw.permutation(len(items))
    folds, load = np.full(len(items), -1), np.zeros((FOLDS, int(answers.max()) + 1))
    members: dict[int, list[int]] = {}
    for at in order:
        members.setdefault(int(groups[at]), []).append(int(at))
    for rows in sorted(members.values(), key=len, reverse=True):
        mine = answers[rows]
        fold = int(np.argmin(load[:, mine].sum(axis=1)))
        folds[rows] = fold
        np.add.at(load[fold], mine, 1)
    return folds


class _Matrix:
    """All rows as all views see them, with one column for each number that is not too seldom."""

    def __init__(self, kind: Kind, items: Sequence[Item]) -> None:
        from scipy import sparse  # noqa: PLC0415 -- only learning needs it, and it is not there where we serve

        self.kind, self.size = kind, len(items)
        self.parts: list[Any] = []
        self.keys: list[features.Keys] = []
        for view in kind.views:
            many = features.seen_of_many(view, items)
            keys, column, spread = np.unique(many.keys, return_inverse=True, return_counts=True)
            kept = spread >= kind.seldom
            place = np.cumsum(kept) - 1
            inside = kept[column]
            values = 1 + np.log(many.counts[inside])
            self.keys.append(keys[kept])
            self.parts.append(
                sparse.csr_matrix(
                    (values, (many.items[inside], place[column[inside]])),
                    shape=(len(items), int(kept.sum())),
                    dtype=np.float32,
                )
            )

    def rarity(self, rows: Labels) -> list[NDArray[np.float32]]:
        """How rare each number is among some rows; nothing for those that none of them shows."""
        found = []
        for part in self.parts:
            spread = np.bincount(part[rows].indices, minlength=part.shape[1])
            rare = np.log((1 + len(rows)) / (1 + spread)) + 1
            found.append(np.where(spread > 0, rare, 0.0).astype(np.float32))
        return found

    def weighed(self, rows: Labels, rarity: list[NDArray[np.float32]]) -> Any:
        """The rows, each number by its rarity, each view of length one and of its own weight."""
        from scipy import sparse  # noqa: PLC0415 -- as above

        found = []
        for view, part, rare in zip(self.kind.views, self.parts, rarity, strict=True):
            mine = part[rows] @ sparse.diags(rare)
            length = np.sqrt(np.asarray(mine.multiply(mine).sum(axis=1)).ravel())
            found.append(sparse.diags(view.weight / np.where(length > 0, length, 1)) @ mine)
        return sparse.hstack(found).tocsr()

    def fitted(self, rows: Labels, answers: Labels, classes: int, seed: int) -> tuple[Any, Any, Any]:
        """Weights, bias and rarity learned from some rows."""
        rarity = self.rarity(rows)
        weights, bias = LEARNERS[self.kind.learner](
            self.weighed(rows, rarity), answers[rows], classes, self.kind.freedom, seed
        )
        return weights, bias, rarity

    def scores(self, rows: Labels, rarity: Any, weights: Any, bias: Any) -> Scores:
        found: Scores = np.asarray(self.weighed(rows, rarity) @ weights + bias)
        return found

    def model(self, classes: tuple[str, ...], weights: Any, bias: Any, rarity: Any) -> Model:
        """The arrays that serve."""
        edges = np.cumsum([0, *(len(keys) for keys in self.keys)])
        blocks = tuple(
            Block(view, keys, rare, weights[low:high].astype(np.float32))
            for view, keys, rare, low, high in zip(
                self.kind.views, self.keys, rarity, edges[:-1], edges[1:], strict=True
            )
        )
        return Model(classes, blocks, bias.astype(np.float32))


def _margin(rows: Any, answers: Labels, classes: int, freedom: float, seed: int) -> tuple[Any, Any]:
    """A support vector machine, one class against the rest."""
    from sklearn.svm import LinearSVC  # noqa: PLC0415 -- only learning needs it

    return _whole(LinearSVC(C=freedom, random_state=seed).fit(rows, answers), classes)


def _shares(rows: Any, answers: Labels, classes: int, freedom: float, seed: int) -> tuple[Any, Any]:
    """A logistic regression over all classes together."""
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 -- as above

    return _whole(
        LogisticRegression(C=freedom, max_iter=80, tol=1e-3, random_state=seed).fit(rows, answers), classes
    )


def _whole(learner: Any, classes: int) -> tuple[Any, Any]:
    """Weights and bias with a column for each class, those not met in these rows never chosen."""
    weights, bias = learner.coef_.T, learner.intercept_
    if len(learner.classes_) == 2:
        weights, bias = np.hstack([-weights, weights]), np.array([-bias[0], bias[0]])
    whole, level = np.zeros((weights.shape[0], classes)), np.full(classes, -9.0)
    whole[:, learner.classes_], level[learner.classes_] = weights, bias
    return whole, level


LEARNERS: dict[str, Callable[[Any, Labels, int, float, int], tuple[Any, Any]]] = {
    "margin": _margin,
    "shares": _shares,
}


def _calibrated(kind: Kind, model: Model, scores: Scores, answers: Labels, folds: Labels) -> Learned:
    """The model with its bias, sharpness and curve as unseen rows ask for them."""
    if kind.warned:
        lift = _lift(scores, answers, model.classes.index(kind.warned))
        scores, model = scores + lift, replace(model, bias=(model.bias + lift).astype(np.float32))
    sharpness = _sharpness(scores, answers)
    curve = curve_of(softmax(scores * sharpness), answers)
    model = replace(model, sharpness=sharpness, curve=curve)
    return Learned(model, scores, answers, folds, len(answers))


def _lift(scores: Scores, answers: Labels, warned: int) -> NDArray[np.float64]:
    """What is added to the warned class so that warnings are found and meant as well as can be."""
    ahead = scores[:, warned] - scores[:, 1 - warned]
    cuts = np.quantile(ahead, np.linspace(0.5, 0.995, 100))
    best = max(cuts, key=lambda cut: measuring.f1_of((ahead > cut), answers == warned))
    lift = np.zeros(scores.shape[1])
    lift[warned] = -float(best)
    return lift


def _sharpness(scores: Scores, answers: Labels) -> float:
    """How sharply scores tell classes apart, by what makes the unseen rows likeliest."""
    rows = np.arange(len(answers))
    tried = np.geomspace(0.2, 20, 60)

    def doubt(one: float) -> float:
        return -float(np.log(np.maximum(softmax(scores * one)[rows, answers], 1e-9)).mean())

    return float(min(tried, key=doubt))


def curve_of(shares: Scores, answers: Labels) -> Curve:
    """What the best share of a row has turned out to mean: a rising line by isotonic regression."""
    from sklearn.isotonic import IsotonicRegression  # noqa: PLC0415 -- only learning needs it

    top, right = shares.max(axis=1), shares.argmax(axis=1) == answers
    line = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(top, right)
    xs = np.unique(np.quantile(top, np.linspace(0, 1, 21)))
    return tuple((round(float(x), 4), round(float(y), 4)) for x, y in zip(xs, line.predict(xs), strict=True))


def crossed(learned: Learned) -> Scores:
    """The shares of unseen rows, those of each fold set right by the curve that the other folds teach."""
    raw = softmax(learned.scores * learned.model.sharpness)
    found = np.empty_like(raw)
    for fold in range(FOLDS):
        mine = learned.folds == fold
        found[mine] = corrected(raw[mine], curve_of(raw[~mine], learned.answers[~mine]))
    return found
