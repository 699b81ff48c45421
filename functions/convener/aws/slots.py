"""Slots in the ledger: the generic cell rate algorithm (GCRA) on one number for each lane.

    campaign   item    what
    pacing     bulk    `tat`: the first free moment, in microseconds since 1970; `h474960`: mails in that hour of then

DynamoDB has no max(). Where the first free moment is in the future, one update adds to it, and several processes
may do so at once. Where that moment has passed, an update sets it to now, on condition that the stored value is
still the value read. `tat` only rises. So a write that boto3 repeats after a lost answer reserves further slots or
is refused: some slots are wasted, and none is given twice. For that reason a refused write is never taken for a
repetition here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from convener.aws.items import from_item, readable, to_item
from convener.aws.translate import translated
from convener.delivery.ports import SlotReservation
from convener.errors import Throttled
from convener.formats import FIELD, NEWEST, check_format

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

HOURS = 25
"""A mail of the present hour or of the 24 hours before may count for SES's period of 24 hours."""
MAX_ROUNDS = 10
"""How often other processes may write first before this one gives up."""
FORGOTTEN_AT_ONCE = 50
"""The number of old hours that one write removes."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
SECOND = 1_000_000
PACING = "pacing"


class DynamoSlots:
    """The pacing items of the Ledger table."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client, self._table = client, table
        self._hours: dict[str, set[str]] = {}

    def take(self, lane: str, *, mails: int, step: float, now: datetime, within: float) -> SlotReservation | float:
        """Reserve `mails` slots, `step` seconds apart, or return the seconds until the first free slot.

        Raises Throttled where other processes always wrote first, another Unavailable, or LostAnswer. Then no slot is
        reserved for the caller.
        """
        moment = (now - EPOCH) // MICROSECOND
        need = math.ceil(round(step * mails * SECOND, 3))
        latest = moment + math.floor(max(within, 0) * SECOND)
        first: int | None = moment  # most often others are sending: begin as if the number were in reach
        with translated(), readable(f"The pacing of {lane}"):
            for _ in range(MAX_ROUNDS):
                done, item = self._write(lane, mails, need, first, moment, latest)
                check_format("pacing", item, f"The pacing of {lane}")
                if done:
                    spent = self._spent(lane, item, moment)
                    return SlotReservation(start=EPOCH + (int(item["tat"]) - need) * MICROSECOND, spent=spent)
                first = item.get("tat")
                if first is not None and first > latest:
                    return float((first - moment) / SECOND)
        raise Throttled("others took the slots first, again and again")

    def _write(
        self, lane: str, mails: int, need: int, first: int | None, moment: int, latest: int
    ) -> tuple[bool, dict[str, Any]]:
        """Return whether slots were reserved, and the item as it is then."""
        if first is None:
            change, condition, values = "tat = :next", "attribute_not_exists(tat)", {":next": moment + need}
        elif first < moment:
            change, condition, values = "tat = :next", "tat = :first", {":next": moment + need, ":first": first}
        else:
            change, condition = "tat = tat + :need", "tat BETWEEN :now AND :latest"
            values = {":need": need, ":now": moment, ":latest": latest}
        hours = {f"#old{n}": name for n, name in enumerate(self._old(lane, moment))}
        update = f"SET {change}, #format = if_not_exists(#format, :format) ADD #hour :mails"
        update += f" REMOVE {', '.join(hours)}" if hours else ""
        try:
            answer = self._client.update_item(
                TableName=self._table,
                Key=to_item({"campaign": PACING, "item": lane}),
                UpdateExpression=update,
                ConditionExpression=condition,
                ExpressionAttributeNames={"#hour": _hour(moment), "#format": FIELD, **hours},
                ExpressionAttributeValues=to_item({**values, ":mails": mails, ":format": NEWEST["pacing"]}),
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            old: Any = error.response.get("Item") or {}
            return False, from_item(old)
        return True, from_item(answer["Attributes"])

    def _spent(self, lane: str, item: Mapping[str, Any], moment: int) -> dict[int, int]:
        """Return the mails by hour, and remember the hours of the item, so that a later write can remove old hours."""
        hours = {name: count for name, count in item.items() if name[0] == "h" and name[1:].isdigit()}
        self._hours[lane] = set(hours)
        return {int(name[1:]): int(count) for name, count in hours.items() if int(name[1:]) > _oldest(moment)}

    def _old(self, lane: str, moment: int) -> list[str]:
        known = sorted(self._hours.get(lane, ()))
        return [name for name in known if int(name[1:]) <= _oldest(moment)][:FORGOTTEN_AT_ONCE]


def _hour(moment: int) -> str:
    return f"h{moment // (3600 * SECOND)}"


def _oldest(moment: int) -> int:
    return moment // (3600 * SECOND) - HOURS
