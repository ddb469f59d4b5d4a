"""Webhooks: what happens in public, told to the programs of others."""
