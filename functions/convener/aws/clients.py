"""The boto3 session and the configuration of its clients. Every client of the application is made here.

boto3 waits 60 seconds for a connection and 60 seconds for a response by default, which is longer than the functions
may run. https://docs.aws.amazon.com/botocore/latest/reference/config.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from boto3 import Session
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

__all__ = ["BACKGROUND", "INTERACTIVE", "Config", "Session", "client", "sending_client"]

BACKGROUND = Config(connect_timeout=3, read_timeout=8, retries={"mode": "standard", "total_max_attempts": 3})
"""For functions without a waiting person. A longer wait would use up the time that deliver keeps in reserve."""

INTERACTIVE = Config(connect_timeout=2, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 3})
"""For `public`, which has 15 seconds. Three attempts and two pauses of 1 and 2 seconds at most take 12 seconds."""

SENDING = Config(connect_timeout=5, read_timeout=20, retries={"total_max_attempts": 1})
"""For SendEmail: one request per call, and a response well before deliver's reserve of time is used up."""


def client(session: Session, service: str, config: Config | None) -> Any:
    """Return a client that repeats failed requests. It must not send mail: SES has no idempotency key."""
    make: Any = session.client
    return make(service, config=config)


def sending_client(session: Session) -> SESV2Client:
    """Return a client for sending mail, which never repeats a request."""
    return session.client("sesv2", config=SENDING)
