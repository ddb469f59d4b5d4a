"""Kinds of plan, forms of records, and checklists by edition: all of them data."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from gewu.kernel.identifiers import new_id


class RecordForm(models.Model):
    """A form that a record fills. ``fields`` are rows as `rules.FormField` reads them."""

    code = models.CharField(primary_key=True, max_length=30)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=100)
    #: Which of the four roles of a grid worker fills it: law, safety, patrol, mediation; empty for others.
    role = models.CharField(max_length=12, blank=True)
    #: The item of the duty list that such work counts for.
    duty = models.CharField(max_length=12, blank=True)
    fields = models.JSONField(default=list)
    seq = models.PositiveSmallIntegerField(default=0)

    class Meta:
        db_table = "record_form"


class PlanKind(models.Model):
    """What a plan can be, the form its records fill, and its rules as data."""

    code = models.CharField(primary_key=True, max_length=20)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=80)
    form = models.ForeignKey(RecordForm, on_delete=models.PROTECT, related_name="+")
    #: Whether its tasks look at the items of a checklist.
    listed = models.BooleanField(default=False)
    #: Whether finding nothing is ended by a signed statement and not by a plain "done".
    signs_none = models.BooleanField(default=False)
    #: Whether being there is shown by a check-in.
    checks_in = models.BooleanField(default=True)
    #: Whether someone may do it without a plan, as one comes by.
    unplanned = models.BooleanField(default=False)
    #: Whether the way may be recorded while one of its tasks is going on.
    tracks = models.BooleanField(default=False)
    #: Whether having found nothing has to be shown by patrols of the same place and days.
    backed = models.BooleanField(default=False)
    #: Whether its records are complete only once every department that its plan names has signed.
    joint = models.BooleanField(default=False)
    #: Hours of the day in which its tasks are done; empty for any.
    opens_at = models.TimeField(null=True)
    closes_at = models.TimeField(null=True)
    #: A second check of the same place by another line within so many days is shown to its planner; 0 for
    #: never.
    again_days = models.PositiveSmallIntegerField(default=0)
    #: For so many days after its end work that was done in time, without a network, may still arrive.
    grace_days = models.PositiveSmallIntegerField(default=7)
    #: The channel by which what is found comes in.
    channel = models.CharField(max_length=24, default="patrol")
    seq = models.PositiveSmallIntegerField(default=0)

    class Meta:
        db_table = "plan_kind"


class Checklist(models.Model):
    """One edition of a list of things to look at. Items of an edition in force never change."""

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(max_length=30)
    edition = models.PositiveSmallIntegerField()
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)
    basis = models.CharField(max_length=300, blank=True)
    since = models.DateField()
    #: The day from which the next edition holds.
    until = models.DateField(null=True)
    made_by = models.CharField(max_length=60)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "checklist"
        constraints = [
            models.UniqueConstraint(fields=["code", "edition"], name="checklist_edition_once"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="checklist_ends_after_it_begins",
            ),
        ]


class CheckItem(models.Model):
    """One thing to look at, with the class of what may be found there."""

    checklist = models.ForeignKey(Checklist, on_delete=models.PROTECT, related_name="items", db_index=False)
    code = models.CharField(max_length=12)
    category = models.CharField(max_length=12)
    category_zh = models.CharField(max_length=60)
    category_en = models.CharField(max_length=100)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=200)
    #: daily, weekly, monthly, quarterly or in words: "on discovery", "in season: daily".
    frequency = models.CharField(max_length=30)
    #: The class of a matter that is opened for a finding; empty where a duty finds none.
    matter = models.CharField(max_length=12, blank=True)
    #: What a finding has to show: location, checkin, photo_if_found.
    evidence = models.JSONField(default=list)
    #: What kind of record a duty leaves: patrol_record, work_order.
    record_type = models.CharField(max_length=30, blank=True)
    #: public, internal, personal or restricted.
    privacy = models.CharField(max_length=12, default="internal")
    seq = models.PositiveSmallIntegerField(default=0)

    class Meta:
        db_table = "check_item"
        constraints = [
            models.UniqueConstraint(fields=["checklist", "code"], name="check_item_once_in_an_edition")
        ]
