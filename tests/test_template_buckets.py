"""The buckets of `template.yaml`: private, kept, and what an upload sets going."""

from __future__ import annotations

from typing import Any

import pytest

from local.stack.template import referred
from tests.support.sam_template import FUNCTIONS, SAM, listed, statements

BUCKETS = SAM.of_type("AWS::S3::Bucket")
UPLOADS = BUCKETS["UploadsBucket"]
EACH = pytest.mark.parametrize("bucket", BUCKETS.values(), ids=BUCKETS)


@EACH
def test_buckets_are_private_encrypted_and_versioned(bucket: dict[str, Any]) -> None:
    """Nobody reads a bucket but by a role's leave, and nothing in it is overwritten for good."""
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}


@pytest.mark.parametrize("name", BUCKETS)
def test_buckets_want_tls(name: str) -> None:
    """Plain HTTP is refused for the bucket and everything in it, as long as the bucket lives."""
    (policy,) = [p for p, own in SAM.of_type("AWS::S3::BucketPolicy").items() if referred(own["Bucket"]) == name]
    assert SAM.resources[policy]["DeletionPolicy"] == SAM.resources[name]["DeletionPolicy"]
    (statement,) = [own for other, own in statements() if other == policy]
    assert (statement["Effect"], statement["Action"]) == ("Deny", "s3:*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert {referred(resource) for resource in listed(statement["Resource"])} == {name}


def test_only_what_comes_into_the_inbox_is_told() -> None:
    """A report, written beside the file it speaks of, must not be read as the next upload."""
    (told,) = UPLOADS["NotificationConfiguration"]["QueueConfigurations"]
    assert told["Event"] == "s3:ObjectCreated:*"
    assert referred(told["Queue"]) == FUNCTIONS["ingest"].queue
    assert told["Filter"] == {"S3Key": {"Rules": [{"Name": "prefix", "Value": "inbox/"}]}}


def test_the_queue_lets_s3_in_before_the_bucket_is_made() -> None:
    """S3 tries the queue when the bucket is made. The policy can't name the bucket, so it names this account's."""
    needed = SAM.resources["UploadsBucket"]["DependsOn"]
    (allowed,) = [own for name, own in statements() if name == needed and own["Effect"] == "Allow"]
    assert allowed["Principal"] == {"Service": "s3.amazonaws.com"}
    assert allowed["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    assert "UploadsBucket" not in str(allowed)


def test_what_was_replaced_or_never_came_whole_is_forgotten() -> None:
    """Uploads may hold names, so replaced versions go after 90 days; half an upload goes after three."""
    rules = {rule["Id"]: rule for rule in UPLOADS["LifecycleConfiguration"]["Rules"]}
    assert {rule["Status"] for rule in rules.values()} == {"Enabled"}
    assert rules["forget-what-was-replaced"]["NoncurrentVersionExpiration"] == {"NoncurrentDays": 90}
    assert rules["forget-what-never-came-whole"]["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 3}


def test_ingest_reads_the_inbox_and_writes_reports() -> None:
    """Ingest can't change what an editor dropped, nor read what lies beside the inbox; it may see names."""
    granted = [
        (str(resource.get("Fn::Sub", resource.get("Fn::GetAtt"))), sorted(listed(statement["Action"])))
        for name, statement in statements()
        for resource in listed(statement["Resource"])
        if name == "IngestRole" and referred(resource) == "UploadsBucket"
    ]
    assert granted == [
        ("${UploadsBucket.Arn}/inbox/*", ["s3:GetObject", "s3:GetObjectVersion"]),
        ("['UploadsBucket', 'Arn']", ["s3:ListBucket"]),
        ("${UploadsBucket.Arn}/reports/*", ["s3:PutObject"]),
    ]
