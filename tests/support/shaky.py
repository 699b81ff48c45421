"""Stores and queues whose calls may fail, before or after they take effect, as hypothesis draws it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from convener.errors import Conflict, LostAnswer, Throttled, Unavailable

BEFORE = (Unavailable("down"), Throttled("slow"), LostAnswer("dropped"))


class Shaky:
    """Passes calls on to `real`. Before each call it asks `fate`: 0 means success, other numbers ways to fail."""

    def __init__(self, real: Any, fate: Callable[[], int]) -> None:
        self.real, self.fate = real, fate

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.real, name)
        return self._shaken(found, name in ("turn", "save", "commit")) if callable(found) else found

    def _shaken(self, call: Callable[..., Any], conditional: bool) -> Callable[..., Any]:
        def shaken(*args: Any, **kwargs: Any) -> Any:
            drawn = self.fate()
            if 0 < drawn <= len(BEFORE):
                raise BEFORE[drawn - 1]
            if drawn == len(BEFORE) + 1 and conditional:
                raise Conflict("somebody else was first")
            answer = call(*args, **kwargs)
            if drawn == len(BEFORE) + 2:
                raise LostAnswer("done, but the answer was lost")
            return self._broken_off(answer) if isinstance(answer, Iterator) else answer

        return shaken

    def _broken_off(self, answer: Iterator[Any]) -> Iterator[Any]:
        for item in answer:
            if self.fate() == 1:
                raise BEFORE[0]
            yield item
