"""What is due, composing, the calendar, preflight."""
