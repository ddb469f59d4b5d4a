"""Tasks: one plan, one day, one grid; their stops, and who checked in where."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from gewu.kernel.identifiers import new_id


class Task(models.Model):
    """Something to be done in one grid between two moments. What was planned stays as it was planned."""

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.ForeignKey("fieldwork.PlanKind", on_delete=models.PROTECT, related_name="+", db_index=False)
    #: None for a task that was asked for by itself.
    plan = models.ForeignKey(
        "fieldwork.Plan", on_delete=models.PROTECT, null=True, related_name="tasks", db_index=False
    )
    #: Empty for a look, which is called by what it is about.
    title = models.CharField(max_length=80, blank=True)
    line = models.CharField(max_length=40, blank=True)
    #: What it looks at elsewhere: ``case:<number>``, ``report:<id>``; empty for nothing.
    about = models.CharField(max_length=60, blank=True)
    place = models.CharField(max_length=17)
    #: The first and the last day on which it can be done.
    day = models.DateField()
    last_day = models.DateField()
    opens_at = models.DateTimeField()
    due_at = models.DateTimeField()
    #: Whose it is: a person, else the unit, else whoever does fieldwork in the place.
    account = models.ForeignKey(
        "security.Account", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    unit_path = models.CharField(max_length=200, blank=True)
    #: The crew model whose team goes.
    team = models.CharField(max_length=40, blank=True)
    checklist = models.ForeignKey(
        "fieldwork.Checklist", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    #: The codes of the items to be looked at, as they stood when it was laid.
    items = models.JSONField(default=list)
    #: Pairs of stop and item.
    looks_due = models.PositiveIntegerField(default=0)
    looks_done = models.PositiveIntegerField(default=0)
    found = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=12, default="planned")
    version = models.PositiveIntegerField(default=1)
    started_at = models.DateTimeField(null=True)
    started_by = models.CharField(max_length=60, blank=True)
    #: When it ended for whoever did it, and when that arrived here.
    ended_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)
    laid_at = models.DateTimeField()
    #: When whoever walks was reminded to rest; once for each patrol.
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "task"
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "day", "place"], condition=Q(plan__isnull=False), name="task_laid_once"
            )
        ]
        indexes = [
            models.Index(fields=["place", "day"], name="task_place"),
            models.Index(fields=["account", "day"], name="task_account"),
            models.Index(fields=["unit_path", "day"], name="task_unit"),
            models.Index(fields=["state", "due_at", "id"], name="task_state"),
            models.Index(fields=["day", "id"], name="task_day"),
            models.Index(fields=["about"], name="task_about", condition=~Q(about="")),
        ]


class Stop(models.Model):
    """A place or spot of a task's route, with how many items are due there and how many were looked at."""

    id = models.UUIDField(primary_key=True, default=new_id)
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="stops", db_index=False)
    seq = models.PositiveSmallIntegerField()
    place = models.CharField(max_length=17)
    spot = models.ForeignKey("fieldwork.Spot", on_delete=models.PROTECT, null=True, related_name="+")
    #: Where to look, in a task that was asked for by itself.
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    looks_due = models.PositiveSmallIntegerField(default=0)
    looks_done = models.PositiveSmallIntegerField(default=0)
    #: When someone first checked in there.
    seen_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "stop"
        constraints = [models.UniqueConstraint(fields=["task", "seq"], name="stop_in_order")]
        indexes = [models.Index(fields=["place", "seen_at"], name="stop_place")]


class CheckIn(models.Model):
    """That someone was there: only within a task that was started.

    ``mock`` marks a position made up by a program.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="check_ins", db_index=False)
    stop = models.ForeignKey(Stop, on_delete=models.PROTECT, null=True, related_name="+")
    by = models.CharField(max_length=60)
    key = models.CharField(max_length=80, null=True)
    made_at = models.DateTimeField()
    arrived_at = models.DateTimeField()
    #: WGS84; empty where the person only said so.
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    accuracy_m = models.FloatField(null=True)
    #: From the spot, or 0 inside the grid of a stop without a point.
    distance_m = models.FloatField(null=True)
    mock = models.BooleanField(default=False)

    class Meta:
        db_table = "field_check_in"
        constraints = [models.UniqueConstraint(fields=["by", "key"], name="field_check_in_taken_once")]
        indexes = [
            models.Index(fields=["task", "made_at"], name="field_check_in_task"),
            models.Index(fields=["by", "-made_at"], name="field_check_in_last"),
        ]
