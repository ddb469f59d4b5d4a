"""Rows of powers: what a unit may take up, how it was evaluated, and what moved with a class of matters."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from gewu.kernel.identifiers import new_id
from gewu.organisation.models.units import Unit
from gewu.organisation.rules import Verdict


class Mandate(models.Model):
    """A power of a unit over classes of matters: given by whom, on what basis, until when, evaluated when."""

    id = models.UUIDField(primary_key=True, default=new_id)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="mandates")
    #: Whose power it was before; empty for one that the unit has of its own.
    giver = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    #: Where it holds: the unit's place or a place in it.
    place = models.CharField(max_length=17)
    #: What the list is called: 江浦街道赋权事项清单.
    title = models.CharField(max_length=100)
    #: Prefixes of classes of matters.
    matters = models.JSONField(default=list)
    basis = models.CharField(max_length=300)
    since = models.DateField()
    #: The first day on which it no longer holds.
    until = models.DateField(null=True)
    #: The set period of evaluation in days; none where nobody set one.
    evaluate_every_days = models.PositiveSmallIntegerField(null=True)
    evaluation_due = models.DateField(null=True)

    class Meta:
        db_table = "mandate"
        indexes = [models.Index(fields=["place", "since"], name="mandate_by_place")]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="mandate_ends_after_it_begins",
            ),
            models.CheckConstraint(condition=~Q(basis=""), name="mandate_has_a_basis"),
        ]


class Evaluation(models.Model):
    """How a power was found to be used, on a day, and what follows."""

    id = models.UUIDField(primary_key=True, default=new_id)
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="evaluations")
    on = models.DateField()
    verdict = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Verdict])
    finding = models.TextField()
    by = models.CharField(max_length=60)

    class Meta:
        db_table = "mandate_evaluation"


class MatterTransfer(models.Model):
    """A class of matters handed from one unit to another with its power, its staff and its money."""

    id = models.UUIDField(primary_key=True, default=new_id)
    mandate = models.OneToOneField(Mandate, on_delete=models.PROTECT, related_name="transfer")
    from_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    #: How many people moved with their posts, and how many established places moved vacant.
    posts = models.PositiveSmallIntegerField()
    places_of_staff = models.PositiveSmallIntegerField(default=0)
    #: Whole yuan a year, and the line of the budget they come from.
    yuan = models.PositiveBigIntegerField()
    budget_line = models.CharField(max_length=100)
    at = models.DateTimeField()
    by = models.CharField(max_length=60)

    class Meta:
        db_table = "matter_transfer"
        constraints = [
            models.CheckConstraint(
                condition=(Q(posts__gt=0) | Q(places_of_staff__gt=0)) & Q(yuan__gt=0) & ~Q(budget_line=""),
                name="matter_transfer_has_its_parts",
            )
        ]


class PostDuty(models.Model):
    """One duty of a kind of post, and when it comes."""

    id = models.UUIDField(primary_key=True, default=new_id)
    post_kind = models.ForeignKey("organisation.PostKind", on_delete=models.CASCADE, related_name="duties")
    seq = models.PositiveSmallIntegerField()
    text_zh = models.CharField(max_length=200)
    text_en = models.CharField(max_length=300, blank=True)
    rhythm = models.CharField(max_length=10)
    #: Day of the week from Monday, 1, or of the month.
    on_day = models.PositiveSmallIntegerField(null=True)

    class Meta:
        db_table = "post_duty"
        constraints = [models.UniqueConstraint(fields=["post_kind", "seq"], name="duty_once_per_post_kind")]
