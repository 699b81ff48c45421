"""The words by which lists say yes and no, in the common languages. A cell is understood as a whole, or not at all."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache

from convener.intake.files.dates import written_date
from convener.intake.subscribers.lines import LineOutcome

MAX_CHARACTERS = 300
"""Characters of a header or a cell that are looked at."""


class Answer(StrEnum):
    """The meaning of a cell that answers a question about mail."""

    YES = "yes"
    NO = "no"
    BLANK = "blank"
    DATE = "date"
    UNKNOWN = "unknown"


def _phrases(text: str) -> frozenset[str]:
    """Return the phrases that stand between commas, in the form of `plain`."""
    return frozenset(text.split(", "))


_MARKS = {**dict.fromkeys("✓✔☑✅🗸👍", " yes "), **dict.fromkeys("✗✘☒❌👎🚫", " no "), "☐": " ", "’": "'", "‘": "'"}
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z][a-z]|[A-Z]{2}|[A-Z]$)")
_NOT_A_WORD = re.compile(r"[\W_]+")
_BLANK = _phrases(
    "n a, na, null, nil, nan, undefined, unknown, empty, blank, not available, not set, not specified, not "
    "provided, no answer, no response, not answered, never answered, k a"
) | {""}
_ZERO_DATE = re.compile(r"0000 00 00( 00 00 00( 0+)?)?|0 0 0000")
_DATE = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\b.*|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2})\b.*|"
    r"\d{1,2}\. ?\w{3,10}\.? \d{4}\b.*|1\d{9}(\d{3})?",
    re.ASCII,
)
_TIME_OF_DAY = re.compile(r",?( at)? \d{1,2}[:.]\d\d.*$")

_TRUE = _phrases(
    "yes, y, true, t, 1, x, on, ok, okay, sure, checked, ticked, selected, agree, agreed, accept, accepted, "
    "accepts, consent, consented, granted, given, allow, allowed, approved, permitted, valid, all, always, ja, j, "
    "oui, o, vrai, si, s, vero, verdadero, verdad, sim, da, tak, waar, wahr, einverstanden, zugestimmt, accepte, "
    "akkoord, acepto, autorizo, aceito, accetto, acconsento, autorizzo, all emails, all mails, every email, every "
    "mail, each email, yes please, d accord, de acuerdo, de acordo, ich stimme zu, stimme zu, ich willige ein, "
    "all of them, everything, erteilt, donne, donnee, verleend, otorgado, concesso, concedido"
)
LISTED = _phrases(
    "subscribed, subscribe, subscriber, active, confirmed, verified, optin, bestatigt, angemeldet, abonniert, "
    "aktiv, abonne, abonnee, inscrit, inscrite, actif, confirme, confirmee, ingeschreven, aangemeld, geabonneerd, "
    "bevestigd, actief, suscrito, suscrita, inscrito, inscrita, activo, activa, confirmado, confirmada, ativo, "
    "ativa, iscritto, iscritta, attivo, attiva, confermato, confermata, opt in, opted in, single opt in, double "
    "opt in, explicit opt in, email subscribed, active subscriber, confirmed subscriber"
)
"""The status words for a person who gets the mails. “enabled” is none: it is said of an account, not of a list."""
_YES = _TRUE | LISTED | {"enabled"}
_YES_BEGINNING = re.compile(
    r"(yes|yep|yeah|ja|oui|si|sim|sure|ok|okay|certainly|absolutely|of course|definitely|please|"
    r"(i )?(hereby |do |also )*(agree|consent|accept|opt in|subscribe|confirm that i (agree|want|would)|"
    r"allow|authori[sz]e)|i(?: a)?m (happy|ok|okay|fine|in)\b|i (would|d) (like|love)|i want|happy to|"
    r"sign me up|add me|keep me|send me|count me in|(you|the organi[sz]ers?) (may|can)|ich (stimme|"
    r"willige|mochte|bin einverstanden)|einverstanden|j accepte|je (souhaite|veux|suis d accord|consens|"
    r"m inscris)|d accord|ik (ga akkoord|wil|stem)|graag|akkoord|acepto|quiero|deseo|estoy de acuerdo|"
    r"autorizo|volontiers|avec plaisir|volentieri|con piacere|con gusto|gerne?|accetto|acconsento|vorrei|desidero|"
    r"sono d accordo|aceito|concordo|quero)\b"
)
_NO = _phrases(
    "no, n, false, f, 0, off, none, never, unticked, unchecked, declined, decline, disagree, disagreed, refused, "
    "refuse, denied, deny, rejected, withdrawn, revoked, stop, stopped, optout, unsubscribed, unsubscribe, "
    "disabled, unconfirmed, nein, falsch, non, faux, nee, nao, nie, onwaar, falso, niet, nicht, nunca, jamais, "
    "keine, aucun, aucune, geen, ninguno, ninguna, nessuno, nessuna, abgemeldet, abgelehnt, widerrufen, "
    "desabonne, desabonnee, desinscrit, desinscrite, refusee, uitgeschreven, afgemeld, geweigerd, baja, "
    "rechazado, cancelado, rifiutato, disiscritto, disiscritta, recusado, opt out, opted out, no thanks, no thank "
    "you, not now, not interested, not agreed, not accepted, not given, not granted, not allowed, not confirmed, "
    "not verified, not subscribed, no email, no mail, no emails, no mails, do not contact, not opted in, no "
    "merci, non merci, nein danke, nicht erteilt, "
    "non donne, niet verleend, no otorgado, non concesso, nee bedankt, no gracias, no grazie, nao obrigado"
)
_NO_BEGINNING = re.compile(
    r"(no|nope|nein|non|nee|nao|never|none)\b|(i d |i would )?rather not\b|(please )?(remove|delete|unsubscribe)\b|"
    r"(please )?take (me|us) off\b|(i |please )*(do not|don t|dont|would not|wouldn t|will not|"
    r"would rather not|prefer not|decline|refuse|disagree|object|withdraw|never|stop|not (now|at|for|today|right|"
    r"this))\b|(ich )?(mochte|"
    r"will|stimme) (\w+ )?(nicht|keine)\b|je ne\b|ik (wil|ga) (\w+ )?(niet|geen)\b|no (quiero|deseo|"
    r"acepto)\b|non (desidero|voglio|accetto|acconsento)\b"
)
_HEDGE = re.compile(
    r"\b(but|only|except|if|maybe|perhaps|unless|until|later|not sure|problem|objections?|issues?|worries|"
    r"aber|nur|vielleicht|mais|seulement|peut etre|maar|alleen|misschien|pero|solo|solamente|quizas?|"
    r"soltanto|forse|apenas|talvez)\b"
)
_REFUSED_INSIDE = re.compile(
    r"\b(not|don t|dont|never|no longer|no more|unsubscrib\w*|withdrawn|withdrew|revoked|removed?|cancell?ed|left|"
    r"nicht|keine|ne|niet|geen|nunca|nao)\b|"
    r"\bopt(ed)? ?out\b|\bopt(ed)? me out\b"
)
_MIND_CHANGE = re.compile(
    r"\b(unsubscribe|opt ?out|withdraw|leave|stop|change my mind)\b.*\b(any ?time|whenever|later)\b.*"
)
"""The promise at the end of many consent texts, that the person may leave at any time."""

_STATUS_PARTS = (
    (re.compile(r"\b(complain\w*|complaints?|spam\w*|abuse|junk|reported|fbl|beschwerde|plainte|klacht|"
                r"queja|reclamo)\b"),
     LineOutcome.COMPLAINED),
    (re.compile(r"bounc|\b(cleaned|unreachable|undeliver\w*|undelivered|invalid|dead|hard fail\w*|failed|"
                r"not reachable|nettoyee?|bereinigt|limpiad[oa]|ripulit[oa]|opgeschoond|onbereikbaar|zuruckgewiesen|"
                r"rebond|irraggiungibile|inalcanzable|does not exist|"
                r"nonexistent|ungultig|unzustellbar|unerreichbar|invalide|"
                r"ongeldig|onbestelbaar|invalido|rebotado|rimbalzato|erreur)\b"), LineOutcome.BOUNCED),
    (re.compile(r"\b(unconfirmed|not confirmed|never confirmed|non conf[ei]rm\w*|wartet|pending|awaiting|waiting|"
                r"unverified|not verified|not yet confirmed|unactivated|not activated|invited|"
                r"confirmation (sent|required|email sent)|opt in (sent|requested)|"
                r"(double )?opt in pending|unbestatigt|nicht bestatigt|ausstehend|wartend|en attente|"
                r"in behandeling|onbevestigd|niet bevestigd|wachtend|in afwachting|pendiente|sin confirmar|"
                r"no confirmado|"
                r"in attesa|pendente)\b"), LineOutcome.UNCONFIRMED),
    (re.compile(r"\b(never|not( yet)?|non|un) ?subscribed( yet)?\b(?<!unsubscribed)|\bnonsubscribed\b|"
                r"\bnon subscriber\b|\bnot opted in\b|\b(nicht (abonniert|angemeldet)|non (abonnee?|inscrite?|"
                r"iscritt[oa])|no suscrit[oa]|"
    r"niet (geabonneerd|ingeschreven|aangemeld)|nao (inscrit[oa]|subscrit[oa]))\b|\btransactional( only)?\b|"
    r"\bno consent\b|"
                r"\bprospect\b"), LineOutcome.DECLINED),
    (re.compile(r"unsub|\bopt(ed)? ?outs?\b|\bopt(ed)? (\w+ )?out\b|\b(left|gone|removed|deleted|"
                r"erased by|disabled|deactivated|block ?listed|black ?listed|blocked|banned|barred|"
                r"suppressed|suspended|excluded|stopped|cancell?ed|withdrawn|revoked|quit|dnc|"
                r"do ?not ?(contact|mail|e ?mail|send|disturb)|no longer subscribed|abgemeldet|"
                r"ausgetragen|gekundigt|gesperrt|geloscht|deaktiviert|widerrufen|desabonnee?|desinscrite?|"
                r"bloquee?|supprimee?|desactivee?|uitgeschreven|afgemeld|opgezegd|geblokkeerd|verwijderd|"
                r"uitgeschakeld|baja|dad[oa] de baja|desuscrit[oa]|bloquead[oa]|eliminad[oa]|"
                r"desactivad[oa]|cancelad[oa]|disiscritt[oa]|cancellat[oa]|bloccat[oa]|eliminat[oa]|"
                r"disattivat[oa]|disabilitat[oa]|deshabilitad[oa]|descadastrad[oa]|unfollowed)\b"),
     LineOutcome.LEFT),
)  # fmt: skip
PAYMENT_VALUES = _phrases(
    "free, paid, premium, comp, complimentary, gift, trial, founding, founder, lifetime, monthly, yearly, annual, "
    "annually, standard, basic, pro, vip, other, author, group, regular, gifted, churning, churned, past due, trialed"
)
"""The words for what a subscriber pays."""
STATUS_LIKE = re.compile(
    r"\d{1,2}|[a-z]|declined|refused|rejected|quarantined|passive|held|error|nomail|no mail|churn\w*|sleeping|neu|(in|"
    r"non|un|not )?(active|enabled|aktiv\w*|actif|active|activ[oa]|attiv[oa]|actief|ativ[oa])|lapsed|dormant|"
    r"unengaged|engaged|archived|valid|ok|imported|inaktiv\w*|niet actief|geactiveerd|activado|habilitad[oa]|"
    r"deshabilitad[oa]|attivat[oa]"
)
"""Words and numbers by which programs give a status that may be about mail, though they don't tell what it means."""
EVENT_OVER = re.compile(
    r"(?<!not )\b(deleted?|cancell?ed|refunded|declined|denied|rejected|withdrawn|removed|void(ed)?|transferred|"
    r"expired|abandoned|not attending|geloscht|storniert|abgelehnt|annulee?|remboursee?|refusee?|"
    r"geannuleerd|geweigerd|cancelad[oa]|rechazad[oa]|annullat[oa]|rimborsat[oa]|rifiutat[oa])\b"
)
"""The words for an order, a registration or a ticket that counts no more."""
_MENTION = re.compile(
    r"(please |pls |bitte |svp |has |was |is )?("
    r"unsub(scribed?)?|(has )?opt(ed)?[ -]?out|(e-?mail |mail |hard |soft )?bounce[sd]|block[ -]?listed|"
    r"black[ -]?listed|"
    r"do(?: not|n['’]?t|[ -]?not)[ -]?(contact|mail|e-?mail|send|write)( (me|us|them|any ?more|again|e?-?mails?))?|"
    r"(no longer|not) subscribed|complained|spam complaint|unconfirmed|suppressed|left (the|our|this) (mailing )?list|"
    r"(wants |want |send )?no( more| further)? (e-?mails?|mailings?|newsletters?|mail)( please)?|"
    r"(asked|wants?|wanted|requested) (to be (removed|taken off|unsubscribed)|removal)|(remove|take) (me|us) off|"
    r"remove me|"
    r"(?<=please )remove|(?<=pls )remove|removed? from (the |our |this )?(mailing )?list|"
    r"no longer wants?( our| any| the)? (e-?mails?|mails?|newsletters?|invitations?)|"
    r"abgemeldet|abbestellt|ausgetragen|nicht mehr (anschreiben|kontaktieren|mailen|schicken|senden)|"
    r"(will |möchte |wünscht )?keine? (weiteren |weitere )?(e-?mails?|mails?|newsletter|einladungen)( mehr)?|"
    r"désabonnée?|désinscrite?|ne (pas|plus) (contacter|écrire|envoyer)|plus de (e-?mails?|mails?|courriels?)|"
    r"uitgeschreven|afgemeld|niet (meer )?(mailen|benaderen|contacteren)|geen (e-?mails?|mails?|nieuwsbrief)( meer)?|"
    r"desuscrit[oa]|(dad[oa] de )baja|no (enviar|contactar|escribir)( más)?|"
    r"disiscritt[oa]|non (inviare|contattare|scrivere)( più)?"
    r")(,? (me )?(from|of|by) .{1,24}|,? \(?(in|on|since|as of|am|im|seit|le|en|depuis|op|sinds|el|il|dal)? ?"
    r"([\w./-]+ ){0,2}\w{0,9}[\d./-]{2,12}\)?|,? (on )?\d{1,2}\.? \w{3,9}|,? (in|im|en|since|seit|depuis) \w{3,9}|"
    r",? (svp|please|again|any ?more))?[.! ]*",
    re.IGNORECASE,
)
_MENTION_PARTS = re.compile(r"[,;|\[\]\"\n]+")
"""The separators between the labels of one cell."""
_MENTION_CHARACTERS = 40
_STATUS_ERASED = {"erased": LineOutcome.ERASED, "moved": LineOutcome.MOVED}


def plain(text: str) -> str:
    """Return a text as words in one case, without accents and signs, so that two spellings are equal."""
    shown = "".join(_MARKS.get(character, character) for character in text[:MAX_CHARACTERS])
    split = _CAMEL.sub(" ", unicodedata.normalize("NFKC", shown))
    bare = "".join(c for c in unicodedata.normalize("NFKD", split.casefold()) if not unicodedata.combining(c))
    return _NOT_A_WORD.sub(" ", bare).strip()


def is_date(text: str) -> bool:
    """Return whether a cell states a day or a moment."""
    typed = text.strip()
    return bool(_DATE.fullmatch(typed)) or written_date(_TIME_OF_DAY.sub("", typed)) is not None


_WHOLE_ANSWERS: tuple[tuple[Answer, Callable[[str], object]], ...] = (
    (Answer.BLANK, lambda words: words in _BLANK or _ZERO_DATE.fullmatch(words)),
    (Answer.YES, _YES.__contains__),
    (Answer.NO, _NO.__contains__),
)
_SENTENCES: tuple[tuple[Answer, Callable[[str], object]], ...] = (
    (Answer.UNKNOWN, _HEDGE.search),
    (Answer.NO, _NO_BEGINNING.match),
    (Answer.UNKNOWN, _REFUSED_INSIDE.search),
    (Answer.YES, _YES_BEGINNING.match),
)
"""The meaning of a sentence, by the first pattern that fits. Words that limit a yes make it unclear."""


@lru_cache(maxsize=4096)
def answer_of(text: str, question: str = "") -> Answer:
    """Return the meaning of a cell below a question.

    Args:
        text: The cell as typed.
        question: The header in the form of `plain`. A ticked box often repeats its own words.
    """
    words = plain(text)
    for answer, means in _WHOLE_ANSWERS:
        if means(words):
            return answer
    if is_date(text):
        return Answer.DATE
    said = _MIND_CHANGE.sub("", words)
    if " " in words and f" {words} " in f" {question} " and not _REFUSED_INSIDE.search(words):
        return Answer.YES
    return next((answer for answer, fits in _SENTENCES if fits(said)), Answer.UNKNOWN)


@lru_cache(maxsize=4096)
def mentions_no(text: str) -> bool:
    """Return whether a cell plainly says no, whatever the name of its column."""
    if len(text) > MAX_CHARACTERS:
        return False
    parts = (text, *_MENTION_PARTS.split(text)) if _MENTION_PARTS.search(text) else (text,)
    return any(len(part) <= _MENTION_CHARACTERS and _MENTION.fullmatch(part.strip()) for part in parts)


@lru_cache(maxsize=4096)
def status_of(text: str) -> LineOutcome | None:
    """Return the outcome that a status word stands for: NEW for a yes, None for a word that is not understood."""
    words = plain(text)
    if found := _STATUS_ERASED.get(words):
        return found
    for pattern, outcome in _STATUS_PARTS:
        if pattern.search(words):
            return outcome
    return LineOutcome.NEW if words in LISTED else None
