"""The audit log: for the auditor, who reads and changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from gewu.infra import connections
from gewu.infra.paging import Page
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import Name, Text, say
from gewu.organisation import queries as organisation
from gewu.security import queries
from gewu.web.accounts import signed_in
from gewu.web.presenting.shell import actor_of
from gewu.web.setup.home import opened, shown

PAGE = "setup_audit"
#: Who acts without an account of their own.
_NAMELESS = {"operator": say("服务器命令行"), "system": say("系统"), "anonymous": say("居民")}


@dataclass(frozen=True)
class Line:
    """A line of the log with names for the codes in it."""

    position: int
    at: datetime
    part: Text
    sentence: Text
    who: Text | str
    about: str
    words: str


def _line(row: queries.AuditLine, named: Mapping[str, Mapping[str, Name | Text]]) -> Line:
    who = _NAMELESS.get(row.who, row.who)
    told = {key: named.get(key, {}).get(str(value), value) for key, value in row.sentence.values.items()}
    sentence = Text(row.sentence.msgid, {**told, "actor": who})
    return Line(row.position, row.at, row.part, sentence, who, row.about, row.words)


def _names() -> Mapping[str, Mapping[str, Name | Text]]:
    """The names of roles, posts and connections, by the value of a sentence in which their codes stand."""
    posts = organisation.post_kinds().items()
    return {
        "role": {one.code: one.name for one in queries.roles()},
        "kind": {"cases": Name("工单", "cases")}
        | {code: Name(one.name_zh, one.name_en) for code, one in posts},
        "name": {code: one.label for code, one in connections.KNOWN.items()},
        "what": {"mapping": say("字段对应"), "options": say("设置")},
        "result": {"taken": say("更正后收下"), "dropped": say("放弃")},
        "well": {"1": say("正常"), "0": say("不正常")},
    }


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
    named = _names()
    return shown(
        request,
        "setup/audit.html",
        PAGE,
        refusal=refusal,
        page=page,
        lines=[_line(row, named) for row in page.rows],
        given=given,
        first=not after,
        parts=queries.PARTS,
    )
