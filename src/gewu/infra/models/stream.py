"""Rows of the event stream, of its deliveries and of its anchors."""

from __future__ import annotations

from django.db import models

from gewu.kernel.identifiers import new_id


class EventRow(models.Model):
    """One event. Written once, in the transaction of the change; never changed or deleted."""

    position = models.BigAutoField(primary_key=True)
    subject = models.CharField(max_length=24)
    subject_id = models.UUIDField()
    seq = models.PositiveIntegerField()
    type = models.CharField(max_length=60)
    actor = models.CharField(max_length=60)
    at = models.DateTimeField()
    #: Canonical JSON, exactly the bytes that are hashed.
    data = models.TextField()
    previous = models.CharField(max_length=72)
    hash = models.CharField(max_length=72)

    class Meta:
        db_table = "event"
        constraints = [
            models.UniqueConstraint(fields=["subject", "subject_id", "seq"], name="event_once_in_its_chain")
        ]


class AuditEntry(models.Model):
    """Where the events of the audit log are, so that it is read without walking through all others."""

    position = models.BigIntegerField(primary_key=True)
    part = models.CharField(max_length=12)
    type = models.CharField(max_length=60)
    actor = models.CharField(max_length=60)
    #: What it happened to.
    subject_id = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        db_table = "audit_entry"
        indexes = [
            models.Index(fields=["part", "position"], name="audit_by_part"),
            models.Index(fields=["actor", "position"], name="audit_by_actor"),
            models.Index(fields=["subject_id", "position"], name="audit_by_subject"),
            models.Index(fields=["at"], name="audit_by_day"),
        ]


class Chain(models.Model):
    """The head of one subject's chain: how many events it has, and the hash of the last."""

    subject_id = models.UUIDField(primary_key=True)
    subject = models.CharField(max_length=24)
    length = models.PositiveIntegerField()
    head = models.CharField(max_length=72)

    class Meta:
        db_table = "event_chain"


class Words(models.Model):
    """Free text told with an event, apart from it so that it can be erased by retention.

    The event holds a salted digest: a quiet change shows, and an erased text cannot be guessed.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    subject_id = models.UUIDField(db_index=True)
    name = models.CharField(max_length=24)
    text = models.TextField(blank=True)
    salt = models.CharField(max_length=32, blank=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "event_words"


class Delivery(models.Model):
    """One reaction that one event owes. Done at least once; its effect is in the same transaction."""

    #: The constraint below finds the deliveries of an event; a second index would only cost.
    event = models.ForeignKey(EventRow, on_delete=models.PROTECT, related_name="+", db_index=False)
    reaction = models.CharField(max_length=120)
    tries = models.PositiveSmallIntegerField(default=0)
    #: When it is due, or the end of the lease while a worker holds it; empty once done or set aside.
    due_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        db_table = "delivery"
        constraints = [models.UniqueConstraint(fields=["event", "reaction"], name="delivery_once")]
        indexes = [
            models.Index(fields=["due_at"], name="delivery_due", condition=models.Q(due_at__isnull=False))
        ]


class Anchor(models.Model):
    """The published digest of one day's events, bound to the one before it. Written once."""

    number = models.PositiveIntegerField(primary_key=True)
    #: The day in China whose events it closes.
    day = models.DateField(db_index=True)
    first = models.BigIntegerField()
    last = models.BigIntegerField(unique=True)
    count = models.PositiveIntegerField()
    root = models.CharField(max_length=72)
    previous = models.CharField(max_length=72)
    digest = models.CharField(max_length=72)
    #: For each block of the tree its first position and its node, so that a path needs one block only.
    blocks = models.JSONField(default=list)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "anchor"
