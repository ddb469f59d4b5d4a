"""Rows of tracks: the positions of opened patrols for a while, and the corners passed for good."""

from __future__ import annotations

from django.db import models

from gewu.kernel.identifiers import new_id


class Track(models.Model):
    """Where one patrol went. When its term is over the counts stay and everything that says where goes."""

    task = models.OneToOneField(
        "fieldwork.Task", on_delete=models.PROTECT, primary_key=True, related_name="track"
    )
    account = models.ForeignKey(
        "security.Account", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    place = models.CharField(max_length=17)
    #: When the patrol was opened.
    begun_at = models.DateTimeField()
    #: The phone's time of the newest position; the term of keeping runs from here.
    last_at = models.DateTimeField()
    points = models.PositiveIntegerField(default=0)
    counted = models.PositiveIntegerField(default=0)
    #: Positions that lay outside the opened patrol. They were not kept, not even packed.
    refused = models.PositiveIntegerField(default=0)
    length_m = models.PositiveIntegerField(default=0)
    #: What judging the next batch needs to know of the last: `rules.positions.Trail` as numbers.
    trail = models.JSONField(default=dict)
    #: The corners passed so far, ``x/y`` and the place of each.
    corners = models.JSONField(default=dict)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "field_track"
        indexes = [
            models.Index(fields=["account", "last_at"], name="track_of_account"),
            models.Index(fields=["place", "last_at"], name="track_of_place"),
            models.Index(
                fields=["last_at"], name="track_to_erase", condition=models.Q(erased_at__isnull=True)
            ),
        ]


class TrackPart(models.Model):
    """One batch of positions as it came, packed. Its key was chosen by the phone, so that it is kept once."""

    id = models.UUIDField(primary_key=True)
    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="parts")
    #: Of what was sent: the same key with another content is refused.
    digest = models.CharField(max_length=64)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    arrived_at = models.DateTimeField()
    points = models.PositiveSmallIntegerField()
    refused = models.PositiveSmallIntegerField(default=0)
    packed = models.BinaryField()

    class Meta:
        db_table = "field_track_part"


class Footprint(models.Model):
    """How many patrols passed a corner of a place in a month. It names nobody and is kept."""

    id = models.UUIDField(primary_key=True, default=new_id)
    place = models.CharField(max_length=17)
    #: The first day of the month.
    month = models.DateField()
    #: The corner, in thousandths of a degree.
    x = models.IntegerField()
    y = models.IntegerField()
    passes = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "field_footprint"
        constraints = [
            models.UniqueConstraint(fields=["place", "month", "x", "y"], name="footprint_once_a_month"),
        ]
