"""First names out of columns with whole names: “Dr. Anna Lee” is Anna, “Moss, Ada” is Ada, “Leeds Hospice” is nobody.

A wrong name in a greeting is worse than none. So a text that may not be a person's name gives no first name.
"""

from __future__ import annotations

import re
import unicodedata

from convener.subscribers.first_names import MAX_FIRST_NAME_CHARACTERS, is_placeholder, listed_first_name

MAX_WORDS = 6
"""A text of more words is a sentence."""
_BRACKETED = re.compile(r"\([^()]*\)?|\[[^\[\]]*\]?|“[^”]*”|\"[^\"]*\"")
_REMARK = re.compile(r"\s+[-–—|/•·]+\s+.*$|\s*\|.*$")
"""An addition behind a name: “Ada Moss - Leeds”, “Ada Moss | ward 7”."""
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f'’ʼ.\u200c\u200d-]|‐|‑)*")
_INITIALS = re.compile(r"(?:[^\W\d_]\.?-?){1,3}\.|[^\W\d_]")
_PARTICLE_WORDS = "van von vom der den de del della di da dos das do du la le el al bin ibn bint ter ten te zu zur"
_PARTICLES = frozenset(_PARTICLE_WORDS.split())
_UNSEEN = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202c\u2066-\u2069\ufe0f\ufeff]")
"""Marks of direction that a name may have, and what chooses the look of emoji."""
_TITLE_WORDS = """
    mr mrs ms miss mx dr prof professor sir dame lady lord rev revd reverend fr father hon capt col lt sgt
    sister brother herr frau doktor dipling ing mag med univ pd drs ir dhr mevr mevrouw meneer mw
    mme mlle monsieur madame mademoiselle dra sra srta senor senora senorita dna dott dottssa dottore dottoressa sig
    sigra signor signora avv sr doutor doutora
"""
_TITLES = frozenset(_TITLE_WORDS.split())
_CREDENTIAL_WORDS = """
    phd md mbbs rn rgn rmn rm np bsc msc ba ma mba bn mph edd dphil frcn frcp mrcp frcs mrcgp mbe obe cbe qc kc esq jr
    sr ii iii iv jd dds dvm cpa lpn bsn msn dnp facp rnmh
"""
_CREDENTIALS = frozenset(_CREDENTIAL_WORDS.split())
_ORGANISATION_WORDS = """
    hospital hospitals hospice hospices nurse nurses nursing doctors midwives medecins infirmieres clinic clinics
    surgery practice pharmacy nhs trust centre center university college school academy institute faculty department
    dept society association foundation federation charity council committee community network group team office ltd
    limited inc llc llp plc corp corporation company co club union library museum ministry services service
    healthcare health care home homes volunteers members friends family staff parish church mosque temple synagogue
    city county board forum alliance project programme program support admin administrator info office newsletter
    reception secretary editor webmaster
    gmbh ag ev verein verband stiftung gesellschaft klinik klinikum krankenhaus praxis pflege pflegedienst universitat
    hochschule schule amt gemeinde kirche stadt verwaltung
    hopital clinique universite ecole fondation societe mairie cabinet ehpad soins centro hospitalier
    ziekenhuis stichting vereniging universiteit hogeschool gemeente kerk zorg
    asociacion fundacion universidad escuela clinica instituto ayuntamiento colegio grupo equipo
    ospedale associazione fondazione universita scuola comune istituto gruppo azienda
    associacao fundacao universidade escola
    the of for and und et for fur with from
    iphone ipad ipod android galaxy macbook laptop phone tablet desktop computer pc zoom meeting host device
"""
_ORGANISATIONS = frozenset(_ORGANISATION_WORDS.split())
"""Words in names of organisations and devices, without accents."""
_FAMILY_NAME_FIRST = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
"""Japanese, Chinese and Korean characters: these names begin with the family name."""


def first_name(typed: str) -> str:
    """Return the first name out of a column of first names; without its title where a whole name stands there.

    Raises BadInput as `listed_first_name` does.
    """
    name = listed_first_name(typed)
    return _after_title(name) or name


def first_name_of(typed: str) -> str:
    """Return the first name of a whole name; an empty string where the text may not be the name of a person."""
    without_emoji = "".join(" " if unicodedata.category(c) in ("So", "Sk") else c for c in _UNSEEN.sub("", typed))
    words_only = [word for word in _BRACKETED.sub(" ", without_emoji).split() if word.strip("\u200c\u200d")]
    text = " ".join(words_only).strip(" ,;")
    whole = _given_name_last(_REMARK.sub("", text))
    words = whole.split()
    if not words or len(words) > MAX_WORDS or len(max(words, key=len)) > MAX_FIRST_NAME_CHARACTERS:
        return ""
    if is_placeholder(whole) or not all(map(_WORD.fullmatch, words)):
        return ""
    if _FAMILY_NAME_FIRST.search(whole) or any(_belongs_to_no_name(word) for word in words):
        return ""
    named = [word for word in words if _plain(word) not in _CREDENTIALS or word is words[0]]
    if _is_title(named[0]):
        return _after_title(" ".join(named))
    given = _given(named)
    return "" if is_placeholder(given) else given


def _given_name_last(text: str) -> str:
    """Return a name of the form “Moss, Ada” as “Ada Moss”; an empty text where the comma means something else."""
    before, *after = [part.strip() for part in text.split(",")]
    after = [part for part in after if not _is_credential(part, of=text)]
    if not after:
        # “Lee, MD” has a family name alone.
        return before if " " in before or "," not in text else ""
    family = before.split()
    is_family_name = len(family) == 1 or _plain(family[0]) in _PARTICLES
    return f"{after[0]} {before}" if len(after) == 1 and is_family_name and after[0] else ""


def _is_credential(part: str, *, of: str) -> bool:
    """Return whether the text behind a comma is a degree or an honour, such as RN or Ph.D."""
    words = part.split()
    return (
        bool(words) and all(_plain(word) in _CREDENTIALS for word in words) and (part != part.title() or of.isupper())
    )


def _belongs_to_no_name(word: str) -> bool:
    plain = _plain(word)
    return plain in _ORGANISATIONS or word.endswith(("'s", "’s")) or (len(plain) > 2 and _is_acronym(plain, word))


def _is_acronym(plain: str, word: str) -> bool:
    return word.isupper() and plain.isascii() and not set(plain) & set("aeiouy")


def _is_title(word: str) -> bool:
    return _plain(word) in _TITLES


def _after_title(name: str) -> str:
    """Return the first name behind one or more titles; an empty string where one word follows, a family name."""
    words = name.split()
    titles = next((place for place, word in enumerate(words) if not _is_title(word)), len(words))
    rest = words[titles:]
    return _given(rest) if titles and len(rest) > 1 else ""


def _given(words: list[str]) -> str:
    """Return the first name among the words of a person's name."""
    first = words[0]
    if first.islower() and _plain(first) in _PARTICLES and len(words) > 1:
        return ""
    if _plain(first) in {"st", "saint", "sankt", "sint"} or _INITIALS.fullmatch(first):
        return ""
    # “MOSS Ada”: many people write a family name in capitals where it stands first.
    if first.isupper() and len(first) > 2 and (mixed := [word for word in words[1:] if not word.isupper()]):
        return mixed[0] if len(mixed[0]) > 1 and not _INITIALS.fullmatch(mixed[0]) else ""
    first = first.rstrip(".")
    return "" if "." in first else first


def _plain(word: str) -> str:
    """Return the letters of a word in one case, without accents and signs."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", word).casefold()))
