"""Door for writing: accounts, roles, signing in, reveals of identities, keys and retention."""

from gewu.security.actions.accounts import (
    SHORTEST_PASSWORD,
    admit,
    change_password,
    close_account,
    end_other_sessions,
    open_account,
    reset_password,
)
from gewu.security.actions.factors import (
    Enrolment,
    begin_second_factor,
    confirm_second_factor,
    pass_second_factor,
    pending_second_factor,
    remove_second_factor,
)
from gewu.security.actions.keys import Resealed, reseal, retire_keys
from gewu.security.actions.retention import certify, end_hold, hold, set_retention
from gewu.security.actions.reveals import ask_reveal, decide_reveal, note_export, reveal
from gewu.security.actions.roles import (
    HELD,
    RoleSpec,
    end_role,
    ensure_role,
    give_role,
    grant_role,
    load_roles,
    move_role,
    revoke_role,
)
from gewu.security.actions.sessions import end_session, keep_session, note_seen
from gewu.security.actions.signing_in import (
    TOKEN_LASTS,
    end_token,
    issue_token,
    sign_in,
    token_digest,
)
from gewu.security.models import Account

__all__ = [
    "HELD",
    "SHORTEST_PASSWORD",
    "TOKEN_LASTS",
    "Account",
    "Enrolment",
    "Resealed",
    "RoleSpec",
    "admit",
    "ask_reveal",
    "begin_second_factor",
    "certify",
    "change_password",
    "close_account",
    "confirm_second_factor",
    "decide_reveal",
    "end_hold",
    "end_other_sessions",
    "end_role",
    "end_session",
    "end_token",
    "ensure_role",
    "give_role",
    "grant_role",
    "hold",
    "issue_token",
    "keep_session",
    "load_roles",
    "move_role",
    "note_export",
    "note_seen",
    "open_account",
    "pass_second_factor",
    "pending_second_factor",
    "remove_second_factor",
    "reseal",
    "reset_password",
    "retire_keys",
    "reveal",
    "revoke_role",
    "set_retention",
    "sign_in",
    "token_digest",
]
