"""Addresses of the help area and of its part of setup."""

from __future__ import annotations

from django.urls import path

from gewu.web.help import pages
from gewu.web.setup import handbook

urlpatterns = [
    path("help", pages.contents, name="help"),
    path("help/whole", pages.whole, name="help_whole"),
    path("help/pictures/<uuid:id>", pages.picture, name="help_picture"),
    path("help/<slug:key>", pages.item, name="help_item"),
    path("setup/help", handbook.home, name="setup_help"),
    path("setup/help/<slug:key>", handbook.item, name="setup_help_item"),
    path("setup/help/<slug:key>/restore", handbook.restore, name="setup_help_restore"),
    path("setup/help/<slug:key>/pictures", handbook.add, name="setup_help_add"),
    path("setup/help/<slug:key>/pictures/<uuid:id>/end", handbook.end, name="setup_help_end"),
]
