"""A small SES for one machine: it refuses what SES refuses, keeps its limits, and fails on command."""

from __future__ import annotations

from local.ses.faults import Fault, Faults
from local.ses.mails import Kept
from local.ses.server import SesServer
from local.ses.web import SesApplication

__all__ = ["Fault", "Faults", "Kept", "SesApplication", "SesServer"]
