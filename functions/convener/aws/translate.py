"""Translates the errors of AWS into the errors of Convener. No other module does this.

A 4xx answer means that nothing was done; a time-out, a dropped connection or a 5xx may mean anything.
https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html names what boto3 repeats by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    ProxyConnectionError,
)
from botocore.parsers import ResponseParserError

from convener.errors import Conflict, LostAnswer, QuotaUsedUp, Refused, SendingPaused, Throttled, Unavailable

THROTTLES = frozenset(
    {
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
PAUSES = frozenset(
    {
        "AccountSendingPausedException",
        "AccountSuspendedException",
        "ConfigurationSetSendingPausedException",
        "SendingPausedException",
    }
)
"""Error codes with which SES says that AWS or the owner has paused sending."""
SENDS_MAIL = "Email"
"""The end of the name of every SES operation that sends mail."""
CONDITIONS = frozenset({"ConditionalCheckFailedException", "PreconditionFailed", "TransactionConflictException"})
UNDER_WAY = frozenset({"TransactionInProgressException"})
"""boto3 repeated a transaction whose answer was lost, while the first request was still in progress."""
UNREACHED = (EndpointConnectionError, ConnectTimeoutError, ProxyConnectionError)
UNSIGNED = (NoCredentialsError, CredentialRetrievalError)
REFUSALS = frozenset({"BadRequestException", "MessageRejected", "ValidationException"})
SERVER_ERROR = 500
TOO_MANY_REQUESTS = 429


@contextmanager
def translated() -> Iterator[None]:
    """Raise errors of Convener for errors of boto3, without chaining them.

    A traceback would print the original too, and SES's own messages may hold an address, S3's the name of a file.
    """
    try:
        yield
    except UNREACHED:
        raise Unavailable("no connection was made") from None
    except UNSIGNED:
        raise Unavailable("there are no AWS credentials") from None
    except ParamValidationError:
        raise Refused("the request does not fit the service's model") from None
    except (BotoCoreError, ResponseParserError):  # dropped, timed out, or an answer that can't be read
        raise LostAnswer("the connection ended without an answer") from None
    except ClientError as error:
        ours = _ours(error)
        ours.add_note(f"asked for {error.operation_name}")
        raise ours from None


def _ours(error: ClientError) -> Exception:
    code = error.response.get("Error", {}).get("Code", "")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in CONDITIONS or (code == "TransactionCanceledException" and _condition_failed(error)):
        return Conflict(code)
    if status >= SERVER_ERROR or code in UNDER_WAY:
        return LostAnswer(f"{status} {code}")  # whatever its code: it may have been done
    if code in THROTTLES or status == TOO_MANY_REQUESTS:
        return QuotaUsedUp(code) if _for_today(error, code) else Throttled(code)
    if code in PAUSES:
        return SendingPaused(code)
    return Refused(code) if code in REFUSALS else Unavailable(code)  # the rest an operator can mend


def _for_today(error: ClientError, code: str) -> bool:
    """Return whether the daily quota is used up, and not only the rate of this second.

    SES has LimitExceededException for it, and other interfaces of it tell by the message alone ("Daily message quota
    exceeded.", "Maximum sending rate exceeded."). DynamoDB and others use the same code for what passes in a moment.
    https://docs.aws.amazon.com/ses/latest/dg/manage-sending-quotas-errors.html
    """
    if not error.operation_name.endswith(SENDS_MAIL):
        return False
    message = str(error.response.get("Error", {}).get("Message", "")).casefold()
    return "daily" in message or (code == "LimitExceededException" and "rate" not in message)


def _condition_failed(error: ClientError) -> bool:
    reasons = error.response.get("CancellationReasons") or []
    return any(reason.get("Code") in ("ConditionalCheckFailed", "TransactionConflict") for reason in reasons)
