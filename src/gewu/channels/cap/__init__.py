"""CAP 1.2: warnings from outside, and our own given away."""
