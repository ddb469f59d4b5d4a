"""Sentences of a page come in the language of its reader, whoever read before."""

from __future__ import annotations

from django.utils import translation

from gewu.infra import tongues


def test_each_page_speaks_its_own_language_also_inside_another() -> None:
    with translation.override("zh-hans"), tongues.speaking():
        assert tongues.gettext("期限") == "期限"
        with translation.override("en"), tongues.speaking():
            assert tongues.gettext("期限") == translation.gettext("期限") != "期限"
        assert tongues.gettext("期限") == "期限"


def test_outside_of_a_page_the_active_language_speaks() -> None:
    with translation.override("en"):
        english = tongues.gettext("期限")
    with translation.override("zh-hans"):
        assert tongues.gettext("期限") == "期限" != english


def test_what_is_made_up_from_data_does_not_fill_memory() -> None:
    with translation.override("en"), tongues.speaking():
        known = tongues._kept["en"]
        for n in range(tongues._MOST + 10):
            assert tongues.gettext(f"第{n}户") == f"第{n}户"
        assert len(known) == tongues._MOST
        for n in range(tongues._MOST + 10):
            known.pop(f"第{n}户", None)
