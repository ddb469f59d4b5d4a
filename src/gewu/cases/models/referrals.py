"""Rows of what is handed over between this desk and a body outside: its kind, its two clocks, its end."""

from __future__ import annotations

from django.db import models

from gewu.cases.models.cases import Case
from gewu.kernel.identifiers import new_id

OUT, IN = "out", "in"
BACK, TOLD = "back", "told"


class ReferralKind(models.Model):
    """A way of handing over as dated data: from whom, both limits, what follows when it is late."""

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(max_length=24)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60)
    #: The body outside, and whether matters go to it or come from it.
    body = models.CharField(max_length=16)
    direction = models.CharField(max_length=3, choices=[(OUT, OUT), (IN, IN)])
    #: Whether both go to the spot and the sender goes on, too; else the matter passes from hand to hand.
    joint = models.BooleanField(default=False)
    accept_amount = models.DecimalField(max_digits=8, decimal_places=2)
    accept_unit = models.CharField(max_length=14)
    handle_amount = models.DecimalField(max_digits=8, decimal_places=2)
    handle_unit = models.CharField(max_length=14)
    #: Whether what nobody took in time goes back to its sender, or stays and both sides are told.
    when_late = models.CharField(max_length=4, choices=[(BACK, BACK), (TOLD, TOLD)])
    since = models.DateField()
    #: The first day on which it no longer holds.
    until = models.DateField(null=True)
    basis = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "case_referral_kind"
        constraints = [models.UniqueConstraint(fields=["code", "since"], name="one_referral_kind_from_a_day")]


class Referral(models.Model):
    """One handing over. What goes out hangs on a case; what comes in on a report, and on its case later."""

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.ForeignKey(ReferralKind, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="referrals")
    report = models.UUIDField(null=True)
    place = models.CharField(max_length=17)
    state = models.CharField(max_length=10, default="sent")
    #: The connector by which the other body speaks, and its own number; empty where people telephone.
    system = models.CharField(max_length=40, blank=True)
    outside_no = models.CharField(max_length=80, blank=True)
    sent_by = models.CharField(max_length=60)
    sent_at = models.DateTimeField()
    accept_by = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    handle_by = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    #: When the clock that runs now runs out; none once it is told as late, or has ended.
    due_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "case_referral"
        indexes = [
            models.Index(fields=["place", "state", "sent_at"], name="referral_by_place"),
            models.Index(fields=["report"], name="referral_by_report"),
            models.Index(fields=["due_at"], name="referral_due", condition=models.Q(due_at__isnull=False)),
        ]
