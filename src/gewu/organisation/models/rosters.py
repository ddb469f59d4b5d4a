"""Rows of duty: kinds of it, shifts with what they need, who stands in them, and notes handed over."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from gewu.kernel.identifiers import new_id
from gewu.organisation.models.units import Unit
from gewu.organisation.rules import Force


class DutyKind(models.Model):
    """What one can be on duty as, which force it belongs to, and how many hours a week it may be."""

    code = models.CharField(primary_key=True, max_length=30)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=80)
    force = models.CharField(max_length=12, choices=[(one.value, one.value) for one in Force])
    #: Hours of duty in a week that nobody exceeds; none for no limit.
    most_hours = models.PositiveSmallIntegerField(null=True)

    class Meta:
        db_table = "duty_kind"


class Shift(models.Model):
    """A span of duty at a place that needs so many people."""

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.ForeignKey(DutyKind, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=17)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    need = models.PositiveSmallIntegerField(default=1)
    #: Where one is found on this shift, in words.
    spot = models.CharField(max_length=100, blank=True)

    class Meta:
        db_table = "shift"
        indexes = [
            models.Index(fields=["place", "ends_at"], name="shift_by_place"),
            models.Index(fields=["unit", "begins_at"], name="shift_by_unit"),
            models.Index(fields=["ends_at"], name="shift_by_end"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["unit", "kind", "begins_at"], name="shift_once"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("begins_at")), name="shift_ends_after_it_begins"
            ),
        ]


class Booking(models.Model):
    """Someone on a shift: booked, there or missing."""

    id = models.UUIDField(primary_key=True, default=new_id)
    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="bookings")
    account = models.ForeignKey("security.Account", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, default="booked")
    #: When the person came.
    came_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "shift_booking"
        constraints = [models.UniqueConstraint(fields=["shift", "account"], name="booked_once_per_shift")]


class ShiftNote(models.Model):
    """What one shift leaves to the next, and who has read it there."""

    id = models.UUIDField(primary_key=True, default=new_id)
    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField()
    by = models.CharField(max_length=60)
    at = models.DateTimeField()
    taken_by = models.CharField(max_length=60, blank=True)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "shift_note"
