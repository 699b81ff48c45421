"""Bytes to text, tables and dates: decoding, CSV, workbooks, headers, dates, and their limits. No domain rules."""
