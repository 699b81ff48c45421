"""The pages that readers open in a browser: a table of routes, one module for each page, and what they share."""
