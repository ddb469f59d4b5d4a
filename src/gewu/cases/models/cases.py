"""Rows of cases, their assignments, their clocks and their evidence."""

from __future__ import annotations

from django.db import models

from gewu.kernel.identifiers import new_id


class Case(models.Model):
    """One matter with one owner and one clock. What is dear to lists stands on the row itself."""

    id = models.UUIDField(primary_key=True, default=new_id)
    number = models.CharField(max_length=24, unique=True)
    state = models.CharField(max_length=12)
    version = models.PositiveIntegerField(default=1)
    kind = models.CharField(max_length=16)
    matter = models.CharField(max_length=12)
    priority = models.PositiveSmallIntegerField(default=3)
    origin = models.CharField(max_length=24)
    place = models.CharField(max_length=17)
    address = models.CharField(max_length=200, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    title = models.CharField(max_length=60)
    text = models.TextField()
    lead = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    #: The lead's path in the tree of units, so that a desk finds its cases by one range.
    lead_path = models.CharField(max_length=200, blank=True)
    #: Who received it first, and who answers for it now: the first, until another has signed for it.
    first_receiver = models.ForeignKey(
        "organisation.Unit", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    answerable = models.ForeignKey(
        "organisation.Unit", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    #: The unit that the matter is about, whose people neither handle nor see it.
    about = models.ForeignKey(
        "organisation.Unit", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    about_path = models.CharField(max_length=200, blank=True)
    #: The path of the unit that checks in place of the checkers of the territory; empty for those.
    checker_path = models.CharField(max_length=200, blank=True, default="")
    route = models.CharField(max_length=40, blank=True)
    route_zh = models.CharField(max_length=300, blank=True)
    route_en = models.CharField(max_length=300, blank=True)
    #: The version of the process that was in force on the day of filing; a case keeps it.
    process = models.CharField(max_length=32, blank=True)

    received_at = models.DateTimeField()
    filed_at = models.DateTimeField()
    #: The public promise; every case has one.
    due_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    #: When it was closed or voided: from then on the time is counted for which its words are kept.
    ended_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)
    #: References of the accounts that reported the work done and that check it; they must differ.
    handled_by = models.CharField(max_length=60, blank=True)
    checked_by = models.CharField(max_length=60, blank=True)
    result = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    #: The reporter's verdict: empty until given.
    solved = models.BooleanField(null=True)
    returns = models.PositiveSmallIntegerField(default=0)
    reworks = models.PositiveSmallIntegerField(default=0)
    reopenings = models.PositiveSmallIntegerField(default=0)
    #: How many reports stand behind it.
    reports = models.PositiveIntegerField(default=1)
    #: Whether an arbiter has ruled whose it is; then it cannot be returned again.
    ruled = models.BooleanField(default=False)
    #: What has been asked for and is not decided yet, and by which account.
    asking = models.CharField(max_length=12, blank=True)
    asked_by = models.CharField(max_length=60, blank=True)
    extensions = models.PositiveSmallIntegerField(default=0)
    shelved_at = models.DateTimeField(null=True)
    shelved_until = models.DateTimeField(null=True)
    #: Whether a clock of the office or the promise was met too late: the raw fact, which no appeal changes.
    was_late = models.BooleanField(default=False)
    #: How the one appeal against that fact stands: empty, asked, passed, granted or refused.
    appeal = models.CharField(max_length=8, blank=True)
    appealed_by = models.CharField(max_length=60, blank=True)
    appeal_passed_by = models.CharField(max_length=60, blank=True)
    #: Whether a grid worker settled it on the spot, without an office.
    self_handled = models.BooleanField(default=False)
    #: How often it is handed over to a body outside at this moment, so that nobody here settles it meanwhile.
    referred = models.PositiveSmallIntegerField(default=0)

    @property
    def round(self) -> int:
        """How often the work was sent back, by a failed check or a reopening."""
        return self.reworks + self.reopenings

    class Meta:
        db_table = "case_"
        indexes = [
            # What is closed by due time; place and class looked at without reading the row.
            models.Index(
                fields=["state", "due_at", "id", "place", "matter"],
                name="case_by_state",
                condition=models.Q(closed_at__isnull=False),
            ),
            # What is open, by due time, with all that desks narrow their lists by: no row is read in vain.
            models.Index(
                fields=[
                    "state",
                    "due_at",
                    "id",
                    "place",
                    "matter",
                    "lead_path",
                    "origin",
                    "priority",
                    "filed_at",
                    "checked_by",
                    "returns",
                    "reopenings",
                ],
                name="case_open",
                condition=models.Q(closed_at__isnull=True),
            ),  # fmt: skip
            models.Index(
                fields=["shelved_until"], name="case_shelved", condition=models.Q(shelved_until__isnull=False)
            ),
            models.Index(fields=["about_path"], name="case_about", condition=~models.Q(about_path="")),
            # Lists by age, and counts over a time by place, class, state and office.
            models.Index(
                fields=["filed_at", "id", "place", "matter", "state", "lead_path"], name="case_by_age"
            ),
            models.Index(
                fields=["closed_at", "place", "matter", "lead_path"],
                name="case_by_closing",
                condition=models.Q(closed_at__isnull=False),
            ),
            models.Index(
                fields=["ended_at"],
                name="case_to_erase",
                condition=models.Q(ended_at__isnull=False, erased_at=None),
            ),
            # The few that leaders ask for.
            models.Index(
                fields=["place", "state"], name="case_returned_twice", condition=models.Q(returns__gt=1)
            ),
            models.Index(
                fields=["place", "state"], name="case_reopened", condition=models.Q(reopenings__gt=0)
            ),
        ]


class CallKind(models.Model):
    """A kind of whistle as dated data: who may blow it, how many must ask for it, the time to check in."""

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(max_length=24)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60)
    #: ``street`` (an office of the street or community), ``grid`` (whoever works there) or ``residents``.
    caller = models.CharField(max_length=10)
    #: How many different reports must stand behind the case before it may be blown.
    supporters = models.PositiveSmallIntegerField(default=1)
    amount = models.DecimalField(max_digits=8, decimal_places=2)
    time_unit = models.CharField(max_length=14)
    #: Whether the platform blows it by itself once so many different people stand behind a case.
    automatic = models.BooleanField(default=False)
    #: Whether the parties meet at a time and a place that the caller sets, as for joint enforcement.
    by_appointment = models.BooleanField(default=False)
    since = models.DateField()
    #: The first day on which it no longer holds.
    until = models.DateField(null=True)
    basis = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "case_call_kind"
        constraints = [models.UniqueConstraint(fields=["code", "since"], name="one_call_kind_from_a_day")]


class Whistle(models.Model):
    """One call of several parties to a case, by the row of data that allowed it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="whistles")
    kind = models.ForeignKey(CallKind, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, default="called")
    #: Reference of the account that blew it, and how many reports stood behind the case then.
    caller = models.CharField(max_length=60)
    #: Reference of the account that answers for it where the platform blew it; else empty.
    responsible = models.CharField(max_length=60, blank=True)
    supporters = models.PositiveIntegerField(default=1)
    task = models.TextField()
    result = models.TextField(blank=True)
    #: When and where the parties meet, where the kind says so.
    meet_at = models.DateTimeField(null=True)
    meet_where = models.CharField(max_length=200, blank=True)
    blown_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "case_whistle"


class Assignment(models.Model):
    """The part of one unit, or of one official on a post, in a case."""

    id = models.UUIDField(primary_key=True, default=new_id)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="assignments")
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    unit_path = models.CharField(max_length=200, blank=True)
    #: The post that was called, the account that held it then, and what both were called.
    post = models.ForeignKey("organisation.Post", on_delete=models.PROTECT, null=True, related_name="+")
    account = models.ForeignKey("security.Account", on_delete=models.PROTECT, null=True, related_name="+")
    party_zh = models.CharField(max_length=160, blank=True)
    party_en = models.CharField(max_length=220, blank=True)
    #: The whistle that called it, with the clock of its check-in; an ordinary assistant has neither.
    whistle = models.ForeignKey(Whistle, on_delete=models.PROTECT, null=True, related_name="parties")
    clock = models.OneToOneField("cases.Deadline", on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=12, default="offered")
    task = models.TextField(blank=True)
    result = models.TextField(blank=True)
    offered_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "case_assignment"
        indexes = [
            models.Index(fields=["unit_path", "state"], name="assignment_by_unit"),
            models.Index(
                fields=["account", "state"],
                name="assignment_by_account",
                condition=models.Q(account__isnull=False),
            ),
        ]


class CheckIn(models.Model):
    """That a called party came: when, where, and who said so."""

    assignment = models.OneToOneField(
        Assignment, on_delete=models.PROTECT, primary_key=True, related_name="check_in"
    )
    at = models.DateTimeField()
    #: Reference of the account that recorded it: the party's own, or that of whoever called it.
    by = models.CharField(max_length=60)
    address = models.CharField(max_length=200, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    #: How far from the case, when both have a point.
    distance_m = models.PositiveIntegerField(null=True)

    class Meta:
        db_table = "case_check_in"


class Deadline(models.Model):
    """One clock of a case: what was promised by when, and the calendar that was used."""

    id = models.UUIDField(primary_key=True, default=new_id)
    #: Found by `deadline_by_case`; neither this key nor that of the unit needs an index of its own.
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="deadlines", db_index=False)
    #: ``promise`` to the public, ``sign_for`` and ``handle`` for the lead, ``check`` for the checkers.
    clock = models.CharField(max_length=12)
    unit = models.ForeignKey(
        "organisation.Unit", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    started_at = models.DateTimeField()
    amount = models.DecimalField(max_digits=8, decimal_places=2)
    time_unit = models.CharField(max_length=14)
    calendar = models.CharField(max_length=40)
    #: Holes as pairs of ISO times; the end of an open one is empty.
    pauses = models.JSONField(default=list)
    #: Whether the last pause is not over: such a clock does not run out.
    held = models.BooleanField(default=False)
    due_at = models.DateTimeField()
    met_at = models.DateTimeField(null=True)
    #: Set when the clock no longer counts: the case went to another unit, or was voided.
    dropped_at = models.DateTimeField(null=True)
    told_late_at = models.DateTimeField(null=True)
    #: How many rungs of the ladder of supervision have been told, and when the next one comes.
    rungs = models.PositiveSmallIntegerField(default=0)
    next_rung_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "case_deadline"
        indexes = [
            models.Index(
                fields=["next_rung_at"],
                name="deadline_next_rung",
                condition=models.Q(met_at=None, dropped_at=None, held=False, next_rung_at__isnull=False),
            ),
            models.Index(fields=["case", "clock"], name="deadline_by_case"),
            models.Index(
                fields=["due_at"],
                name="deadline_to_watch",
                condition=models.Q(met_at=None, dropped_at=None, told_late_at=None, held=False),
            ),
        ]


class AnswerTemplate(models.Model):
    """Words for the answers to a class of matters, in both languages, with places for facts of the case."""

    id = models.UUIDField(primary_key=True, default=new_id)
    matter_prefix = models.CharField(max_length=12, blank=True)
    title_zh = models.CharField(max_length=60)
    title_en = models.CharField(max_length=100, blank=True)
    text_zh = models.TextField()
    text_en = models.TextField(blank=True)
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        db_table = "case_answer_template"


class Evidence(models.Model):
    """What shows that a step was really done: a picture or a written record."""

    id = models.UUIDField(primary_key=True, default=new_id)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="evidence")
    token = models.CharField(max_length=30)
    #: How often the work had been sent back before: what shows the work must be of the present round.
    round = models.PositiveSmallIntegerField(default=0)
    file = models.ForeignKey("infra.File", on_delete=models.PROTECT, null=True, related_name="+")
    text = models.TextField(blank=True)
    added_by = models.CharField(max_length=60)
    added_at = models.DateTimeField()

    class Meta:
        db_table = "case_evidence"


class Application(models.Model):
    """What an office asked for in a case, and what was decided: never changed once it is decided."""

    id = models.UUIDField(primary_key=True, default=new_id)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="applications")
    #: ``extension``, ``shelving`` or ``appeal``.
    kind = models.CharField(max_length=12)
    #: ``open``, ``passed`` by the first review, ``approved``, ``refused``, or ``lapsed`` with the work.
    state = models.CharField(max_length=10, default="open")
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    #: How much more time, in the unit of the office's limit.
    amount = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    until = models.DateTimeField(null=True)
    asked_by = models.CharField(max_length=60)
    asked_at = models.DateTimeField()
    passed_by = models.CharField(max_length=60, blank=True)
    passed_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=60, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "case_application"
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"],
                name="one_open_application",
                condition=models.Q(state__in=("open", "passed")),
            )
        ]
        indexes = [models.Index(fields=["case", "asked_at"], name="application_by_case")]


class CaseTag(models.Model):
    """One tag on one case."""

    id = models.UUIDField(primary_key=True, default=new_id)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="tags")
    tag = models.CharField(max_length=24)
    set_by = models.CharField(max_length=60)
    set_at = models.DateTimeField()

    class Meta:
        db_table = "case_tag"
        constraints = [models.UniqueConstraint(fields=["tag", "case"], name="tag_once_on_a_case")]
