"""Rows of alerts: every version of each, with the places it is for."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from gewu.kernel.identifiers import new_id


class AlertKind(models.Model):
    """What an alert can be about, with the category of CAP and the codes by which others call it."""

    code = models.CharField(primary_key=True, max_length=24)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60)
    category = models.CharField(max_length=12)
    #: Codes of weather warnings that are of this kind.
    weather_codes = models.JSONField(default=list)

    class Meta:
        db_table = "alert_kind"


class Alert(models.Model):
    """One message, from outside or our own. What was sent is never changed; a later version is a new row."""

    id = models.UUIDField(primary_key=True, default=new_id)
    #: The first message of which this is a version.
    thread = models.UUIDField()
    #: The message that this one updates, cancels or acknowledges, where it is known here.
    before = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="later")
    ours = models.BooleanField()
    state = models.CharField(max_length=12)
    version = models.PositiveIntegerField(default=1)
    identifier = models.CharField(max_length=200)
    sender = models.CharField(max_length=200)
    #: When it was sent; of a draft, when it was last written.
    sent_at = models.DateTimeField()
    status = models.CharField(max_length=8)
    msg_type = models.CharField(max_length=8)
    scope = models.CharField(max_length=10)
    #: The whole message as `command.rules.Message`.
    content = models.JSONField()
    #: A message from outside as it came, with its digest.
    raw = models.TextField(blank=True)
    digest = models.CharField(max_length=64, blank=True)
    kind = models.CharField(max_length=24, blank=True)
    colour = models.CharField(max_length=8, blank=True)
    headline = models.CharField(max_length=300, blank=True)
    onset_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    #: References of those who drafted and submitted it, or of the system that brought it.
    drafted_by = models.CharField(max_length=60)
    submitted_by = models.CharField(max_length=60, blank=True)
    approved_by = models.CharField(max_length=60, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "alert"
        constraints = [
            models.UniqueConstraint(fields=["sender", "identifier", "sent_at"], name="alert_taken_once"),
            # Law of the subject, kept by the database too: nothing of ours is in force by one person alone.
            models.CheckConstraint(
                condition=~Q(ours=True, state="in_force")
                | (~Q(approved_by="") & ~Q(approved_by=models.F("drafted_by"))),
                name="alert_approved_by_another",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "expires_at"], name="alert_by_state"),
            models.Index(fields=["-made_at", "-id"], name="alert_newest"),
            models.Index(fields=["thread", "made_at"], name="alert_versions"),
            models.Index(fields=["sender", "identifier"], name="alert_by_name"),
        ]


class AlertPlace(models.Model):
    """One place that an alert touches; all that lies below it is touched too."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="places")
    place = models.CharField(max_length=17)

    class Meta:
        db_table = "alert_place"
        constraints = [models.UniqueConstraint(fields=["alert", "place"], name="alert_place_once")]
        indexes = [models.Index(fields=["place"], name="alert_by_place")]
