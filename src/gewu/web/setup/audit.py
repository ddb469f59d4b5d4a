"""The audit log: for the auditor, who reads and changes nothing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from gewu.infra.paging import Page
from gewu.kernel.refusals import Refusal
from gewu.security import queries
from gewu.web.accounts import signed_in
from gewu.web.presenting.shell import actor_of
from gewu.web.setup.home import opened, shown

PAGE = "setup_audit"


@require_GET
@signed_in
def audit(request: HttpRequest) -> HttpResponse:
    """What happened to accounts, roles, identities, exports, rules and keys, newest first."""
    opened(request, PAGE)
    given = {name: request.GET.get(name, "").strip()[:60] for name in ("part", "who", "since", "until")}
    after, refusal = request.GET.get("after", ""), None
    page: Page[queries.AuditLine] = Page(())
    try:
        page = queries.audit_log(actor_of(request), queries.AuditFilters(**given), after=after)
    except Refusal as said:
        refusal = said
    return shown(
        request,
        "setup/audit.html",
        PAGE,
        refusal=refusal,
        page=page,
        given=given,
        first=not after,
        parts=queries.PARTS,
    )
