"""The search index: words of records cut into pairs, kept beside them, asked within marks of whose they are.

It knows no record and no right. A subject that feeds it gives entries; whoever asks takes its answers as
candidates and shows none that the record's own subject does not let the reader see.
"""

from gewu.infra.search.asking import MOST_FEW, Asked, Hit, few, hits, rarest
from gewu.infra.search.entries import Entry, forget, number_of, put, records_of, wipe
from gewu.infra.search.feeding import Feed, begin, caught_up, feed, locked, unread, walked

__all__ = [
    "MOST_FEW",
    "Asked",
    "Entry",
    "Feed",
    "Hit",
    "begin",
    "caught_up",
    "feed",
    "few",
    "forget",
    "hits",
    "locked",
    "number_of",
    "put",
    "rarest",
    "records_of",
    "unread",
    "walked",
    "wipe",
]
