"""The time zones that forms offer, by area and city. They come from the tables of the IANA database."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from convener.editions.places import AREAS
from convener.errors import BadInput

_OCEANS = {"Atlantic": "Atlantic Ocean", "Indian": "Indian Ocean", "Pacific": "Pacific Ocean"}


@dataclass(frozen=True, slots=True)
class Place:
    """One zone to choose. `also` has the older names of the zone, which some browsers still use."""

    zone: str
    words: str
    also: str = ""


@cache
def areas() -> tuple[tuple[str, tuple[Place, ...]], ...]:
    """Return the areas and the places of each, both sorted by name.

    The zones are those of `zone.tab`: all zones of all countries, without the names that exist only for old programs.
    """
    zones, older = _tables()
    found: defaultdict[str, list[Place]] = defaultdict(list)
    for zone in zones:
        area, _, _ = zone.partition("/")
        found[_OCEANS.get(area, area)].append(Place(zone, _words(zone), " ".join(older.get(zone, ()))))
    return tuple((area, tuple(sorted(found[area], key=lambda place: place.words))) for area in sorted(found))


def read_zone(typed: str) -> str:
    """Return a zone of the IANA database, or an empty string for none. Raises BadInput if the zone is unknown."""
    if typed and typed not in _known_zones():
        raise BadInput("We don’t know this time zone. Choose a city of the list, or leave it as it is.")
    return typed


@cache
def _known_zones() -> frozenset[str]:
    zones, older = _tables()
    return frozenset(zones).union(*older.values())


@cache
def _tables() -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    """Return the zones of `zone.tab`, and the other names of each zone.

    https://data.iana.org/time-zones/tz-how-to.html, and zic(8) for the lines "L target name" of `tzdata.zi`.
    """
    folder = files("tzdata") / "zoneinfo"
    table = (folder / "zone.tab").read_text("utf-8").splitlines()
    zones = tuple(sorted(line.split("\t")[2] for line in table if line and not line.startswith("#")))
    older: defaultdict[str, list[str]] = defaultdict(list)
    for line in (folder / "tzdata.zi").read_text("utf-8").splitlines():
        if line.startswith("L "):
            _, target, name = line.split()
            if name not in zones and name.partition("/")[0] in AREAS:
                older[target].append(name)
    return zones, {zone: tuple(names) for zone, names in older.items()}


def _words(zone: str) -> str:
    """Return the name to show for a zone: Buenos Aires (Argentina) for America/Argentina/Buenos_Aires."""
    _, *regions, city = zone.replace("_", " ").split("/")
    return f"{city} ({', '.join(regions)})" if regions else city
