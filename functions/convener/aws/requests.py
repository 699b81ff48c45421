"""What passes, in DynamoDB: requests that wait for a button, and how often somebody asked.

    part               item            what                                              kept
    network/<mark>     2026-11-23T10   `visits` in that hour                             2 hours
    address/<id>       2026-11-23      `marks` of the mails to her on that day           2 days
    address/<id>/moves 2026-11-23      `marks` of the new addresses she gave that day    2 days
    request/<id>       request         what is to be confirmed; `done_at`, `answered`    7 days
    used/<nonce>       <action>        a fresh link's action that is used up             1 day longer than the link

`expires` is the table's TTL attribute, in seconds since 1970. DynamoDB deletes late, after days at times: whoever reads
looks at the time. Hours and days are those of UTC.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from convener.aws.items import from_item, put_if, readable, to_item
from convener.aws.translate import translated
from convener.subscribers.confirmation_request import ConfirmationRequest, RequestType
from convener.subscribers.unit_of_work import UsedLink

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NETWORK_KEPT, ADDRESS_KEPT, USED_KEPT = timedelta(hours=2), timedelta(days=2), timedelta(days=1)


class DynamoRequests:
    """The Requests table."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client, self._table = client, table

    def visit(self, network: str, *, now: datetime) -> int:
        """Count one visit of that network in this hour; how many they are now.

        One that boto3 repeats because its answer was lost counts twice: a limit holds a little early, never late.
        """
        key = {"part": f"network/{network}", "item": f"{now.astimezone(UTC):%Y-%m-%dT%H}"}
        with translated():
            answer = self._client.update_item(
                TableName=self._table,
                Key=to_item(key),
                UpdateExpression="SET expires = :expires ADD visits :one",
                ExpressionAttributeValues=to_item({":expires": _epoch(now + NETWORK_KEPT), ":one": 1}),
                ReturnValues="UPDATED_NEW",
            )
        return int(from_item(answer["Attributes"])["visits"])

    def allow(self, subscriber_id: str, mark: str, *, most: int, now: datetime) -> bool:
        """Whether that mark is among the first so many of the day. Asking again, or boto3's repetition, adds none."""
        key = {"part": f"address/{subscriber_id}", "item": f"{now.astimezone(UTC):%Y-%m-%d}"}
        values = {":expires": _epoch(now + ADDRESS_KEPT), ":mark": mark, ":marks": {mark}, ":most": most}
        with translated():
            try:
                self._client.update_item(
                    TableName=self._table,
                    Key=to_item(key),
                    UpdateExpression="SET expires = :expires ADD marks :marks",
                    ConditionExpression="attribute_not_exists(marks) OR contains(marks, :mark) OR size(marks) < :most",
                    ExpressionAttributeValues=to_item(values),
                )
            except self._client.exceptions.ConditionalCheckFailedException:
                return False
        return True

    def keep(self, request: ConfirmationRequest) -> None:
        """Write a request down. One with the same id stays as it is."""
        self._first(request_item(request))

    def find(self, request_id: str) -> ConfirmationRequest | None:
        """The request, read consistently, expired or not. Raises BadInput where it can't be understood."""
        with translated():
            answer = self._client.get_item(
                TableName=self._table, Key=to_item(request_key(request_id)), ConsistentRead=True
            )
        return request_of(from_item(answer["Item"])) if "Item" in answer else None

    def answered(self, request_id: str) -> None:
        """The mail that follows from it has left. Nothing happens where the request is gone."""
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
        """Whether a fresh link's action is used up, read consistently."""
        key = to_item({"part": f"used/{nonce}", "item": action})
        with translated():
            return "Item" in self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)

    def use(self, used: UsedLink) -> bool:
        """Use up a fresh link's action: True the first time, False ever after."""
        return self._first(used_item(used))

    def _first(self, item: Mapping[str, Any]) -> bool:
        """Write it where there is none yet; whether it was written. Its own repetition counts as the first."""
        with translated():
            try:
                put_if(self._client, self._table, item, "attribute_not_exists(part)")
            except self._client.exceptions.ConditionalCheckFailedException:
                return False
        return True


def expiring(part: str, item: str, *, until: datetime, **values: Any) -> dict[str, Any]:
    """An item that DynamoDB deletes some time after that moment."""
    return {"part": part, "item": item, "expires": _epoch(until), **values}


def request_key(request_id: str) -> dict[str, Any]:
    """Where a request lies."""
    return {"part": f"request/{request_id}", "item": "request"}


def request_item(request: ConfirmationRequest) -> dict[str, Any]:
    """A request as it is written; a moment that is still to come is left out."""
    return expiring(
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
    """A request as it was written. Raises BadInput."""
    with readable("A request"):
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
    """A fresh link's action as it is written once it is used up."""
    return expiring(f"used/{used.nonce}", used.action, until=used.until + USED_KEPT)


def _epoch(moment: datetime) -> int:
    return int(moment.timestamp())
