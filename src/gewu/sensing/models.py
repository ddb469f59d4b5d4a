"""Rows of devices, what they measured, what was set aside, and the alarms that followed.

A device is a place that raises alarms. There is no column for a person, a picture or a sound.
"""

from __future__ import annotations

from django.db import models

from gewu.kernel.identifiers import new_id


class DeviceKind(models.Model):
    """What a device is: a river gauge, a smoke detector. Without a word for so long it is silent."""

    code = models.CharField(primary_key=True, max_length=24)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60)
    silent_after_s = models.PositiveIntegerField()

    class Meta:
        db_table = "device_kind"


class Quantity(models.Model):
    """One thing that a kind of device measures, with what can physically be.

    Outside ``low`` to ``high``, or changing by more than ``fastest`` in a second (0: no bound), a value is
    impossible and set aside.
    """

    kind = models.ForeignKey(DeviceKind, on_delete=models.PROTECT, related_name="quantities")
    name = models.CharField(max_length=24)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60)
    unit = models.CharField(max_length=12, blank=True)
    low = models.FloatField()
    high = models.FloatField()
    fastest = models.FloatField(default=0)

    class Meta:
        db_table = "quantity"
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="quantity_once")]


class Device(models.Model):
    """Where something is measured, who answers for it, and the sign that tells the public of it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    #: Stands in the rows of readings, which are many.
    number = models.PositiveIntegerField(unique=True)
    #: The name under which it speaks: in topics and as the broker's user.
    code = models.CharField(max_length=40, unique=True)
    kind = models.ForeignKey(DeviceKind, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=60)
    place = models.CharField(max_length=17)
    address = models.CharField(max_length=200, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    owner = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    #: Whether it stands where the public goes; then ``sign`` says what the sign there says.
    public = models.BooleanField(default=False)
    sign = models.CharField(max_length=200, blank=True)
    added_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "device"
        indexes = [
            models.Index(fields=["place", "id"], name="device_by_place"),
            models.Index(fields=["kind", "id"], name="device_by_kind"),
        ]


class DeviceState(models.Model):
    """How a device stands now: its newest reading, and how far each rule has come with it."""

    number = models.PositiveIntegerField(primary_key=True)
    #: Device time and number of the newest reading, in milliseconds since 1970.
    ts = models.BigIntegerField(default=0)
    seq = models.BigIntegerField(default=0)
    #: Server time of the newest word of it, 0 before the first.
    heard = models.BigIntegerField(default=0)
    #: JSON: the newest value of each quantity.
    values = models.TextField(default="{}")
    #: JSON: for each alarm how far it has come (`rules.Progress`).
    progress = models.TextField(default="{}")
    #: What it, or the broker for it, said of being connected; empty before it said anything.
    said = models.CharField(max_length=8, blank=True)
    #: Whether it was told that nothing is heard of it.
    silent = models.BooleanField(default=False)

    class Meta:
        db_table = "device_state"
        indexes = [models.Index(fields=["silent", "heard"], name="device_silent")]


class Reading(models.Model):
    """What one message said, once: the same device, time and number change nothing a second time."""

    pk = models.CompositePrimaryKey("device", "ts", "seq")
    device = models.PositiveIntegerField()
    #: Device time, and beside it the time at which the server had it, in milliseconds since 1970.
    ts = models.BigIntegerField()
    seq = models.BigIntegerField()
    received = models.BigIntegerField()
    #: JSON of quantities and numbers.
    values = models.TextField()

    class Meta:
        db_table = "reading"


class Quarantined(models.Model):
    """A reading that is not believed, and why: kept for whoever repairs the device, judged by no rule."""

    id = models.BigAutoField(primary_key=True)
    device = models.PositiveIntegerField()
    ts = models.BigIntegerField()
    seq = models.BigIntegerField()
    received = models.BigIntegerField()
    #: JSON of the numbers in it; texts are never kept.
    values = models.TextField()
    #: A code of `rules.FAULTS`.
    reason = models.CharField(max_length=12)

    class Meta:
        db_table = "quarantined_reading"
        constraints = [
            models.UniqueConstraint(fields=["device", "ts", "seq", "reason"], name="quarantined_once")
        ]


class AlarmRule(models.Model):
    """When a kind of device, in a place or by itself, raises an alarm; dated, the most specific row wins."""

    kind = models.CharField(max_length=24)
    alarm = models.CharField(max_length=24)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60)
    place_prefix = models.CharField(max_length=17, blank=True)
    device = models.CharField(max_length=40, blank=True)
    quantity = models.CharField(max_length=24)
    side = models.CharField(max_length=6)
    threshold = models.DecimalField(max_digits=12, decimal_places=4)
    clears_at = models.DecimalField(max_digits=12, decimal_places=4)
    shape = models.CharField(max_length=8)
    minutes = models.PositiveIntegerField()
    times = models.PositiveIntegerField()
    days = models.CharField(max_length=8)
    hours = models.CharField(max_length=11)
    matter = models.CharField(max_length=12)
    respond_minutes = models.PositiveIntegerField()
    storm = models.PositiveIntegerField()
    since = models.DateField()
    until = models.DateField(null=True)
    basis = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "alarm_rule"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "alarm", "place_prefix", "device", "since"], name="one_alarm_rule_from_a_day"
            )
        ]


class Maintenance(models.Model):
    """A time in which someone works on a device: what it measures is kept and raises nothing."""

    id = models.UUIDField(primary_key=True, default=new_id)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="maintenance", db_index=False)
    since = models.DateTimeField()
    until = models.DateTimeField()
    reason = models.CharField(max_length=300)
    set_by = models.CharField(max_length=60)

    class Meta:
        db_table = "device_maintenance"
        indexes = [models.Index(fields=["device", "-until"], name="maintenance_newest")]


class Alarm(models.Model):
    """That a rule was met at a device, once until it is over. Acknowledged and cleared are two bits."""

    id = models.UUIDField(primary_key=True, default=new_id)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="alarms", db_index=False)
    alarm = models.CharField(max_length=24)
    #: The row that decided, and what it said then.
    rule = models.ForeignKey(AlarmRule, on_delete=models.PROTECT, related_name="+", db_index=False)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60)
    place = models.CharField(max_length=17)
    quantity = models.CharField(max_length=24)
    threshold = models.FloatField()
    value = models.FloatField()
    #: The value furthest beyond the threshold so far.
    worst = models.FloatField()
    state = models.CharField(max_length=12, default="raised")
    version = models.PositiveIntegerField(default=1)
    #: Device time at which the rule was met, and server time at which it was known.
    met_at = models.DateTimeField()
    raised_at = models.DateTimeField()
    respond_by = models.DateTimeField()
    responded_at = models.DateTimeField(null=True)
    #: That nobody answered in time was told.
    told_late_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.CharField(max_length=60, blank=True)
    cleared_at = models.DateTimeField(null=True)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, null=True, related_name="+")
    case_ended_at = models.DateTimeField(null=True)
    #: The alarm whose case this one joined, when many came at once.
    storm_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="joined", db_index=False
    )

    class Meta:
        db_table = "alarm"
        constraints = [
            models.UniqueConstraint(
                fields=["device", "alarm"], name="one_live_alarm", condition=models.Q(cleared_at=None)
            )
        ]
        indexes = [
            models.Index(fields=["state", "raised_at", "id"], name="alarm_by_state"),
            models.Index(fields=["device", "-raised_at", "id"], name="alarm_by_device"),
            models.Index(fields=["alarm", "place", "raised_at"], name="alarm_storm"),
            models.Index(fields=["raised_at", "id"], name="alarm_by_age"),
            models.Index(
                fields=["respond_by"],
                name="alarm_unanswered",
                condition=models.Q(responded_at=None, told_late_at=None),
            ),
        ]


class Command(models.Model):
    """Something asked of a device, not before it is sent and never after it has expired."""

    id = models.UUIDField(primary_key=True, default=new_id)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="commands", db_index=False)
    #: One of the words of `rules.COMMANDS`.
    word = models.CharField(max_length=24)
    asked_by = models.CharField(max_length=60)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    #: Whether the device said that it did it.
    done = models.BooleanField(null=True)

    class Meta:
        db_table = "device_command"
        indexes = [
            models.Index(fields=["device", "-asked_at"], name="command_newest"),
            models.Index(fields=["expires_at"], name="command_waiting", condition=models.Q(sent_at=None)),
        ]
