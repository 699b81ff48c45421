"""How a function is called."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from convener import container
from local.rehearsal.pump import Pump
from local.stack import LocalStack
from local.virtual_clock import VirtualClock
from tests.support.people import SERIES_FOLDER


@contextmanager
def functions(stack: LocalStack, clock: VirtualClock) -> Iterator[Callable[[str, Mapping[str, Any]], Any]]:
    """What calls a function by its name with an event, on that stack and by that clock."""
    own = container.Container(
        environment=stack.environment, session=lambda: stack.session, clock=lambda _: clock, series_folder=SERIES_FOLDER
    )
    pump = Pump(stack, clock)
    with container.using(own):
        yield lambda function, event: pump.invoke(function, dict(event))
