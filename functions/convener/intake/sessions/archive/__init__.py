"""Archive pages: from plain text to sessions and warnings, by general rules only. Reading has no side effects."""
