"""Session records and archive pages in the formats that editors upload: YAML, JSON, Markdown, CSV, workbooks, text."""
