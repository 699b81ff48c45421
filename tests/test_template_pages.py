"""The pages in `template.yaml`: their routes, and what is never logged of them."""

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
    """Return the requests per second, and the burst."""
    return settings["ThrottlingRateLimit"], settings["ThrottlingBurstLimit"]


def test_access_log_keeps_the_route_and_never_the_path() -> None:
    """Paths contain tokens, so a line has only route, method, status and time taken."""
    log: dict[str, str] = json.loads(STAGE["AccessLogSettings"]["Format"])
    assert set(log.values()) == LOGGED
    assert "\n" not in STAGE["AccessLogSettings"]["Format"]


def test_access_log_has_a_log_group_that_expires() -> None:
    """With the same retention as the other log groups."""
    group = SAM.of_type("AWS::Logs::LogGroup")[str(referred(STAGE["AccessLogSettings"]["DestinationArn"]))]
    assert group["RetentionInDays"] == {"Ref": "LogRetentionDays"}


def test_routes_are_those_of_the_table() -> None:
    """Each page has a route in `template.yaml`, and no route lacks a page; $default takes every other path."""
    routes = SAM.of_type("AWS::ApiGatewayV2::Route").values()
    keys = [route["RouteKey"] for route in routes]
    assert sorted(keys) == sorted({route.gateway_key for route in ROUTES} | {"$default"})
    assert {referred(route["Target"]) for route in routes} == {"ApiIntegration"}


def test_the_gateway_waits_for_the_timeout_of_public() -> None:
    """Events are of payload format 2.0, and the gateway waits as long as the function may take."""
    (integration,) = SAM.of_type("AWS::ApiGatewayV2::Integration").values()
    assert referred(integration["IntegrationUri"]) == FUNCTIONS["public"].logical_id
    assert integration["PayloadFormatVersion"] == "2.0"
    assert FUNCTIONS["public"].timeout * 1000 <= integration["TimeoutInMillis"] <= 30_000


def test_pages_are_throttled() -> None:
    """Many requests cost little, and leave capacity for the functions of the queues."""
    assert throttle(STAGE["DefaultRouteSettings"]) == (50, 200)


def test_unsubscribing_and_confirming_have_limits_of_their_own() -> None:
    """Scanners that open the links of a mailing do not use up these limits; the form has a low one."""
    own = {route: throttle(settings) for route, settings in STAGE["RouteSettings"].items()}
    assert own == {"ANY /leave/{token}": (50, 200), "ANY /confirm/{token}": (50, 200), "ANY /subscribe": (5, 20)}


def test_a_route_with_a_limit_of_its_own_is_made_before_the_stage() -> None:
    """CloudFormation fails if the settings of a stage name a route that does not exist yet."""
    ((stage, _),) = SAM.of_type("AWS::ApiGatewayV2::Stage").items()
    keys = {SAM.resources[name]["Properties"]["RouteKey"] for name in SAM.resources[stage]["DependsOn"]}
    assert keys == set(STAGE["RouteSettings"])


def test_only_this_api_may_call_public() -> None:
    """The permission names this API and nobody else."""
    (permission,) = SAM.of_type("AWS::Lambda::Permission").values()
    assert permission["Principal"] == "apigateway.amazonaws.com"
    assert "execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/" in permission["SourceArn"]["Fn::Sub"]


def test_with_a_certificate_pages_have_one_host() -> None:
    """The domain is the host of PublicBaseUrl, by TLS 1.2 or newer, and the host name of AWS is disabled."""
    domain = SAM.resources["PublicDomain"]
    host: Any = {"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "PublicBaseUrl"}]}]}
    assert (domain["Condition"], domain["Properties"]["DomainName"]) == ("HasCertificate", host)
    (configuration,) = domain["Properties"]["DomainNameConfigurations"]
    assert configuration["SecurityPolicy"] == "TLS_1_2"
    (api,) = SAM.of_type("AWS::ApiGatewayV2::Api").values()
    assert api["DisableExecuteApiEndpoint"] == {"Fn::If": ["HasCertificate", True, False]}


@pytest.mark.parametrize("url", ["https://meet.kindness.example"])
def test_the_host_is_the_third_part_of_the_url(url: str) -> None:
    """Selecting by index is right if the URL begins with https:// and has no path."""
    assert url.split("/")[2] == "meet.kindness.example"
