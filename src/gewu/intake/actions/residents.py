"""Accounts of residents: optional, a number or an address with a password, and a list of reports."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password

from gewu.infra import store, stream
from gewu.intake import events
from gewu.intake.models import Report, Resident, ResidentReport
from gewu.kernel.identifiers import new_id, read_progress_code
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security import actors, vault
from gewu.security.vault import Contact

#: What was left for an account is not found by what was left with a report.
PURPOSE = "account"
SHORTEST_PASSWORD = 8
#: After this many wrong passwords in a row the account rests.
MOST_FAILURES, REST = 5, timedelta(minutes=15)


def register(contact: Contact, password: str, *, now: datetime) -> Resident:
    """Open an account for whoever leaves a number or an address.

    Refused without either, with a short password, and when the number or address has an account already.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise Refusal(say("密码至少要有 {n} 个字符", n=SHORTEST_PASSWORD), field="password")
    if not vault.is_reachable(contact):
        raise Refusal(say("请填写手机号码或电子邮箱"), field="contact")
    with store.writing():
        if vault.same_person(contact, purpose=PURPOSE):
            raise Refusal(
                say("这个号码或邮箱已开设账号"), Kind.CONFLICT, field="contact", advice=say("请直接登录")
            )
        token = vault.seal(contact, purpose=PURPOSE, now=now)
        resident = Resident.objects.create(
            id=new_id(), identity=token, password=make_password(password), added_at=now
        )
        _tell(events.ResidentRegistered(id=resident.pk), resident, now)
    return resident


def sign_in(contact: Contact, password: str, *, now: datetime) -> Resident:
    """The account, when number or address and password fit and it is not resting.

    A wrong number and a wrong password read the same. After five failures the account rests.
    """
    found = Resident.objects.filter(identity__in=vault.same_person(contact, purpose=PURPOSE)).first()
    if found is None:
        make_password(password)  # as long as a real check takes, so that numbers cannot be found by time
        raise _wrong()
    if found.locked_until and now < found.locked_until:
        raise Refusal(
            say("账号暂停登录"),
            Kind.TOO_MANY,
            advice=say("请十五分钟后再试"),
            again_in=found.locked_until - now,
        )
    if not check_password(password, found.password):
        _note_failure(found.pk, now)
        raise _wrong()
    if found.failures:
        Resident.objects.filter(pk=found.pk).update(failures=0, locked_until=None)
    return found


def _wrong() -> Refusal:
    return Refusal(say("号码、邮箱或密码不对"), Kind.FORBIDDEN, field="password")


def _note_failure(resident_id: UUID, now: datetime) -> None:
    with store.writing():
        row = Resident.objects.select_for_update().get(pk=resident_id)
        row.failures += 1
        if row.failures >= MOST_FAILURES:
            row.failures, row.locked_until = 0, now + REST
            _tell(events.ResidentLocked(id=row.pk), row, now)
        row.save(update_fields=["failures", "locked_until"])


def keep(resident_id: UUID, code: str, *, now: datetime) -> None:
    """Put the report of a progress code into a resident's own list; a wrong code is refused."""
    report = Report.objects.filter(progress_code=read_progress_code(code)).first()
    if report is None:
        raise Refusal(say("没有这个查询码"), Kind.MISSING, field="code")
    with store.writing():
        resident = Resident.objects.select_for_update().get(pk=resident_id)
        _, new = ResidentReport.objects.get_or_create(
            resident=resident, report=report, defaults={"kept_at": now}
        )
        if new:
            _tell(events.ReportKept(id=resident.pk, report=report.pk), resident, now)


def leave(resident_id: UUID, *, now: datetime) -> None:
    """Close an account: its list, its password and who it was are gone; the reports go on by their codes."""
    with store.writing():
        resident = Resident.objects.select_for_update().get(pk=resident_id)
        _tell(events.ResidentLeft(id=resident.pk), resident, now)
        vault.erase(resident.identity)
        resident.delete()


def _tell(event: events.ResidentEvent, resident: Resident, now: datetime) -> None:
    stream.tell(event, actor=actors.reporter(resident.pk), now=now)
