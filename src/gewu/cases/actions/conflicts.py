"""Nobody handles a report on themselves: the unit a matter is about, and every unit below it, stays out."""

from __future__ import annotations

from dataclasses import replace

from gewu.cases.models import Case, Hazard
from gewu.cases.rules import turns
from gewu.catalogue import queries as catalogue
from gewu.infra.versions import changed
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.organisation import queries as organisation

#: The kind of unit that is an enterprise.
ENTERPRISE = "enterprise"


def name(case: Case, about: str) -> None:
    """Write down the unit that a matter is about, if one is named. Refused when that unit leads the case."""
    if not about:
        return
    unit = organisation.known_unit(about)
    if turns.conflicted(unit.path, case.lead_path):
        raise Refusal(
            say("此单现由被反映单位承办，请先收回"),
            Kind.CONFLICT,
            field="about",
            advice=say("收回后由其上级或其他单位办理"),
        )
    case.about_id, case.about_path = unit.id, unit.path
    changed(turns.CONCERNS)


def stops(case: Case, unit: catalogue.UnitFacts) -> bool:
    """Whether this unit may have no part in the case."""
    return turns.conflicted(case.about_path, unit.path)


def check(case: Case, unit: catalogue.UnitFacts) -> None:
    """Refuse a unit that the case is about, or that stands below it."""
    if stops(case, unit):
        raise Refusal(
            say("此单反映的就是“{unit}”或其上级，不能交由它办理", unit=unit.name),
            Kind.CONFLICT,
            field="unit",
            advice=say("请交其上级或其他单位"),
        )


def check_leads(case: Case, unit: catalogue.UnitFacts) -> None:
    """Refuse an enterprise as the one that handles, except for a hazard of its own."""
    if unit.kind == ENTERPRISE and not Hazard.objects.filter(pk=case.pk, enterprise=unit.id).exists():
        raise Refusal(
            say("“{unit}”是企业，只整改自己的隐患，不承办工单", unit=unit.name),
            Kind.CONFLICT,
            field="unit",
            advice=say("请选择承办单位"),
        )


def kept_out(routing: catalogue.Routing, case: Case) -> catalogue.Routing:
    """The routing; without its unit, and with the reason, when the matter is about that unit."""
    if routing.unit is None or not stops(case, routing.unit):
        return routing
    about = organisation.known_unit(str(case.about_id)).name
    why = say("规则指向被反映单位“{about}”，须由派遣员另行指定", about=about)
    english = f"The rule points to the office that the matter is about ({about.en}); a dispatcher must decide"
    return replace(routing, unit=None, assists=(), reason_zh=str(why), reason_en=english, why=why)
