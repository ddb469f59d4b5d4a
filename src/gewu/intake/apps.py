"""Registers the subject with Django."""

from __future__ import annotations

from django.apps import AppConfig


class Intake(AppConfig):
    name = "gewu.intake"
    label = "intake"
