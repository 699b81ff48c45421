"""Editions in S3. Each lies under its own hash, so a stored edition never changes.

The number of the format is metadata of the object, because it must not change the hash, and because functions of the
release before take no further key in the JSON.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from convener.aws.items import readable
from convener.aws.translate import translated
from convener.editions.models import Edition
from convener.errors import Conflict
from convener.formats import FIELD, NEWEST

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class S3Editions:
    """The editions bucket."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client, self._bucket = client, bucket
        self.get = lru_cache(maxsize=16)(self._get)  # many chunk messages need the same edition

    def put(self, edition: Edition) -> str:
        """Store an edition under its digest, and return the digest. An edition that is stored already is no error."""
        try:
            with translated():
                self._client.put_object(
                    Bucket=self._bucket,
                    Key=_key(edition.digest),
                    Body=edition.to_json().encode(),
                    ContentType="application/json",
                    Metadata={FIELD: str(NEWEST["edition"])},
                    IfNoneMatch="*",
                )
        except Conflict:
            pass  # the same hash is the same content
        return edition.digest

    def _get(self, digest: str) -> Edition:
        """Return the edition with that digest. Raises BadInput where it can't be read."""
        with translated():
            found = self._client.get_object(Bucket=self._bucket, Key=_key(digest))
            body = found["Body"].read()
        with readable("An edition", "edition", found.get("Metadata")):
            return Edition.from_json(body.decode())


def _key(digest: str) -> str:
    return f"editions/{digest}.json"
