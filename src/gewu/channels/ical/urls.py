"""Addresses of calendars."""

from __future__ import annotations

from django.urls import path

from gewu.channels.ical import views

urlpatterns = [
    path("workdays.ics", views.workdays, name="calendar_workdays"),
    path("own/<str:secret>.ics", views.own, name="calendar_own"),
]
