"""No resident is scored, ranked, predicted or recognised: the schema has no column for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from django.apps import apps
from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver

from tests.architecture.sources import ROOT, expect_none

#: The tables that hold people, staff and residents alike, by ``app.Model``.
PEOPLE = {
    "security.Account": "people who sign in: work data only",
    "security.Identity": "who reported or petitioned, sealed",
    "intake.Resident": "residents who keep their own reports: a token of the vault and a password",
    "organisation.Post": "who stands where as what: staff and elected people, by name",
    "organisation.StaffEntry": "shift, leave and training of those who work here",
}
#: Tables with a field that sounds personal and is not.
NOT_PEOPLE = {
    "infra.ConnectorSecret": "the sealed secret of an outside system, about nobody",
    "infra.ConnectorRow": "a row that waits to be corrected, whole and sealed; erased once settled",
    "intake.ResidentReport": "which reports a resident keeps; nothing about the resident",
    "security.IdentityProvider": "a service elsewhere; sealed is the secret of this platform there",
    "security.SecondFactor": "the sealed key of an authenticator app, about nobody",
    "organisation.Unit": "an office and how it is reached",
}
#: A model with such a field holds people, until it is declared in one of the two tables above.
PERSONAL = {
    "phone", "mobile", "email", "birth", "birthday", "born", "gender", "sex", "password", "person",
    "resident", "contact", "idcard", "surname", "nickname", "wechat", "sealed",
}  # fmt: skip
JUDGING = {
    "score", "level", "risk", "blacklist", "blacklisted", "label", "labels", "rank", "ranking", "grade",
    "rating", "credit", "points", "tag", "tags", "prediction", "suspicion", "danger",
}  # fmt: skip
#: On no table at all.
RECOGNISING = {
    "face", "plate", "biometric", "fingerprint", "iris", "voiceprint", "gait", "blacklist", "blacklisted",
}  # fmt: skip


def _models() -> list[type[Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("gewu.")]


def _words(model: type[Model]) -> Iterator[tuple[str, set[str]]]:
    for field in model._meta.get_fields():
        yield field.name, set(field.name.lower().split("_"))


def _fields_with(model: type[Model], forbidden: set[str]) -> list[str]:
    return [f"{model._meta.label}.{name}" for name, words in _words(model) if words & forbidden]


def test_people_are_not_judged() -> None:
    people = [model for model in _models() if model._meta.label in PEOPLE]
    expect_none(found for model in people for found in _fields_with(model, JUDGING))


def _routes(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[str]:
    for one in patterns:
        yield str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _routes(one.url_patterns)


def test_nobody_is_recognised() -> None:
    """No field, no route and no package for faces, number plates or other marks of the body."""
    packages = "\n".join((ROOT / "requirements" / name).read_text() for name in ("run.txt", "dev.txt"))
    named = [*_routes(get_resolver().url_patterns), *re.findall(r"^([\w.-]+)==", packages, re.MULTILINE)]
    expect_none(name for name in named if RECOGNISING & set(re.split(r"[^a-z]+", name.lower())))
    expect_none(found for model in _models() for found in _fields_with(model, RECOGNISING))


def test_every_table_with_people_is_declared() -> None:
    declared = {*PEOPLE, *NOT_PEOPLE}
    others = [model for model in _models() if model._meta.label not in declared]
    expect_none(found for model in others for found in _fields_with(model, PERSONAL))


def test_every_declared_table_exists() -> None:
    assert {*PEOPLE, *NOT_PEOPLE} <= {model._meta.label for model in _models()}
