"""Every error of boto3 becomes one of ours, told apart by whether anything can have been done."""

from __future__ import annotations

import pytest
from botocore.exceptions import (
    BotoCoreError,
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
