"""What people, programs and attackers put into fields.

Values that could do harm contain the word zqx, so that they are found again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tests.support.fuzz_people import NAMES, address_of

RIGHT_ADDRESSES = [
    "anna@example.org",
    "Anna.Ng+kind@Example.ORG",
    "anna@bücher.example",
    "anna@例え.テスト",
    "o'neil@example.org",
]
WRONG_ADDRESSES = [
    "",
    "@",
    "anna",
    "anna@",
    "@example.org",
    "anna@example.org\r\nBcc: zqx@evil.example",
    "anna\n@example.org",
    '"zqx quoted"@example.org',
    '"><img src=zqx onerror=zqx()>@example.org',
    "🦊@example.org",
    "änna@example.org",
    "a" * 300 + "@example.org",
    "a" * 65 + "@example.org",
    "anna@" + "a." * 130 + "org",
    "anna@example.org\x00",
    "\x00",
    "Anna <zqx@example.org>",
    "mailto:zqx@example.org",
    "anna@b@example.org",
    "anna@example.org, zqx@example.org",
    "an na@example.org",
    "anna@[127.0.0.1]",
    "anna@localhost",
    "anna@example..org",
    "anna@-example.org",
    "anna@xn--zqx-.example",
    "\u202eanna@example.org",
    "anna\u200b@example.org",
    "anna\ufeff@exam\u00adple.org",
    "'zqx'--@example.org",
    "<script>zqx()</script>@example.org",
    "{{7*191}}@example.org",
    "{% raw %}@example.org",
    "anna@example.org\ud7ff",
    "anna@\U000e0041example.org",
    "x" * 5000,
]
ADDRESSES = [*RIGHT_ADDRESSES, *map(address_of, NAMES), *(address_of(name).upper() for name in NAMES), *WRONG_ADDRESSES]

FIRST_NAMES = [
    "",
    "Anna",
    "O’Connor",
    "李小龙",
    "نگار\u200cجان",
    "Anna Maria van den Berg",
    "é" * 60,
    "e\u0301" * 60,
    "x" * 61,
    "x" * 3000,
    '<zqx-tag zqxattr="1">Anna</zqx-tag>',
    '"><script>zqx()</script>',
    "' zqxattr='1",
    "javascript:zqx()",
    "&lt;zqx-tag&gt;",
    "%3Czqx-tag%3E",
    "{{7*191}}",
    "{% for x in y %}",
    "${7*191}",
    "#{7*191}",
    "\u202eannA zqx\u202c",
    "\u2066zqx\u2069",
    "An\u200bna",
    "Anna\x00zqx",
    "Anna\r\nX-Zqx: 1",
    "www.zqx.example",
    "Visit zqx.example now",
    "https://zqx.example/",
    "\ufffe\uffff",
    "🦊" * 30,
]
ZONES = [
    "",
    "Pacific/Auckland",
    "America/Argentina/Buenos_Aires",
    "US/Pacific",
    "Europe/London",
    "pacific/auckland",
    "UTC",
    "localtime",
    "Factory",
    "posixrules",
    "Mars/Zqx",
    "../../etc/passwd",
    "/etc/localtime",
    "Europe/",
    '"><zqx-tag>',
    "Europe/London\x00",
    "z" * 5000,
]
KINDS = ["invite", "reminder", "recap", "follow-up", "Invite", "all", "", "<zqx-tag>", "{{7*191}}", "invite,recap"]
DAYS = [
    "",
    "2024-05-01",
    "2024-04-04",
    "2024-04-05",
    "2025-04-04",
    "2025-04-05",
    "2024-02-30",
    "0000-00-00",
    "0001-01-01",
    "9999-12-31",
    "1969-12-31",
    "20240501",
    "2024-5-1",
    "２０２４-05-01",
    "2024-05-01T10:00",
    "+2024-05-01",
    "-2024-05-01",
    "tomorrow",
    '2024-05-01"><zqx-tag>',
    "2024-W18-3",
]
ACTIONS = ["undo", "reason", "only-recaps", "pause-1", "pause-3", "save", "link-data", "link-erase", "link-address"]
ACTIONS += ["see", "download", "erase", "address", "confirm", "", "UNDO", "leave", "delete", "pause-2", "<zqx-tag>"]
REASONS = ["too-many", "not-for-me", "no-time", "another-address", "other", "", "zqx because", "<zqx-tag>"]
PAUSES = ["none", "keep", "1", "3", "date", "2", "-1", "0", "1e3", "", "<zqx-tag>", "١"]
CALENDARS = ["none", "link", "file", "real", "FILE", "", "<zqx-tag>"]
ONE_CLICK = ("List-Unsubscribe", "One-Click")

FIELDS: Mapping[str, Sequence[str]] = {
    "address": ADDRESSES,
    "first_name": FIRST_NAMES,
    "zone": ZONES,
    "kinds": KINDS,
    "consent": ["1", "", "0", "2", "on", "１", "<zqx-tag>", "1\x00"],
    "website": ["", "http://zqx.example", " "],
    "form": ["page", "embedded", "", "<zqx-tag>"],
    "action": ACTIONS,
    "reason": REASONS,
    "pause": PAUSES,
    "until": DAYS,
    "calendar": CALENDARS,
    "text_only": ["yes", "", "no", "<zqx-tag>"],
    "List-Unsubscribe": ["One-Click", "one-click", " ONE-CLICK ", "Two-Clicks", ""],
    "by": ["page", "", "operator", "<zqx-tag>"],
    "zqx": ["", "1", "<zqx-tag>"],
    "": ["", "=", "<zqx-tag>"],
    "__proto__": ["zqx"],
    "standing": ["confirmed"],
    "version": ["0", "1"],
}
"""Values by field, then fields that no form of the project has."""

Pairs = tuple[tuple[str, str], ...]
_JOINING: Pairs = (("address", "anna@example.org"), ("first_name", "Anna"), ("zone", "Pacific/Auckland"))
_ALL: Pairs = (("kinds", "invite"), ("kinds", "reminder"), ("kinds", "recap"))
_CHOSEN: Pairs = (("zone", "Asia/Tokyo"), ("first_name", "Ana"), ("calendar", "link"))
RIGHT: Mapping[str, Sequence[Pairs]] = {
    "subscribe": [
        (*_JOINING, *_ALL, ("consent", "1"), ("website", ""), ("form", "page")),
        (*_JOINING, *_ALL, ("consent", "1"), ("website", "http://zqx.example"), ("form", "embedded")),
    ],
    "leave": [
        (ONE_CLICK,),
        (ONE_CLICK, ("by", "page")),
        *((("action", action),) for action in ("undo", "only-recaps", "pause-1", "pause-3")),
        (("action", "reason"), ("reason", "other")),
    ],
    "preferences": [
        (("action", "save"), *_ALL[:2], *_CHOSEN, ("pause", "none")),
        (("action", "save"), *_ALL, *_CHOSEN, ("pause", "date"), ("until", "2024-05-01"), ("text_only", "yes")),
        *((("action", f"link-{purpose}"),) for purpose in ("data", "erase", "address")),
    ],
    "confirm": [()],
    "data": [(("action", "see"),), (("action", "download"),)],
    "erase": [(("action", "erase"),)],
    "address": [(("address", "anna@example.org"),), (("address", address_of("left")),)],
}
"""The forms as the pages post them, by page."""
