"""The uploads bucket in a dictionary."""

from __future__ import annotations


class FakeUploads:
    """Keeps every version until the object is removed."""

    def __init__(self) -> None:
        self.bucket = "uploads"
        self.versions: dict[str, dict[str, bytes]] = {}

    def read(self, key: str, *, version_id: str = "") -> bytes | None:
        known = self.versions.get(key, {})
        return known.get(version_id or next(reversed(known), ""))

    def put(self, key: str, data: bytes, *, content_type: str) -> str:
        assert "/" in content_type
        version = f"v{sum(len(known) for known in self.versions.values()) + 1}"
        self.versions.setdefault(key, {})[version] = data
        return version

    def remove(self, key: str) -> None:
        del self.versions[key]
