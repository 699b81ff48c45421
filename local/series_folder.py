"""The community's own folder: which one counts, and whether it is right.

It holds `series.toml` and, where a community has templates of its own, `templates/`. Nothing of it is tracked in this
repository but the example. `python -m local.series_folder FOLDER` copies what belongs into the Lambda bundle.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError

from convener.errors import ConvenerError, Misconfigured
from convener.sessions.series import Series, read_series

ROOT = Path(__file__).parents[1]
SHIPPED_TEMPLATES = ROOT / "templates"
EXAMPLE, OWN = ROOT / "series" / "example", ROOT / "series" / "mine"
VARIABLE = "SERIES"


@dataclass(frozen=True)
class SeriesFolder:
    """The folder of one community."""

    path: Path

    @property
    def file(self) -> Path:
        """The settings."""
        return self.path / "series.toml"

    @cached_property
    def series(self) -> Series:
        """The settings, read and checked. Raises Misconfigured."""
        return read_series(self.file)

    @property
    def is_example(self) -> bool:
        """Whether this is the example that is part of the project."""
        return self.path.resolve() == EXAMPLE.resolve()

    def checked(self) -> SeriesFolder:
        """Return the folder itself. Raises Misconfigured where it is none, or has no settings."""
        copy = f"Copy {EXAMPLE.relative_to(ROOT)} and change what is yours (docs/deploy.md, step 2)."
        where = f"{self.path} ({VARIABLE})" if self.path not in (OWN, EXAMPLE) else str(self.path)
        if not self.path.exists():
            raise Misconfigured(f"{where}: there is no such folder. {copy}")
        if not self.path.is_dir():
            raise Misconfigured(f"{where}: this is a file; name the folder that series.toml lies in.")
        if not self.file.is_file():
            raise Misconfigured(f"{where}: there is no series.toml in this folder. {copy}")
        return self

    def templates(self) -> Iterator[Path]:
        """Yield the community's own templates, as paths inside `templates/`.

        Raises Misconfigured for a file that stands for none of the project's templates, since nothing would ever read
        it, and for one that is not written as a template.
        """
        own = self.path / "templates"
        for file in sorted(own.rglob("*")):
            name = file.relative_to(own)
            if file.is_dir() or any(part.startswith(".") for part in name.parts):
                continue
            if not (SHIPPED_TEMPLATES / name).is_file():
                raise Misconfigured(
                    f"{file}: Convener has no template templates/{name.as_posix()}, so this file would never be used. "
                    "Give it the name of the template that it replaces, or take it out of the folder."
                )
            try:
                Environment().parse(file.read_text("utf-8"))  # noqa: S701 - nothing is filled here
            except TemplateSyntaxError as error:
                raise Misconfigured(f"{file}, line {error.lineno}: {error.message}.") from error
            except UnicodeDecodeError as error:
                raise Misconfigured(f"{file}: not a text file in UTF-8.") from error
            yield name

    def copy_to(self, folder: Path) -> None:
        """Make `folder` hold what a bundle needs: the settings and the templates, and nothing else that lies around.

        Raises Misconfigured where something is wrong with the settings or with a template's name.
        """
        names = [Path("series.toml"), *(Path("templates") / name for name in self.templates())]
        _ = self.series
        shutil.rmtree(folder, ignore_errors=True)
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self.path / name, folder / name)


def chosen(environment: Mapping[str, str] = os.environ) -> SeriesFolder:
    """Return the folder that the variable SERIES names; else `series/mine`, if it is there; else the example.

    Raises Misconfigured where the variable names no such folder.
    """
    named = environment.get(VARIABLE, "").strip()
    if not named:
        return SeriesFolder(OWN if OWN.exists() else EXAMPLE).checked()
    return SeriesFolder(Path(named).expanduser()).checked()


def main(target: Path) -> int:
    """Copy the chosen folder to `target`, and say whose series it is. Return the exit status."""
    try:
        folder = chosen()
        folder.copy_to(target)
    except ConvenerError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"The bundle is for {folder.series.name}: {folder.path}")
    if folder.is_example:
        print(
            "This is the example that Convener brings. Don't deploy it for real readers: "
            "make build SERIES=path takes your own folder (docs/deploy.md, step 2)."
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
