"""Her data page says where things came from in her words."""

from __future__ import annotations

from convener.pages.my_data import WAYS


def test_each_way_has_words_of_hers() -> None:
    """Nobody but us knows what “embedded” or “one-click” means."""
    assert set(WAYS) == {"page", "embedded", "one-click", "import", "operator"}
    assert WAYS["embedded"] == "by a form on another website"
