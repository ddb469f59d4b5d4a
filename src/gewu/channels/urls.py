"""Addresses for outside systems. A protocol with addresses of its own includes them here."""

from __future__ import annotations

from django.urls import path

from gewu.channels import inbound

urlpatterns = [
    path("<slug:code>/rows", inbound.rows, name="channel_rows"),
]
