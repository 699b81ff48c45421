"""Readers' pages in `template.yaml`: which routes there are, and what is never logged of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from convener.pages.routes import ROUTES
from local.stack.template import referred
from tests.support.sam_template import FUNCTIONS, SAM

(STAGE,) = SAM.of_type("AWS::ApiGatewayV2::Stage").values()
LOGGED = {
    "$context.requestId",
    "$context.requestTime",
    "$context.routeKey",
    "$context.httpMethod",
    "$context.status",
    "$context.responseLatency",
}


def throttle(settings: dict[str, int]) -> tuple[int, int]:
    """Requests a second, and at once."""
    return settings["ThrottlingRateLimit"], settings["ThrottlingBurstLimit"]


def test_access_log_keeps_the_route_and_never_the_path() -> None:
    """Paths hold tokens: a line tells route, method, status and time taken, and nothing of who asked for what."""
    log: dict[str, str] = json.loads(STAGE["AccessLogSettings"]["Format"])
    assert set(log.values()) == LOGGED
    assert "\n" not in STAGE["AccessLogSettings"]["Format"]


def test_access_log_has_a_group_of_its_own_with_an_end() -> None:
    """It goes to a log group that forgets as the others do."""
    group = SAM.of_type("AWS::Logs::LogGroup")[str(referred(STAGE["AccessLogSettings"]["DestinationArn"]))]
    assert group["RetentionInDays"] == {"Ref": "LogRetentionDays"}


def test_routes_are_those_of_the_table() -> None:
    """Each page has a route in `template.yaml`, and no route lacks a page; $default takes every other path."""
    routes = SAM.of_type("AWS::ApiGatewayV2::Route").values()
    keys = [route["RouteKey"] for route in routes]
    assert sorted(keys) == sorted({route.gateway_key for route in ROUTES} | {"$default"})
    assert {referred(route["Target"]) for route in routes} == {"ApiIntegration"}


def test_pages_are_answered_by_public_in_its_own_time() -> None:
    """Payload 2.0 is handed over, and the answer awaited as long as the function may take, which AWS allows."""
    (integration,) = SAM.of_type("AWS::ApiGatewayV2::Integration").values()
    assert referred(integration["IntegrationUri"]) == FUNCTIONS["public"].logical_id
    assert integration["PayloadFormatVersion"] == "2.0"
    assert FUNCTIONS["public"].timeout * 1000 <= integration["TimeoutInMillis"] <= 30_000


def test_pages_are_throttled() -> None:
    """A flood costs little and takes the queues' functions no room."""
    assert throttle(STAGE["DefaultRouteSettings"]) == (50, 200)


def test_a_flood_elsewhere_keeps_nobody_from_leaving_or_confirming() -> None:
    """Scanners that open a mailing's links share no limit with these two; the form, any robot's, has a low one."""
    own = {route: throttle(settings) for route, settings in STAGE["RouteSettings"].items()}
    assert own == {"ANY /leave/{token}": (50, 200), "ANY /confirm/{token}": (50, 200), "ANY /subscribe": (5, 20)}


def test_a_route_with_a_limit_of_its_own_is_made_before_the_stage() -> None:
    """CloudFormation fails where a stage's settings name a route that isn't there yet."""
    ((stage, _),) = SAM.of_type("AWS::ApiGatewayV2::Stage").items()
    keys = {SAM.resources[name]["Properties"]["RouteKey"] for name in SAM.resources[stage]["DependsOn"]}
    assert keys == set(STAGE["RouteSettings"])


def test_only_this_api_may_call_public() -> None:
    """The permission names this API; a function may be called by nobody else."""
    (permission,) = SAM.of_type("AWS::Lambda::Permission").values()
    assert permission["Principal"] == "apigateway.amazonaws.com"
    assert "execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/" in permission["SourceArn"]["Fn::Sub"]


def test_with_a_certificate_pages_have_one_address() -> None:
    """The domain is PublicBaseUrl's host, by TLS 1.2 or newer, and AWS's own name for the API answers no more."""
    domain = SAM.resources["PublicDomain"]
    host: Any = {"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "PublicBaseUrl"}]}]}
    assert (domain["Condition"], domain["Properties"]["DomainName"]) == ("HasCertificate", host)
    (configuration,) = domain["Properties"]["DomainNameConfigurations"]
    assert configuration["SecurityPolicy"] == "TLS_1_2"
    (api,) = SAM.of_type("AWS::ApiGatewayV2::Api").values()
    assert api["DisableExecuteApiEndpoint"] == {"Fn::If": ["HasCertificate", True, False]}


@pytest.mark.parametrize("url", ["https://meet.kindness.example"])
def test_the_host_is_the_third_part_of_the_address(url: str) -> None:
    """Selecting by index stays right as long as the address begins with https:// and has no path."""
    assert url.split("/")[2] == "meet.kindness.example"
