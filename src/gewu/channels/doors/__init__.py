"""Door systems of housing estates: alarms and faults, and never who went in."""
