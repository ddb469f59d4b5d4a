"""Plain things that pages are given: built from what the doors answer, with addresses and words added."""
