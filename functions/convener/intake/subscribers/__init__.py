"""Lists of people: reading a list, importing it as subscriber rows, and undoing an import."""
