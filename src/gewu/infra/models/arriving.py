"""Rows of what devices ask for and send."""

from __future__ import annotations

from django.db import models


class Command(models.Model):
    """What a device asked for while it was apart from us, under the number it gave it: carried out once.

    Of its content only the digest is kept; what was said stands in the record that came of it.
    """

    id = models.UUIDField(primary_key=True)
    account = models.UUIDField()
    kind = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    #: When it was made, by the device's clock set right by ours; when it first arrived.
    made_at = models.DateTimeField()
    arrived_at = models.DateTimeField()
    #: By how many seconds the device's clock was found to be behind ours.
    clock_behind_s = models.IntegerField(default=0)
    #: ``taken``, ``refused`` or ``conflict``; only the first is for good.
    outcome = models.CharField(max_length=10)
    tries = models.PositiveSmallIntegerField(default=1)
    #: The record that came of it, such as ``report:…``.
    about = models.CharField(max_length=60, blank=True)
    #: What was answered: ids and numbers alone.
    answer = models.JSONField(default=dict)

    class Meta:
        db_table = "command"
        indexes = [
            models.Index(fields=["about"], name="command_by_record", condition=~models.Q(about="")),
            models.Index(fields=["account", "arrived_at"], name="command_by_account"),
        ]


class Upload(models.Model):
    """A file on its way in parts, under the number its sender gave it; what has come lies in a folder."""

    id = models.UUIDField(primary_key=True)
    account = models.UUIDField()
    #: ``photo`` or ``sound``.
    kind = models.CharField(max_length=8)
    purpose = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    #: SHA-256 of the whole.
    digest = models.CharField(max_length=64)
    arrived = models.PositiveIntegerField(default=0)
    moved_at = models.DateTimeField(db_index=True)
    #: The kept file, once it was whole and was found to be what it says.
    file = models.UUIDField(null=True)

    class Meta:
        db_table = "upload"
