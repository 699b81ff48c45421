"""SES's refusals, in the shape in which boto3 reads them (restJson): a status, a code, a message.

https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html#API_SendEmail_Errors
"""

from __future__ import annotations

from typing import Any

STATUS = {
    "AccountSuspendedException": 400,
    "AlreadyExistsException": 400,
    "BadRequestException": 400,
    "InternalFailure": 500,
    "LimitExceededException": 400,
    "MailFromDomainNotVerifiedException": 400,
    "MessageRejected": 400,
    "NotFoundException": 404,
    "SendingPausedException": 400,
    "TooManyRequestsException": 429,
    "UnknownOperationException": 404,
}
TOO_FAST = "Maximum sending rate exceeded."
QUOTA_USED_UP = "Daily message quota exceeded."


class SesError(Exception):
    """An answer that is no success."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, STATUS[code]


class Cut(Exception):
    """The answer does not come as it should.

    `reached`: whether a connection was made at all. `seconds`: how long nothing is heard; after that comes `answer`,
    or the end of the connection where there is none.
    """

    def __init__(self, *, reached: bool = True, seconds: float = 0.0, answer: dict[str, Any] | None = None) -> None:
        super().__init__("no answer")
        self.reached, self.seconds, self.answer = reached, seconds, answer


def bad_request(message: str) -> SesError:
    """The request is not what it should be."""
    return SesError("BadRequestException", message)


def rejected(message: str) -> SesError:
    """The mail is not what it should be."""
    return SesError("MessageRejected", message)
