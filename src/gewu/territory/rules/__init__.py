"""Pure decisions about places: reading and checking boundary files, drawing, finding points and names."""
