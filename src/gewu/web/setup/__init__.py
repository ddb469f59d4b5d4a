"""Setup: what administrators see and change, a page for each part of the platform."""
