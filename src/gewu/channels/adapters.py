"""Every channel that speaks by connectors. A new protocol is one folder and one line here."""

from __future__ import annotations

from gewu.channels.cap.adapter import CAP
from gewu.channels.doors.adapter import DOORS
from gewu.channels.hotline.adapter import HOTLINE
from gewu.channels.household.adapter import HOUSEHOLD
from gewu.channels.mqtt.adapter import MQTT
from gewu.channels.open311.adapter import OPEN311
from gewu.channels.police.adapter import POLICE
from gewu.channels.subsystems.adapter import SUBSYSTEM
from gewu.channels.webhooks.adapter import WEBHOOKS
from gewu.infra.connectors import Adapter

ADAPTERS: tuple[Adapter, ...] = (HOTLINE, POLICE, SUBSYSTEM, OPEN311, CAP, DOORS, HOUSEHOLD, MQTT, WEBHOOKS)
