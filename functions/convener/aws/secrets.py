"""Secrets in Secrets Manager."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convener.aws.translate import translated

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient


def read_secret(client: SecretsManagerClient, secret: str) -> str:
    """Return the text of a secret. It must not appear in a log or an error."""
    with translated():
        return client.get_secret_value(SecretId=secret)["SecretString"]
