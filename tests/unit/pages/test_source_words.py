"""The data page names in words where a subscription came from."""

from __future__ import annotations

from convener.pages.my_data import SOURCE_WORDS


def test_each_source_has_words() -> None:
    """Readers do not know what “embedded” or “one-click” means."""
    assert set(SOURCE_WORDS) == {"page", "embedded", "one-click", "import", "operator"}
    assert SOURCE_WORDS["embedded"] == "by a form on another website"
