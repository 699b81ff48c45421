"""An edition: the content of one campaign, rendered once and frozen. Standard library only: deliver reads it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

FIELDS = ("greeting", "joined_on", "leave_url", "preferences_url", "reader_time", "when")

# Merge fields stand between two private-use characters, which `mark_free` takes out of all human text: what an
# editor types, braces and all, can't become a field.
OPEN, CLOSE = "\ue000", "\ue001"


def mark(field: str) -> str:
    """The place in an edition that a reader's own value of `field` will take."""
    if field not in FIELDS:
        raise KeyError(field)
    return f"{OPEN}{field}{CLOSE}"


def mark_free(text: str) -> str:
    """Human text without the two characters that fence merge fields."""
    return text.replace(OPEN, "").replace(CLOSE, "")


@dataclass(frozen=True, kw_only=True)
class Content:
    """One variant of the mail: empty `html` means text only, empty `calendar` means no file."""

    subject: str
    text: str
    html: str = ""
    calendar: str = ""


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """What a reader's own time is worked out from, at send time. Aware moments, IANA zone."""

    begins: datetime
    ends: datetime
    zone: str
    zone_short: str
    previous_begins: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Edition:
    """Everything a mail needs but the reader: variants `full`, `plain` (no calendar file) and `text` (no HTML).

    A mailing with a calendar has three more: `bare` (no calendar at all), `text-plain` and `text-bare`.
    `web` is the same mailing as a page, for nobody in particular: HTML alone, no merge field open. Editions that were
    frozen before there was one have none.
    """

    campaign: str
    sender: str
    reply_to: str
    list_id: str
    occasion: Occasion
    variants: Mapping[str, Content]

    def to_json(self) -> str:
        """The same edition gives the same bytes, so that its hash names it."""
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False, default=datetime.isoformat)

    @property
    def digest(self) -> str:
        """SHA-256 of its JSON, in hex: its name in the editions bucket."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    @classmethod
    def from_json(cls, text: str) -> Edition:
        """Read back what `to_json` wrote."""
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
