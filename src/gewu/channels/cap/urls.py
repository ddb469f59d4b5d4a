"""Addresses of CAP."""

from __future__ import annotations

from django.urls import path

from gewu.channels.cap import views

urlpatterns = [
    path("alerts", views.messages, name="cap_alerts"),
    path("alerts.<str:format>", views.feed, name="cap_feed"),
    path("alerts/<path:identifier>.xml", views.message, name="cap_message"),
]
