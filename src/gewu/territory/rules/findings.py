"""What a check of a boundary file found, in sentences, with the place on the map where it can be seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from gewu.kernel.texts import Text


class Kind(StrEnum):
    """Of what sort a finding is. Notices (``REPAIRED``, ``ENDING``, ``UNBOUNDED``) do not stop an import."""

    NO_CODE = "no_code"
    WRONG_CODE = "wrong_code"
    WRONG_KIND = "wrong_kind"
    DUPLICATE = "duplicate"
    UNKNOWN = "unknown"
    NO_POLYGON = "no_polygon"
    OUT_OF_BOUNDS = "out_of_bounds"
    OVERLAP = "overlap"
    GAP = "gap"
    OUTSIDE_PARENT = "outside_parent"
    REPAIRED = "repaired"
    ENDING = "ending"
    UNBOUNDED = "unbounded"


_NOTICES = {Kind.REPAIRED, Kind.ENDING, Kind.UNBOUNDED}


@dataclass(frozen=True)
class Finding:
    """One thing found. ``lon`` and ``lat`` (WGS84) show where, ``area_m2`` how much."""

    kind: Kind
    text: Text
    codes: tuple[str, ...] = ()
    area_m2: float | None = None
    lon: float | None = None
    lat: float | None = None

    @property
    def blocks(self) -> bool:
        return self.kind not in _NOTICES

    def as_json(self) -> dict[str, Any]:
        """Plain values for a JSON column; `from_json` reads them back."""
        kept = asdict(self) | {
            "kind": self.kind.value,
            "text": {"msgid": self.text.msgid, "values": dict(self.text.values)},
        }
        return {name: value for name, value in kept.items() if value not in (None, ())}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Finding:
        text = Text(kept["text"]["msgid"], kept["text"]["values"])
        return cls(
            **{**kept, "kind": Kind(kept["kind"]), "text": text, "codes": tuple(kept.get("codes", ()))}
        )
