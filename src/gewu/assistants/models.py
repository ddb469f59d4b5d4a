"""Rows of the models that assistants propose by, and of how sure they must be to speak."""

from __future__ import annotations

from django.db import models

from gewu.kernel.identifiers import new_id


class AssistantModel(models.Model):
    """What was learned for one kind, whole: the newest row of a kind is the one in use."""

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.CharField(max_length=12)
    version = models.CharField(max_length=60, unique=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=60)
    #: The digest of the content: a file that was changed is not read.
    sha256 = models.CharField(max_length=64)
    #: The file as `rules.artefact` writes it: arrays and a card, nothing that could run.
    content = models.BinaryField()
    #: The card once more, so that a list of models need not read the arrays.
    card = models.JSONField()

    class Meta:
        db_table = "assistant_model"
        indexes = [models.Index(fields=["kind", "-made_at"], name="assistant_model_newest")]


class AssistantThreshold(models.Model):
    """A dated row: below which confidence an assistant says nothing. The newest that has begun holds."""

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.CharField(max_length=12)
    least = models.FloatField()
    since = models.DateField()
    reason = models.CharField(max_length=300)
    set_by = models.CharField(max_length=60)
    set_at = models.DateTimeField()

    class Meta:
        db_table = "assistant_threshold"
        constraints = [models.UniqueConstraint(fields=["kind", "since"], name="one_threshold_from_a_day")]
