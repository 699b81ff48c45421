"""Session and series, the recurrence rule, reading what editors upload."""
