"""Rows of follow-ups: which closed cases are asked about, and what was answered."""

from __future__ import annotations

from django.db import models

from gewu.cases.models.cases import Case
from gewu.kernel.identifiers import new_id


class FollowUpRule(models.Model):
    """Which share of the closed cases of a class is asked about, and how soon: dated data."""

    id = models.UUIDField(primary_key=True, default=new_id)
    matter_prefix = models.CharField(max_length=12, blank=True)
    place_prefix = models.CharField(max_length=17, blank=True)
    #: Of a hundred closed cases so many are asked about.
    percent = models.PositiveSmallIntegerField()
    amount = models.DecimalField(max_digits=8, decimal_places=2)
    time_unit = models.CharField(max_length=14)
    since = models.DateField()
    until = models.DateField(null=True)
    basis = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "case_follow_up_rule"
        constraints = [
            models.UniqueConstraint(
                fields=["matter_prefix", "place_prefix", "since"], name="one_follow_up_rule_from_a_day"
            )
        ]


class FollowUp(models.Model):
    """One question about how a closed case was handled. Nothing of it is about the one who is asked."""

    id = models.UUIDField(primary_key=True, default=new_id)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="follow_ups")
    #: How often the case had been reopened when it was closed: each closing is asked about anew.
    closing = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=12, default="waiting")
    version = models.PositiveIntegerField(default=1)
    #: Of the case, so that figures need one range of one table.
    place = models.CharField(max_length=17)
    matter = models.CharField(max_length=12)
    #: The report whose holder answered on the progress page; nothing for a call or a visit.
    report = models.UUIDField(null=True)
    #: ``call`` by a follow-up officer, or ``page`` by the holder of the progress code.
    way = models.CharField(max_length=8, default="call")
    rule = models.ForeignKey(FollowUpRule, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    answered_at = models.DateTimeField(null=True)
    solved = models.BooleanField(null=True)
    #: From 1, very dissatisfied, to 5, very satisfied; empty when not said.
    satisfaction = models.PositiveSmallIntegerField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        db_table = "case_follow_up"
        indexes = [
            models.Index(fields=["state", "due_at", "id"], name="follow_up_by_state"),
            models.Index(fields=["place", "answered_at"], name="follow_up_by_place"),
            models.Index(fields=["answered_at", "id"], name="follow_up_by_age"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "closing"],
                name="one_follow_up_for_a_closing",
                condition=models.Q(report__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["report", "closing"],
                name="one_answer_of_a_reporter",
                condition=models.Q(report__isnull=False),
            ),
        ]
