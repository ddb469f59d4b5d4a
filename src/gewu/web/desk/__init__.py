"""The desk: one inbox, the page of a report, the page of a case, the telephone, the messages."""
