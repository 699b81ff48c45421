"""The words that come before the people who lead a session."""

from __future__ import annotations

import re

_BY = (
    "led|hosted|chaired|facilitated|moderated|guided|presented|introduced|coordinated|co-ordinated|convened|joined|opened"
    "|closed|given|delivered|run|co-hosted|co-led|accompanied|taken|walked|helped"
)
_KIND = r"speaker|guest|host|panellist|co-speaker|co-host|presenter|facilitator|chair"
_PEOPLE = rf"(?:guest |keynote |main |special )*(?:{_KIND})s?"
_OF_THE_EVENING = r"(?: (?:for|at|of) (?:this|the|our) \w+)?(?: for this| this (?:month|week|time|evening|year))?"
_GATHERING = r"conversation|discussion|interview|session|evening|talks?|presentations?"
CUES = re.compile(
    rf"(?:\b(?:{_BY})(?: (?!by\b)[\w’'-]+){{0,5}} by\b|\b(?:hear|heard|hears|hearing)(?: \w+){{0,2}} from\b"
    rf"|\b{_PEOPLE}{_OF_THE_EVENING} (?:is|are|was|were|will be|included?|includes)\b"
    rf"|\b(?:with|our|by) {_PEOPLE}(?-i:(?= [^a-z]))|^{_PEOPLE} ?[:–—]|^(?:with|led by|hosts?|hosted by|featuring) ?:"
    rf"|\b(?:{_GATHERING}) (?:(?:is|was|were) )?(?:with|between|from|by)\b"
    r"|\b(?:welcomed|welcomes?|along with|featuring)\b"
    r"|^join(?-i:(?= [A-Z]))|\b(?:led|heard)\b(?-i:(?= [A-Z]))):?",
    re.IGNORECASE,
)
CUES_OF_ANNOUNCEMENTS = re.compile(r"\b(?:from|by|with|featuring|between)\b", re.IGNORECASE)
