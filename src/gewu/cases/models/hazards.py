"""Rows of hazards at enterprises: whose they are, who looks after them, and what self-checks found."""

from __future__ import annotations

from django.db import models

from gewu.cases.models.cases import Case
from gewu.kernel.identifiers import new_id

SELF, INSPECTION = "self", "inspection"


class Hazard(models.Model):
    """What makes a case a hazard of an enterprise: the three parties that share its state and history."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, primary_key=True, related_name="hazard")
    #: The enterprise that rectifies.
    enterprise = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    #: The department of the line, which checks what was rectified, and the regulator of safety above it.
    line = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    regulator = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    found_by = models.CharField(max_length=10, choices=[(SELF, SELF), (INSPECTION, INSPECTION)])
    #: Where it stands in the guide by which it was looked for, in words.
    guide = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "case_hazard"


class SelfCheck(models.Model):
    """That an enterprise looked at itself: what for, and how much was found. Nothing found is said, too."""

    id = models.UUIDField(primary_key=True, default=new_id)
    enterprise = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.CharField(max_length=60)
    #: Codes of the classes that were looked for, and how many hazards were found.
    looked_for = models.JSONField(default=list)
    found = models.PositiveSmallIntegerField(default=0)
    #: What whoever checked stands in for.
    statement = models.CharField(max_length=300)

    class Meta:
        db_table = "case_self_check"
        indexes = [models.Index(fields=["enterprise", "-at"], name="self_check_by_age")]
