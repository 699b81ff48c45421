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

from convener.pages.answers import HTML, Answer, policy
from convener.sessions.series import Series


class Paper:
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
        home = urlsplit(base_url).path.rstrip("/") + "/"
        self._jinja.globals |= {"series": series, "home": home, "style": Markup(style)}  # noqa: S704 - our own colours
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        logo = series.brand.logo_url
        self._policy = policy(style=f"'sha256-{digest}'", images=_origin(logo) if logo else "'none'", forms="'self'")

    def page(
        self,
        name: str,
        view: Mapping[str, object],
        *,
        status: HTTPStatus = HTTPStatus.OK,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """A template of `pages/`, filled."""
        body = self._jinja.get_template(f"pages/{name}.html").render(view)
        own = {"content-type": HTML, "content-security-policy": self._policy}
        return Answer(status=status, body=body, headers={**own, **(headers or {})})


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
