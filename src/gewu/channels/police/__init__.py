"""The police's 110: matters that are handed over both ways, each side with its clock."""
