"""What the effect of a step is: it changes the case and its clocks, and answers with what the event tells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from gewu.cases.models import Case, Deadline
from gewu.security.actors import Actor

Given = Mapping[str, Any]
Effect = Callable[[Case, Actor, datetime, list[Deadline], Given], Given]
