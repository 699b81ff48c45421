"""Every error of boto3 becomes one of ours, told apart by whether anything can have been done."""

from __future__ import annotations

import traceback

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    NoCredentialsError,
    ParamValidationError,
    ProxyConnectionError,
    ReadTimeoutError,
    SSLError,
)
from botocore.parsers import ResponseParserError

from convener.aws.translate import translated
from convener.errors import ConvenerError, LostAnswer, Refused, Unavailable

URL = "https://email.example"


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ProxyConnectionError(proxy_url=URL, error="refused"), Unavailable),
        (NoCredentialsError(), Unavailable),
        (ParamValidationError(report="no"), Refused),
        (ReadTimeoutError(endpoint_url=URL), LostAnswer),
        (ConnectionClosedError(endpoint_url=URL), LostAnswer),
        (SSLError(endpoint_url=URL, error=OSError("bad record")), LostAnswer),
        (ResponseParserError("half an answer"), LostAnswer),
    ],
)
def test_what_boto3_raises_by_itself_is_told_apart(error: BotoCoreError, expected: type[ConvenerError]) -> None:
    """Only where no request can have arrived is it certain; a connection that broke, or an odd answer, is not."""
    with pytest.raises(ConvenerError) as raised, translated():
        raise error
    assert type(raised.value) is expected


@pytest.mark.parametrize(
    "error",
    [
        ClientError({"Error": {"Code": "AccessDenied", "Message": "no s3:GetObject on inbox/Ana.xlsx"}}, "GetObject"),
        ConnectionClosedError(endpoint_url="https://uploads.example/inbox/Ana.xlsx"),
        ParamValidationError(report="Invalid length of Key: inbox/Ana.xlsx"),
    ],
)
def test_no_traceback_holds_what_people_wrote(error: Exception) -> None:
    """Neither a file's name nor an address: a batch that fails prints the whole chain. What was asked is said."""
    with pytest.raises(ConvenerError) as raised, translated():
        raise error
    printed = "".join(traceback.format_exception(raised.value))
    assert "Ana" not in printed.replace(f'"{__file__}"', "")
    assert not isinstance(error, ClientError) or "asked for GetObject" in printed
