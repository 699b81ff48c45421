"""An edition: the content of one campaign, rendered once and frozen. Standard library only: deliver reads it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

FIELDS = ("greeting", "joined_on", "leave_url", "preferences_url", "reader_time", "when")

# A merge field stands between two private-use characters. `mark_free` removes both from all text that people typed, so
# no typed text can become a field.
OPEN, CLOSE = "\ue000", "\ue001"


def mark(field: str) -> str:
    """Return the mark that `fill` replaces by the reader's value of the field."""
    if field not in FIELDS:
        raise KeyError(field)
    return f"{OPEN}{field}{CLOSE}"


def mark_free(text: str) -> str:
    """Remove the two characters of merge fields from a text that people typed."""
    return text.replace(OPEN, "").replace(CLOSE, "")


@dataclass(frozen=True, kw_only=True)
class Content:
    """One variant of the mail. Empty `html` means text only; empty `calendar` means no calendar file."""

    subject: str
    text: str
    html: str = ""
    calendar: str = ""


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """The times of a session, from which the reader's own time follows at send time.

    All moments are aware. `zone` is an IANA name, `zone_short` its short name in mails. `previous_begins` is when the
    session before began.
    """

    begins: datetime
    ends: datetime
    zone: str
    zone_short: str
    previous_begins: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Edition:
    """The content of a campaign, without anything that differs by reader.

    Attributes:
        campaign: The id of the campaign.
        sender: The From header.
        reply_to: The address for answers.
        list_id: The identifier of the list (RFC 2919).
        occasion: The times of the session.
        variants: The mail by variant: `full`, `plain` (no calendar file), `text` (no HTML). A mailing with a calendar
            also has `bare` (no calendar at all), `text-plain` and `text-bare`. `web` is the mailing as a web page;
            editions that earlier versions froze lack it.
    """

    campaign: str
    sender: str
    reply_to: str
    list_id: str
    occasion: Occasion
    variants: Mapping[str, Content]

    def to_json(self) -> str:
        """Return the edition as JSON. The same edition gives the same bytes."""
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False, default=datetime.isoformat)

    @property
    def digest(self) -> str:
        """The SHA-256 of the JSON in hexadecimal digits. It is the name of the edition in its bucket."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    @classmethod
    def from_json(cls, text: str) -> Edition:
        """Read an edition that `to_json` wrote."""
        raw = json.loads(text)
        moments = {
            key: datetime.fromisoformat(value)
            for key, value in raw["occasion"].items()
            if key in ("begins", "ends", "previous_begins") and value
        }
        return cls(
            **{
                **raw,
                "occasion": Occasion(**{**raw["occasion"], **moments}),
                "variants": {name: Content(**content) for name, content in raw["variants"].items()},
            }
        )
