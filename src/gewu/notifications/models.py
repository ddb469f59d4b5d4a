"""Rows of templates and of messages."""

from __future__ import annotations

from django.db import models

from gewu.kernel.identifiers import new_id


class Template(models.Model):
    """What is said to one audience when one event happens. Data that a clerk can word anew."""

    event = models.CharField(max_length=60)
    audience = models.CharField(max_length=20)
    subject_zh = models.CharField(max_length=120)
    subject_en = models.CharField(max_length=160)
    text_zh = models.TextField()
    text_en = models.TextField()

    class Meta:
        db_table = "message_template"
        constraints = [models.UniqueConstraint(fields=["event", "audience"], name="one_template_for_each")]


class Message(models.Model):
    """One message to one receiver: an account's inbox, or a reporter known by a token."""

    id = models.UUIDField(primary_key=True, default=new_id)
    #: The event it tells of; with the receiver it makes a repeat harmless.
    position = models.BigIntegerField()
    event = models.CharField(max_length=60)
    account = models.ForeignKey("security.Account", on_delete=models.CASCADE, null=True, related_name="+")
    identity = models.UUIDField(null=True)
    #: ``inbox``, ``mail``, or ``call`` for a reporter who left only a telephone number.
    way = models.CharField(max_length=8)
    about = models.CharField(max_length=60)
    #: The reporter's language; an inbox shows each reader theirs.
    language = models.CharField(max_length=10, default="zh-hans")
    #: What messages of one kind have in common, from the template; it stands above them on the page.
    kind_zh = models.CharField(max_length=120, default="")
    kind_en = models.CharField(max_length=160, default="")
    subject_zh = models.CharField(max_length=200)
    subject_en = models.CharField(max_length=240)
    text_zh = models.TextField()
    text_en = models.TextField()
    at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    #: When a mail is to be sent, or tried again; empty once it is gone or given up.
    due_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "message"
        constraints = [
            models.UniqueConstraint(
                fields=["position", "account"], name="told_once", condition=models.Q(account__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["position", "identity"],
                name="answered_once",
                condition=models.Q(identity__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["account", "at", "id"], name="message_inbox"),
            models.Index(fields=["due_at"], name="message_due", condition=models.Q(due_at__isnull=False)),
        ]


class PushSubscription(models.Model):
    """A phone on which an account's messages are announced, and the keys with which only it can read them."""

    id = models.UUIDField(primary_key=True, default=new_id)
    account = models.ForeignKey("security.Account", on_delete=models.CASCADE, related_name="+")
    #: Of the endpoint, which may be long; a phone belongs to one account at a time.
    digest = models.CharField(max_length=64, unique=True)
    endpoint = models.TextField()
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "push_subscription"
