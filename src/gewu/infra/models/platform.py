"""Rows of files, counters, switches, takings-in and connections of the platform itself."""

from __future__ import annotations

from django.db import models

from gewu.kernel.identifiers import new_id


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


class Errand(models.Model):
    """Long work that somebody wants once, how far it is, and until when a process holds it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.CharField(max_length=20)
    #: The record that it is for.
    about = models.UUIDField(db_index=True)
    #: Whoever wants it, and the language they read.
    by = models.CharField(max_length=60)
    language = models.CharField(max_length=10)
    #: ``waiting``, ``running``, ``done`` or ``failed``.
    state = models.CharField(max_length=10, default="waiting")
    expected = models.PositiveIntegerField()
    made = models.PositiveIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    #: The end of the lease while a process does it.
    until = models.DateTimeField(null=True)
    #: The sentence of why it was given up.
    fault = models.CharField(max_length=300, blank=True)
    wanted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "errand"
        indexes = [
            models.Index(
                fields=["id"], name="errand_open", condition=models.Q(state__in=("waiting", "running"))
            )
        ]


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


class ConnectorState(models.Model):
    """When a connection of this installation last worked, when it last failed, and how."""

    name = models.CharField(primary_key=True, max_length=20)
    well_at = models.DateTimeField(null=True)
    ill_at = models.DateTimeField(null=True)
    #: A code of `connections.FAULTS`.
    fault = models.CharField(max_length=10, blank=True)

    class Meta:
        db_table = "connector_state"
