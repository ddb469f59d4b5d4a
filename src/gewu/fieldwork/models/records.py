"""What was done, seen and found; and the signature under having found nothing."""

from __future__ import annotations

from django.db import models

from gewu.kernel.identifiers import new_id


class Look(models.Model):
    """One item looked at, at one stop.

    ``outcome`` is ``fine``, ``found`` or ``absent`` (nothing of the kind there).
    """

    task = models.ForeignKey("fieldwork.Task", on_delete=models.CASCADE, related_name="looks", db_index=False)
    stop = models.ForeignKey("fieldwork.Stop", on_delete=models.CASCADE, related_name="looks", db_index=False)
    item = models.ForeignKey("fieldwork.CheckItem", on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=8)
    by = models.CharField(max_length=60)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "look"
        constraints = [models.UniqueConstraint(fields=["stop", "item"], name="item_looked_at_once_at_a_stop")]
        indexes = [models.Index(fields=["task"], name="look_task")]


class Record(models.Model):
    """A filled form: of a task, or made freely. The same key from the same person is the same record."""

    id = models.UUIDField(primary_key=True, default=new_id)
    form = models.ForeignKey(
        "fieldwork.RecordForm", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    task = models.OneToOneField("fieldwork.Task", on_delete=models.PROTECT, null=True, related_name="record")
    place = models.CharField(max_length=17)
    spot = models.ForeignKey("fieldwork.Spot", on_delete=models.PROTECT, null=True, related_name="+")
    by = models.CharField(max_length=60)
    team = models.CharField(max_length=40, blank=True)
    unit_path = models.CharField(max_length=200, blank=True)
    #: The item of the duty list that it counts for.
    duty = models.CharField(max_length=12, blank=True)
    #: Code of a field to what was filled in.
    answers = models.JSONField(default=dict)
    key = models.CharField(max_length=80, null=True)
    made_at = models.DateTimeField()
    arrived_at = models.DateTimeField()

    class Meta:
        db_table = "work_record"
        constraints = [models.UniqueConstraint(fields=["by", "key"], name="work_record_taken_once")]
        indexes = [
            models.Index(fields=["place", "made_at"], name="work_record_place"),
            models.Index(fields=["by", "made_at"], name="work_record_by"),
            models.Index(fields=["made_at", "id"], name="work_record_age"),
        ]


class Finding(models.Model):
    """Something found: which item, where, and the report and case that it opened.

    Its words lie in the report.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    task = models.ForeignKey(
        "fieldwork.Task", on_delete=models.PROTECT, null=True, related_name="findings", db_index=False
    )
    record = models.ForeignKey(
        Record, on_delete=models.PROTECT, null=True, related_name="findings", db_index=False
    )
    stop = models.ForeignKey("fieldwork.Stop", on_delete=models.PROTECT, null=True, related_name="+")
    item = models.ForeignKey("fieldwork.CheckItem", on_delete=models.PROTECT, null=True, related_name="+")
    place = models.CharField(max_length=17)
    #: The key area of its spot.
    area = models.CharField(max_length=60, blank=True)
    matter = models.CharField(max_length=12)
    #: The part of the form that it stands in, by the code of its field; empty for what was found by itself.
    part = models.CharField(max_length=30, blank=True)
    report = models.ForeignKey("intake.Report", on_delete=models.PROTECT, null=True, related_name="+")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, null=True, related_name="+")
    by = models.CharField(max_length=60)
    key = models.CharField(max_length=80, null=True)
    made_at = models.DateTimeField()
    arrived_at = models.DateTimeField()

    class Meta:
        db_table = "finding"
        constraints = [models.UniqueConstraint(fields=["by", "key"], name="finding_taken_once")]
        indexes = [
            models.Index(fields=["task"], name="finding_task"),
            models.Index(fields=["record"], name="finding_record"),
            models.Index(fields=["place", "made_at"], name="finding_place"),
            models.Index(fields=["made_at", "id"], name="finding_age"),
        ]


class Statement(models.Model):
    """Signed: nothing was found in a place between two days.

    ``basis`` are the ids of the tasks that show it.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    task = models.OneToOneField(
        "fieldwork.Task", on_delete=models.PROTECT, null=True, related_name="statement"
    )
    place = models.CharField(max_length=17)
    since = models.DateField()
    until = models.DateField()
    words = models.CharField(max_length=500, blank=True)
    basis = models.JSONField(default=list)
    by = models.CharField(max_length=60)
    key = models.CharField(max_length=80, null=True)
    made_at = models.DateTimeField()
    arrived_at = models.DateTimeField()

    class Meta:
        db_table = "none_statement"
        constraints = [models.UniqueConstraint(fields=["by", "key"], name="none_statement_taken_once")]
        indexes = [models.Index(fields=["place", "since"], name="none_statement_place")]
