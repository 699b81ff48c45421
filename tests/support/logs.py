"""What handlers write to their logs, as Lambda would keep it."""

from __future__ import annotations

import importlib
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from local.stack import Template


@contextmanager
def written() -> Iterator[Callable[[], str]]:
    """While it is open: what Powertools' loggers have written since it was last asked.

    They hold on to the stream that stood for standard output when their module was imported, whichever test that was.
    """
    stream, held = io.StringIO(), []
    for name in Template().functions():
        held += [(handler, handler.stream) for handler in importlib.import_module(name).logger.handlers]
    for handler, _ in held:
        handler.stream = stream

    def since() -> str:
        text = stream.getvalue()
        stream.seek(0)
        stream.truncate()
        return text

    try:
        yield since
    finally:
        for handler, before in reversed(held):
            handler.stream = before
