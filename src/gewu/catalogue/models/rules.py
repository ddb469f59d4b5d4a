"""Rows of classes, departments, routes, working days, and of the dated rules of cases with their changes."""

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


class StageLimit(models.Model):
    """How long one stage of a case may last, from a date on: signing for it, checking it, reopening it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    stage = models.CharField(max_length=16)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60)
    limit_amount = models.DecimalField(max_digits=7, decimal_places=2)
    limit_unit = models.CharField(max_length=12, choices=_UNITS)
    since = models.DateField()
    #: The first day on which another one holds.
    until = models.DateField(null=True)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "stage_limit"
        constraints = [models.UniqueConstraint(fields=["stage", "since"], name="stage_limit_once_per_day")]


class OriginLimit(models.Model):
    """How long an office may take for matters from one origin, such as a hotline's order, as dated data."""

    id = models.UUIDField(primary_key=True, default=new_id)
    #: The code of the channel.
    channel = models.CharField(max_length=24)
    matter_prefix = models.CharField(max_length=12, blank=True)
    place_prefix = models.CharField(max_length=17, blank=True)
    amount = models.DecimalField(max_digits=8, decimal_places=2)
    time_unit = models.CharField(max_length=14, choices=_UNITS)
    since = models.DateField()
    until = models.DateField(null=True)
    basis = models.CharField(max_length=300)

    class Meta:
        db_table = "origin_limit"
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "matter_prefix", "place_prefix", "since"],
                name="one_origin_limit_from_a_day",
            )
        ]


class Rung(models.Model):
    """One rung of supervision: at this part of an office's limit the holders of a right hear of it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    percent = models.PositiveSmallIntegerField()
    #: The right whose holders are told; ``cases.handle`` is the office itself.
    tells = models.CharField(max_length=40)
    since = models.DateField()
    until = models.DateField(null=True)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "ladder_rung"
        constraints = [
            models.UniqueConstraint(fields=["percent", "tells", "since"], name="rung_once_per_day")
        ]


class Tag(models.Model):
    """A word that marks cases which need special care, such as urgent or longed for."""

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(max_length=24, unique=True)
    name_zh = models.CharField(max_length=20)
    name_en = models.CharField(max_length=40)
    since = models.DateField()
    until = models.DateField(null=True)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "case_tag_kind"


class Stage(models.Model):
    """One named stage of a map: the events with which a case reaches it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    map = models.CharField(max_length=16)
    seq = models.PositiveSmallIntegerField()
    name_zh = models.CharField(max_length=20)
    name_en = models.CharField(max_length=40)
    events = models.JSONField(default=list)

    class Meta:
        db_table = "stage_map"
        constraints = [models.UniqueConstraint(fields=["map", "seq"], name="stage_once_in_its_map")]


class WorkdayRow(models.Model):
    """A day that a yearly notice of the State Council takes off or makes up for."""

    date = models.DateField(primary_key=True)
    kind = models.CharField(max_length=4, choices=[(one.value, one.value) for one in DayKind])
    name = models.CharField(max_length=40)
    notice_url = models.URLField(max_length=300)

    class Meta:
        db_table = "workday"


class RuleChange(models.Model):
    """A change of a dated rule that someone proposed, and what a second person decided on it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    #: The code of the kind of rule.
    kind = models.CharField(max_length=20)
    place = models.CharField(max_length=17, blank=True)
    #: What the new row says; empty when the row ``ends`` is to stop.
    words = models.JSONField(default=dict)
    ends = models.CharField(max_length=40, blank=True)
    since = models.DateField()
    basis = models.CharField(max_length=300)
    state = models.CharField(max_length=12, default="proposed")
    #: References of the accounts; whoever proposes does not approve.
    proposed_by = models.CharField(max_length=60)
    proposed_at = models.DateTimeField()
    decided_by = models.CharField(max_length=60, blank=True)
    decided_at = models.DateTimeField(null=True)
    #: The row that it wrote or ended.
    row = models.CharField(max_length=40, blank=True)

    class Meta:
        db_table = "rule_change"
        indexes = [models.Index(fields=["state", "kind", "proposed_at"], name="rule_change_by_state")]
