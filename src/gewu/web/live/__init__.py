"""Live screens: what changed is told to every screen in its scope, and who has a record open."""
