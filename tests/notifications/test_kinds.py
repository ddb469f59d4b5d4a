"""What the kind of a message is called: from its template, whatever its values say."""

from __future__ import annotations

import importlib

import pytest
from django.apps import apps

from gewu.notifications import rules
from gewu.notifications.models import Message
from tests.world import World


@pytest.mark.parametrize(
    ("subject", "kind"),
    [
        ("新工单待签收：{title}", "新工单待签收"),
        ("New case to sign for: {title}", "New case to sign for"),
        ("时限已用 {percent}%：{title}", "时限已用 {percent}%"),
        ("导出文件已备好（{count} 行）", "导出文件已备好"),
        ("Your export is ready ({count} rows)", "Your export is ready"),
        ("短时间内多次查看身份", "短时间内多次查看身份"),
        ("请核实（现场）：{title}", "请核实（现场）"),
    ],
)
def test_kind_is_what_all_messages_of_a_template_have_in_common(subject: str, kind: str) -> None:
    assert rules.kind_of(subject) == kind


def test_what_is_told_below_its_kind_does_not_repeat_it() -> None:
    assert rules.without_kind("新工单待签收：井盖：丢了", "新工单待签收") == "井盖：丢了"
    assert rules.without_kind("短时间内多次查看身份", "短时间内多次查看身份") == "短时间内多次查看身份"
    assert rules.without_kind("Please verify: a lid", "Please verify") == "a lid"


def test_kind_is_kept_with_the_message_and_a_colon_in_a_title_changes_nothing(world: World) -> None:
    world.accepted(world.report("井盖：又丢了，请来看"))
    world.settle()
    [told] = {
        (one.kind_zh, one.kind_en) for one in Message.objects.filter(event="CaseDispatched", way="inbox")
    }
    assert told == ("新工单待签收", "New case to sign for")


@pytest.mark.both_databases
def test_messages_told_before_are_called_by_their_subjects(world: World) -> None:
    world.accepted()
    world.settle()
    Message.objects.filter(way="inbox").update(kind_zh="", kind_en="")
    migration = importlib.import_module("gewu.notifications.migrations.0003_kinds")
    one = Message.objects.filter(event="CaseDispatched", way="inbox").first()
    assert one
    Message.objects.filter(pk=one.pk).update(subject_zh="没有冒号", subject_en="no colon")
    migration.name_kinds(apps, None)
    kinds = dict(Message.objects.filter(way="inbox").values_list("pk", "kind_zh"))
    assert kinds.pop(one.pk) == "没有冒号"
    assert set(kinds.values()) <= {"新工单待签收", "工单待派遣"}
