"""Everything that runs on a person's machine and does not ship."""
