"""Sensors by MQTT: what they say is translated and given to the subject of devices and alarms."""
