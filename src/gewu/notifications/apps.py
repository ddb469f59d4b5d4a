"""Registers the subject with Django."""

from __future__ import annotations

from django.apps import AppConfig


class Notifications(AppConfig):
    name = "gewu.notifications"
    label = "notifications"
