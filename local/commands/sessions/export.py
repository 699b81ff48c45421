"""`convener sessions export`: the session records as a file that can be edited and uploaded again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import StringIO
from typing import Any

import click
from ruamel.yaml import YAML

from convener.sessions.models import Material, Session
from local.commands.sessions.files import errors_as_messages
from local.stack_context import StackContext

HEADING = """\
# The sessions as they are now. Change what you like and upload it again; what you leave out stays as it is.
# A version says which state you changed: if somebody was faster, you will be told.
"""


@click.command()
@click.option("--format", "_kind", type=click.Choice(["yaml"]), default="yaml", show_default=True)
@click.pass_obj
def export(stack: StackContext, _kind: str) -> None:
    """Print all sessions as a file for `load` and `upload`. Loading the file unchanged changes nothing."""
    with errors_as_messages():
        sessions = stack.sessions().all()
    click.echo(as_yaml(sessions), nl=False)


def as_yaml(sessions: Sequence[Session]) -> str:
    """Return the sessions as an uploadable YAML file. Empty fields are left out."""
    writer, text = YAML(), StringIO()
    writer.default_flow_style, writer.width = False, 100
    writer.dump([_record(session) for session in sessions], text)
    return HEADING + text.getvalue()


def _record(session: Session) -> dict[str, Any]:
    values = {
        "id": session.id,
        "version": session.version,
        "date": session.date.isoformat(),
        "start": f"{session.start:%H:%M}",
        "length_minutes": session.length_minutes,
        "status": session.status,
        "title": session.title,
        "speakers": [_full(speaker.model_dump()) for speaker in session.speakers],
        "summary": session.summary,
        "join_url": session.join_url,
        "insights": _material(session.insights),
        "presentations": [_full(one.model_dump()) for one in session.presentations],
        "recording": _material(session.recording),
    }
    return _full(values)


def _full(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def _material(material: Material) -> str | None:
    return material.url or ("announced" if material.announced else None)
