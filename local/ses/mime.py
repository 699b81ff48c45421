"""The mail that SES makes of a Simple or templated request, and what it reads in a raw one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from email import policy
from email.message import EmailMessage, Message
from email.parser import BytesHeaderParser
from email.utils import format_datetime
from typing import Any

FIELD = re.compile(r"\{\{\s*([^{}]*?)\s*}}")
WIRE = policy.SMTP.clone(cte_type="7bit")


class NotRendered(Exception):
    """A field that doesn't resolve. SES accepts such a mail, and never delivers it."""


def parsed(raw: bytes) -> Message:
    """A raw mail's headers."""
    return BytesHeaderParser().parsebytes(raw)


def rendered(text: str, data: Mapping[str, Any]) -> str:
    """`text` with every `{{field}}` filled, as it is: SES escapes nothing. Raises NotRendered.

    An inline template knows nothing but fields: https://docs.aws.amazon.com/ses/latest/dg/send-personalized-email-api.html
    """

    def value(found: re.Match[str]) -> str:
        there: Any = data
        for step in found[1].split("."):
            if not isinstance(there, Mapping) or step not in there:
                raise NotRendered(f"Attribute '{found[1]}' is not present in the rendering data.")
            there = there[step]
        return str(there)

    return FIELD.sub(value, text)


def made(
    *,
    sender: str,
    destination: Mapping[str, list[str]],
    reply_to: Sequence[str],
    content: Mapping[str, Any],
    headers: Sequence[Mapping[str, str]],
    attachments: Sequence[Mapping[str, Any]],
    at: datetime,
    message_id: str,
) -> bytes:
    """A whole mail. `content` has Subject, Text and Html as strings."""
    mail = EmailMessage(policy=WIRE)
    mail["From"] = sender
    for field in ("To", "Cc"):
        if addresses := destination.get(f"{field}Addresses"):
            mail[field] = ", ".join(addresses)
    if reply_to:
        mail["Reply-To"] = ", ".join(reply_to)
    mail["Subject"] = content.get("Subject", "")
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{message_id}@email.amazonses.com>"
    for header in headers:
        mail[header["Name"]] = header["Value"]
    text, html = content.get("Text"), content.get("Html")
    if text is not None or html is None:
        mail.set_content(text or "")
    if html is not None:
        (mail.set_content if text is None else mail.add_alternative)(html, subtype="html")
    for attachment in attachments:
        _attach(mail, attachment)
    return mail.as_bytes()


def simple(message: Mapping[str, Any]) -> dict[str, str]:
    """Subject, Text and Html of a Simple message."""
    parts = {"Subject": message["Subject"], **message["Body"]}
    return {name: part["Data"] for name, part in parts.items() if name in ("Subject", "Text", "Html")}


def _attach(mail: EmailMessage, attachment: Mapping[str, Any]) -> None:
    kind, _, rest = attachment.get("ContentType", "application/octet-stream").partition(";")
    maintype, _, subtype = kind.strip().partition("/")
    params = dict(part.strip().split("=", 1) for part in rest.split(";") if "=" in part)
    mail.add_attachment(
        attachment["RawContent"],
        maintype=maintype,
        subtype=subtype or "octet-stream",
        disposition=attachment.get("ContentDisposition", "ATTACHMENT").lower(),
        filename=attachment["FileName"],
        cid=f"<{attachment['ContentId']}>" if attachment.get("ContentId") else None,
        params=params,
    )
