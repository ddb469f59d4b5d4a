"""Rows of outside systems: what each is, what it brought, what waits, and what is owed to it."""

from __future__ import annotations

from django.db import models

from gewu.kernel.identifiers import new_id


class Connector(models.Model):
    """One outside system that brings rows, gets them, or both, by one adapter of `gewu.channels`."""

    id = models.UUIDField(primary_key=True, default=new_id)
    #: What stands in its addresses and in the record of what it did.
    code = models.CharField(max_length=40, unique=True)
    adapter = models.CharField(max_length=24)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80)
    #: What its rows may be used for, in the words of the agreement with the other side.
    purpose_zh = models.CharField(max_length=300)
    purpose_en = models.CharField(max_length=400, blank=True)
    state = models.CharField(max_length=10, default="declared")
    #: Where it may bring matters.
    place = models.CharField(max_length=17, blank=True)
    #: Rules of `mapping.Rule`, as lists of plain values.
    mapping = models.JSONField(default=list)
    #: What the adapter asks for beside: addresses, a folder, what is on.
    options = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    declared_by = models.CharField(max_length=60)
    declared_at = models.DateTimeField()
    well_at = models.DateTimeField(null=True)
    ill_at = models.DateTimeField(null=True)
    #: A code of `health.FAULTS`, and how often in a row.
    fault = models.CharField(max_length=10, blank=True)
    failures = models.PositiveIntegerField(default=0)
    #: When the sweep asks it next; empty for one that is not asked.
    due_at = models.DateTimeField(null=True)
    #: How far a pull, or a reading of the stream, has come, in the adapter's own words.
    cursor = models.CharField(max_length=200, blank=True)
    taken = models.PositiveBigIntegerField(default=0)
    already = models.PositiveBigIntegerField(default=0)
    refused = models.PositiveBigIntegerField(default=0)

    class Meta:
        db_table = "connector"
        indexes = [
            models.Index(fields=["due_at"], name="connector_due", condition=models.Q(due_at__isnull=False))
        ]


class ConnectorSecret(models.Model):
    """A secret shared with an outside system, sealed; the one before goes on for a while after a rotation."""

    id = models.UUIDField(primary_key=True, default=new_id)
    connector = models.ForeignKey(Connector, on_delete=models.CASCADE, related_name="secrets")
    sealed = models.BinaryField()
    key = models.CharField(max_length=16)
    made_at = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        db_table = "connector_secret"


class ConnectorBatch(models.Model):
    """Rows that came together: one push, one pull, one file; and what became of them."""

    id = models.UUIDField(primary_key=True, default=new_id)
    connector = models.ForeignKey(Connector, on_delete=models.CASCADE, related_name="batches", db_index=False)
    #: ``push``, ``pull``, ``file`` or ``again`` (the error queue).
    way = models.CharField(max_length=8)
    source = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    taken = models.PositiveIntegerField(default=0)
    already = models.PositiveIntegerField(default=0)
    waiting = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "connector_batch"
        indexes = [models.Index(fields=["connector", "id"], name="batch_of_connector")]


class ConnectorRow(models.Model):
    """A row that was not taken and waits in the error queue, its content sealed until it is settled."""

    id = models.UUIDField(primary_key=True, default=new_id)
    connector = models.ForeignKey(Connector, on_delete=models.CASCADE, related_name="rows", db_index=False)
    line = models.PositiveIntegerField(default=0)
    outside_id = models.CharField(max_length=80, blank=True)
    #: Of the row as it came: the same row again waits once.
    digest = models.CharField(max_length=64)
    sealed = models.BinaryField()
    key = models.CharField(max_length=16)
    #: The sentence without the values filled in, and the field that it is about.
    reason = models.CharField(max_length=300)
    field = models.CharField(max_length=40, blank=True)
    #: ``waiting``, ``taken``, ``dropped``.
    state = models.CharField(max_length=8, default="waiting")
    #: How often it came or was tried again.
    tries = models.PositiveIntegerField(default=1)
    came_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=60, blank=True)

    class Meta:
        db_table = "connector_row"
        constraints = [
            models.UniqueConstraint(
                fields=["connector", "digest"],
                name="row_waits_once",
                condition=models.Q(state="waiting"),
            )
        ]
        indexes = [models.Index(fields=["connector", "state", "id"], name="connector_queue")]


class OutsideId(models.Model):
    """The number of a record in the system it came from: taken once, and what it became here."""

    connector = models.ForeignKey(Connector, on_delete=models.CASCADE, related_name="+", db_index=False)
    outside_id = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    record_kind = models.CharField(max_length=24, blank=True)
    record_id = models.UUIDField(null=True)
    #: The limit that the other side gave it; ours runs beside it.
    due_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField()

    class Meta:
        db_table = "outside_id"
        constraints = [models.UniqueConstraint(fields=["connector", "outside_id"], name="outside_id_once")]
        indexes = [models.Index(fields=["record_id"], name="outside_id_of_record")]


class SeenSignature(models.Model):
    """A signed request that was let in, kept as long as its time stamp would be: it is let in once."""

    connector = models.ForeignKey(Connector, on_delete=models.CASCADE, related_name="+", db_index=False)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "connector_signature"
        constraints = [models.UniqueConstraint(fields=["connector", "digest"], name="signature_once")]


class Outgoing(models.Model):
    """One message for an outside system: sent at least once, tried again with longer and longer pauses."""

    id = models.UUIDField(primary_key=True, default=new_id)
    connector = models.ForeignKey(Connector, on_delete=models.CASCADE, related_name="+", db_index=False)
    #: The event that it tells of, so that a repeated reaction says it once.
    position = models.BigIntegerField()
    #: When that happened, and which goes ahead of what happened in the same moment: the lower.
    at = models.DateTimeField()
    rank = models.PositiveSmallIntegerField(default=0)
    topic = models.CharField(max_length=60)
    record_id = models.UUIDField()
    body = models.TextField()
    #: ``waiting``, ``sent`` or ``given_up``.
    state = models.CharField(max_length=8, default="waiting")
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=10, blank=True)
    #: What the other side answered last, as a status of HTTP.
    answer = models.PositiveSmallIntegerField(null=True)

    class Meta:
        db_table = "connector_outgoing"
        constraints = [
            models.UniqueConstraint(fields=["connector", "position", "record_id"], name="told_outside_once")
        ]
        indexes = [
            models.Index(fields=["due_at"], name="outgoing_due", condition=models.Q(due_at__isnull=False)),
            models.Index(fields=["connector", "id"], name="outgoing_of_connector"),
            models.Index(fields=["record_id"], name="outgoing_waiting", condition=models.Q(state="waiting")),
        ]
