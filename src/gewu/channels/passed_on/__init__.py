"""What every system that passes matters on is told of them: each public change, in order."""
