"""Rows of the event stream, of its deliveries, of files and of counters."""

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

    event = models.ForeignKey(EventRow, on_delete=models.PROTECT, related_name="+")
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


class Counter(models.Model):
    """A number that goes up by one, such as the cases of a county on a day."""

    name = models.CharField(primary_key=True, max_length=80)
    value = models.BigIntegerField()

    class Meta:
        db_table = "counter"


class File(models.Model):
    """A file that was checked and kept under the digest of its content."""

    id = models.UUIDField(primary_key=True, default=new_id)
    digest = models.CharField(max_length=64, db_index=True)
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    #: What it is for: an evidence token of the catalogue, such as ``photo_before``.
    purpose = models.CharField(max_length=40)
    #: The record it belongs to, empty until that record is written.
    owner_kind = models.CharField(max_length=24, blank=True)
    owner_id = models.UUIDField(null=True)
    #: The record that brought it, kept when it passes on to the one that grew out of that.
    brought_by = models.UUIDField(null=True, db_index=True)
    added_by = models.CharField(max_length=60)
    added_at = models.DateTimeField()

    class Meta:
        db_table = "file"
        indexes = [models.Index(fields=["owner_id"], name="file_owner")]


class Version(models.Model):
    """A mark that changes whenever the rows behind something held in memory change."""

    name = models.CharField(primary_key=True, max_length=40)
    mark = models.UUIDField()

    class Meta:
        db_table = "version"


class Batch(models.Model):
    """One taking-in of a file: how far it is, so that it can go on after a stop, and what came of it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    file_name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    mapping = models.CharField(max_length=60)
    mapping_digest = models.CharField(max_length=64)
    #: ``running`` until its last row is through; a stopped one stays so until it is resumed.
    state = models.CharField(max_length=10, default="running")
    #: How many rows of the file are through, whatever became of them.
    rows_done = models.PositiveIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    already = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    started_by = models.CharField(max_length=60)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "import_batch"
        indexes = [models.Index(fields=["digest", "mapping_digest"], name="batch_of_a_file")]


class BadRow(models.Model):
    """One row of a file that was refused, by its line. Its values may be personal and are not kept here."""

    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="bad_rows")
    line = models.PositiveIntegerField()
    #: The sentence without the values filled in, and the field that it is about.
    reason = models.CharField(max_length=300)
    field = models.CharField(max_length=40, blank=True)

    class Meta:
        db_table = "import_bad_row"
        constraints = [models.UniqueConstraint(fields=["batch", "line"], name="bad_row_once")]


class Switch(models.Model):
    """One turning on or off of a function, dated and with its reason; the newest row of a name counts."""

    id = models.UUIDField(primary_key=True, default=new_id)
    name = models.CharField(max_length=40)
    on = models.BooleanField()
    reason = models.CharField(max_length=300)
    set_by = models.CharField(max_length=60)
    set_at = models.DateTimeField()

    class Meta:
        db_table = "switch"
        indexes = [models.Index(fields=["name", "id"], name="switch_by_name")]


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
