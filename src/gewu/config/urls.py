"""Addresses: the pages by audience, the API, and the two questions of a load balancer."""

from __future__ import annotations

from django.urls import include, path

from gewu.api.v1 import api
from gewu.web import health

urlpatterns = [
    path("api/v1/", api.urls),
    path("channels/", include("gewu.channels.urls")),
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("open311/v2/", include("gewu.channels.open311.urls")),
    path("cap/", include("gewu.channels.cap.urls")),
    path("calendar/", include("gewu.channels.ical.urls")),
    path("", include("gewu.web.help.urls")),
    path("desk/find", include("gewu.web.desk.finding")),
    path("", include("gewu.web.urls")),
]

handler400 = "gewu.web.errors.malformed"
handler404 = "gewu.web.errors.not_found"
handler500 = "gewu.web.errors.failed"
