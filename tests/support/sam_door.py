"""A door from containers to the local stack: that stays on 127.0.0.1, which inside a container is the container."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import Any
from urllib.parse import urlsplit


class _Passage(BaseRequestHandler):
    """One connection, handed on byte by byte in both directions."""

    server: _Door

    def handle(self) -> None:
        with socket.create_connection(self.server.leads_to) as inside:
            back = threading.Thread(target=_pour, args=(inside, self.request), daemon=True)
            back.start()
            _pour(self.request, inside)
            back.join()


class _Door(ThreadingTCPServer):
    daemon_threads = True
    leads_to: tuple[str, int]
    open_to: IPv4Network

    def verify_request(self, _request: Any, client_address: Any) -> bool:
        """Only containers: whoever has an address on the bridge. Nobody comes from further away."""
        return IPv4Address(client_address[0]) in self.open_to


def _pour(source: Any, into: Any) -> None:
    with contextlib.suppress(OSError):
        while piece := source.recv(65536):
            into.sendall(piece)
    with contextlib.suppress(OSError):
        into.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def door(bridge: IPv4Interface, to: str) -> Iterator[str]:
    """While it is open: where containers find what the URL `to` leads to. `bridge` is our place on the engine's."""
    inside = urlsplit(to)
    with _Door((str(bridge.ip), 0), _Passage) as server:
        server.leads_to, server.open_to = (str(inside.hostname), int(inside.port or 80)), bridge.network
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield f"http://{bridge.ip}:{server.server_address[1]}"
        server.shutdown()
