"""The uploads bucket: files come in under `inbox/`, reports go out under `reports/`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from convener.aws.translate import translated

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

GONE = frozenset({"NoSuchKey", "NoSuchVersion", "404"})


class S3Uploads:
    """The bucket. Reading wants `s3:ListBucket` too: without it, S3 answers 403 for what is gone, not 404."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client, self.bucket = client, bucket

    def read(self, key: str, *, version_id: str = "") -> bytes | None:
        """An object's bytes, of that version or of the newest; None where it is gone."""
        version: Any = {"VersionId": version_id} if version_id else {}
        with translated():
            try:
                return self._client.get_object(Bucket=self.bucket, Key=key, **version)["Body"].read()
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") in GONE:
                    return None
                raise

    def put(self, key: str, data: bytes, *, content_type: str) -> str:
        """Put an object there, over one that is there; its version."""
        with translated():
            answer = self._client.put_object(Bucket=self.bucket, Key=key, Body=data, ContentType=content_type)
        return answer.get("VersionId", "")
