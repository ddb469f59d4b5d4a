"""Spots that are looked at, and plans: who looks at what, where and when."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from gewu.kernel.identifiers import new_id


class Spot(models.Model):
    """A place with a name inside a grid: a market, a school gate, a site. Never a person or a household."""

    id = models.UUIDField(primary_key=True, default=new_id)
    place = models.CharField(max_length=17)
    name = models.CharField(max_length=80)
    #: market, school, enterprise, site, square, water, estate, dispute, other.
    kind = models.CharField(max_length=12)
    #: The key area it belongs to, in words; empty for none.
    area = models.CharField(max_length=60, blank=True)
    address = models.CharField(max_length=200, blank=True)
    #: When it is open or somebody can be met, where one goes in, where its extinguishers and hydrants are.
    hours = models.CharField(max_length=80, blank=True)
    access = models.CharField(max_length=200, blank=True)
    fire = models.CharField(max_length=200, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    added_by = models.CharField(max_length=60)
    added_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    #: That of its newest `SpotVersion`.
    version = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "spot"
        constraints = [
            models.UniqueConstraint(
                fields=["place", "name"], condition=Q(closed_at=None), name="spot_named_once_in_a_place"
            )
        ]
        indexes = [
            models.Index(fields=["place"], name="spot_place"),
            models.Index(fields=["area", "place"], name="spot_area", condition=~Q(area="")),
        ]


class Plan(models.Model):
    """Who looks at what, where and when. ``line`` is the department whose work it is; empty is the
    territory's.

    ``who`` says how its tasks find whoever does them: ``post`` (holders of that kind of post in the grid),
    ``crew`` (a crew model of the grid), ``unit`` (the members of a unit) or ``account`` (one person);
    ``whom``
    is the code or id of that.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.ForeignKey("fieldwork.PlanKind", on_delete=models.PROTECT, related_name="+", db_index=False)
    title = models.CharField(max_length=80)
    purpose = models.CharField(max_length=300, blank=True)
    line = models.CharField(max_length=40, blank=True)
    #: The unit whose plan it is, with its path.
    unit = models.ForeignKey(
        "organisation.Unit", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    unit_path = models.CharField(max_length=200, blank=True)
    #: The smallest place that holds all of its places.
    place = models.CharField(max_length=17)
    who = models.CharField(max_length=8)
    whom = models.CharField(max_length=60)
    #: Code of a checklist; empty where nothing is listed. Empty ``items`` are all of them.
    checklist = models.CharField(max_length=30, blank=True)
    items = models.JSONField(default=list)
    #: once, daily, weekdays, weekly, monthly or dates; see `rules.rhythm`.
    rhythm = models.CharField(max_length=10)
    weekdays = models.JSONField(default=list)
    month_days = models.JSONField(default=list)
    dates = models.JSONField(default=list)
    #: Days off are left out, and a day of the month that is off moves to the next working day.
    workdays = models.BooleanField(default=False)
    since = models.DateField()
    until = models.DateField(null=True)
    #: Hours of the day; empty are those of the kind.
    opens_at = models.TimeField(null=True)
    closes_at = models.TimeField(null=True)
    #: Whether residents may see when and where it goes on.
    public = models.BooleanField(default=False)
    #: Whether it belongs to a festival or another time that needs special care.
    key_period = models.BooleanField(default=False)
    #: Code of the item of the work list of its post that it carries out, and who allowed one that has none.
    listed = models.CharField(max_length=20, blank=True)
    allowed_by = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=10, default="drafted")
    version = models.PositiveIntegerField(default=1)
    made_by = models.CharField(max_length=60)
    made_at = models.DateTimeField()
    approved_by = models.CharField(max_length=60, blank=True)
    approved_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    #: The last day for which its tasks have been laid ahead.
    laid_until = models.DateField(null=True)

    class Meta:
        db_table = "plan"
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="plan_ends_after_it_begins"
            )
        ]
        indexes = [
            models.Index(fields=["place", "state"], name="plan_by_place"),
            models.Index(fields=["unit_path"], name="plan_unit"),
            models.Index(fields=["state", "laid_until"], name="plan_to_lay"),
            models.Index(fields=["since", "id"], name="plan_since"),
        ]


class LoadLimit(models.Model):
    """How many tasks a grid may have on one day, over all lines; the longest place that covers a grid
    wins."""

    place = models.CharField(primary_key=True, max_length=17, default="")
    tasks = models.PositiveSmallIntegerField()
    #: Where it is laid down.
    basis = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "load_limit"


class PlanTemplate(models.Model):
    """What is planned again and again, as data: a duty of a post, a team's round. A draft begins with it."""

    code = models.CharField(primary_key=True, max_length=30)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=100)
    kind = models.ForeignKey("fieldwork.PlanKind", on_delete=models.PROTECT, related_name="+")
    who = models.CharField(max_length=8)
    whom = models.CharField(max_length=60)
    checklist = models.CharField(max_length=30, blank=True)
    #: Codes of categories whose items are looked at; empty for all.
    categories = models.JSONField(default=list)
    rhythm = models.CharField(max_length=10)
    weekdays = models.JSONField(default=list)
    month_days = models.JSONField(default=list)
    workdays = models.BooleanField(default=False)
    key_period = models.BooleanField(default=False)
    #: The item of the duty list that it carries out.
    duty = models.CharField(max_length=12, blank=True)
    seq = models.PositiveSmallIntegerField(default=0)

    class Meta:
        db_table = "plan_template"


class PlanPlace(models.Model):
    """One stop of a plan, in the order of its route: a place, or a spot in it."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="stops", db_index=False)
    seq = models.PositiveSmallIntegerField()
    place = models.CharField(max_length=17)
    spot = models.ForeignKey(Spot, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "plan_place"
        constraints = [models.UniqueConstraint(fields=["plan", "seq"], name="plan_place_in_order")]
        indexes = [models.Index(fields=["place", "plan"], name="plan_place_place")]
