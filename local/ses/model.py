"""Requests as SES's own model describes them: which operation, with what, and whether it fits.

botocore holds the model, and checks required parts, types and least lengths; greatest lengths, patterns and fixed
choices are in the model too, but botocore leaves them to the service. So they are checked here.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import botocore.session
from botocore.model import OperationModel, ServiceModel, Shape
from botocore.utils import parse_timestamp
from botocore.validate import ParamValidator

from local.ses.errors import SesError, bad_request

OPERATIONS = (
    "SendEmail",
    "SendBulkEmail",
    "GetAccount",
    "PutAccountSendingAttributes",
    "PutSuppressedDestination",
    "GetSuppressedDestination",
    "ListSuppressedDestinations",
    "DeleteSuppressedDestination",
    "CreateEmailIdentity",
    "GetEmailIdentity",
    "ListEmailIdentities",
    "CreateConfigurationSet",
    "PutConfigurationSetSendingOptions",
)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request, as boto3's caller wrote it."""

    operation: str
    params: dict[str, Any]


def read(method: str, path: str, query: Mapping[str, list[str]], body: bytes) -> Asked:
    """The request's operation and parameters. `path` is decoded.

    Raises SesError where there is no such operation, or where the request does not fit its model.
    """
    for model, pattern in _routes():
        found = pattern.fullmatch(path)
        if found and model.http["method"] == method:
            return Asked(operation=model.name, params=_params(model, found.groupdict(), query, body))
    raise SesError("UnknownOperationException", f"This local SES has no {method} {path}")


@cache
def _routes() -> tuple[tuple[OperationModel, re.Pattern[str]], ...]:
    service: ServiceModel = botocore.session.get_session().get_service_model("sesv2")
    models = [service.operation_model(name) for name in OPERATIONS]
    paths = [re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", model.http["requestUri"]) for model in models]
    return tuple((model, re.compile(path)) for model, path in zip(models, paths, strict=True))


def _params(
    model: OperationModel, labels: Mapping[str, str], query: Mapping[str, list[str]], body: bytes
) -> dict[str, Any]:
    try:
        told = json.loads(body) if body else {}
    except ValueError as error:
        raise bad_request("The request's body is no JSON.") from error
    if not isinstance(told, dict):
        raise bad_request("The request's body is no JSON object.")
    shape: Any = model.input_shape
    if shape is None:
        return {}
    for name, member in shape.members.items():
        match member.serialization.get("location"):
            case "uri":
                told[name] = labels[member.serialization.get("name", name)]
            case "querystring" if values := query.get(member.serialization.get("name", name)):
                told[name] = values if member.type_name == "list" else _plain(member, values[0])
    params: dict[str, Any] = _decoded(shape, told, "")
    report = ParamValidator().validate(params, shape)
    faults = [report.generate_report()] if report.has_errors() else list(_beyond(shape, params, model.name))
    if faults:
        raise bad_request("\n".join(faults))
    return params


def _plain(shape: Shape, value: str) -> Any:
    return int(value) if shape.type_name == "integer" and value.isdecimal() else value


def _decoded(shape: Any, value: Any, path: str) -> Any:
    """Blobs as bytes, moments as moments; nulls are left out, as SES does."""
    match shape.type_name, value:
        case "structure", dict():
            return {
                name: _decoded(shape.members[name], part, f"{path}.{name}") if name in shape.members else part
                for name, part in value.items()
                if part is not None
            }
        case "list", list():
            return [_decoded(shape.member, part, f"{path}[]") for part in value]
        case "map", dict():
            return {name: _decoded(shape.value, part, f"{path}.{name}") for name, part in value.items()}
        case "blob", str():
            try:
                return base64.b64decode(value, validate=True)
            except binascii.Error as error:
                raise bad_request(f"{path} is not Base64") from error
        case "timestamp", (str() | int() | float()):
            return parse_timestamp(str(value))
    return value


def _beyond(shape: Any, value: Any, path: str) -> Iterator[str]:
    """What is too long, of a wrong form, or none of the choices."""
    rules = shape.metadata
    if isinstance(value, str | bytes | list) and len(value) > int(rules.get("max", len(value))):
        yield f"{path} is longer than {rules['max']}"
    elif isinstance(value, str) and not re.fullmatch(rules.get("pattern", "(?s).*"), value):
        yield f"{path} does not match {rules['pattern']}"
    elif isinstance(value, str) and value not in rules.get("enum", [value]):
        yield f"{path} is none of {', '.join(rules['enum'])}"
    match shape.type_name:
        case "structure":
            for name, part in value.items():
                yield from _beyond(shape.members[name], part, f"{path}.{name}")
        case "list":
            for part in value:
                yield from _beyond(shape.member, part, f"{path}[]")
        case "map":
            for name, part in value.items():
                yield from _beyond(shape.value, part, f"{path}.{name}")
