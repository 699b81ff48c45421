"""Filling the templates of the pages, with the colours and the logo of the series."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from convener.mailing_types import form_fields
from convener.pages.responses import HTML, Response, policy
from convener.sessions.series import Series


class PageRenderer:
    """Fills templates and sets the content security policy of the pages."""

    def __init__(self, folders: Sequence[Path], series: Series, *, base_url: str) -> None:
        """Load the templates from `folders`; the first folder that has a template counts.

        The front page is at `base_url`.
        """
        self._jinja = Environment(
            loader=FileSystemLoader(folders),
            undefined=StrictUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        style = self._jinja.get_template("pages/look.css").render(series=series)
        script = self._jinja.get_template("pages/zone.js").render()
        home = urlsplit(base_url).path.rstrip("/") + "/"
        trusted = {"style": Markup(style), "script": Markup(script)}  # noqa: S704 - both come from the project itself
        values = {"series": series, "home": home, "base_url": base_url.rstrip("/"), "scripted": False}
        self._jinja.globals |= {**values, **trusted, "form_fields": form_fields}
        logo = series.brand.logo_url
        rules = {"style": _hash(style), "images": _origin(logo) if logo else "'none'", "forms": "'self'"}
        self._policy, self._scripted_policy = policy(**rules), policy(**rules, script=_hash(script))

    def page(
        self,
        name: str,
        view: Mapping[str, object],
        *,
        status: HTTPStatus = HTTPStatus.OK,
        headers: Mapping[str, str] | None = None,
        scripted: bool = False,
    ) -> Response:
        """Fill a template and return the response.

        Args:
            name: The name of a template in `pages/`, without `.html`.
            view: The values of the template.
            status: The status of the response.
            headers: Headers to add to the response.
            scripted: Whether the page contains the script that suggests the time zone of the browser.
        """
        body = self._jinja.get_template(f"pages/{name}.html").render(view, scripted=scripted)
        security_policy = self._scripted_policy if scripted else self._policy
        always = {"content-type": HTML, "content-security-policy": security_policy}
        return Response(status=status, body=body, headers={**always, **(headers or {})})


def _hash(text: str) -> str:
    """Return the hash by which a content security policy allows a style or script inside the page."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
