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


class IntakeLimit(models.Model):
    """A dated limit of what happens before a case: to accept a report, to look at the spot.

    An empty channel, matter or place speaks of all of them; the most specific row wins.
    """

    kind = models.CharField(max_length=8)
    channel = models.CharField(max_length=24, blank=True)
    matter_prefix = models.CharField(max_length=12, blank=True)
    place_prefix = models.CharField(max_length=17, blank=True)
    amount = models.DecimalField(max_digits=8, decimal_places=2)
    time_unit = models.CharField(max_length=14)
    since = models.DateField()
    until = models.DateField(null=True)
    #: Where it is laid down.
    basis = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "intake_limit"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "channel", "matter_prefix", "place_prefix", "since"],
                name="one_intake_limit_from_a_day",
            )
        ]


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
    #: The state in which it joined another's case, and to which it goes back when they are parted.
    joined_from = models.CharField(max_length=12, blank=True)
    #: Times as pairs of ISO texts in which its clock did not run because it stood behind another's case.
    pauses = models.JSONField(default=list)
    #: The language of the form it came by: in this its reporter is written to.
    language = models.CharField(max_length=10, default="zh-hans")

    class Meta:
        db_table = "report"
        constraints = [
            models.UniqueConstraint(fields=["channel", "outside_id"], name="outside_id_taken_once")
        ]
        indexes = [
            models.Index(fields=["state", "due_at", "id"], name="report_by_state"),
            models.Index(fields=["place", "state", "due_at"], name="report_by_place"),
            models.Index(fields=["received_at", "id"], name="report_by_age"),
            models.Index(fields=["case", "received_at"], name="report_by_case"),
        ]
