"""The 12345 government hotline: work orders by the fields of GB/T 33358."""
