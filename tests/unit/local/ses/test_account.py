"""Identities, configuration sets and the suppression list of the local SES."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.ses_server import READER, in_process


def refused(asked: Any, **request: Any) -> str:
    """The code with which a request is refused."""
    with pytest.raises(ClientError) as error:
        asked(**request)
    return str(error.value.response["Error"]["Code"])


def test_identities_are_there_once_they_are_made() -> None:
    """And not twice."""
    client = in_process().client
    assert client.create_email_identity(EmailIdentity="Other.example")["VerifiedForSendingStatus"]
    assert client.get_email_identity(EmailIdentity="other.example")["IdentityType"] == "DOMAIN"
    listed = [one["IdentityName"] for one in client.list_email_identities()["EmailIdentities"]]
    assert listed == ["mail.kindness.example", "other.example"]
    assert refused(client.create_email_identity, EmailIdentity="other.example") == "AlreadyExistsException"
    assert refused(client.get_email_identity, EmailIdentity="nobody.example") == "NotFoundException"


def test_configuration_sets_are_made_once() -> None:
    """A mail with one is accepted then."""
    post = in_process()
    post.client.create_configuration_set(ConfigurationSetName="new")
    assert post.send(ConfigurationSetName="new")["MessageId"]
    assert refused(post.client.create_configuration_set, ConfigurationSetName="new") == "AlreadyExistsException"


def test_the_suppression_list_is_kept() -> None:
    """Put, got, listed by reason, and deleted; addresses in small letters, whatever is in them."""
    post = in_process()
    client = post.client
    client.put_suppressed_destination(EmailAddress="A+b@example.org", Reason="BOUNCE")
    client.put_suppressed_destination(EmailAddress=READER, Reason="COMPLAINT")
    found = client.get_suppressed_destination(EmailAddress="a+B@example.org")["SuppressedDestination"]
    assert (found["EmailAddress"], found["Reason"], found["LastUpdateTime"]) == (
        *("a+b@example.org", "BOUNCE"),
        post.clock.now(),
    )
    everybody = client.list_suppressed_destinations()["SuppressedDestinationSummaries"]
    complained = client.list_suppressed_destinations(Reasons=["COMPLAINT"])["SuppressedDestinationSummaries"]
    assert ([one["EmailAddress"] for one in everybody], len(complained)) == (["a+b@example.org", READER], 1)
    client.delete_suppressed_destination(EmailAddress=READER)
    assert refused(client.get_suppressed_destination, EmailAddress=READER) == "NotFoundException"
    assert refused(client.delete_suppressed_destination, EmailAddress=READER) == "NotFoundException"
    assert refused(client.put_suppressed_destination, EmailAddress=READER, Reason="BORED") == "BadRequestException"
