"""Files with sessions: session records and archive pages become session updates, which are written with a report."""
