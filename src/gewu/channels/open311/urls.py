"""Addresses of GeoReport v2; the format is the suffix."""

from __future__ import annotations

from django.urls import path

from gewu.channels.open311 import posting, views

urlpatterns = [
    path("", views.unknown, name="open311_root"),
    path("discovery.<str:format>", views.discovery),
    path("services.<str:format>", views.services),
    path("services/<str:code>.<str:format>", views.definition),
    path("requests.<str:format>", posting.requests),
    path("requests/<str:number>.<str:format>", views.one_request),
    path("tokens/<str:token>.<str:format>", views.token),
    path("servicerequestupdates.<str:format>", posting.updates),
    path("<path:path>", views.unknown),
]
