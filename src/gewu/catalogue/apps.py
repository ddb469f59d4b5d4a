"""Registers the subject with Django."""

from __future__ import annotations

from django.apps import AppConfig


class Catalogue(AppConfig):
    name = "gewu.catalogue"
    label = "catalogue"
