"""From bytes to text and tables, for every part that reads files: encodings, CSV, workbooks, zip guards and limits."""
