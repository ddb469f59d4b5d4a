"""Where the rows of a dated rule lie, and how a new one takes the place of the old one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import F, Q

from gewu.catalogue import rules
from gewu.catalogue.rules import DatedRow, Words
from gewu.infra.versions import changed


@dataclass(frozen=True)
class Stored:
    """A table of dated rows: ``columns`` by the words that they hold; ``key`` are the words that say what
    a row speaks of. ``carried`` are columns that a new row takes over from the one before it."""

    model: Any
    columns: Mapping[str, str]
    key: tuple[str, ...]
    basis: str
    #: The name under which processes hold the rows in memory; empty when they ask the database.
    held: str = ""
    carried: tuple[str, ...] = ()

    def rows(self) -> tuple[DatedRow, ...]:
        """Every row, the newest first: one query."""
        found = self.model.objects.order_by("-since", "pk")
        return tuple(self._row(one) for one in found)

    def _row(self, one: Any) -> DatedRow:
        words = {word: _text(getattr(one, column)) for word, column in self.columns.items()}
        basis = getattr(one, self.basis)
        return DatedRow(str(one.pk), self.key_of(words), words, one.since, one.until, basis)

    def key_of(self, words: Words) -> str:
        """What a row with these words speaks of."""
        return "|".join(words[one] for one in self.key)

    def write(self, words: Words, since: date, basis: str) -> str:
        """Add a row from a day on; the one before it, of the same key, holds until then."""
        alike = self._like(words)
        before = alike.filter(since__lt=since).order_by("-since").first()
        alike.filter(Q(until__isnull=True) | Q(until__gt=since), since__lt=since).update(until=since)
        alike.filter(since=since).delete()  # one that was ended before its first day
        given = {column: words[word] for word, column in self.columns.items()}
        given |= {name: getattr(before, name) for name in self.carried if before}
        width = self.model._meta.get_field(self.basis).max_length
        row = self.model(**given, since=since, **{self.basis: basis[:width]})
        row.save(force_insert=True)
        self._changed()
        return str(row.pk)

    def _like(self, words: Words) -> Any:
        given = {self.columns[one]: words[one] for one in self.key}
        return self.model.objects.filter(**given)

    def end(self, row: str, on: date) -> None:
        """Have a row stop on a day; one that had not begun by then never begins."""
        rows = self.model.objects.filter(pk=row)
        rows.filter(since__gte=on).update(until=F("since"))
        rows.filter(since__lt=on).update(until=on)
        self._changed()

    def _changed(self) -> None:
        if self.held:
            changed(self.held)


def _text(value: object) -> str:
    return str(rules.plain(value)) if isinstance(value, Decimal) else str(value)
