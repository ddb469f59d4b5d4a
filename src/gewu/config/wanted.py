"""Which reactions are not owed: what would find nobody to tell, and what nobody outside wants to know."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from gewu.cases import reactions as on_case
from gewu.channels.passed_on import reactions as on_sender
from gewu.channels.police import reactions as on_police
from gewu.infra.deliveries import Reaction
from gewu.intake import reactions as on_report

#: What is not owed where whoever tells knows that it would find nobody to tell, or nothing to note.
SPARED: Mapping[str, Sequence[Reaction]] = {
    # the report came without a name or an address
    "nameless": [on_report.tell_reporter, on_report.tell_reporters_of_case],
    # a rule sent the case on as it was filed, so that it never waited
    "dispatched": [on_case.tell_dispatchers],
    # a row of a table that names its own class and is accepted as it comes: nothing is left to propose
    "classed": [on_report.propose, on_report.note_decision, on_report.note_office],
}

#: What is owed only while somebody outside wants to know it; asked of what each process holds in memory.
WANTED: Mapping[Reaction, Callable[[], bool]] = {
    on_sender.write_back: on_sender.is_connected,
    on_sender.write_back_case: on_sender.is_connected,
    on_police.tell: on_police.is_connected,
    on_police.follow_report: on_police.is_connected,
    on_police.follow_case: on_police.is_connected,
}
