"""Classes brought along from elsewhere, and the working days of the years they come from."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from gewu.catalogue import actions, queries
from gewu.catalogue.models import MatterClass
from gewu.catalogue.rules import Limit
from gewu.infra import stream
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.worktime import Unit
from tests.organisation import setting
from tests.organisation.setting import COUNTY, NOW, SETUP, TODAY

LIMITS = {"accept": (Decimal(2), Unit.WORK_HOUR), "handle": (Decimal(5), Unit.WORK_DAY)}
HEADER = actions.ClassSpec("Z005", "市容环卫", "pingshan2018")


def spec(code: str = "Z0051159", name: str = "乱摆卖", **more: Any) -> actions.ClassSpec:
    return actions.ClassSpec(
        code, name, "pingshan2018", parent="Z005", department="sanitation", **LIMITS, **more
    )


def test_a_class_from_elsewhere_is_in_force_for_records_long_past(catalogue: None) -> None:
    assert actions.add_classes([spec(), HEADER], place=COUNTY, actor=SETUP, now=NOW) == 2
    found = queries.matter("Z0051159", date(2018, 7, 4))
    assert (found.name_zh, found.parent_code, found.priority, found.evidence) == ("乱摆卖", "Z005", 3, ())
    assert (found.accept, found.handle) == (Limit(2, Unit.WORK_HOUR), Limit(5, Unit.WORK_DAY))
    assert [group.code for group in queries.matters(TODAY) if group.code.startswith("Z")] == ["Z005"]


def test_what_is_there_stays_as_it_is(catalogue: None) -> None:
    actions.add_classes([spec(), HEADER], place=COUNTY, actor=SETUP, now=NOW)
    told = len(stream.after(0))
    assert actions.add_classes([spec(name="另一名称"), HEADER], place=COUNTY, actor=SETUP, now=NOW) == 0
    assert queries.matter("Z0051159", TODAY).name_zh == "乱摆卖"
    assert len(stream.after(0)) == told


@pytest.mark.parametrize(
    ("code", "name"), [("Z" * 13, "乱摆卖"), ("", "乱摆卖"), ("Z1", ""), ("Z1", "长" * 61)]
)
def test_codes_and_names_that_do_not_fit_are_refused_and_nothing_is_kept(
    catalogue: None, code: str, name: str
) -> None:
    before = MatterClass.objects.count()
    with pytest.raises(Refusal):
        actions.add_classes([HEADER, spec(code, name)], place=COUNTY, actor=SETUP, now=NOW)
    assert MatterClass.objects.count() == before


def test_only_who_keeps_the_catalogue_adds_to_it(catalogue: None) -> None:
    with pytest.raises(Refusal) as refused:
        actions.add_classes([HEADER], place=COUNTY, actor=setting.manager("320102"), now=NOW)
    assert refused.value.kind is Kind.FORBIDDEN


def test_working_days_are_known_for_the_years_of_past_records(catalogue: None) -> None:
    calendar = queries.calendar()
    assert set(range(2004, 2027)) <= calendar.years
    assert not calendar.is_workday(date(2018, 10, 4))
    assert calendar.is_workday(date(2018, 9, 29))
