"""The uploads folder: what is dropped there goes to the bucket, and the reports come back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

INBOX, REPORTS = "inbox/", "reports/"
# What editors, spreadsheets and systems leave beside the file that is meant.
ODD_ENDS = ("~", ".swp", ".swx", ".tmp", ".part", ".crdownload")
ODD_BEGINNINGS = (".", "~$", "#")
Look = tuple[int, int]


@dataclass(frozen=True)
class Report:
    """What an upload came to, as its editor reads it. `name` is the report's file, `at` real time."""

    name: str
    at: datetime
    text: str


@dataclass
class Uploads:
    """`folder/inbox` is read, `folder/reports` is written.

    A file is taken once it looked the same twice, so that none is taken while it is being written.
    """

    folder: Path
    s3: Any
    bucket: str
    _seen: dict[Path, Look] = field(default_factory=dict)
    _taken: dict[Path, Look] = field(default_factory=dict)
    _mirrored: dict[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for part in (self.inbox, self.reports):
            part.mkdir(parents=True, exist_ok=True)

    @property
    def inbox(self) -> Path:
        """Where files are dropped."""
        return self.folder / "inbox"

    @property
    def reports(self) -> Path:
        """Where reports appear."""
        return self.folder / "reports"

    def take(self) -> list[str]:
        """Put into the bucket what came or changed and is whole; the names of what was put."""
        looks = {path: look for path in sorted(self.inbox.rglob("*")) if not odd(path) and (look := _look(path))}
        ready = [path for path, look in looks.items() if self._seen.get(path) == look != self._taken.get(path)]
        self._seen = looks
        return [name for path in ready if (name := self._put(path, looks[path]))]

    def mirror(self) -> list[Report]:
        """Copy reports that are new in the bucket to the folder; the texts among them."""
        found = self.s3.list_objects_v2(Bucket=self.bucket, Prefix=REPORTS).get("Contents", [])
        new = [one for one in found if self._mirrored.get(one["Key"]) != one["LastModified"]]
        reports = []
        for one in sorted(new, key=lambda one: one["LastModified"]):
            self._mirrored[one["Key"]] = one["LastModified"]
            body = self.s3.get_object(Bucket=self.bucket, Key=one["Key"])["Body"].read()
            name = one["Key"].removeprefix(REPORTS).replace("/", "-")
            (self.reports / name).write_bytes(body)
            if name.endswith(".txt"):
                reports.append(Report(name, datetime.now(UTC), body.decode("utf-8", "replace")))
        return reports

    def _put(self, path: Path, look: Look) -> str:
        name = path.relative_to(self.inbox).as_posix()
        try:
            body = path.read_bytes()
        except OSError:  # gone again, or not ours to read: the next look decides
            return ""
        self.s3.put_object(Bucket=self.bucket, Key=INBOX + name, Body=body)
        self._taken[path] = look
        return name


def odd(path: Path) -> bool:
    """Whether a file is only a by-product: a lock, a swap file, an unfinished download, the desktop's own."""
    return path.name.startswith(ODD_BEGINNINGS) or path.name.endswith(ODD_ENDS) or path.name in ("Thumbs.db", "4913")


def _look(path: Path) -> Look | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_size, found.st_mtime_ns) if path.is_file() else None
