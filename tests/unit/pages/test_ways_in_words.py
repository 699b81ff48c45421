"""Her data page says where things came from in her words."""

from __future__ import annotations

from convener.pages.my_data import SOURCE_WORDS


def test_each_way_has_words_of_hers() -> None:
    """Nobody but us knows what “embedded” or “one-click” means."""
    assert set(SOURCE_WORDS) == {"page", "embedded", "one-click", "import", "operator"}
    assert SOURCE_WORDS["embedded"] == "by a form on another website"
