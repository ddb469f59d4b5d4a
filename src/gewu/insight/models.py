"""Rows of what people keep for themselves: lists they come back to."""

from __future__ import annotations

from django.db import models

from gewu.kernel.identifiers import new_id


class SavedList(models.Model):
    """A list under a name, as the query that opens it. It gives no right: it is read as whoever opens it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    account = models.ForeignKey("security.Account", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=30)
    query = models.CharField(max_length=1000)
    #: The desk whose people see it too (`queries.desks_of`); empty while it is one's own.
    shared_with = models.CharField(max_length=240, blank=True)
    kept_at = models.DateTimeField()

    class Meta:
        db_table = "saved_list"
        constraints = [models.UniqueConstraint(fields=["account", "name"], name="saved_list_named_once")]
