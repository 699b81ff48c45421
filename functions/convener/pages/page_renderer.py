"""What pages are written on: the templates of `templates/pages/`, in the look of the series."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from convener.pages.responses import HTML, Response, policy
from convener.sessions.series import Series


class PageRenderer:
    """Writes pages. A page may have any request's answer on it, and never anything that a request brought."""

    def __init__(self, folder: Path, series: Series, *, base_url: str) -> None:
        """`folder` is what the project calls `templates/`; the front page is at `base_url`."""
        self._jinja = Environment(
            loader=FileSystemLoader(folder),
            undefined=StrictUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        style = self._jinja.get_template("pages/look.css").render(series=series)
        script = self._jinja.get_template("pages/zone.js").render()
        home = urlsplit(base_url).path.rstrip("/") + "/"
        ours = {"style": Markup(style), "script": Markup(script)}  # noqa: S704 - our own colours and our own script
        own = {"series": series, "home": home, "base_url": base_url.rstrip("/"), "scripted": False}
        self._jinja.globals |= {**own, **ours}
        logo = series.brand.logo_url
        rules = {"style": _hash(style), "images": _origin(logo) if logo else "'none'", "forms": "'self'"}
        self._policy, self._scripted = policy(**rules), policy(**rules, script=_hash(script))

    def page(
        self,
        name: str,
        view: Mapping[str, object],
        *,
        status: HTTPStatus = HTTPStatus.OK,
        headers: Mapping[str, str] | None = None,
        scripted: bool = False,
    ) -> Response:
        """A template of `pages/`, filled; `scripted` where a browser may suggest the reader's time zone."""
        body = self._jinja.get_template(f"pages/{name}.html").render(view, scripted=scripted)
        own = {"content-type": HTML, "content-security-policy": self._scripted if scripted else self._policy}
        return Response(status=status, body=body, headers={**own, **(headers or {})})


def _hash(text: str) -> str:
    """How a policy names what stands in the page itself."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
