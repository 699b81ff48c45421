"""The types of mailings. Standard library only."""

from __future__ import annotations

from enum import StrEnum


class MailingType(StrEnum):
    """What a mailing is for. The value is stored and is part of campaign ids."""

    INVITE = "invite"
    REMINDER = "reminder"
    RECAP = "recap"
    FOLLOW_UP = "follow-up"
