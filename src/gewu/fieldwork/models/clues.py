"""Rows of clues from data: what a comparison says about a place, and what someone saw who went there."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from gewu.fieldwork.rules.clues import ABOUT
from gewu.kernel.identifiers import new_id


class ClueRule(models.Model):
    """A comparison of data that brings clues: dated, with its basis. What it compares is never a person."""

    code = models.CharField(primary_key=True, max_length=30)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)
    #: Which data are compared with which, in words.
    compares = models.CharField(max_length=300)
    about = models.CharField(max_length=10, choices=[(one, one) for one in ABOUT])
    #: The class under which what it is right about is filed, unless whoever looked names another.
    matter = models.CharField(max_length=12)
    #: For so many days someone may go and look.
    days = models.PositiveSmallIntegerField(default=7)
    basis = models.CharField(max_length=300)
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        db_table = "clue_rule"


class Clue(models.Model):
    """One clue. It opens a task to go and look; nothing else follows from it before someone has looked."""

    id = models.UUIDField(primary_key=True, default=new_id)
    rule = models.ForeignKey(ClueRule, on_delete=models.PROTECT, related_name="clues", db_index=False)
    place = models.CharField(max_length=17)
    address = models.CharField(max_length=200, blank=True)
    text = models.CharField(max_length=1000)
    task = models.OneToOneField("fieldwork.Task", on_delete=models.PROTECT, related_name="clue")
    state = models.CharField(max_length=10, default="open")
    version = models.PositiveIntegerField(default=1)
    raised_by = models.CharField(max_length=60)
    raised_at = models.DateTimeField()
    looked_by = models.CharField(max_length=60, blank=True)
    looked_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=1000, blank=True)
    finding = models.OneToOneField(
        "fieldwork.Finding", on_delete=models.PROTECT, null=True, related_name="clue"
    )

    class Meta:
        db_table = "clue"
        indexes = [
            models.Index(fields=["place", "raised_at"], name="clue_place"),
            models.Index(fields=["rule", "state"], name="clue_rule_state"),
            models.Index(fields=["raised_at", "id"], name="clue_age"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(finding__isnull=True) | Q(looked_at__isnull=False),
                name="clue_acts_only_when_looked_at",
            )
        ]
