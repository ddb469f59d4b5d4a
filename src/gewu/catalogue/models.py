"""Rows of matter classes, their criteria, departments, routes and working days."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from gewu.kernel.identifiers import new_id
from gewu.kernel.worktime import DayKind, Unit

_UNITS = [(one.value, one.value) for one in Unit]


class Department(models.Model):
    """A line of work that somewhere has a unit; what routes and classes point at."""

    code = models.CharField(primary_key=True, max_length=40)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=100)
    level = models.CharField(max_length=12)

    class Meta:
        db_table = "department"


class MatterClass(models.Model):
    """What a case can be about and what follows from it, from a date until a date.

    A header has no parent and carries neither limits nor a department.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(max_length=12)
    parent = models.CharField(max_length=12, blank=True)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=120)
    kind = models.CharField(max_length=20)
    default_department = models.CharField(max_length=40, blank=True)
    level = models.CharField(max_length=12, blank=True)
    priority = models.PositiveSmallIntegerField(null=True)
    accept_amount = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    accept_unit = models.CharField(max_length=12, blank=True, choices=_UNITS)
    handle_amount = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    handle_unit = models.CharField(max_length=12, blank=True, choices=_UNITS)
    evidence = models.JSONField(default=list)
    #: Whether residents may choose it themselves.
    public = models.BooleanField(default=False)
    source = models.CharField(max_length=200, blank=True)
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        db_table = "matter_class"
        constraints = [
            models.UniqueConstraint(fields=["code", "since"], name="matter_once_per_day"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="matter_ends_after_it_begins"
            ),
        ]


class Criterion(models.Model):
    """One severity of a matter: when it is filed, how long it may take, when it is closed."""

    id = models.UUIDField(primary_key=True, default=new_id)
    matter = models.ForeignKey(MatterClass, on_delete=models.CASCADE, related_name="criteria")
    seq = models.PositiveSmallIntegerField()
    filing_zh = models.CharField(max_length=200)
    filing_en = models.CharField(max_length=300)
    limit_amount = models.DecimalField(max_digits=7, decimal_places=2)
    limit_unit = models.CharField(max_length=12, choices=_UNITS)
    closing_zh = models.CharField(max_length=200)
    closing_en = models.CharField(max_length=300)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "criterion"
        constraints = [models.UniqueConstraint(fields=["matter", "seq"], name="criterion_once_per_matter")]


class Route(models.Model):
    """Who leads and who assists on matters of a prefix in places of a prefix, from a date until a date."""

    id = models.UUIDField(primary_key=True, default=new_id)
    matter_prefix = models.CharField(max_length=12, blank=True)
    place_prefix = models.CharField(max_length=17)
    department = models.CharField(max_length=40, blank=True)
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    #: Codes of departments or of units.
    assists = models.JSONField(default=list)
    reason_zh = models.CharField(max_length=200)
    reason_en = models.CharField(max_length=300, blank=True)
    since = models.DateField()
    until = models.DateField(null=True)
    source = models.CharField(max_length=60, blank=True)

    class Meta:
        db_table = "route"
        constraints = [
            models.CheckConstraint(
                condition=Q(department="", unit__isnull=False) | (~Q(department="") & Q(unit__isnull=True)),
                name="route_to_department_or_unit",
            )
        ]


class WorkdayRow(models.Model):
    """A day that a yearly notice of the State Council takes off or makes up for."""

    date = models.DateField(primary_key=True)
    kind = models.CharField(max_length=4, choices=[(one.value, one.value) for one in DayKind])
    name = models.CharField(max_length=40)
    notice_url = models.URLField(max_length=300)

    class Meta:
        db_table = "workday"
