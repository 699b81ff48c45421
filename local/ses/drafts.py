"""From a request to the mails that it asks for, each checked as SES checks it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import getaddresses
from typing import Any

from local.ses import rules
from local.ses.errors import SesError, bad_request, rejected
from local.ses.mails import Draft, new_message_id
from local.ses.mime import NotRendered, made, parsed, rendered, simple

CheckSender = Callable[[str, str], None]


def single(params: Mapping[str, Any], *, check: CheckSender, at: datetime) -> Draft:
    """The mail of a SendEmail. Raises SesError."""
    message_id = new_message_id(at)
    content = params["Content"]
    if len(content) != 1:
        raise bad_request("Exactly one of Simple, Raw and Template is needed as Content.")
    if "Template" in content:
        raise bad_request("SendEmail with a Template is not here: this local SES knows Raw and Simple.")
    tags = params.get("EmailTags", [])
    rules.check_tags(tags)
    named = _named(tags)
    configuration_set = params.get("ConfigurationSetName", "")
    if "Raw" in content:
        raw = content["Raw"]["Data"]
        rules.check_size(raw)
        headers = parsed(raw)
        rules.check_once(headers.keys())
        rules.check_there(headers.keys())
        sender = params.get("FromEmailAddress") or str(headers.get("From", ""))
        destination = params.get("Destination") or _written(headers)
    else:
        raw, sender, destination = b"", _sender(params), params.get("Destination", {})
        rules.check_headers(content["Simple"].get("Headers", []))
    recipients = rules.recipients(destination)
    if not recipients:
        raise bad_request("At least one recipient is needed.")
    check(sender, configuration_set)
    if not raw:
        raw = _made(params, destination, simple(content["Simple"]), content["Simple"], at, message_id)
        rules.check_size(raw)
    return Draft(
        message_id=message_id,
        sender=sender,
        recipients=recipients,
        raw=raw,
        tags=named,
        configuration_set=configuration_set,
    )


def check_bulk(params: Mapping[str, Any], *, check: CheckSender) -> None:
    """What goes for all entries of a SendBulkEmail. Raises SesError."""
    if not 1 <= len(params["BulkEmailEntries"]) <= rules.MOST_ENTRIES:
        raise bad_request(f"Bulk email entries must be 1 to {rules.MOST_ENTRIES}.")
    template = params["DefaultContent"].get("Template")
    if not template:
        raise bad_request("DefaultContent needs a Template.")
    rules.check_tags(params.get("DefaultEmailTags", []))
    rules.check_headers(template.get("Headers", []))
    if sum(name in template for name in ("TemplateName", "TemplateArn", "TemplateContent")) != 1:
        raise bad_request("Exactly one of TemplateName, TemplateArn and TemplateContent is needed.")
    rules.check_inline(template.get("TemplateContent", {}))
    check(_sender(params), params.get("ConfigurationSetName", ""))


def entry(params: Mapping[str, Any], own: Mapping[str, Any], *, at: datetime) -> Draft:
    """The mail of one entry of a SendBulkEmail. Raises SesError."""
    message_id = new_message_id(at)
    template = params["DefaultContent"]["Template"]
    if "TemplateContent" not in template:
        raise SesError("NotFoundException", f"Template {template.get('TemplateName')} does not exist.")
    tags = {**_named(params.get("DefaultEmailTags", [])), **_named(own.get("ReplacementTags", []))}
    rules.check_tags([{"Name": name, "Value": value} for name, value in tags.items()])
    replaced = {header["Name"].lower() for header in own.get("ReplacementHeaders", [])}
    headers = [one for one in template.get("Headers", []) if one["Name"].lower() not in replaced]
    headers += own.get("ReplacementHeaders", [])
    rules.check_headers(headers)
    recipients = rules.recipients(own.get("Destination", {}))
    if not recipients:
        raise bad_request("At least one recipient is needed.")
    replacement = own.get("ReplacementEmailContent", {}).get("ReplacementTemplate", {})
    data = {**_data(template.get("TemplateData")), **_data(replacement.get("ReplacementTemplateData"))}
    unrendered, raw = "", b""
    try:
        content = {name: rendered(part, data) for name, part in template["TemplateContent"].items()}
        raw = _made(params, own["Destination"], content, {**template, "Headers": headers}, at, message_id)
    except NotRendered as error:
        unrendered = str(error)
    rules.check_size(raw)
    return Draft(
        message_id=message_id,
        sender=_sender(params),
        recipients=recipients,
        raw=raw,
        tags=tags,
        configuration_set=params.get("ConfigurationSetName", ""),
        unrendered=unrendered,
    )


def _sender(params: Mapping[str, Any]) -> str:
    if not params.get("FromEmailAddress"):
        raise bad_request("FromEmailAddress is needed.")
    return str(params["FromEmailAddress"])


def _named(tags: list[dict[str, str]]) -> dict[str, str]:
    return {tag["Name"]: tag["Value"] for tag in tags}


def _written(headers: Any) -> dict[str, list[str]]:
    """The recipients that a raw mail names itself, where the request names none."""
    found = {field: [value for value in headers.get_all(field, []) if value.strip()] for field in ("To", "Cc", "Bcc")}
    return {
        f"{field}Addresses": [address for _, address in getaddresses([str(value) for value in values])]
        for field, values in found.items()
    }


def _data(text: str | None) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise bad_request("Template data is no JSON object.")
    return found


def _made(
    params: Mapping[str, Any],
    destination: Mapping[str, list[str]],
    content: Mapping[str, str],
    parts: Mapping[str, Any],
    at: datetime,
    message_id: str,
) -> bytes:
    try:
        return made(
            sender=_sender(params),
            destination=destination,
            reply_to=params.get("ReplyToAddresses", []),
            content=content,
            headers=parts.get("Headers", []),
            attachments=parts.get("Attachments", []),
            at=at,
            message_id=message_id,
        )
    except ValueError as error:  # a line break in a subject, an address that is none
        raise rejected(f"The mail can't be made: {error}") from error
