"""Rows of samples: what was drawn by which seed, and what someone else saw who went and looked again."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from gewu.kernel.identifiers import new_id


class Draw(models.Model):
    """One sample of statements or findings of a place and a time, with all that drawing it again takes."""

    id = models.UUIDField(primary_key=True, default=new_id)
    #: ``statement`` or ``finding``.
    of = models.CharField(max_length=10)
    place = models.CharField(max_length=17)
    since = models.DateField()
    until = models.DateField()
    percent = models.PositiveSmallIntegerField()
    seed = models.CharField(max_length=32)
    #: How many there were to draw from, and what they were.
    population = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    drawn_by = models.CharField(max_length=60)
    drawn_at = models.DateTimeField()

    class Meta:
        db_table = "field_draw"
        indexes = [models.Index(fields=["place", "drawn_at"], name="field_draw_place")]


class Drawn(models.Model):
    """One statement or finding that was drawn, with the task to look again and what that came to."""

    id = models.UUIDField(primary_key=True, default=new_id)
    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="items", db_index=False)
    seq = models.PositiveSmallIntegerField()
    statement = models.ForeignKey(
        "fieldwork.Statement", on_delete=models.PROTECT, null=True, related_name="drawn"
    )
    finding = models.ForeignKey(
        "fieldwork.Finding", on_delete=models.PROTECT, null=True, related_name="drawn"
    )
    place = models.CharField(max_length=17)
    #: Who signed or found it: they do not look again themselves.
    author = models.CharField(max_length=60)
    task = models.OneToOneField("fieldwork.Task", on_delete=models.PROTECT, related_name="drawn")
    state = models.CharField(max_length=10, default="open")
    version = models.PositiveIntegerField(default=1)
    looked_by = models.CharField(max_length=60, blank=True)
    looked_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=1000, blank=True)

    class Meta:
        db_table = "field_drawn"
        constraints = [
            models.UniqueConstraint(fields=["draw", "seq"], name="field_drawn_in_order"),
            models.CheckConstraint(
                condition=Q(statement__isnull=True) ^ Q(finding__isnull=True), name="field_drawn_is_one_thing"
            ),
        ]
        indexes = [models.Index(fields=["place", "state"], name="field_drawn_place")]
