"""Reading what editors upload: YAML, JSON, Markdown, CSV, workbooks and archive pages."""

from convener.sessions.uploads.reading import LARGEST, read_upload, too_large

__all__ = ["LARGEST", "read_upload", "too_large"]
