"""Rows of joint screenings: which departments sign, and that they did."""

from __future__ import annotations

from django.db import models

from gewu.kernel.identifiers import new_id


class PlanSigner(models.Model):
    """A department whose signature the records of a plan need."""

    plan = models.ForeignKey(
        "fieldwork.Plan", on_delete=models.CASCADE, related_name="signers", db_index=False
    )
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        db_table = "plan_signer"
        constraints = [models.UniqueConstraint(fields=["plan", "unit"], name="plan_signer_once")]


class Signature(models.Model):
    """That a department signed its own result of a joint screening. A signature is never changed."""

    id = models.UUIDField(primary_key=True, default=new_id)
    task = models.ForeignKey(
        "fieldwork.Task", on_delete=models.PROTECT, related_name="signatures", db_index=False
    )
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    result = models.CharField(max_length=1000)
    by = models.CharField(max_length=60)
    signed_at = models.DateTimeField()

    class Meta:
        db_table = "field_signature"
        constraints = [models.UniqueConstraint(fields=["task", "unit"], name="field_signature_once")]
