"""Rows of figures that are kept, and of what people keep for themselves: lists they come back to."""

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


class Figure(models.Model):
    """How many cases stand so at a place of one level: summed from `FigureChange`, and nothing else.

    ``level`` is a length of place codes; a case that names only a wider place is counted there under that
    place's own code. ``key`` is a day of China for ``filed`` and ``closed``, a class for ``matter``, and a
    state with the day of the promise for ``open``; the latter two count only what is open.
    """

    cut = models.CharField(max_length=8)
    level = models.PositiveSmallIntegerField()
    place = models.CharField(max_length=17)
    key = models.CharField(max_length=30)
    n = models.IntegerField()

    class Meta:
        db_table = "figure"
        constraints = [models.UniqueConstraint(fields=["cut", "level", "place", "key"], name="one_figure")]
        indexes = [models.Index(fields=["n"], name="figure_of_nothing", condition=models.Q(n=0))]


class FigureChange(models.Model):
    """So many cases more, or fewer, of one standing, not yet summed.

    The database writes it with every row of a case that is made, changed or removed, in the same
    transaction, as it keeps an index: no write can pass it by (`actions/counting.py`).
    """

    place = models.CharField(max_length=17)
    #: State, class and the days of promise, filing and closing, with ``|`` between them.
    standing = models.CharField(max_length=80)
    n = models.IntegerField()

    class Meta:
        db_table = "figure_change"
        indexes = [models.Index(fields=["place"], name="figure_change_by_place")]


class Panel(models.Model):
    """One panel of a console: what it shows and for whom. A console is a set of such rows, and no code."""

    id = models.UUIDField(primary_key=True, default=new_id)
    console = models.CharField(max_length=30)
    seq = models.PositiveSmallIntegerField()
    title_zh = models.CharField(max_length=40)
    title_en = models.CharField(max_length=80)
    #: One of the sources that `queries.consoles` knows.
    source = models.CharField(max_length=20)
    #: Prefix of the classes of matters that it is about; empty for all.
    matter = models.CharField(max_length=12, blank=True)
    #: The right that it takes to see it; empty for everyone who works there.
    audience = models.CharField(max_length=40, blank=True)

    class Meta:
        db_table = "panel"
        constraints = [models.UniqueConstraint(fields=["console", "seq"], name="panel_once_per_console")]


class Reclassing(models.Model):
    """Past matters classified again: over which, by which version, and how the sample is drawn."""

    id = models.UUIDField(primary_key=True, default=new_id)
    place = models.CharField(max_length=17)
    begins = models.DateField()
    ends = models.DateField()
    version = models.CharField(max_length=60)
    #: The seed of the draw: the same matters and seed give the same sample.
    seed = models.PositiveIntegerField()
    made_by = models.CharField(max_length=60)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "reclassing"


class Reclassed(models.Model):
    """One past matter with its old class and the new one; the matter itself stays as it is."""

    reclassing = models.ForeignKey(Reclassing, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(max_length=24)
    old = models.CharField(max_length=12)
    #: Empty where the assistant was not sure enough to name one.
    new = models.CharField(max_length=12, blank=True)
    confidence = models.FloatField()
    why_zh = models.CharField(max_length=300, blank=True)
    why_en = models.CharField(max_length=300, blank=True)
    drawn = models.BooleanField(default=False)
    #: What a person found to be right; only of those that were drawn.
    found = models.CharField(max_length=12, blank=True)
    found_by = models.CharField(max_length=60, blank=True)
    found_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "reclassed"
        constraints = [models.UniqueConstraint(fields=["reclassing", "number"], name="matter_reclassed_once")]
        indexes = [
            models.Index(fields=["reclassing"], name="reclassed_drawn", condition=models.Q(drawn=True))
        ]
