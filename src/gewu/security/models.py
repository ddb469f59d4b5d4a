"""Rows of accounts, roles, standings, tokens and the identity vault."""

from __future__ import annotations

from django.db import models

from gewu.kernel.identifiers import new_id
from gewu.security.actors import Relation


class Account(models.Model):
    """Someone who signs in. Work data only; nothing about the private person."""

    id = models.UUIDField(primary_key=True, default=new_id)
    name = models.CharField(max_length=60, unique=True)
    display_name = models.CharField(max_length=60)
    work_phone = models.CharField(max_length=30, blank=True)
    work_email = models.EmailField(blank=True)
    password = models.CharField(max_length=160)
    failures = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
    active = models.BooleanField(default=True)
    #: Goes up when the password changes or all sessions are ended; a session with an older one is void.
    epoch = models.PositiveIntegerField(default=1)
    added_at = models.DateTimeField()

    class Meta:
        db_table = "account"


class Role(models.Model):
    """A named set of rights, given as data, and the relation by which they hold."""

    code = models.CharField(primary_key=True, max_length=30)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60)
    rights = models.JSONField(default=list)
    relation = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Relation])

    class Meta:
        db_table = "role"


class StandingRow(models.Model):
    """Role × place × unit of an account, from a date until a date."""

    id = models.UUIDField(primary_key=True, default=new_id)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="standings")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=17, blank=True)
    unit_path = models.CharField(max_length=200, blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        db_table = "standing"
        indexes = [models.Index(fields=["account"], name="standing_account")]


class ApiToken(models.Model):
    """A bearer token of the API, kept as a digest only."""

    digest = models.CharField(primary_key=True, max_length=64)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    label = models.CharField(max_length=60, blank=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "api_token"


class Identity(models.Model):
    """Who a token stands for, sealed. Records elsewhere hold the token and nothing else."""

    token = models.UUIDField(primary_key=True)
    sealed = models.BinaryField()
    key = models.CharField(max_length=16)
    purpose = models.CharField(max_length=30)
    made_at = models.DateTimeField()
    erase_at = models.DateTimeField(null=True)
    #: A keyed digest of the number or address, bound to the purpose: equal ones are one person's, and without
    #: the key outside the database nothing can be read from it. Erased with the row.
    trace = models.CharField(max_length=64, blank=True)

    class Meta:
        db_table = "identity"
        indexes = [
            models.Index(fields=["trace"], name="identity_by_trace", condition=~models.Q(trace="")),
        ]
