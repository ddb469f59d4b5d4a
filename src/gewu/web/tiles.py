"""Vector tiles of the net of places, for maps with more shapes than one file should hold."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags
from django.views.decorators.http import require_GET

from gewu.kernel.places import Level
from gewu.territory import queries as territory

_LEVELS = {level.name.lower(): level for level in Level if level.digits >= Level.COUNTY.digits}


@require_GET
def tile(request: HttpRequest, level: str, z: int, x: int, y: int) -> HttpResponse:
    """A square of the map with the places of a level, kept by browsers until the net changes."""
    if level not in _LEVELS:
        raise Http404
    found = territory.tile(territory.Tile(z, x, y), level=_LEVELS[level])
    etag = f'"{found.version}-{level}-{z}-{x}-{y}"'
    headers = {"ETag": etag, "Cache-Control": "public, max-age=60"}
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        return HttpResponseNotModified(headers=headers)
    return HttpResponse(found.content, content_type="application/vnd.mapbox-vector-tile", headers=headers)
