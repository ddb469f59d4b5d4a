"""Keys, numbers and codes by which things are found."""

from __future__ import annotations

import secrets
import unicodedata
from datetime import date
from uuid import UUID

from uuid_utils.compat import uuid7

#: Crockford's alphabet: no I, L, O or U, so a code can be read out on the telephone.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0"})


def new_id() -> UUID:
    """A primary key that sorts by the time of its making (UUID version 7)."""
    return uuid7()


def id_after(last: UUID | None) -> UUID:
    """A primary key that sorts behind another, even when the clock has been set back since that was made."""
    made = new_id()
    return made if last is None or made > last else UUID(int=last.int + 1)


def new_progress_code() -> str:
    """Sixty random bits in three groups of four: enough that nobody finds a report by guessing."""
    drawn = "".join(
        ALPHABET[byte % 32] for byte in secrets.token_bytes(12)
    )  # 32 divides 256: none is likelier
    return f"{drawn[:4]}-{drawn[4:8]}-{drawn[8:]}"


def read_progress_code(typed: str) -> str:
    """The code as stored, from what a person typed: case, width, blanks, dashes and look-alikes forgiven."""
    # Chinese keyboards also write full-width letters and digits; NFKC makes them plain.
    plain = unicodedata.normalize("NFKC", typed).upper().translate(_READ_AS)
    kept = [c for c in plain if c in ALPHABET]
    text = "".join(kept)
    return f"{text[:4]}-{text[4:8]}-{text[8:]}"


def case_number(county: str, day: date, n: int) -> str:
    """The number of the n-th case of a county on a day: ``320111-20261123-0007``."""
    return f"{county}-{day:%Y%m%d}-{n:04d}"
