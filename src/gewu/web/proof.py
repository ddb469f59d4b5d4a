"""What anyone may check: receipts of one's own report, and the published digests of every day."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from gewu.infra import anchors, rates, receipts
from gewu.intake import queries as reports
from gewu.kernel import receipts as program
from gewu.kernel.refusals import Refusal
from gewu.web import errors
from gewu.web.pages import show

#: Receipts read and checked from one address in an hour; each reads the events of one report.
RECEIPTS_PER_HOUR = 200
#: The list of digests is the same for all and changes once a day.
PUBLIC = "public, max-age=300"


def _receipt(request: HttpRequest, code: str) -> dict[str, Any]:
    rates.limited(rates.address_of(request.META), "receipts", per_hour=RECEIPTS_PER_HOUR)
    return reports.receipt(code, now=timezone.localtime())


@never_cache
@require_GET
def receipt_file(request: HttpRequest, code: str) -> HttpResponse:
    """The receipt of a report as a small file to keep."""
    made = json.dumps(_receipt(request, code), ensure_ascii=False, indent=1)
    name = f"gewu-receipt-{timezone.localtime():%Y%m%d}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(made, content_type="application/json", headers=headers)


@never_cache
@require_GET
def receipt_page(request: HttpRequest, code: str) -> HttpResponse:
    """The same on a page that can be printed."""
    made = _receipt(request, code)
    return show(
        request,
        "portal/record.html",
        receipt=made,
        text=json.dumps(made, ensure_ascii=False, separators=(",", ":")),
        code=code,
        issued_at=datetime.fromisoformat(made["issued_at"]),
        waiting=program.waiting(made),
    )


@never_cache
@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """The form for a receipt, and whether the record still says the same."""
    if request.method == "GET":
        return _verify_page(request)
    try:
        rates.limited(rates.address_of(request.META), "receipts", per_hour=RECEIPTS_PER_HOUR)
        read = receipts.read(_given(request))
        return _verify_page(request, receipt=read, checked=receipts.check(read))
    except Refusal as refusal:
        return _verify_page(request, refusal)


def _given(request: HttpRequest) -> bytes:
    """The file, else what was pasted; one byte more than allowed is enough to know it is too large."""
    file = request.FILES.get("file")
    if file is not None and file.size:
        return bytes(file.read(receipts.MOST_BYTES + 1))
    return str(request.POST.get("receipt", "")).encode()


def _verify_page(
    request: HttpRequest,
    refusal: Refusal | None = None,
    *,
    receipt: dict[str, Any] | None = None,
    checked: receipts.Checked | None = None,
) -> HttpResponse:
    return show(
        request,
        "portal/verify.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        receipt=receipt,
        checked=checked,
        typed=request.POST.get("receipt", "")[: receipts.MOST_BYTES] if refusal else "",
    )


@require_GET
def anchors_page(request: HttpRequest) -> HttpResponse:
    """The digest of every day, newest first."""
    after = request.GET.get("after", "")
    page = anchors.published(after=after)
    return show(request, "portal/anchors.html", page=page, first=not after)


@require_GET
def anchors_json(request: HttpRequest) -> HttpResponse:
    """Every digest, for programs and for keeping elsewhere."""
    every = [vars(one) for one in anchors.everything()]
    return JsonResponse({"anchors": every}, headers={"Cache-Control": PUBLIC})


@require_GET
def anchors_text(request: HttpRequest) -> HttpResponse:
    """Every digest in a line: number, day, first and last position, count, root, digest."""
    lines = (
        f"{one.number}\t{one.day}\t{one.first}\t{one.last}\t{one.count}\t{one.root}\t{one.digest}\n"
        for one in anchors.everything()
    )
    return HttpResponse("".join(lines), content_type="text/plain", headers={"Cache-Control": PUBLIC})


@require_GET
def checker(request: HttpRequest) -> HttpResponse:
    """The program that checks a receipt without this platform: the very file the platform computes with."""
    headers = {"Content-Disposition": 'attachment; filename="gewu_receipt.py"', "Cache-Control": PUBLIC}
    source = Path(program.__file__).read_text(encoding="utf-8")
    return HttpResponse(source, content_type="text/x-python; charset=utf-8", headers=headers)


@require_GET
def security_contact(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a weakness (RFC 9116); the contact is a setting."""
    now = timezone.localtime()
    lines = (
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {now + timedelta(days=180):%Y-%m-%dT00:00:00Z}",
        "Preferred-Languages: zh, en",
    )
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
