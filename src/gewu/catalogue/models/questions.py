"""Rows of what a form asks of whoever reports a class of matters."""

from __future__ import annotations

from django.db import models

from gewu.kernel.identifiers import new_id


class Question(models.Model):
    """One question for the classes of a prefix, or a notice to read, from a date until a date."""

    id = models.UUIDField(primary_key=True, default=new_id)
    matter_prefix = models.CharField(max_length=12)
    #: What outside systems call it; stays as long as the meaning does.
    code = models.CharField(max_length=24)
    seq = models.PositiveSmallIntegerField()
    #: False for a notice: it is shown and nothing is answered.
    asked = models.BooleanField(default=True)
    #: A word of `catalogue.rules.questions.DATATYPES`.
    datatype = models.CharField(max_length=16)
    required = models.BooleanField(default=False)
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=300)
    hint_zh = models.CharField(max_length=200, blank=True)
    hint_en = models.CharField(max_length=300, blank=True)
    #: Key, Chinese and English of each choice of a list.
    choices = models.JSONField(default=list)
    since = models.DateField()
    until = models.DateField(null=True)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "matter_question"
        constraints = [
            models.UniqueConstraint(fields=["matter_prefix", "code", "since"], name="one_question_from_a_day")
        ]
