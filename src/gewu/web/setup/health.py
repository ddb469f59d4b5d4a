"""How the platform fares: for the system administrator."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from gewu.catalogue import queries as catalogue
from gewu.infra import connections
from gewu.infra import health as platform
from gewu.infra.health import Sign
from gewu.kernel.texts import say
from gewu.web.accounts import signed_in
from gewu.web.setup.home import opened, shown

PAGE = "setup_health"


@require_GET
@signed_in
def health(request: HttpRequest) -> HttpResponse:
    """What runs, what lags and what is missing."""
    opened(request, PAGE)
    now = timezone.localtime()
    signs = (*platform.signs(now), _live(), *_calendar())
    return shown(request, "setup/health.html", PAGE, signs=signs, ill=sum(not one.well for one in signs))


def _live() -> Sign:
    fault = connections.fault_of("live")
    if fault:
        return Sign(say("实时推送"), False, fault, say("页面仍可使用，但不会自动更新"))
    return Sign(say("实时推送"), True, say("正常"))


def _calendar() -> tuple[Sign, ...]:
    missing = catalogue.missing_calendar_years(timezone.localdate())
    if not missing:
        return (Sign(say("工作日历"), True, say("齐全")),)
    advice = say("请载入放假安排，否则时限暂按周末计算")
    return tuple(Sign(say("工作日历"), False, say("缺 {year} 年", year=year), advice) for year in missing)
