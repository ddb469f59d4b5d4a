"""An assistant learns from labelled rows: the same from the same, as sure as it is right."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from datetime import UTC, date, datetime
from io import BytesIO

import msgspec
import numpy as np
import pytest

from gewu.assistants import actions
from gewu.assistants import queries as assistants
from gewu.assistants.models import AssistantModel
from gewu.assistants.rules import artefact, kinds, training
from gewu.infra import switches
from gewu.kernel.refusals import Kind, Refusal
from gewu.security.actors import Actor, operator
from tests.assistants.rows import rows

NOW = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
TODAY = date(2026, 11, 2)
KIND = assistants.kind_of("matter")


def made(table: assistants.Table | None = None, seed: int = 7) -> actions.Trained:
    return actions.train(KIND, table or rows(), source="made up", now=NOW, seed=seed)


@pytest.fixture(scope="module")
def trained() -> actions.Trained:
    return made()


def asked(trained: actions.Trained, text: str) -> tuple[assistants.Proposal, ...]:
    model, card = artefact.read(trained.content)
    return assistants.of_model("matter", model, card, {"text": text})


def test_unseen_words_of_a_class_are_proposed_with_the_words_that_decided(trained: actions.Trained) -> None:
    best, *_ = asked(trained, "东门外的井盖不见了，路过的人要小心")
    assert best.value == "cover"
    assert any("井盖" in word for word in best.words)
    assert best.version == trained.card.version


def test_text_cut_into_words_gives_the_same_class(trained: actions.Trained) -> None:
    assert asked(trained, "东门 外 井盖 不见 路过 人 小心")[0].value == "cover"


def test_same_rows_and_seed_give_the_same_model_byte_for_byte(trained: actions.Trained) -> None:
    again = made()
    same = msgspec.structs.replace(again.card, seconds=trained.card.seconds)
    model, _ = artefact.read(again.content)
    assert artefact.written(model, same) == artefact.written(artefact.read(trained.content)[0], trained.card)


def test_confidence_means_the_share_that_is_right_where_many_are_called_wrongly() -> None:
    learned = training.learn(KIND, *_parts(rows(900, wrong=0.45)), seed=3)
    top = training.crossed(learned).max(axis=1)
    right = learned.scores.argmax(axis=1) == learned.answers
    assert 0.6 < right.mean() < 0.8
    assert top.mean() == pytest.approx(right.mean(), abs=0.03)


def _parts(table: assistants.Table) -> tuple[tuple[assistants.Item, ...], tuple[str, ...]]:
    return table.items, table.answers


def test_near_copies_lie_in_one_fold() -> None:
    table = rows(120)
    copies = tuple({"text": one["text"] + "急"} for one in table.items)
    learned = training.learn(KIND, (*table.items, *copies), table.answers * 2)
    assert (learned.folds[:120] == learned.folds[120:]).all()


@pytest.mark.parametrize(
    ("table", "said"),
    [(rows(39), "至少要 40 行"), (assistants.Table(rows(60).items, ("lamp",) * 60, (), ()), "同一类")],
    ids=["few", "one-class"],
)
def test_too_little_or_one_class_is_refused(table: assistants.Table, said: str) -> None:
    with pytest.raises(Refusal) as refused:
        made(table)
    assert said in str(refused.value.text)


@pytest.mark.parametrize(
    "text", ["", "   ", "🙂🙂🙂", "\ud800", "Ωμέγα привет", "\x00\x01", "井" * 1_000_000, "a\n" * 50_000],
    ids=["empty", "blank", "emoji", "surrogate", "scripts", "control", "megabyte", "lines"],
)  # fmt: skip
def test_hostile_texts_get_an_answer_or_none(trained: actions.Trained, text: str) -> None:
    found = asked(trained, text)
    assert found == () if not text.strip() else all(0 <= one.confidence <= 1 for one in found)


@pytest.mark.parametrize("name", ["age", "Gender", "民族", "身份证号"])
def test_personal_attribute_cannot_be_an_input(trained: actions.Trained, name: str) -> None:
    say = KIND.label
    with pytest.raises(Refusal, match="个人属性"):
        kinds.Kind("x", say, say, say, {name: ((name,),)}, ("label",), (kinds.View(name),))
    with pytest.raises(Refusal, match="个人属性"):
        artefact.read(_changed(trained.content, inputs=[name]))


def test_personal_columns_of_a_file_are_named_and_not_read() -> None:
    table = assistants.table_of(KIND, "text,性别,年龄,label\n路灯坏了,女,40,lamp\n")
    assert table.items == ({"text": "路灯坏了"},)
    assert table.personal == ("性别", "年龄")


def test_file_without_the_columns_is_refused_with_their_names() -> None:
    with pytest.raises(Refusal) as refused:
        assistants.table_of(KIND, "a,b\n1,2\n")
    assert "分词文本" in str(refused.value.advice)


def _changed(content: bytes, **card: object) -> bytes:
    held = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(held, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "card.json":
                head = json.loads(part)
                head["card"].update(card)
                part = json.dumps(head).encode()
            new.writestr(name, part)
    return held.getvalue()


def _pickled() -> bytes:
    held = BytesIO()
    np.save(held, np.array([print], dtype=object), allow_pickle=True)
    return held.getvalue()


def test_file_that_is_no_model_is_refused_and_nothing_in_it_runs(trained: actions.Trained) -> None:
    held = BytesIO()
    with zipfile.ZipFile(BytesIO(trained.content)) as old, zipfile.ZipFile(held, "w") as new:
        for name in old.namelist():
            new.writestr(name, _pickled() if name == "bias.npy" else old.read(name))
    for content in (held.getvalue(), b"PK", b"", trained.content[:-50]):
        with pytest.raises(Refusal):
            artefact.read(content)
    with pytest.raises(Refusal, match="摘要"):
        artefact.read(trained.content, sha256="0" * 64)


@pytest.mark.django_db
def test_model_is_used_from_when_it_is_kept_and_silent_below_its_threshold(trained: actions.Trained) -> None:
    item = {"text": "路灯不亮，夜里没有照明"}
    assert assistants.propose("matter", item, on=TODAY) is None
    actions.keep(trained.content, actor=operator("320111"), now=NOW)
    proposed = assistants.propose("matter", item, on=TODAY)
    assert proposed is not None
    assert (proposed.value, proposed.version) == ("lamp", trained.card.version)
    assert AssistantModel.objects.get().sha256 == assistants.card_of("matter").sha256

    actions.set_threshold("matter", 1.0, since=TODAY, reason="评估", actor=operator("320111"), now=NOW)
    assert assistants.propose("matter", item, on=TODAY) is None
    assert assistants.least_of("matter", on=date(2026, 11, 1)) == trained.card.least


@pytest.mark.django_db
def test_others_may_neither_keep_a_model_nor_move_a_threshold(trained: actions.Trained) -> None:
    nobody = Actor("account:1", "他人")
    with pytest.raises(Refusal) as refused:
        actions.keep(trained.content, actor=nobody, now=NOW)
    assert refused.value.kind is Kind.FORBIDDEN
    with pytest.raises(Refusal):
        actions.set_threshold("matter", 0.5, since=TODAY, reason="x", actor=nobody, now=NOW)


def test_serving_loads_no_learner() -> None:
    """What proposes runs on arrays alone: importing every door brings neither scikit-learn nor scipy."""
    script = (
        "import os, sys, django;"
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'gewu.config.settings'; django.setup();"
        "from gewu.assistants import actions, queries; import gewu.cli.assistants as shell;"
        "sys.exit(any(name.split('.')[0] in ('sklearn', 'scipy') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_every_assistant_has_purpose_limits_and_plain_inputs() -> None:
    for kind in assistants.KINDS.values():
        assert str(kind.purpose)
        assert str(kind.limits)
        kinds.refuse_personal(kind.inputs)
    assert "suggest.matter" in switches.KNOWN
