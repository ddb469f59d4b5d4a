"""Rows of the search index: what can be found, and how far its feeding has come."""

from __future__ import annotations

from django.db import models


class SearchEntry(models.Model):
    """One thing that can be found: its words as they are compared, and marks of where and whose it is.

    The key sorts by time, so that the newest is found first. Beside this table each database keeps the cut
    words in its own way: SQLite in the table ``search_index`` of FTS5, PostgreSQL in the column ``grams``.
    """

    id = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=12)
    #: The record's own key, code or name.
    record = models.CharField(max_length=80)
    #: What it is called, and what is said in it.
    head = models.TextField(blank=True)
    body = models.TextField(blank=True)
    marks = models.TextField(blank=True)

    class Meta:
        db_table = "search_entry"
        constraints = [models.UniqueConstraint(fields=["kind", "record"], name="found_once")]


class SearchFeed(models.Model):
    """How far the index has come: the position in the stream, and while it is made anew where it walks."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    #: By which edition of the cutting it was made.
    edition = models.PositiveSmallIntegerField()
    position = models.BigIntegerField()
    #: The kind whose records are gone through and the last key; empty once all are in.
    walking = models.CharField(max_length=12, blank=True)
    behind = models.CharField(max_length=80, blank=True)
    done = models.BigIntegerField(default=0)
    expected = models.BigIntegerField(default=0)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    #: When names that change rarely were last compared.
    compared_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "search_feed"
