"""The words by which headers name columns, in many programs and languages.

English, German, French, Dutch, Spanish, Italian and Portuguese. The words only propose; the cells have a say, too.
"""

from __future__ import annotations

import re
import unicodedata
from enum import IntEnum
from functools import lru_cache

from convener.intake.files.header_finder import MAX_NAME_CHARACTERS, ColumnNames


def _words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


_FIRST_NAME = """
    firstname givenname givennames firstnames forename forenames fname first christianname preferredname
    preferredfirstname callname nickname vorname vornamen rufname prenom prenoms voornaam voornamen roepnaam
    nombredepila primernombre nombres primonome primeironome
"""
_NAME = """
    fullname name completename displayname contactname personname vollstandigername namen nomcomplet
    volledigenaam naam nombrecompleto nombre nomecompleto nome nominativo
"""
_ZONE = """
    zone timezone timezonename ianatimezone zeitzone fuseauhoraire tijdzone zonahoraria husohorario
    fusoorario fusohorario
"""
NAMES = ColumnNames(
    synonyms={
        "first_name": _FIRST_NAME.split(),
        "name": _NAME.split(),
        "zone": _ZONE.split(),
        "kinds": ("kinds",),
        "calendar": ("calendar",),
        "text_only": ("textonly",),
        "paused_until": ("pauseduntil",),
        "source": ("source",),
        "wording": ("wording",),
    },
    ignore_accents=True,
    unique=True,
)
"""The columns that are known by their names alone, as our own export and other programs write them."""

_JOINED = (
    """
    confirmtime confirmedat confirmedon confirmeddate confirmationtime confirmationdate confirmed dateconfirmed
    doubleoptintime doubleoptindate doubleoptinat optinconfirmedat bestatigtam bestatigungsdatum
    datedeconfirmation bevestigdop fechadeconfirmacion datadiconferma
    """,
    """
    optintime optindate optinat optinon optintimestamp optedinat optedinon optedin optin dateoptin consentdate
    consenttime consenttimestamp consentedat consentedon consentgivenat dateofconsent gdprconsentdate
    einwilligungam datedeconsentement datumtoestemming fechadeconsentimiento datadelconsenso
    """,
    """
    userregistered datumderanmeldung datedesouscription joined joinedon joinedat joindate joineddate datejoined
    dateofjoining membersince membershipdate subscribed subscribedon subscribedat subscribeddate
    subscriptiondate subscriptiontime subscriptioncreatedat subscribedate subscribetime datesubscribed
    dateofsubscription subscribersince since signupdate signuptime signupat signedup signedupat signedupon
    datesignedup registered registeredat registeredon registrationdate registrationtime dateofregistration
    dateregistered anmeldedatum angemeldetam anmeldungam anmeldezeit beitrittsdatum beigetretenam eingetragenam
    registriertam mitgliedseit dateinscription datedinscription inscritle dateabonnement datedabonnement
    inschrijfdatum inschrijvingsdatum aanmelddatum aangemeldop ingeschrevenop fechadealta fechadesuscripcion
    fechadeinscripcion fechaderegistro datadiiscrizione dataiscrizione dataregistrazione iscrittoil
    datadeinscricao datadecadastro
    """,
    """
    createdate createdat created createdon createddate createdtime datecreated creationdate creationtime dateadded added
    addedat addedon addeddate addedtime timeadded entered enteredon enteredat entrydate dateentered orderdate
    dateofentry date datum fecha data erstelltam erstellt erstellungsdatum hinzugefugtam datedecreation creele
    ajoutele datedajout aangemaaktop aangemaakt toegevoegdop fechadecreacion creadoel datadicreazione creatoil
    datadecriacao criadoem
    """,
    """
    timestamp submitdate zeitstempel horodateur tijdstempel marcatemporal informazionicronologiche carimbodedatahora
    submittedat submitted submittedon submittime submissiontime submissiondate datesubmitted completiontime
    recordeddate responsedate gesendetam eingereichtam soumisle
    """,
)
"""The names of columns with a date of consent, the best first: a confirmation proves more than an entry."""
_JOINED_RANKS = {word: rank for rank, words in enumerate(_JOINED) for word in words.split()}
_MAYBE_YES_OR_NO = _words_of(
    """
    confirmed optedin optin subscribed registered created added entered submitted signedup since date datum
    fecha data
    """
)
"""Names of columns that may as well hold yes and no, or another date than that of joining."""

_OWN = _words_of(
    """
    email emailaddress mail emails mailaddress emailid emailprimary primaryemail primaryemailaddress mainemail
    email1 email1value email1address useremail useremailaddress subscriber subscriberemail
    subscriberemailaddress youremail youremailaddress contactemail contactemailaddress attendeeemail
    attendeeemailaddress registrantemail participantemail memberemail memberemailaddress recipientemail
    customeremail emailadresse mailadresse elektronischepost ihreemailadresse deineemailadresse adressemail
    adresseemail adressedemessagerie adresseelectronique adressecourriel courriel courrierelectronique mel
    votreemail votreadresseemail adressedecourriel adressedecourrierelectronique emailadres mailadres
    uwemailadres jeemailadres correo correoelectronico direcciondecorreo direcciondecorreoelectronico
    direccionemail direcciondeemail direccioncorreo mailcorreo tucorreoelectronico postaelettronica
    indirizzoemail indirizzomail indirizzodipostaelettronica indirizzodiposta tuaemail correioeletronico
    enderecodeemail enderecoemail enderecodecorreioeletronico seuemail
    """
)
"""Names of the column of addresses."""
_POSTAL = _words_of(
    """
    address adresse anschrift adres direccion indirizzo endereco
    """
)
"""Names of a column with postal addresses, or with mail addresses."""
_MAIL = re.compile(r"mail|courriel|correo|elettronic|electroni|eletronic|elektronisch")
_AGAIN = _words_of(
    """
    confirm confirmation confirmed repeat repeated again retype verify second secondary alternate alternative
    additional other another recovery backup old previous former 2 3 4 5 wiederholen wiederholung bestatigen
    bestatigung zweite weitere alternativ andere alte confirmer confirmez secondaire autre ancienne herhaal
    bevestig tweede ander oud repetir confirmar secundario otro alternativo conferma ripeti secondaria altra
    """
)
"""Words of a column that holds the person's address a second time, or another address of the person."""
_OF_OTHERS = _words_of(
    """
    by referred referrer referral inviter invitedby host hosts organizer organiser manager supervisor parent
    guardian mother father partner spouse emergency friend friends sponsor owner sender staff agent assistant
    colleague boss teacher reply replyto creator editor moderator panelist kin referee recommender von empfohlen
    vorgesetzter notfall eltern freund parrain responsable urgence door leidinggevende noodgeval ouder referido
    emergencia padre madre amigo referente emergenza genitore amico
    """
)
"""Words of a column with the addresses of other people, who agreed to nothing."""
_NAME_WORDS = frozenset({"name", "naam", "nombre"})
_FIRST_WORDS = frozenset({"firstname", "givenname", "forename", "vorname", "prenom", "voornaam", "fname"})
_WORDS_BESIDE = _words_of(
    """
    what whats s is your full complete the please enter type write preferred display original and should we call
    you attendee participant registrant subscriber member customer contact recipient buyer respondent user on
    certificate wie lautet ihr dein deine bitte quel est votre ton wat uw je jouw cual es tu su completo
    volledige first given
    """
)
"""Words that leave a question for a name what it is."""
_FAMILY_NAMES = _words_of(
    """
    lastname surname familyname lname last nachname familienname zuname nom nomdefamille achternaam familienaam
    apellido apellidos primerapellido cognome cognomi apelido sobrenome
    """
)
_GIVEN_BESIDE_FAMILY = frozenset({"name", "nombre", "nome", "naam"})
"""Names of columns that hold the first name where a column of family names stands beside."""


class AddressRank(IntEnum):
    """How surely a column is that of the people's own addresses, by its name."""

    OF_OTHERS = 0
    AGAIN = 1
    UNKNOWN = 2
    MENTIONS_MAIL = 3
    OWN = 4


@lru_cache(maxsize=4096)
def address_rank(name: str) -> AddressRank:
    """Return how surely a column of this name holds the addresses of the people."""
    plain, words = NAMES.plain(name), _words(name)
    if plain in _OWN:
        return AddressRank.OWN
    if plain in _POSTAL:
        return AddressRank.UNKNOWN
    if not words.isdisjoint(_OF_OTHERS):
        return AddressRank.OF_OTHERS
    if not words.isdisjoint(_AGAIN):
        return AddressRank.AGAIN
    return AddressRank.MENTIONS_MAIL if _MAIL.search(plain) else AddressRank.UNKNOWN


def may_be_addresses(name: str) -> bool:
    """Return whether a column of this name is one of addresses, even if none of its cells is an address."""
    return NAMES.plain(name) in _OWN | _POSTAL


@lru_cache(maxsize=4096)
def joined_rank(name: str) -> int | None:
    """Return how good the dates of a column are as dates of consent, 0 for the best; None for any other column."""
    return _JOINED_RANKS.get(NAMES.plain(_without_brackets(name)))


def is_surely_joined(name: str) -> bool:
    """Return whether a column holds dates of consent by its name alone, even if none can be read."""
    plain = NAMES.plain(_without_brackets(name))
    return plain in _JOINED_RANKS and plain not in _MAYBE_YES_OR_NO


@lru_cache(maxsize=4096)
def field_of(name: str) -> str:
    """Return the field that a column is for, also where its name is a question; an empty string for none."""
    if field := NAMES.field_of(_without_brackets(name)) or NAMES.field_of(name):
        return field
    words = _words(_without_brackets(name))
    if not words.isdisjoint(_FIRST_WORDS) or {"first", "name"} <= words or {"given", "name"} <= words:
        if words <= _WORDS_BESIDE | _FIRST_WORDS | _NAME_WORDS:
            return "first_name"
    elif not words.isdisjoint(_NAME_WORDS) and words <= _WORDS_BESIDE | _NAME_WORDS:
        return "name"
    return "zone" if {"time", "zone"} <= _words(name) or "timezone" in _words(name) else ""


def is_family_name(name: str) -> bool:
    """Return whether a column holds family names."""
    return NAMES.plain(name) in _FAMILY_NAMES


def is_given_beside_family(name: str) -> bool:
    """Return whether a column holds first names where a column of family names stands beside it."""
    return NAMES.plain(name) in _GIVEN_BESIDE_FAMILY


def is_known(name: str) -> bool:
    """Return whether a text is the name of a column, as far as these words go."""
    return bool(
        address_rank(name) >= AddressRank.MENTIONS_MAIL
        or field_of(name)
        or joined_rank(name) is not None
        or is_family_name(name)
    )


def _without_brackets(name: str) -> str:
    return re.sub(r"\([^()]*\)|\[[^\[\]]*\]", " ", name[:MAX_NAME_CHARACTERS])


def _words(name: str) -> frozenset[str]:
    """Return the words of a name in one case and without accents; “userEmail” has two."""
    decomposed = unicodedata.normalize("NFKD", name[:MAX_NAME_CHARACTERS])
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain)
    return frozenset(re.findall(r"[^\W_]+", apart.casefold()))
