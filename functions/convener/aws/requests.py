"""Items that expire, in DynamoDB: requests that wait for a confirmation, used links, and counters for limits.

    part               item            what                                              kept
    network/<mark>     2026-11-23T10   `visits` in that hour                             2 hours
    address/<id>       2026-11-23      `marks` of the mails to the address on that day   2 days
    address/<id>/moves 2026-11-23      `marks` of the new addresses given on that day    2 days
    request/<id>       request         the request; `done_at`, `answered`                7 days
    used/<nonce>       <action>        the used action of a one-time link                1 day longer than the link

`expires` is the TTL attribute of the table, in seconds since 1970. DynamoDB deletes expired items late, at times
after days, so every reader compares the time. Hours and days are in UTC.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from convener.aws.items import from_item, put_if, readable, to_item
from convener.aws.translate import translated
from convener.formats import FIELD, NEWEST, numbered
from convener.subscribers.confirmation_request import ConfirmationRequest, RequestType
from convener.subscribers.unit_of_work import UsedLink

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NETWORK_KEPT, ADDRESS_KEPT, USED_KEPT = timedelta(hours=2), timedelta(days=2), timedelta(days=1)
_FORMAT, _SET_FORMAT = {"#format": FIELD}, "#format = if_not_exists(#format, :format)"


class DynamoRequests:
    """The Requests table."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client, self._table = client, table

    def visit(self, network: str, *, now: datetime) -> int:
        """Count one visit of that network in this hour, and return the number of visits.

        A write that boto3 repeats after a lost answer counts twice. So a limit may apply a little early, never late.
        """
        key = {"part": f"network/{network}", "item": f"{now.astimezone(UTC):%Y-%m-%dT%H}"}
        with translated():
            answer = self._client.update_item(
                TableName=self._table,
                Key=to_item(key),
                UpdateExpression=f"SET expires = :expires, {_SET_FORMAT} ADD visits :one",
                ExpressionAttributeNames=_FORMAT,
                ExpressionAttributeValues=to_item(
                    {":expires": _epoch(now + NETWORK_KEPT), ":one": 1, ":format": NEWEST["visits"]}
                ),
                ReturnValues="UPDATED_NEW",
            )
        return int(from_item(answer["Attributes"])["visits"])

    def allow(self, subscriber_id: str, mark: str, *, most: int, now: datetime) -> bool:
        """Return whether the mark is among the first `most` marks of the day. Repeating the call adds nothing."""
        key = {"part": f"address/{subscriber_id}", "item": f"{now.astimezone(UTC):%Y-%m-%d}"}
        values = {":expires": _epoch(now + ADDRESS_KEPT), ":mark": mark, ":marks": {mark}, ":most": most}
        values[":format"] = NEWEST["asked"]
        with translated():
            try:
                self._client.update_item(
                    TableName=self._table,
                    Key=to_item(key),
                    UpdateExpression=f"SET expires = :expires, {_SET_FORMAT} ADD marks :marks",
                    ExpressionAttributeNames=_FORMAT,
                    ConditionExpression="attribute_not_exists(marks) OR contains(marks, :mark) OR size(marks) < :most",
                    ExpressionAttributeValues=to_item(values),
                )
            except self._client.exceptions.ConditionalCheckFailedException:
                return False
        return True

    def keep(self, request: ConfirmationRequest) -> None:
        """Store a request. A request with the same id stays as it is."""
        self._first(request_item(request))

    def find(self, request_id: str) -> ConfirmationRequest | None:
        """Return the request, read consistently, expired or not. Raises BadInput where the item can't be read."""
        with translated():
            answer = self._client.get_item(
                TableName=self._table, Key=to_item(request_key(request_id)), ConsistentRead=True
            )
        return request_of(from_item(answer["Item"])) if "Item" in answer else None

    def answered(self, request_id: str) -> None:
        """Note that the mail which follows from the request has left. A request that is gone is ignored."""
        with translated():
            try:
                self._client.update_item(
                    TableName=self._table,
                    Key=to_item(request_key(request_id)),
                    UpdateExpression="SET answered = :yes",
                    ConditionExpression="attribute_exists(part)",
                    ExpressionAttributeValues=to_item({":yes": True}),
                )
            except self._client.exceptions.ConditionalCheckFailedException:
                return

    def used(self, nonce: str, action: str) -> bool:
        """Return whether the action of a one-time link is used, read consistently."""
        key = to_item({"part": f"used/{nonce}", "item": action})
        with translated():
            return "Item" in self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)

    def use(self, used: UsedLink) -> bool:
        """Mark the action of a one-time link as used. Return True the first time, False later."""
        return self._first(used_item(used))

    def _first(self, item: Mapping[str, Any]) -> bool:
        """Write an item where none exists, and return whether it was written.

        A write that boto3 repeats counts as written.
        """
        with translated():
            try:
                put_if(self._client, self._table, item, "attribute_not_exists(part)")
            except self._client.exceptions.ConditionalCheckFailedException:
                return False
        return True


def expiring(kind: str, part: str, item: str, *, until: datetime, **values: Any) -> dict[str, Any]:
    """Return an item of that kind in `formats.NEWEST`, which DynamoDB deletes some time after `until`."""
    return numbered(kind, {"part": part, "item": item, "expires": _epoch(until), **values})


def request_key(request_id: str) -> dict[str, Any]:
    """Return the key of a request."""
    return {"part": f"request/{request_id}", "item": "request"}


def request_item(request: ConfirmationRequest) -> dict[str, Any]:
    """Return the item of a request. `done_at` is left out while the request is not confirmed."""
    return expiring(
        "request",
        **request_key(request.id),
        until=request.expires_at,
        wish=request.wish.value,
        subscriber=request.subscriber,
        address=request.address,
        asked_at=request.asked_at.isoformat(),
        first_name=request.first_name,
        zone=request.zone,
        kinds=sorted(request.kinds),
        wording=request.wording,
        by=request.by,
        moving=request.moving,
        answered=request.answered,
        **({"done_at": request.done_at.isoformat()} if request.done_at else {}),
    )


def request_of(item: Mapping[str, Any]) -> ConfirmationRequest:
    """Return the request of an item. Raises BadInput where the item can't be read."""
    with readable("A request", "request", item):
        return ConfirmationRequest(
            id=item["part"].removeprefix("request/"),
            wish=RequestType(item["wish"]),
            subscriber=item["subscriber"],
            address=item["address"],
            asked_at=datetime.fromisoformat(item["asked_at"]),
            first_name=item["first_name"],
            zone=item["zone"],
            kinds=frozenset(item["kinds"]),
            wording=item["wording"],
            by=item["by"],
            moving=item["moving"],
            done_at=datetime.fromisoformat(item["done_at"]) if "done_at" in item else None,
            answered=item["answered"],
        )


def used_item(used: UsedLink) -> dict[str, Any]:
    """Return the item of a used action of a one-time link."""
    return expiring("used", f"used/{used.nonce}", used.action, until=used.until + USED_KEPT)


def _epoch(moment: datetime) -> int:
    return int(moment.timestamp())
