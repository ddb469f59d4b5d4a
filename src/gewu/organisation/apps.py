"""Registers the subject with Django."""

from __future__ import annotations

from django.apps import AppConfig


class Organisation(AppConfig):
    name = "gewu.organisation"
    label = "organisation"
