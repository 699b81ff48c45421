"""Every kind of item, by the name that the samples use."""

from __future__ import annotations

from collections.abc import Mapping

from tests.formats.current_code import ledger, requests, sessions, subscribers
from tests.formats.current_code.stores import Format

FORMATS: Mapping[str, Format] = {**sessions.FORMATS, **subscribers.FORMATS, **ledger.FORMATS, **requests.FORMATS}
