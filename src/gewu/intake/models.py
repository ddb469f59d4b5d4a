"""Rows of channels and reports."""

from __future__ import annotations

from django.db import models

from gewu.kernel.identifiers import new_id


class Channel(models.Model):
    """Where reports come from. ``screening`` is ``desk`` (a person accepts) or ``rule``.

    By ``rule`` a report whose class and place are known is accepted as it arrives: for channels where a
    person has already named the class, such as a telephone desk.
    """

    code = models.CharField(primary_key=True, max_length=24)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60)
    screening = models.CharField(max_length=8, default="desk")
    staffed = models.BooleanField(default=False)
    #: Of a staffed one the rights of which any lets someone bring a report by it.
    brought_by = models.JSONField(default=list)

    class Meta:
        db_table = "channel"


class IntakeLimit(models.Model):
    """A dated limit of what happens before a case: to accept a report, to look at the spot.

    An empty channel, matter or place speaks of all of them; the most specific row wins.
    """

    kind = models.CharField(max_length=8)
    channel = models.CharField(max_length=24, blank=True)
    matter_prefix = models.CharField(max_length=12, blank=True)
    place_prefix = models.CharField(max_length=17, blank=True)
    amount = models.DecimalField(max_digits=8, decimal_places=2)
    time_unit = models.CharField(max_length=14)
    since = models.DateField()
    until = models.DateField(null=True)
    #: Where it is laid down.
    basis = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "intake_limit"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "channel", "matter_prefix", "place_prefix", "since"],
                name="one_intake_limit_from_a_day",
            )
        ]


class SuggestionModel(models.Model):
    """What was learned of the classes, whole: the newest row is the one in use."""

    id = models.UUIDField(primary_key=True, default=new_id)
    version = models.CharField(max_length=40, unique=True)
    made_at = models.DateTimeField()
    #: Past matters that it was learned from, beside the catalogue.
    examples = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        db_table = "suggestion_model"
        indexes = [models.Index(fields=["made_at"], name="suggestion_model_newest")]


class Report(models.Model):
    """What one person or device raised, once. The identity lies in the vault, behind a token."""

    id = models.UUIDField(primary_key=True, default=new_id)
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+", db_index=False)
    #: The number it has in the system it came from; taken once for each channel.
    outside_id = models.CharField(max_length=60, null=True)
    key = models.CharField(max_length=80, null=True, unique=True)
    digest = models.CharField(max_length=64)
    progress_code = models.CharField(max_length=14, unique=True)
    identity = models.UUIDField(null=True)
    state = models.CharField(max_length=12, default="received")
    version = models.PositiveIntegerField(default=1)
    text = models.TextField()
    address = models.CharField(max_length=200, blank=True)
    place = models.CharField(max_length=17)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    #: The datum of the coordinates as they came; ``lon`` and ``lat`` are WGS84.
    datum = models.CharField(max_length=8, blank=True)
    matter = models.CharField(max_length=12, blank=True)
    received_at = models.DateTimeField()
    due_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    finding = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    case = models.ForeignKey(
        "cases.Case", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    #: The state in which it joined another's case, and to which it goes back when they are parted.
    joined_from = models.CharField(max_length=12, blank=True)
    #: Times as pairs of ISO texts in which its clock did not run because it stood behind another's case.
    pauses = models.JSONField(default=list)
    #: Whoever called asked that nobody who handles it learns who it was.
    confidential = models.BooleanField(default=False)
    #: A higher desk ruled that it is to be handled here: it cannot be declined any more.
    ruled = models.BooleanField(default=False)
    #: The language of the form it came by: in this its reporter is written to.
    language = models.CharField(max_length=10, default="zh-hans")
    #: What was answered to the questions of its class: pairs of a code and the values.
    answers = models.JSONField(default=list)
    #: Where whoever sent it keeps a picture of it; never fetched from here.
    media_url = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "report"
        constraints = [
            models.UniqueConstraint(fields=["channel", "outside_id"], name="outside_id_taken_once")
        ]
        indexes = [
            models.Index(fields=["state", "due_at", "id"], name="report_by_state"),
            models.Index(fields=["place", "state", "due_at"], name="report_by_place"),
            models.Index(fields=["received_at", "id"], name="report_by_age"),
            models.Index(fields=["case", "received_at"], name="report_by_case"),
        ]


class Suggestion(models.Model):
    """What an assistant proposed for a report, and what a person made of it. It changes nothing by itself."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="suggestions", db_index=False)
    #: ``matter``, ``route`` or ``duplicate``.
    kind = models.CharField(max_length=10)
    #: Code of a class, id of a unit, number of a case.
    value = models.CharField(max_length=40)
    confidence = models.FloatField()
    #: The words, or the distance and likeness, that decided.
    why_zh = models.CharField(max_length=300)
    why_en = models.CharField(max_length=300)
    version = models.CharField(max_length=40)
    made_at = models.DateTimeField()
    #: Empty until a person decides: ``accepted`` or ``overridden``.
    outcome = models.CharField(max_length=10, blank=True)
    chosen = models.CharField(max_length=40, blank=True)
    decided_by = models.CharField(max_length=60, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "suggestion"
        constraints = [models.UniqueConstraint(fields=["report", "kind"], name="one_suggestion_of_a_kind")]
        indexes = [models.Index(fields=["kind", "decided_at"], name="suggestion_by_kind")]


class Resident(models.Model):
    """Someone who keeps their own reports in one list. Who they are lies in the vault, behind the token."""

    id = models.UUIDField(primary_key=True, default=new_id)
    identity = models.UUIDField(unique=True)
    password = models.CharField(max_length=160)
    failures = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
    #: Goes up when all sessions are ended; a session with an older one is void.
    epoch = models.PositiveIntegerField(default=1)
    added_at = models.DateTimeField()

    class Meta:
        db_table = "resident"


class ResidentReport(models.Model):
    """A report that a resident keeps in their own list; put there by whoever showed its progress code."""

    resident = models.ForeignKey(Resident, on_delete=models.CASCADE, related_name="+")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+")
    kept_at = models.DateTimeField()

    class Meta:
        db_table = "resident_report"
        constraints = [models.UniqueConstraint(fields=["resident", "report"], name="report_kept_once")]
        indexes = [models.Index(fields=["resident", "-kept_at", "id"], name="resident_report_newest")]


class VerificationTask(models.Model):
    """A look at the spot, asked of the grid workers there, with its own clock."""

    id = models.UUIDField(primary_key=True, default=new_id)
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=17)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    #: Set when someone has looked, or when the report was decided on without.
    done_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=60, blank=True)
    #: Where whoever looked stood, in WGS84.
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)

    class Meta:
        db_table = "verification_task"
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                name="verification_open",
                condition=models.Q(done_at=None, dropped_at=None),
            ),
            models.Index(fields=["report"], name="verification_by_report"),
        ]
