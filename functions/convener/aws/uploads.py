"""The uploads bucket: uploaded files lie under `inbox/`, reports under `reports/`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from convener.aws.translate import translated
from convener.formats import FIELD, NEWEST

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

REPORTS = "reports/"
GONE = frozenset({"NoSuchKey", "NoSuchVersion", "404"})


class S3Uploads:
    """The uploads bucket. Without the permission `s3:ListBucket` S3 answers 403 instead of 404 for a missing object."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client, self.bucket = client, bucket

    def read(self, key: str, *, version_id: str = "") -> bytes | None:
        """Return the bytes of an object, of that version or of the newest one; None where it does not exist."""
        version: Any = {"VersionId": version_id} if version_id else {}
        with translated():
            try:
                return self._client.get_object(Bucket=self.bucket, Key=key, **version)["Body"].read()
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") in GONE:
                    return None
                raise

    def put(self, key: str, data: bytes, *, content_type: str) -> str:
        """Write an object, also over an existing one, and return its version."""
        ours = {FIELD: str(NEWEST["report"])} if key.startswith(REPORTS) else {}
        with translated():
            answer = self._client.put_object(
                Bucket=self.bucket, Key=key, Body=data, ContentType=content_type, Metadata=ours
            )
        return answer.get("VersionId", "")
