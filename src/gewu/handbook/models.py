"""Rows of an installation's own edition of the handbook."""

from __future__ import annotations

from django.db import models

from gewu.kernel.identifiers import new_id


class Wording(models.Model):
    """One version of an item in this installation's words. What was written stays; a change is a new row."""

    id = models.UUIDField(primary_key=True, default=new_id)
    item = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    title_zh = models.CharField(max_length=60, blank=True)
    title_en = models.CharField(max_length=90, blank=True)
    #: Empty in the version that goes back to the words of the handbook itself.
    text_zh = models.TextField(blank=True)
    text_en = models.TextField(blank=True)
    why = models.CharField(max_length=200)
    at = models.DateTimeField()
    by = models.CharField(max_length=60)

    class Meta:
        db_table = "help_wording"
        constraints = [models.UniqueConstraint(fields=["item", "version"], name="help_version_once")]


class Picture(models.Model):
    """A film, or one picture of a sequence, that belongs to an item until it is taken down."""

    id = models.UUIDField(primary_key=True, default=new_id)
    item = models.CharField(max_length=40)
    file = models.UUIDField()
    media_type = models.CharField(max_length=40)
    caption_zh = models.CharField(max_length=200)
    caption_en = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=60)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "help_picture"
        indexes = [models.Index(fields=["item", "at"], name="help_picture_of_item")]
