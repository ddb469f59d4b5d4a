"""Rows of channels and reports."""

from __future__ import annotations

from django.db import models

from gewu.kernel.identifiers import new_id


class Channel(models.Model):
    """Where reports come from. ``screening`` is ``desk`` (a person accepts) or ``rule``.

    By ``rule`` a report whose class and place are known is accepted as it arrives: for channels where a
    person has already named the class, such as a telephone desk.
    """

    code = models.CharField(primary_key=True, max_length=24)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60)
    screening = models.CharField(max_length=8, default="desk")
    staffed = models.BooleanField(default=False)

    class Meta:
        db_table = "channel"


class Report(models.Model):
    """What one person or device raised, once. The identity lies in the vault, behind a token."""

    id = models.UUIDField(primary_key=True, default=new_id)
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    #: The number it has in the system it came from; taken once for each channel.
    outside_id = models.CharField(max_length=60, null=True)
    key = models.CharField(max_length=80, null=True, unique=True)
    digest = models.CharField(max_length=64)
    progress_code = models.CharField(max_length=14, unique=True)
    identity = models.UUIDField(null=True)
    state = models.CharField(max_length=12, default="received")
    version = models.PositiveIntegerField(default=1)
    text = models.TextField()
    address = models.CharField(max_length=200, blank=True)
    place = models.CharField(max_length=17)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    #: The datum of the coordinates as they came; ``lon`` and ``lat`` are WGS84.
    datum = models.CharField(max_length=8, blank=True)
    matter = models.CharField(max_length=12, blank=True)
    received_at = models.DateTimeField()
    due_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    finding = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "report"
        constraints = [
            models.UniqueConstraint(fields=["channel", "outside_id"], name="outside_id_taken_once")
        ]
        indexes = [
            models.Index(fields=["state", "due_at", "id"], name="report_by_state"),
            models.Index(fields=["place", "state", "due_at"], name="report_by_place"),
            models.Index(fields=["received_at", "id"], name="report_by_age"),
        ]
