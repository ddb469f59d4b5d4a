"""What a spot was, version by version, and edits made apart that a person has to decide."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from gewu.kernel.identifiers import new_id


class SpotVersion(models.Model):
    """The facts of a spot as they stood; ``branch`` and ``step`` name the edit that made it so."""

    id = models.UUIDField(primary_key=True, default=new_id)
    spot = models.ForeignKey(
        "fieldwork.Spot", on_delete=models.PROTECT, related_name="versions", db_index=False
    )
    number = models.PositiveIntegerField()
    values = models.JSONField()
    branch = models.UUIDField(null=True)
    step = models.PositiveSmallIntegerField(default=0)
    #: Facts that someone else had changed since the edit was begun.
    others = models.JSONField(default=list)
    by = models.CharField(max_length=60)
    made_at = models.DateTimeField()
    arrived_at = models.DateTimeField()

    class Meta:
        db_table = "spot_version"
        constraints = [
            models.UniqueConstraint(fields=["spot", "number"], name="spot_version_once"),
            models.UniqueConstraint(
                fields=["spot", "branch", "step"],
                condition=Q(branch__isnull=False),
                name="spot_step_taken_once",
            ),
        ]


class SpotConflict(models.Model):
    """An edit of which nothing was written, because someone else changed the same; a person decides."""

    #: The number that the phone gave the edit.
    id = models.UUIDField(primary_key=True)
    spot = models.ForeignKey("fieldwork.Spot", on_delete=models.PROTECT, related_name="conflicts")
    place = models.CharField(max_length=17)
    branch = models.UUIDField()
    trunk = models.PositiveIntegerField()
    step = models.PositiveSmallIntegerField()
    values = models.JSONField()
    by = models.CharField(max_length=60)
    made_at = models.DateTimeField()
    arrived_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=60, blank=True)
    #: Of each fact that both had changed, whose was kept: mine or theirs.
    kept = models.JSONField(default=dict)

    class Meta:
        db_table = "spot_conflict"
        indexes = [
            models.Index(
                fields=["place", "arrived_at"], name="spot_conflict_open", condition=Q(decided_at=None)
            ),
            models.Index(fields=["by", "arrived_at"], name="spot_conflict_by", condition=Q(decided_at=None)),
        ]
