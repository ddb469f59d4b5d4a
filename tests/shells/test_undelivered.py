"""Reporters are told in the way they left, and staff see what did not arrive."""

from __future__ import annotations

import socket
from typing import Any

from gewu.notifications.models import Message
from tests.shells.visits import said, signed_in
from tests.world import World

#: What a resident hears of on the ordinary way from report to closing.
PUBLIC = {"ReportReceived", "ReportAccepted", "CaseDispatched", "CaseSignedFor", "CaseHandled", "CaseClosed"}


def test_each_public_change_is_told_by_mail(today: World) -> None:
    today.case_at("closed")
    today.settle()
    mails = Message.objects.filter(identity__isnull=False)
    assert set(mails.values_list("event", "way")) == {(event, "mail") for event in PUBLIC}
    assert not mails.filter(sent_at=None).exists()


def test_what_did_not_reach_the_reporter_is_shown_to_staff(today: World, settings: Any) -> None:
    case = today.accepted()
    today.settle()
    with socket.socket() as nobody_listens:
        nobody_listens.bind(("127.0.0.1", 0))
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = nobody_listens.getsockname()
        today.step(case, "sign_for", "chen.guoping")
        today.settle()

    page = said(signed_in("zhou.min").get(f"/desk/cases/{case.number}"))
    assert "有 1 封告知反映人的邮件没有送达" in page
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    today.later(minutes=2)
    today.settle()
    assert "没有送达" not in said(signed_in("zhou.min").get(f"/desk/cases/{case.number}"))
