"""Editions: composing a mailing from a session, its calendar file, the checks before it leaves, and merge fields."""
