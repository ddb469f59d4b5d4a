"""The scenes of the demo, each a place with its own structure."""
