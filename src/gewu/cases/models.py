"""Rows of cases, their assignments, their clocks and their evidence."""

from __future__ import annotations

from django.db import models

from gewu.kernel.identifiers import new_id


class Case(models.Model):
    """One matter with one owner and one clock. What is dear to lists stands on the row itself."""

    id = models.UUIDField(primary_key=True, default=new_id)
    number = models.CharField(max_length=24, unique=True)
    state = models.CharField(max_length=12)
    version = models.PositiveIntegerField(default=1)
    kind = models.CharField(max_length=16)
    matter = models.CharField(max_length=12)
    priority = models.PositiveSmallIntegerField(default=3)
    origin = models.CharField(max_length=24)
    place = models.CharField(max_length=17)
    address = models.CharField(max_length=200, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    title = models.CharField(max_length=60)
    text = models.TextField()

    lead = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    #: The lead's path in the tree of units, so that a desk finds its cases by one range.
    lead_path = models.CharField(max_length=200, blank=True)
    route = models.CharField(max_length=40, blank=True)
    route_zh = models.CharField(max_length=300, blank=True)
    route_en = models.CharField(max_length=300, blank=True)
    #: The version of the process that was in force on the day of filing; a case keeps it.
    process = models.CharField(max_length=32, blank=True)

    received_at = models.DateTimeField()
    filed_at = models.DateTimeField()
    #: The public promise; every case has one.
    due_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    #: References of the accounts that reported the work done and that check it; they must differ.
    handled_by = models.CharField(max_length=60, blank=True)
    checked_by = models.CharField(max_length=60, blank=True)
    result = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    #: The reporter's verdict: empty until given.
    solved = models.BooleanField(null=True)
    returns = models.PositiveSmallIntegerField(default=0)
    reworks = models.PositiveSmallIntegerField(default=0)
    reopenings = models.PositiveSmallIntegerField(default=0)
    #: How many reports stand behind it.
    reports = models.PositiveIntegerField(default=1)

    @property
    def round(self) -> int:
        """How often the work was sent back, by a failed check or a reopening."""
        return self.reworks + self.reopenings

    class Meta:
        db_table = "case_"
        indexes = [
            models.Index(fields=["state", "due_at", "id"], name="case_by_state"),
            models.Index(fields=["place", "state", "due_at"], name="case_by_place"),
            models.Index(fields=["lead_path", "state", "due_at"], name="case_by_lead"),
            models.Index(fields=["filed_at", "id"], name="case_by_age"),
        ]


class Assignment(models.Model):
    """The part of one unit in a case."""

    id = models.UUIDField(primary_key=True, default=new_id)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="assignments")
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    unit_path = models.CharField(max_length=200)
    state = models.CharField(max_length=12, default="offered")
    task = models.TextField(blank=True)
    result = models.TextField(blank=True)
    offered_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "case_assignment"
        indexes = [models.Index(fields=["unit_path", "state"], name="assignment_by_unit")]


class Deadline(models.Model):
    """One clock of a case: what was promised by when, and the calendar that was used."""

    id = models.UUIDField(primary_key=True, default=new_id)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="deadlines")
    #: ``promise`` to the public, ``sign_for`` and ``handle`` for the lead, ``check`` for the checkers.
    clock = models.CharField(max_length=12)
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField()
    amount = models.DecimalField(max_digits=8, decimal_places=2)
    time_unit = models.CharField(max_length=14)
    calendar = models.CharField(max_length=40)
    #: Holes as pairs of ISO times; the end of an open one is empty.
    pauses = models.JSONField(default=list)
    #: Whether the last pause is not over: such a clock does not run out.
    held = models.BooleanField(default=False)
    due_at = models.DateTimeField()
    met_at = models.DateTimeField(null=True)
    #: Set when the clock no longer counts: the case went to another unit, or was voided.
    dropped_at = models.DateTimeField(null=True)
    told_late_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "case_deadline"
        indexes = [
            models.Index(fields=["case", "clock"], name="deadline_by_case"),
            models.Index(
                fields=["due_at"],
                name="deadline_to_watch",
                condition=models.Q(met_at=None, dropped_at=None, told_late_at=None, held=False),
            ),
        ]


class Evidence(models.Model):
    """What shows that a step was really done: a picture or a written record."""

    id = models.UUIDField(primary_key=True, default=new_id)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="evidence")
    token = models.CharField(max_length=30)
    #: How often the work had been sent back before: what shows the work must be of the present round.
    round = models.PositiveSmallIntegerField(default=0)
    file = models.ForeignKey("infra.File", on_delete=models.PROTECT, null=True, related_name="+")
    text = models.TextField(blank=True)
    added_by = models.CharField(max_length=60)
    added_at = models.DateTimeField()

    class Meta:
        db_table = "case_evidence"
