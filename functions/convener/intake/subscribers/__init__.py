"""Lists of people: files become rows of subscribers, and an import can be undone."""
