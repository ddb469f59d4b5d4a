"""Rows of lists, their editions and items, applications for one, and work that they refused."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from gewu.kernel.identifiers import new_id


class ListKind(models.Model):
    """A kind of list: what its items must say, and what follows from being listed. A row, no code."""

    code = models.CharField(primary_key=True, max_length=20)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=80)
    purpose_zh = models.CharField(max_length=200)
    purpose_en = models.CharField(max_length=300)
    #: Empty, ``only_listed`` or ``never_listed``: what it says of work given to ``unit_kinds``.
    guard = models.CharField(max_length=12, blank=True)
    unit_kinds = models.JSONField(default=list)
    #: Words that every item must carry.
    needs = models.JSONField(default=list)
    categories = models.JSONField(default=list)
    #: Whether its items become rows of routing when an edition is published.
    routes = models.BooleanField(default=False)
    #: Whether departments may apply for an item between two editions.
    applications = models.BooleanField(default=False)
    public = models.BooleanField(default=True)
    #: Whether its items hold by their own days, whenever the edition was published: articles of law do.
    own_days = models.BooleanField(default=False)
    #: Posts whose work it lists: a plan that gives them other work waits for the joint office.
    post_kinds = models.JSONField(default=list)
    #: The regulation by which it binds.
    rule_zh = models.CharField(max_length=200, blank=True)
    rule_en = models.CharField(max_length=300, blank=True)
    seq = models.PositiveSmallIntegerField()

    class Meta:
        db_table = "list_kind"


class Edition(models.Model):
    """One version of a list in a place: drafted, consulted on, approved, published, followed by another."""

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.ForeignKey(ListKind, on_delete=models.PROTECT, related_name="editions")
    place = models.CharField(max_length=17)
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, default="draft")
    #: References of the accounts; whoever drafts does not approve.
    drafted_by = models.CharField(max_length=60)
    drafted_at = models.DateTimeField()
    approved_by = models.CharField(max_length=60, blank=True)
    #: The organ that approved it.
    authority = models.CharField(max_length=100, blank=True)
    approved_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    #: How the office that keeps it is reached.
    office = models.CharField(max_length=100, blank=True)
    since = models.DateField(null=True)
    until = models.DateField(null=True)

    class Meta:
        db_table = "list_edition"
        constraints = [
            models.UniqueConstraint(fields=["kind", "place", "number"], name="edition_once_per_place"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="edition_ends_after_it_begins",
            ),
        ]


class ListItem(models.Model):
    """One line of an edition. Its code stays the same from edition to edition."""

    id = models.UUIDField(primary_key=True, default=new_id)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="items")
    code = models.CharField(max_length=20)
    seq = models.PositiveSmallIntegerField()
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=200, blank=True)
    category = models.CharField(max_length=20, blank=True)
    #: Prefixes of the matter classes that it speaks of.
    matters = models.JSONField(default=list)
    #: Narrower than the edition's place; empty for all of it.
    place = models.CharField(max_length=17, blank=True)
    #: Codes of a department or of a unit.
    lead = models.CharField(max_length=60, blank=True)
    lead_task = models.CharField(max_length=300, blank=True)
    #: Rows of ``who`` and ``task``.
    assistants = models.JSONField(default=list)
    basis = models.CharField(max_length=300, blank=True)
    approver = models.CharField(max_length=100, blank=True)
    #: What this kind says beside: a link, a limit, an article, steps.
    words = models.JSONField(default=dict)
    since = models.DateField(null=True)
    until = models.DateField(null=True)

    class Meta:
        db_table = "list_item"
        constraints = [
            models.UniqueConstraint(fields=["edition", "code"], name="item_once_per_edition"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(since__isnull=True) | Q(until__gte=F("since")),
                name="item_ends_after_it_begins",
            ),
        ]


class Opinion(models.Model):
    """What a department or someone of the public said of a draft, and the answer."""

    id = models.UUIDField(primary_key=True, default=new_id)
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="opinions")
    item = models.CharField(max_length=20, blank=True)
    #: The account of staff, or ``anonymous``: the public is not asked who it is.
    given_by = models.CharField(max_length=60)
    text = models.TextField()
    at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = models.CharField(max_length=60, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "list_opinion"
        indexes = [models.Index(fields=["edition", "at"], name="opinion_by_edition")]


class Application(models.Model):
    """A department asks for an item between two editions: applied, assessed, approved, published, ended."""

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.ForeignKey(ListKind, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=17)
    state = models.CharField(max_length=12, default="applied")
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    title_zh = models.CharField(max_length=120)
    category = models.CharField(max_length=20, blank=True)
    matters = models.JSONField(default=list)
    basis = models.CharField(max_length=300)
    reason = models.TextField()
    #: A temporary item ends by itself on this day.
    until = models.DateField(null=True)
    finding = models.TextField(blank=True)
    authority = models.CharField(max_length=100, blank=True)
    applied_by = models.CharField(max_length=60)
    assessed_by = models.CharField(max_length=60, blank=True)
    approved_by = models.CharField(max_length=60, blank=True)
    applied_at = models.DateTimeField()
    #: The item that it became.
    item = models.ForeignKey(ListItem, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "list_application"
        indexes = [
            models.Index(fields=["applied_at", "id"], name="application_by_age"),
            models.Index(fields=["state", "applied_at", "id"], name="application_by_state"),
        ]


class RefusedTask(models.Model):
    """Work that a list did not let through: counted for the department that would have handed it over."""

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.CharField(max_length=20)
    #: The code of the item cited; empty when the class was not listed.
    item = models.CharField(max_length=20, blank=True)
    number = models.PositiveSmallIntegerField()
    matter = models.CharField(max_length=12)
    place = models.CharField(max_length=17)
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    department = models.CharField(max_length=40, blank=True)
    #: The case, report or plan it was about.
    about = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "refused_task"
        indexes = [
            models.Index(fields=["at", "id"], name="refused_by_age"),
            models.Index(fields=["department", "at"], name="refused_by_department"),
        ]
