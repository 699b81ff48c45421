"""Who may do what: each function its own, and nobody everything."""

from __future__ import annotations

from typing import Any

import pytest

from convener.aws.subscribers import IDENTITY
from local.stack import Function
from local.stack.template import referred
from tests.support.sam_template import FUNCTIONS, SAM, listed, statements

# A statement for all resources, and why AWS offers no other.
OWN_POLICY = "a queue's own policy means that queue alone, and it only denies"
ALL_RESOURCES = {
    **{(policy, "RefusePlainHttp"): OWN_POLICY for policy in SAM.of_type("AWS::SQS::QueuePolicy")},
    **{
        (role, "ReadRateAndQuota"): "SES's GetAccount tells of the whole account and knows no resource"
        for role in ("DeliverRole", "TransactionalRole")
    },
    ("TransactionalRole", "ForgetErasedAddresses"): "SES's suppression list is the account's and knows no resource",
}

# What a function is told of but never asks a service about.
ONLY_COMPARED = {("feedback", "ConfigurationSet"): "an event of another set is none of its business"}


def means(resource: Any, name: str) -> bool:
    """Whether a statement's resource is the one of this logical id, or a part of it."""
    return referred(resource) == name or f"${{{name}}}" in str(resource)


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)
def test_what_a_function_is_told_it_may_use(function: Function) -> None:
    """A table, queue, bucket, secret or configuration set in the environment is granted by the function's own role."""
    role = referred(SAM.resources[function.logical_id]["Properties"]["Role"])
    resources = [part for name, statement in statements() if name == role for part in listed(statement["Resource"])]
    told = {referred(value) for value in function.environment.values()} & set(SAM.resources)
    missing = {name for name in told if not any(means(part, str(name)) for part in resources)}
    assert {name for name in missing if (function.name, name) not in ONLY_COMPARED} == set()


def test_nobody_may_use_everything() -> None:
    """A statement for all resources or all actions has its reason on the list above."""
    for name, statement in statements():
        if (name, statement["Sid"]) not in ALL_RESOURCES:
            assert "*" not in listed(statement["Resource"]), f"{name}: {statement['Sid']}"
        if statement["Effect"] == "Allow":
            assert not any(action.endswith("*") for action in listed(statement["Action"])), name
    assert not any("ManagedPolicyArns" in role for role in SAM.of_type("AWS::IAM::Role").values())


def test_who_may_ask_for_the_accounts_limits_may_ask_for_nothing_else() -> None:
    """Nor may the statement for erased addresses do more; what isn't needed any more leaves the list above."""
    wide = {(name, own["Sid"]): own["Action"] for name, own in statements() if "*" in listed(own["Resource"])}
    assert set(wide) == set(ALL_RESOURCES)
    forgetting = ["ses:DeleteSuppressedDestination", "ses:GetSuppressedDestination"]
    assert wide["TransactionalRole", "ForgetErasedAddresses"] == forgetting
    assert {wide[role, "ReadRateAndQuota"] for role in ("DeliverRole", "TransactionalRole")} == {"ses:GetAccount"}


def test_no_function_may_change_a_row_but_the_pages_and_feedback() -> None:
    """What Transactional writes into Subscribers is the identity key's fingerprint: its shard is no subscriber's."""
    writing = {
        name: own.get("Condition")
        for name, own in statements()
        if "dynamodb:PutItem" in listed(own["Action"]) and referred(own["Resource"]) == "SubscribersTable"
    }
    only_there = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": [IDENTITY["shard"]]}}
    assert writing == {"PublicRole": None, "FeedbackRole": None, "TransactionalRole": only_there}


def test_mail_leaves_only_from_the_stacks_address() -> None:
    """Whoever may send mail may do so from the stack's own address alone."""
    for name, statement in statements():
        if any(action.startswith("ses:Send") for action in listed(statement["Action"])):
            address = statement["Condition"]["StringEquals"]["ses:FromAddress"]
            assert address == {"Ref": "SenderAddress"}, name


def test_mail_leaves_by_whichever_identity_ses_asks_about() -> None:
    """It may be the address's, its domain's or one above; and in SES's sandbox it asks about the recipient's too."""
    sending = {role: own["Resource"] for role, own in statements() if "ses:SendEmail" in listed(own["Action"])}
    assert set(sending) == {"DeliverRole", "TransactionalRole"}
    for resources in sending.values():
        assert [part["Fn::Sub"].rpartition(":")[2] for part in resources] == [
            "identity/*",
            "configuration-set/${ConfigurationSet}",
        ]


# What each function's adapters call, by table or bucket. A transaction needs the actions of its parts.
CALLED = {
    ("TickRole", "SessionsTable"): {"dynamodb:Query"},
    ("TickRole", "LedgerTable"): {
        *("dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"),
        *("dynamodb:PutItem", "dynamodb:UpdateItem"),
    },
    ("TickRole", "EditionsBucket"): {"s3:PutObject"},
    ("FanoutRole", "SubscribersTable"): {"dynamodb:Query"},
    ("FanoutRole", "LedgerTable"): {"dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"},
    ("DeliverRole", "SubscribersTable"): {"dynamodb:BatchGetItem"},
    ("DeliverRole", "LedgerTable"): {"dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:UpdateItem"},
    ("DeliverRole", "EditionsBucket"): {"s3:GetObject"},
    ("IngestRole", "SessionsTable"): {"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"},
    ("IngestRole", "UploadsBucket"): {"s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket", "s3:PutObject"},
    ("PublicRole", "SessionsTable"): {"dynamodb:Query"},
    ("PublicRole", "SubscribersTable"): {"dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem"},
    ("PublicRole", "ConsentsTable"): {
        *("dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"),
    },
    ("PublicRole", "RequestsTable"): {"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"},
    ("PublicRole", "LedgerTable"): {"dynamodb:GetItem"},
    ("PublicRole", "EditionsBucket"): {"s3:GetObject"},
    # GetItem and PutItem for the identity key's fingerprint alone
    ("TransactionalRole", "SessionsTable"): {"dynamodb:Query"},
    ("TransactionalRole", "SubscribersTable"): {"dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:PutItem"},
    ("TransactionalRole", "RequestsTable"): {"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"},
    ("TransactionalRole", "LedgerTable"): {
        *("dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"),
        *("dynamodb:PutItem", "dynamodb:UpdateItem"),
    },
    ("TransactionalRole", "EditionsBucket"): {"s3:GetObject"},
    ("FeedbackRole", "SubscribersTable"): {"dynamodb:BatchGetItem", "dynamodb:PutItem"},
    ("FeedbackRole", "LedgerTable"): {
        *("dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem"),
    },
}


def test_a_function_may_do_what_it_does_and_no_more() -> None:
    """The actions on each table and bucket are the calls that the function makes there."""
    stores = {name for _, name in CALLED}
    granted: dict[tuple[str, str], set[str]] = {}
    for role, statement in statements():
        for store in stores:
            if statement["Effect"] == "Allow" and any(means(part, store) for part in listed(statement["Resource"])):
                granted.setdefault((role, store), set()).update(listed(statement["Action"]))
    assert granted == CALLED
