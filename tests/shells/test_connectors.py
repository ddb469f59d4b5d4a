"""The page of connections: who sees it, what a real try says, and that it holds no secret."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from gewu.infra import batches
from gewu.infra.batches import Counts, Refused, Source
from gewu.infra.models import ConnectorState, EventRow
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import say
from gewu.security import actions as security
from gewu.security import queries
from gewu.security.models import ApiToken
from tests.shells.visits import cost, said, signed_in
from tests.world import PASSWORD, World

pytestmark = pytest.mark.django_db
PAGE = "/setup/connectors"
SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture
def closed() -> Iterator[int]:
    """A port that nobody listens at and nobody else may take."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


class MailServer(socketserver.ThreadingTCPServer):
    """As much of a mail server as a try meets; it keeps what it was asked."""

    daemon_threads = True

    def __init__(self, sign_in: bytes = b"235 welcome") -> None:
        super().__init__(("127.0.0.1", 0), _Line)
        self.asked: list[str] = []
        self.sign_in = sign_in


class _Line(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        assert isinstance(self.server, MailServer)
        self.wfile.write(b"220 mail\r\n")
        for line in self.rfile:
            word = line.split()[0].decode().upper()
            self.server.asked.append(word)
            answer = {"EHLO": b"250-mail\r\n250 AUTH PLAIN", "AUTH": self.server.sign_in}.get(word, b"250 ok")
            self.wfile.write(answer + b"\r\n")


@pytest.fixture
def mail(settings: Any) -> Iterator[MailServer]:
    with MailServer() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.EMAIL_BACKEND, settings.EMAIL_USE_TLS = SMTP, False
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "poster", "hush-mail"
        yield server
        server.shutdown()


def tried(client: Client, name: str) -> str:
    answer = client.post(PAGE, {"name": name})
    assert answer.status_code == 303, said(answer)
    return said(client.get(answer.headers["Location"]))


def imported(world: World, bad: int = 2) -> str:
    source = Source("旧工单.xlsx", "d" * 64, "reports", "m" * 64)
    batch = batches.begin(source, started_by=f"account:{world.accounts['qian.lei'].pk.hex}", now=world.now)
    rows = [
        Refused(line, Refusal(say("“{text}”不是时限", text="张三"), field="due"))
        for line in range(2, bad + 2)
    ]
    batches.go_on(batch, 9 + bad, Counts(taken=9, refused=bad), rows)
    batches.finish(batch, now=world.now)
    return str(batch.pk)


def test_only_who_looks_after_platform_or_accounts_sees_it_and_only_the_first_may_try(world: World) -> None:
    for name in ("zheng.jun", "zhou.min", "shen.ji"):
        assert signed_in(name).get(PAGE).status_code == 403
        assert signed_in(name).post(PAGE, {"name": "database"}).status_code == 403
        assert signed_in(name).get(f"{PAGE}/imports/{imported(world)}").status_code == 403
    assert Client().get(PAGE).status_code == 303
    keeper = signed_in("fang.an")
    assert "现在检查" not in said(keeper.get(PAGE))
    assert keeper.post(PAGE, {"name": "database"}).status_code == 403
    assert not ConnectorState.objects.exists()
    assert "现在检查" in said(signed_in("qian.lei").get(PAGE))
    with pytest.raises(Refusal):
        queries.tokens(world.actor("zhou.min"), now=world.now)


def test_new_installation_is_told_what_is_not_connected_and_what_that_means(
    world: World, settings: Any
) -> None:
    settings.REDIS_URL = ""
    page = said(signed_in("qian.lei").get(PAGE))
    for sentence in (
        "信件只写成文件，不会寄出",
        "一台服务器够用",
        "现在没有系统用令牌来访",
        "还没有导入过表格",
    ):
        assert sentence in page
    answer = signed_in("qian.lei").post(PAGE, {"name": "redis"})
    assert (answer.status_code, "这项连接还没有配置" in said(answer)) == (409, True)
    assert signed_in("qian.lei").post(PAGE, {"name": "telegraph"}).status_code == 404


def test_try_is_recorded_and_told_to_the_auditor(world: World) -> None:
    assert "数据库：刚才检查过，正常" in tried(signed_in("qian.lei"), "database")
    assert EventRow.objects.filter(type="ConnectorTried", subject="connector").count() == 1
    log = said(signed_in("shen.ji").get("/setup/audit?part=connector"))
    assert "检查了连接“数据库”：正常" in log


def test_mail_server_is_signed_in_to_and_no_mail_is_sent(world: World, mail: MailServer) -> None:
    assert "邮件（SMTP）：刚才检查过，正常" in tried(signed_in("qian.lei"), "mail")
    assert {"EHLO", "AUTH", "NOOP"} <= set(mail.asked) <= {"EHLO", "AUTH", "NOOP", "QUIT"}
    mail.sign_in = b"535 no"
    page = tried(signed_in("qian.lei"), "mail")
    assert "邮件（SMTP）：对方不接受所配置的账号或口令" in page
    kept = ConnectorState.objects.get(name="mail")
    assert kept.well_at and kept.ill_at and kept.well_at < kept.ill_at


def test_closed_port_is_told_in_words_with_what_to_do(world: World, settings: Any, closed: int) -> None:
    settings.REDIS_URL, settings.LIVE_PORT = f"redis://127.0.0.1:{closed}/0", closed
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", closed
    client = signed_in("qian.lei")
    for name, label in (("mail", "邮件（SMTP）"), ("redis", "共用计数（Redis）"), ("live", "实时推送")):
        page = tried(client, name)
        assert f"{label}：没有应答。 请检查地址、端口和防火墙" in page


def test_mail_that_did_not_leave_is_a_fault_of_the_connection_without_a_try(
    today: World, settings: Any, closed: int
) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", closed
    today.accepted()
    today.settle()
    assert ConnectorState.objects.get(name="mail").fault == "silent"


@pytest.mark.needs_service("redis")
def test_real_redis_answers_and_a_wrong_password_is_told(world: World, settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:6379/14"
    assert "共用计数（Redis）：刚才检查过，正常" in tried(signed_in("qian.lei"), "redis")
    settings.REDIS_URL = "redis://nobody:hush-redis@127.0.0.1:6379/14"
    page = tried(signed_in("qian.lei"), "redis")
    assert "对方不接受所配置的账号或口令" in page
    assert "hush-redis" not in page


def test_no_secret_is_on_the_page(world: World, settings: Any, mail: MailServer) -> None:
    settings.REDIS_URL = "rediss://counter:hush-redis@cache.example:6380/3?password=hush-more"
    token = security.issue_token(world.accounts["zhou.min"], now=timezone.now(), label="市级平台")
    for name in ("qian.lei", "fang.an"):
        page = signed_in(name).get(PAGE).content.decode()
        assert "cache.example:6380/3" in page
        for secret in ("hush", "counter:", "poster", token, security.token_digest(token)):
            assert secret not in page


def test_token_names_its_system_holder_last_use_and_end(world: World) -> None:
    caller = Client()
    given = {"name": "zhou.min", "password": PASSWORD, "label": "市级平台"}
    token = caller.post("/api/v1/sign-in", given, content_type="application/json").json()["token"]
    assert "市级平台" in (page := said(signed_in("qian.lei").get(PAGE)))
    assert "还没用过" in page
    answer = caller.get("/api/v1/cases", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    assert "还没用过" not in said(signed_in("qian.lei").get(PAGE))
    link = f'href="/setup/accounts/{world.accounts["zhou.min"].pk}"'
    assert link in signed_in("fang.an").get(PAGE).content.decode()
    assert link not in signed_in("qian.lei").get(PAGE).content.decode()
    ApiToken.objects.update(expires_at=timezone.now())
    assert "市级平台" not in said(signed_in("qian.lei").get(PAGE))


def test_import_shows_what_came_of_it_and_which_rows_were_refused(world: World) -> None:
    key, client = imported(world, bad=101), signed_in("qian.lei")
    page = client.get(PAGE)
    assert f"旧工单.xlsx reports {world.accounts['qian.lei'].display_name} 完成 9 0 101" in said(page)
    rows = client.get(f"{PAGE}/imports/{key}")
    assert "2 “…”不是时限 due" in said(rows)
    assert "张三" not in said(rows)
    assert "下一页" in said(rows)
    assert client.get(f"{PAGE}/imports/{world.accounts['qian.lei'].pk}").status_code == 404


def test_page_costs_the_same_however_much_there_is(world: World) -> None:
    client = signed_in("qian.lei")
    imported(world)
    security.issue_token(world.accounts["zhou.min"], now=timezone.now())
    few = cost(lambda: client.get(PAGE))
    for n in range(8):
        imported(world, bad=n)
        security.issue_token(world.accounts["li.wen"], now=timezone.now())
    assert cost(lambda: client.get(PAGE)) == few
