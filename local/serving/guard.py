"""Keeps other web sites away from the local stack: a browser may have them open beside it."""

from __future__ import annotations

from collections.abc import Mapping


def refusal(method: str, headers: Mapping[str, str], *, port: int, own_tool: bool) -> str:
    """Why a request is not answered, or "".

    The name it was sent to must be ours: a foreign name that leads to 127.0.0.1 (DNS rebinding) would let its site read
    mails. What changes something here must come from a page of ours, or from no browser; readers' pages decide
    that for themselves, as they do in AWS.
    """
    names = {f"127.0.0.1:{port}", f"localhost:{port}"}
    host = headers.get("host", "")
    if host not in names:
        return f"This is the local stack at http://127.0.0.1:{port}; it doesn’t answer to the name {host!r}."
    if not own_tool or method in ("GET", "HEAD"):
        return ""
    origin = headers.get("origin")
    foreign = origin not in {f"http://{name}" for name in names} if origin else False
    if foreign or headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        return "Another web site asked for this, so nothing was done. Use the local inbox itself."
    return ""
