"""One address for everything: SES's requests go to our own server, all others to moto."""

from __future__ import annotations

import threading
from functools import cache
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

from local.ses.server import SesServer
from local.ses.web import PATHS, SesApplication

HOST = "127.0.0.1"
LOOK_UP = 0.05  # seconds until the server's thread sees that it is to end


@cache
def _moto() -> Any:
    """Moto's application, for all stacks of the process: its memory is one, too.

    It finds a request's service by comparing a host with the patterns of all services, each time; here once a host.
    """
    application = DomainDispatcherApplication(create_backend_app)
    application.get_backend_for_host = cache(application.get_backend_for_host)  # type: ignore[method-assign]
    return application


class Front:
    """A WSGI application."""

    def __init__(self, ses: SesServer) -> None:
        self._ses, self._moto = SesApplication(ses), _moto()

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """As WSGI wants it."""
        own = environ.get("PATH_INFO", "").startswith(PATHS)
        return (self._ses if own else self._moto)(environ, start_response)


class FrontServer:
    """Serves an application at a free port of 127.0.0.1, in threads of this process."""

    def __init__(self, application: Any) -> None:
        self._server = make_server(HOST, 0, application, threaded=True, request_handler=MotoRequestHandler)
        self.endpoint_url = f"http://{HOST}:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(LOOK_UP,), daemon=True)

    def start(self) -> None:
        """Answer from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
