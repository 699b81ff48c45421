"""Everything that reads files made by people: session records, archive pages and lists of subscribers."""
