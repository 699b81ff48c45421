"""What SES refuses although it fits the model: the limits of its documentation.

https://docs.aws.amazon.com/ses/latest/dg/quotas.html for numbers and sizes,
https://docs.aws.amazon.com/ses/latest/dg/header-fields.html for headers; tags and addresses are told with the members
MessageTag and Destination of the API.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from email.utils import parseaddr
from typing import Any

from local.ses.errors import bad_request

MOST_RECIPIENTS = MOST_ENTRIES = 50
LARGEST = 40 * 1024 * 1024
"""Bytes of a whole mail, its parts encoded."""

LONGEST_LINE = 998
HEADER = 996  # name and value together
INLINE_TEMPLATE = 1024 * 1024
TAG = re.compile(r"[A-Za-z0-9_-]{1,256}")
OWN_TAG = re.compile(r"ses:[A-Za-z0-9_:-]{1,252}")
SET_BY_SES = {
    *("bcc", "cc", "content-disposition", "content-type", "date", "from", "message-id", "mime-version"),
    *("reply-to", "return-path", "subject", "to"),
}
ONCE = SET_BY_SES | {
    *("auto-submitted", "content-transfer-encoding", "list-id", "list-unsubscribe", "list-unsubscribe-post"),
    *("precedence", "sender"),
}
"""Headers that a raw mail may have once. What exactly SES answers to two of them nobody wrote down: here it refuses."""


def check_tags(tags: Iterable[Mapping[str, str]]) -> None:
    """Names and values of letters, digits, `_` and `-`, each once. Raises SesError."""
    seen = set[str]()
    for tag in tags:
        name, value = tag["Name"], tag["Value"]
        if not (TAG.fullmatch(name) or OWN_TAG.fullmatch(name)):
            raise bad_request(f"Invalid tag name <{name}>.")
        if not TAG.fullmatch(value):
            raise bad_request(f"Invalid tag value <{value}> for tag <{name}>.")
        if name in seen:
            raise bad_request(f"Duplicate tag name <{name}>.")
        seen.add(name)


def check_headers(headers: Iterable[Mapping[str, str]]) -> None:
    """Of a Simple or templated mail: none that SES sets itself, and none twice. Raises SesError."""
    names = Counter(header["Name"].lower() for header in headers)
    if twice := [name for name, times in names.items() if times > 1]:
        raise bad_request(f"Duplicate header '{twice[0]}'.")
    if own := sorted(names.keys() & SET_BY_SES):
        raise bad_request(f"Header '{own[0]}' can't be set: SES does so.")
    for header in headers:
        if len(header["Name"]) + len(header["Value"]) > HEADER:
            raise bad_request(f"Header '{header['Name']}' is longer than {HEADER} characters.")


def check_addresses(addresses: Iterable[str]) -> None:
    """Local part in ASCII without spaces, domain as A-labels. Raises SesError."""
    for address in addresses:
        local, at, domain = bare(address).rpartition("@")
        if not (at and domain and local):
            raise bad_request("Missing final '@domain'")
        if not (local.isascii() and local.isprintable()) or " " in local.strip('"'):
            raise bad_request("Local address contains control or whitespace")
        if not re.fullmatch(r"[A-Za-z0-9.-]+|\[[0-9A-Fa-f.:]+]", domain):
            raise bad_request("Domain contains illegal character")


def recipients(destination: Mapping[str, list[str]]) -> list[str]:
    """All of To, Cc and Bcc, checked. Raises SesError."""
    found = [address for field in ("To", "Cc", "Bcc") for address in destination.get(f"{field}Addresses", ())]
    if len(found) > MOST_RECIPIENTS:
        raise bad_request(f"Recipient count exceeds {MOST_RECIPIENTS}.")
    check_addresses(found)
    return found


def check_size(raw: bytes) -> None:
    """A whole mail's size and lines. Raises SesError."""
    if len(raw) > LARGEST:
        raise bad_request(f"Message length is more than {LARGEST} bytes long: '{len(raw)}'.")
    if any(len(line.rstrip(b"\r")) > LONGEST_LINE for line in raw.split(b"\n")):
        raise bad_request(f"A line is longer than {LONGEST_LINE} characters.")


def check_once(names: Iterable[str]) -> None:
    """The names of a raw mail's headers. Raises SesError."""
    counted = Counter(name.lower() for name in names)
    if twice := sorted(name for name in counted.keys() & ONCE if counted[name] > 1):
        raise bad_request(f"Duplicate header '{twice[0]}'.")


def check_there(names: Iterable[str]) -> None:
    """A raw mail names its sender; what else it must have, SES puts there. Raises SesError.

    https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_RawMessage.html wants all required header fields.
    """
    if "from" not in {name.lower() for name in names}:
        raise bad_request("Missing required header 'From'.")


def check_inline(content: Mapping[str, Any]) -> None:
    """An inline template's size. Raises SesError."""
    if sum(len(str(part).encode()) for part in content.values()) > INLINE_TEMPLATE:
        raise bad_request("The template is longer than 1 MB.")


def bare(address: str) -> str:
    """`ada@example.org` of `Ada <ada@example.org>`."""
    return parseaddr(address)[1] or address
