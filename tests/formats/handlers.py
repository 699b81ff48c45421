"""What a handler makes of what lies in tables, buckets and queues: a scene is played, and all that came of it told."""

from __future__ import annotations

import email
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from functools import partial
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from convener.formats import FIELD
from local.stack import LocalStack
from local.virtual_clock import VirtualClock
from tests.formats.current_code.functions import functions
from tests.formats.samples import (
    KEYS,
    TABLES,
    Items,
    Sample,
    Tables,
    in_order,
    message_with_number,
    tidy,
    unpacked,
    with_number,
)

QUEUES = ("Fanout", "Deliver", "Transactional")
KEPT_HEADERS = re.compile(r"List-|X-Convener-|Auto-Submitted|To$|Content-Type")
LINK = re.compile(rf"{KEYS['base_url']}/[a-z]+/[\w.-]+\.[\w-]{{43}}")


class SceneClock(VirtualClock):
    """A clock that each scene sets."""

    def set_to(self, moment: datetime) -> None:
        """Show that moment, also one that is past."""
        self._now = moment


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A local stack with the samples' keys, whose handlers go by a clock that is set for each scene."""

    stack: LocalStack
    tables: Tables
    clock: SceneClock
    invoke: Callable[[str, Mapping[str, Any]], Any]
    """How a function is called."""
    queued: list[tuple[str, str]]
    """Address of the queue and body of every message that was sent."""

    def play(self, scene: Sample, items: Mapping[str, Sample]) -> dict[str, Any]:
        """What came of a scene: changed items, new objects, messages, mails, and the handler's answer.

        `items` are the samples by name; the scene says which of them lie in the tables.
        """
        before = {
            table: [i for name in scene["with"] if items[name]["table"] == table for i in items[name]["items"]]
            for table in TABLES
        }
        self.tables.put(before)
        self.queued.clear()
        mails = self.stack.ses.mails.count
        self.clock.set_to(datetime.fromisoformat(scene["at"]))
        if "fault" in scene:
            self.stack.ses.faults.ordered({"fault": scene["fault"], "next": 1})()
        answer = self.invoke(scene["function"], self._event(scene))
        self.stack.ses.faults.clear()
        after = {table: self.tables.items(table) for table in TABLES}
        came: dict[str, Any] = {
            "answer": {name: answer[name] for name in ("statusCode", "batchItemFailures") if name in answer},
            "written": {table: _new(before[table], after[table]) for table in TABLES},
            "gone": {table: sorted(_keys(table, before) - _keys(table, after)) for table in TABLES},
            "objects": self._reports() if "upload" in scene else {},
            "messages": {
                queue: sorted(body for url, body in self.queued if url == self.stack.outputs[f"{queue}QueueUrl"])
                for queue in QUEUES
            },
            "mails": [_mail(one) for one in self.stack.ses.mails.all[mails:]],
        }
        if location := answer.get("headers", {}).get("location"):
            came["answer"]["location"] = location
        _all_numbered(before, after, [body for _, body in self.queued])
        told = tidy({name: found for name, value in came.items() if (found := _something(value))})
        return normalised(dict(without_marks(told) if scene.get("marks_by_chance") else told))

    def _event(self, scene: Sample) -> Mapping[str, Any]:
        if "request" in scene:
            return request(**scene["request"])
        if "upload" in scene:
            return self._uploaded(**scene["upload"])
        if "event" in scene:
            body = json.dumps(scene["event"]).replace("<configuration set>", self._configuration_set)
            return batch(body)
        return batch(*scene["messages"]) if "messages" in scene else dict(scene["input"])

    @property
    def _configuration_set(self) -> str:
        return self.stack.environment("feedback")["CONFIGURATION_SET"]

    def _uploaded(self, key: str, body: str, sequencer: str, by: str) -> Mapping[str, Any]:
        """S3's notification of a file that is put there first. Its version is that of the object in the bucket."""
        s3, bucket = self.stack.session.client("s3"), self.stack.outputs["UploadsBucket"]
        for found in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
            s3.delete_object(Bucket=bucket, Key=found["Key"])
        version = s3.put_object(Bucket=bucket, Key=key, Body=body.encode())["VersionId"]
        told = {"key": key, "size": len(body.encode()), "versionId": version, "sequencer": sequencer}
        record = {
            "eventName": "ObjectCreated:Put",
            "userIdentity": {"principalId": f"AWS:AROAEXAMPLE:{by}"},
            "s3": {"bucket": {"name": bucket}, "object": told},
        }
        return batch(json.dumps({"Records": [record]}))

    def _reports(self) -> dict[str, str]:
        s3, bucket = self.stack.session.client("s3"), self.stack.outputs["UploadsBucket"]
        keys = [one["Key"] for one in s3.list_objects_v2(Bucket=bucket, Prefix="reports/").get("Contents", [])]
        return {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode() for key in keys}


@contextmanager
def stage(stack: LocalStack, editions: Mapping[str, str]) -> Iterator[Stage]:
    """A stage on an empty stack, with the samples' secrets, and editions by the keys of their objects."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Convener")
        patch.setenv("POWERTOOLS_SERVICE_NAME", "test")
        told, secrets = stack.environment("transactional"), stack.session.client("secretsmanager")
        secrets.put_secret_value(SecretId=told["SIGNING_KEYS_SECRET"], SecretString=KEYS["signing_keys"])
        secrets.put_secret_value(SecretId=told["IDENTITY_KEY_SECRET"], SecretString=KEYS["identity_key"])
        for key, body in editions.items():
            stack.session.client("s3").put_object(Bucket=stack.outputs["EditionsBucket"], Key=key, Body=body.encode())
        tables, queued = Tables(stack), list[tuple[str, str]]()
        stack.session.events.register("before-parameter-build.sqs", partial(_note, queued))
        clock = SceneClock(datetime(2024, 4, 4, 8, tzinfo=UTC))
        with functions(stack, clock) as invoke:
            yield Stage(stack=stack, tables=tables, clock=clock, invoke=invoke, queued=queued)


def _note(queued: list[tuple[str, str]], params: Mapping[str, Any], **_: Any) -> None:
    """Remember the messages of a request."""
    entries = params.get("Entries", [params] if "MessageBody" in params else [])
    queued += [(params["QueueUrl"], entry["MessageBody"]) for entry in entries if "MessageBody" in entry]


def batch(*bodies: str) -> dict[str, Any]:
    """An SQS event with these messages."""
    records = [
        {"messageId": f"message-{place}", "body": body, "eventSource": "aws:sqs", "attributes": {}}
        for place, body in enumerate(bodies)
    ]
    return {"Records": records}


def request(method: str, url: str, form: Mapping[str, str] | None = None) -> dict[str, Any]:
    """A request as API Gateway's payload format 2.0 has it."""
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": urlsplit(url).path,
        "headers": {"content-type": "application/x-www-form-urlencoded", "host": "c.example"},
        "requestContext": {"http": {"method": method, "sourceIp": "192.0.2.7"}},
        "isBase64Encoded": False,
        "body": urlencode(form or {}),
    }


def without_marks(told: Any) -> Any:
    """The same without the marks of requests, where a page made them by chance."""
    return json.loads(re.sub(r'(\\"mark\\": \\")[0-9a-f]{32}', r"\1<request>", json.dumps(told)))


def normalised(told: Sample) -> Sample:
    """What came of a scene, with the number of every format. Scenes of before December 2026 have none: it was 1."""
    written, queues = told.get("written", {}), told.get("messages", {})
    items = {table: in_order(map(with_number, some)) for table, some in written.items()}
    messages = {
        queue: sorted(map(message_with_number, bodies), key=lambda one: json.dumps(one, sort_keys=True))
        for queue, bodies in queues.items()
    }
    return {
        **told,
        **({"written": items} if items else {}),
        **({"messages": messages} if messages else {}),
    }


def _all_numbered(before: Mapping[str, Items], after: Mapping[str, Items], bodies: Iterable[str]) -> None:
    """Every item and every message that a function makes has the number of its format."""
    known = _keys_of(before)
    made = [one for table, some in after.items() for one in some if _key(table, one) not in known]
    assert [one for one in made if FIELD not in one] == []
    assert [body for body in bodies if FIELD not in json.loads(body)] == []


def _key(table: str, item: Mapping[str, Any]) -> tuple[str, ...]:
    return (table, *(item[name]["S"] for name in TABLES[table]))


def _keys_of(tables: Mapping[str, Items]) -> set[tuple[str, ...]]:
    return {_key(table, one) for table, some in tables.items() for one in some}


def _new(before: Items, after: Items) -> Items:
    return in_order(tidy(unpacked([one for one in after if one not in before])))


def _keys(table: str, tables: Mapping[str, list[Any]]) -> set[tuple[str, ...]]:
    return {tuple(one[key]["S"] for key in TABLES[table]) for one in tables[table]}


def _something(value: Any) -> Any:
    """Without tables, queues and lists in which nothing is. An empty list of failures stays."""
    kept = ("batchItemFailures",)
    return {name: one for name, one in value.items() if one or name in kept} if isinstance(value, dict) else value


def _mail(mail: Any) -> dict[str, Any]:
    message = email.message_from_bytes(mail.raw, policy=policy.default)
    text = message.get_body(("plain",))
    assert text is not None
    return {
        "recipients": list(mail.recipients),
        "tags": dict(sorted(mail.tags.items())),
        "headers": {name: str(value).partition(";")[0] for name, value in message.items() if KEPT_HEADERS.match(name)},
        "links": sorted(set(LINK.findall(text.get_content()))),
        "parts": [part.get_content_type() for part in message.walk() if not part.is_multipart()],
    }
