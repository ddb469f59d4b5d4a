"""Rows of units, their kinds, names and structures, posts, crew models and staff records."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from gewu.kernel.identifiers import new_id
from gewu.organisation.rules import Seat, StaffKind


class UnitKind(models.Model):
    """What a unit can be, under what it stands and how fine its place is."""

    code = models.CharField(primary_key=True, max_length=40)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=100)
    #: Codes of the kinds it may stand under; an empty text among them lets it stand at the top.
    parent_kinds = models.JSONField(default=list)
    #: Name of a `kernel.places.Level` in small letters; empty for any.
    place_level = models.CharField(max_length=12, blank=True)
    one_per_place = models.BooleanField(default=False)

    class Meta:
        db_table = "unit_kind"


class Unit(models.Model):
    """A body that can hold a matter, a desk or a membership."""

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.ForeignKey(UnitKind, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=60, unique=True)
    name_zh = models.CharField(max_length=100)
    name_en = models.CharField(max_length=160, blank=True)
    place = models.CharField(max_length=17)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="parts")
    #: The codes from the top down to this unit, each followed by a stroke: a subtree is a prefix.
    path = models.CharField(max_length=200)
    department = models.CharField(max_length=40, blank=True)
    contact = models.CharField(max_length=100, blank=True)
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        db_table = "unit"
        indexes = [
            models.Index(fields=["path"], name="unit_path"),
            models.Index(fields=["place"], name="unit_place"),
        ]


class UnitAlias(models.Model):
    """Another name under which a unit appears in files and feeds."""

    name = models.CharField(primary_key=True, max_length=100)
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="aliases")

    class Meta:
        db_table = "unit_alias"


class PostKind(models.Model):
    """What one can be somewhere: how many, how long, and the role that comes with it."""

    code = models.CharField(primary_key=True, max_length=40)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=100)
    seat = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Seat])
    #: How many may hold it in one seat at a time; 0 for any number.
    slots = models.PositiveSmallIntegerField(default=1)
    term_days = models.PositiveIntegerField(null=True)
    role = models.CharField(max_length=30, blank=True)
    #: The kind of post in the same seat that is to be held by the same person.
    linked = models.CharField(max_length=40, blank=True)

    class Meta:
        db_table = "post_kind"


class Post(models.Model):
    """Who stands where as what, until when. The holder is an account, a unit or just a name."""

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.ForeignKey(PostKind, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="posts")
    place = models.CharField(max_length=17)
    account = models.ForeignKey("security.Account", on_delete=models.PROTECT, null=True, related_name="+")
    holder_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="held_posts")
    name = models.CharField(max_length=100)
    contact = models.CharField(max_length=100, blank=True)
    #: When the holder can be reached at work, in words: 周三 14:00–17:00.
    hours = models.CharField(max_length=100, blank=True)
    standing = models.ForeignKey(
        "security.StandingRow", on_delete=models.PROTECT, null=True, related_name="+"
    )
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    #: When someone ended it; a term that only ran out has none and is listed as expired.
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "post"
        indexes = [
            models.Index(fields=["place", "kind"], name="post_place"),
            models.Index(fields=["until"], name="post_until", condition=Q(ended_at__isnull=True)),
            models.Index(fields=["kind", "place"], name="post_kind_place"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="post_term_ends_after_it_begins",
            )
        ]


class CrewModel(models.Model):
    """Which posts make a full crew of a grid."""

    code = models.CharField(primary_key=True, max_length=40)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=100)
    #: Rows of ``part_zh``, ``part_en``, ``post_kind``, ``slots``.
    parts = models.JSONField(default=list)

    class Meta:
        db_table = "crew_model"


class Structure(models.Model):
    """Which kinds of unit, from the top down, make a structure of so many levels."""

    code = models.CharField(primary_key=True, max_length=40)
    name_zh = models.CharField(max_length=100)
    name_en = models.CharField(max_length=160)
    #: Codes of kinds of unit, the highest first.
    levels = models.JSONField(default=list)

    class Meta:
        db_table = "structure"


class StaffEntry(models.Model):
    """One line of a staff record: a shift, a leave or a training, and nothing that work does not need."""

    id = models.UUIDField(primary_key=True, default=new_id)
    account = models.ForeignKey(
        "security.Account", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=10, choices=[(one.value, one.value) for one in StaffKind])
    #: Which shift, which course. A leave has none: its cause is nobody's business.
    subject = models.CharField(max_length=100, blank=True)
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        db_table = "staff_entry"
        indexes = [models.Index(fields=["account", "since"], name="staff_entry_account")]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="staff_entry_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=~Q(kind="leave") | Q(subject=""), name="staff_entry_leave_has_no_cause"
            ),
        ]
