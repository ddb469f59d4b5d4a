"""Rows of the net of places."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from gewu.kernel.identifiers import new_id
from gewu.kernel.places import Level


class Layer(models.TextChoices):
    """Which net a shape belongs to. Within one layer a point lies in one shape of each level."""

    DIVISION = "division"
    GRID = "grid"
    MICRO = "micro"
    #: 单元网格 of digital city management: about 10,000 m², a net of its own beside the grids.
    UNIT = "unit"

    @property
    def digits(self) -> int | None:
        """Length of the codes of this layer; divisions have several."""
        return {"grid": 15, "micro": 17, "unit": 15}.get(self.value)


class GridKind(models.TextChoices):
    COMPREHENSIVE = "comprehensive"
    #: 专属网格: a campus, hospital, park or market with a responsible unit of its own.
    DEDICATED = "dedicated"
    UNIT = "unit"


class BatchState(models.TextChoices):
    #: A large file waits for its check, or is being checked.
    WAITING = "waiting"
    FAILED = "failed"
    DRAFTED = "drafted"
    CHECKED = "checked"
    IN_FORCE = "in_force"
    REPLACED = "replaced"


class Division(models.Model):
    """A place of the five statistical levels, province to community."""

    code = models.CharField(primary_key=True, max_length=12)
    name = models.CharField(max_length=100)
    level = models.PositiveSmallIntegerField(choices=[(one.value, one.name.lower()) for one in Level])

    class Meta:
        db_table = "division"
        indexes = [models.Index(fields=["level", "code"], name="division_level_code")]


class ImportBatch(models.Model):
    """One taking-in of divisions, boundaries or aliases, with what its check found."""

    id = models.UUIDField(primary_key=True, default=new_id)
    file_name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    within = models.CharField(max_length=17, blank=True)
    layer = models.CharField(max_length=10, choices=Layer.choices)
    since = models.DateField(null=True)
    counts = models.JSONField(default=dict)
    findings = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=BatchState.choices)
    #: How a file that waits is to be taken: datum, whether it is to take force, and who wants it.
    asked = models.JSONField(default=dict)
    added_at = models.DateTimeField()
    #: The number of the change to the net that this batch made; processes notice a new one by it.
    edition = models.PositiveIntegerField(null=True, unique=True)

    class Meta:
        db_table = "territory_batch"


class Grid(models.Model):
    """A cell of the net from a day (included) until a day (not included). Codes are never changed."""

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(max_length=17)
    layer = models.CharField(max_length=10, choices=Layer.choices)
    kind = models.CharField(max_length=14, choices=GridKind.choices)
    name = models.CharField(max_length=100)
    community = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+", db_index=False)
    since = models.DateField()
    until = models.DateField(null=True)
    #: Drawn by us because no boundary is public; shown wherever the grid is shown.
    schematic = models.BooleanField(default=False)

    class Meta:
        db_table = "grid"
        constraints = [
            models.UniqueConstraint(fields=["layer", "code", "since"], name="grid_once_from_a_day"),
            models.UniqueConstraint(
                fields=["layer", "code"], condition=Q(until__isnull=True), name="grid_once_in_force"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="grid_ends_after_it_began"
            ),
            models.CheckConstraint(
                condition=Q(layer="unit", kind="unit") | (~Q(layer="unit") & ~Q(kind="unit")),
                name="grid_kind_fits_its_layer",
            ),
        ]
        indexes = [models.Index(fields=["code"], name="grid_code")]


class Boundary(models.Model):
    """The shape of a place from a day until a day, in WGS84, with the datum it came in."""

    id = models.UUIDField(primary_key=True, default=new_id)
    place = models.CharField(max_length=17)
    layer = models.CharField(max_length=10, choices=Layer.choices)
    since = models.DateField()
    until = models.DateField(null=True)
    geometry = models.BinaryField()
    source_datum = models.CharField(max_length=5)
    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, related_name="+", db_index=False)
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()

    class Meta:
        db_table = "boundary"
        constraints = [
            models.UniqueConstraint(fields=["layer", "place", "since"], name="boundary_once_from_a_day"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="boundary_ends_after_it_began"
            ),
        ]


class Alias(models.Model):
    """The code that a place had in an older net (城市管理网、综治网、警务网、社区服务网 and so on)."""

    net = models.CharField(max_length=40)
    old_code = models.CharField(max_length=60)
    place = models.CharField(max_length=17)

    class Meta:
        db_table = "place_alias"
        constraints = [models.UniqueConstraint(fields=["net", "old_code"], name="alias_once_in_a_net")]
        indexes = [
            models.Index(fields=["old_code"], name="alias_old_code"),
            models.Index(fields=["place"], name="alias_place"),
        ]


class Succession(models.Model):
    """Which place stands for which from a day on: a move, a merger or a split, planned, done or undone."""

    id = models.UUIDField(primary_key=True, default=new_id)
    inside = models.CharField(max_length=17)
    #: Old code -> code of its successor, both of the same level.
    moves = models.JSONField()
    since = models.DateField()
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=8, default="planned")
    planned_by = models.CharField(max_length=60)
    planned_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "place_succession"
        indexes = [models.Index(fields=["state", "since"], name="succession_by_state")]
