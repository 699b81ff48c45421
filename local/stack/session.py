"""A boto3 session that can't reach AWS: dummy keys, the local endpoint, nothing of the person's own set-up."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session

REGION = "eu-west-2"
KEY = "local"
SES_ENDPOINT = "AWS_ENDPOINT_URL_SESV2"

# Reads neither AWS_PROFILE nor the files in ~/.aws: (config key, environment variable, default, conversion).
NO_PROFILE = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}


@cache
def _models() -> Any:
    """What reads the services' models, for all sessions of a process: each would spend half a second on them again."""
    return botocore.session.Session(session_vars=NO_PROFILE).get_component("data_loader")


class LocalSession(boto3.Session):
    """Every client it makes talks to `endpoint_url`; SES to AWS_ENDPOINT_URL_SESV2 where that is set."""

    def __init__(self, endpoint_url: str) -> None:
        inner = botocore.session.Session(session_vars=NO_PROFILE)
        inner.register_component("data_loader", _models())
        super().__init__(
            aws_access_key_id=KEY,
            aws_secret_access_key=KEY,
            region_name=REGION,
            botocore_session=inner,
        )
        self.endpoint_url = endpoint_url

    def endpoint_for(self, service: str) -> str:
        """Where clients of this service go."""
        return (service == "sesv2" and os.environ.get(SES_ENDPOINT)) or self.endpoint_url

    if not TYPE_CHECKING:  # the checker keeps boto3's own overloads, one per service

        def client(self, service_name: str, *args: Any, **kwargs: Any) -> Any:
            """As boto3's, at the local endpoint."""
            return super().client(service_name, *args, **{"endpoint_url": self.endpoint_for(service_name), **kwargs})

        def resource(self, service_name: str, *args: Any, **kwargs: Any) -> Any:
            """As boto3's, at the local endpoint."""
            return super().resource(service_name, *args, **{"endpoint_url": self.endpoint_for(service_name), **kwargs})
