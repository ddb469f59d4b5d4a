"""The alarm of a household, which belongs to the household."""
