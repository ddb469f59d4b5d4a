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
    #: Whether it is that of an enterprise: it sees what is its own and nothing of the work here.
    outside = models.BooleanField(default=False)
    #: Whether the password was given by an administrator and has to be changed at the next sign-in.
    one_time = models.BooleanField(default=False)
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
    #: Whether its holders sign in with a second factor; administrators always do.
    second_factor = models.BooleanField(default=False)

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
    #: What gave it where no person did: the mapping of a provider's claim.
    source = models.CharField(max_length=60, blank=True)

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
    #: The hour it was last used in, as far as it is known.
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "api_token"
        indexes = [models.Index(fields=["expires_at"], name="token_by_end")]


class AccessKey(models.Model):
    """A secret by which a system, or the calendar of a person, comes in without signing in; a digest only."""

    id = models.UUIDField(primary_key=True, default=new_id)
    digest = models.CharField(max_length=64, unique=True)
    #: A word of `security.rules.KEY_PURPOSES`: what it opens, and nothing else.
    purpose = models.CharField(max_length=12)
    #: The system that holds it, in words; never a person.
    label = models.CharField(max_length=60, blank=True)
    #: Whose own things it opens; empty for the key of a system.
    account = models.ForeignKey(Account, on_delete=models.CASCADE, null=True, related_name="+")
    made_by = models.CharField(max_length=60)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    #: The hour it was last used in, as far as it is known.
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "access_key"
        indexes = [
            models.Index(fields=["purpose", "-made_at"], name="access_key_by_purpose"),
            models.Index(
                fields=["account"], name="access_key_of_account", condition=models.Q(account__isnull=False)
            ),
        ]


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


class SecondFactor(models.Model):
    """The key of an account's authenticator app, sealed like an identity."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, primary_key=True, related_name="factor")
    sealed = models.BinaryField()
    key = models.CharField(max_length=16)
    #: Empty until a first code was typed: only then is it asked for.
    confirmed_at = models.DateTimeField(null=True)
    #: The newest half minute whose code was used; an older or equal one is refused.
    last_step = models.BigIntegerField(default=0)

    class Meta:
        db_table = "second_factor"


class RecoveryCode(models.Model):
    """A code that stands in for the authenticator app once, kept as a hash."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "recovery_code"
        constraints = [models.UniqueConstraint(fields=["account", "digest"], name="recovery_code_once")]


class OpenSession(models.Model):
    """One session of an account as its owner sees it; the session itself is in Django's own table."""

    id = models.UUIDField(primary_key=True, default=new_id)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    #: As in Django's own table, whose row is deleted to end the session.
    key = models.CharField(max_length=40, unique=True)
    device = models.CharField(max_length=120, blank=True)
    opened_at = models.DateTimeField()
    #: Not written on every request: at most once in five minutes.
    seen_at = models.DateTimeField()

    class Meta:
        db_table = "open_session"
        indexes = [models.Index(fields=["account", "seen_at"], name="session_by_account")]


class Consent(models.Model):
    """What one person asks with a reason and a second person grants: once, and for a limited time."""

    id = models.UUIDField(primary_key=True, default=new_id)
    place = models.CharField(max_length=17)
    reason = models.CharField(max_length=500)
    asked_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    granted = models.BooleanField(null=True)
    decision = models.CharField(max_length=500, blank=True)
    until = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class Reveal(Consent):
    """A request to see who stands behind a token."""

    token = models.UUIDField()
    #: The record it is for, ``report:…`` and the number or code under which people know it.
    about = models.CharField(max_length=60, db_index=True)
    number = models.CharField(max_length=40)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "reveal"
        indexes = [
            models.Index(fields=["place", "id"], name="reveal_waiting", condition=models.Q(decided_at=None)),
            models.Index(fields=["asked_by", "seen_at"], name="reveal_by_reader"),
        ]


class ExportRequest(Consent):
    """A request to take out more rows than one may at once."""

    #: The list as its address names it.
    query = models.CharField(max_length=900)
    rows = models.PositiveIntegerField()
    #: When its file was ready, and with how many rows; the file itself lies outside the database.
    made_at = models.DateTimeField(null=True)
    made_rows = models.PositiveIntegerField(default=0)
    #: When the file was taken for the first time.
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "export_request"
        indexes = [
            models.Index(fields=["place", "id"], name="export_waiting", condition=models.Q(decided_at=None)),
        ]


class RetentionRule(models.Model):
    """How long one kind of data is kept after its matter ended, since when, and on what basis."""

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(max_length=30)
    days = models.PositiveIntegerField()
    basis = models.CharField(max_length=200)
    set_by = models.CharField(max_length=60)
    set_at = models.DateTimeField()

    class Meta:
        db_table = "retention_rule"
        indexes = [models.Index(fields=["code", "id"], name="retention_by_code")]


class LegalHold(models.Model):
    """A record whose data are not deleted while someone needs them as proof."""

    id = models.UUIDField(primary_key=True, default=new_id)
    about = models.CharField(max_length=60, db_index=True)
    number = models.CharField(max_length=40)
    reason = models.CharField(max_length=300)
    set_by = models.CharField(max_length=60)
    set_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "legal_hold"


class Certificate(models.Model):
    """What one sweep deleted: kind, rule, count and a digest of the keys; nothing of what it was."""

    id = models.UUIDField(primary_key=True, default=new_id)
    code = models.CharField(max_length=30)
    days = models.PositiveIntegerField()
    count = models.PositiveIntegerField()
    #: Everything whose matter ended before this.
    before = models.DateTimeField()
    digest = models.CharField(max_length=72)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "retention_certificate"


class IdentityProvider(models.Model):
    """A service elsewhere at which people sign in, and how this platform is known there."""

    code = models.CharField(primary_key=True, max_length=30)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=100)
    issuer = models.CharField(max_length=300, unique=True)
    client_id = models.CharField(max_length=200)
    #: The client's secret, sealed like an identity; empty for a public client.
    sealed = models.BinaryField()
    key = models.CharField(max_length=16, blank=True)
    scopes = models.CharField(max_length=200, default="openid profile")
    #: Where in its claims the name stands.
    name_claim = models.CharField(max_length=60, default="name")
    #: Values of ``acr`` or ``amr`` by which it says that a second factor was shown; none for never.
    second_factor_values = models.JSONField(default=list)
    on = models.BooleanField(default=False)
    set_at = models.DateTimeField()

    class Meta:
        db_table = "identity_provider"


class ClaimMapping(models.Model):
    """Which claim of a provider gives which role where, from a day until a day, and on what basis."""

    id = models.UUIDField(primary_key=True, default=new_id)
    provider = models.ForeignKey(IdentityProvider, on_delete=models.PROTECT, related_name="mappings")
    claim = models.CharField(max_length=100)
    value = models.CharField(max_length=200)
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=17, blank=True)
    unit_path = models.CharField(max_length=200, blank=True)
    since = models.DateField()
    #: The first day on which it no longer holds.
    until = models.DateField(null=True)
    basis = models.CharField(max_length=300)
    set_by = models.CharField(max_length=60)

    class Meta:
        db_table = "claim_mapping"
        indexes = [models.Index(fields=["provider", "since"], name="mapping_by_provider")]


class KnownSubject(models.Model):
    """Whoever a provider vouched for, and the account here. Of the subject only a digest is kept."""

    id = models.UUIDField(primary_key=True, default=new_id)
    provider = models.ForeignKey(IdentityProvider, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    linked_at = models.DateTimeField()

    class Meta:
        db_table = "known_subject"
        constraints = [
            models.UniqueConstraint(fields=["provider", "digest"], name="subject_once_per_provider")
        ]
