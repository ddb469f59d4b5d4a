"""Calendar feeds (RFC 5545): one's own duties and deadlines, and the working days of everyone."""
