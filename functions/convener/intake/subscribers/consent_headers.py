"""The names of columns that say something about mail, in the common languages, and the kinds of such columns."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum

from convener.intake.subscribers.consent_words import plain

_SHORT_NAME_WORDS = 5
"""Names of columns have up to so many words. A longer header is a question of a form."""


class ColumnKind(StrEnum):
    """The kinds of columns, by the meaning of their cells for mail."""

    REFUSAL = "refusal"
    """A yes, a date or a filled cell is a no to mail: unsubscribed, deleted_at, bounced."""
    REQUEST = "request"
    """Asks for a yes: opt-in, agree, subscribed. A blank is no yes."""
    STATUS = "status"
    EVENT = "event"
    """Coming to a meeting, or ordering a ticket: a deleted order is no consent, and any other word says nothing."""
    OTHER = "other"
    """Consent to something else, such as recording."""
    STATED = "stated"
    """Any column of which the operator says which values mean yes."""
    MENTION = "mention"
    """Any other column. Only a cell that is plainly a no counts."""


_MAIL = (
    r"\b(e ?mails?|mails?|mailings?|mailing list|news ?letters?|updates?|invitations?|invites?|reminders?|subscri\w+|"
    r"courriels?|correos?|nieuwsbrief|boletin|bulletin|infolettre|lettre d information|rundbrief|\w*verteiler|"
    r"einladung(en)?|"
    r"uitnodiging(en)?|invitacion(es)?|invit[oi])\b"
)
_PAYMENT = re.compile(
    r"\b(ticket|order|payment|paid|plan|tier|membership|subscription|pricing|coupon|product|price) (type|"
    r"plan|tier|level|kind|name)\b|\bactive subscription\b|\bsubscription (date|id|start|end|source|count|"
    r"expir\w+)\b|\bcancel(lation)? date\b|\bexpir\w+"
)
_SOMETHING_ELSE = re.compile(
    r"\b(track(ed|ing)?|profiling|analytics|record(ed|ing|ings)?|photo\w*|pictures?|film(ed|ing)?|video(s|ed)?|"
    r"images?|media|sms|"
    r"text messages?|phone|telephone|calls?|whats ?app|postal|by post|terms|conditions|privacy|policy|"
    r"cookies?|data (processing|protection|sharing)|conduct|liability|waiver|surveys?|research|"
    r"third part(y|ies)|partners?|sponsors?|aufnahmen?|aufzeichnung\w*|foto\w*|datenschutz\w*|agb|"
    r"enregistre\w*|filme[er]?|confidentialite|opnamen?|grabar|grabacion\w*|imagen|registrazion\w*|"
    r"privacybeleid|posting)\b"
)
_OTHER_CHANNEL = re.compile(r"\b(sms|text messages?|phone|telephone|whats ?app|postal)\b")
_BY_MAIL = re.compile(r"mail|news|courriel|correo")
_CONSENT = re.compile(
    r"consent|agree|accept|permi|allow|\bopt(ed)? ?in|\bopt(ed)? ?out|\bok(ay)?\b|release|\b(may|can|could) (we|i)\b|"
    r"authori[sz]|"
    r"happy|approv|waiver|einwillig|einverst|zustimm|autoris|autoriz|toestemming|akkoord|accord|consenso|"
    r"acconsent|aceit|acept|subscri|marketing"
)
_NEGATED = re.compile(
    r"\b(do|does|did|would|will|please|i|to)( you| i)? ?(not|n t)\b.{0,16}\b(send|receive|contact\w*|hear|want|wish|"
    r"subscribe|be contacted|mail|e ?mail|invite|get)\b|\b(don t|dont|no longer|stop|never|rather not|"
    r"not to)\b.{0,12}\b(send|"
    r"receive|contact\w*|hear|wants?|get|subscribe|invite|(e ?)?mail(ing)? (me|us))\b|\bnot (to )?(be )?(invited|"
    r"contact|contacted|"
    r"mail|mailed|e ?mail|e ?mailed|sent)\b|\bno (more )?(e ?mails?|mails?|mailings?|newsletters?|contact|"
    r"marketing)\b|\bnicht (mehr )?(einladen|kontaktieren|anschreiben|mailen)|keine? (mails?|e mails?|werbung|"
    r"newsletter|einladung)|ne (souhaite|veut|desire)\w* (pas|plus)|ne (pas|plus) (inviter|contacter|envoyer|ecrire)|"
    r"niet (meer )?(uitnodigen|mailen|benaderen|contacteren|"
    r"e mailen|bellen)|geen (mails?|e mails?|nieuwsbrief|uitnodiging)|no (desean?|quieren?|contactar|enviar|"
    r"invitar|escribir)|non (vuole|desidera|invitare|contattare|"
    r"inviare|scrivere)|nao (contatar|enviar)|^(has )?(opted out|unsubscribed) (of|from)\b"
)
_REFUSAL = re.compile(
    r"\bunsub\w*|\bopt(ed)? ?out|\boptout|(e ?mail|newsletter|marketing)optout|do ?not ?(contact|mail|"
    r"e ?mail|send)|\bdn[cm]\b|black ?list\w*|block ?list\w*|\bblocked\b|suppress\w*|^(is |account |user |contact |"
    r"member |profile )?disabled( (at|on|date|reason))?$|mail(ing)?s? disabled\b|disabled e ?mails?\b|\bdeactivated|"
    r"\bdeleted|\bremoved\b|\bcleaned\b|\bclean (time|date|campaign)|\w*bounc\w*|"
    r"\bcomplain(t|ts|ed)\b|\bspam\b|\babuse\b|\bunreachable\b|\bundeliver\w*|\binvalid\b|\brevoked?\b|"
    r"\bwithdr[ae]w\w*|^(date )?left\b( (at|on|date|list|the list))*$|^quit\b|\bexclude[ds]?\b|\bbanned\b|"
    r"\bsuspended\b|\bquarantin\w*|\berased\b|^(please |to )?(remove|delete)$|^has left$|^(taken )?off (the )?list$|"
    r"^dead address$|"
    r"\breturned mail\b|^loschen$|\bungultig\b|zustellbar\b|\b(mail)?sperre$|\bblockiert|^retire$|\binvalide?\b|"
    r"\brebond\b|"
    r"^verwijderen$|\bongeldig\b|^borrar$|\binvalid[oa]\b|^cancellare$|^rimoss[oa]$|^non valid[oa]$|\bforgotten\b|"
    r"anonymi[sz]ed|"
    r"\bobject(s|ed|ions?)\b|^not interested|\bdeclined (e ?mails?|mail|news ?letter)|\bremove me\b|\btake me off\b|"
    r"\bremoved? from (the )?(mailing )?list|\bwants? (out|off)\b|\bstop (e ?mails?|mail|mailing|sending)\b|^stopped$|"
    r"\b(gdpr|right to) (delet\w+|erasure|be forgotten)|\babbestell\w*|\bausgetragen|\baustrag\w*|\bdeaktiviert|"
    r"werbesperre|\bwiderspr\w*|^refus(e|ee)?$|^opposition\b|\bopgezegd|\bcancelad[oa]\b|rebotad\w*|rechazad\w*|"
    r"\babgemeldet|\babmeld\w*|\baustritt\w*|gesperrt|geloscht|widerruf\w*|sperrliste|"
    r"desabonn\w*|desinscri\w*|\bbloque\w*|supprime\w*|liste noire|uitgeschreven|\bafgemeld|uitschrij\w*|"
    r"\bafmeld\w*|geblokkeerd|verwijderd|\bbaja\b|desuscri\w*|bloquead\w*|eliminad\w*|lista negra|"
    r"disiscri\w*|cancellat\w*|bloccat\w*|lista nera|descadastr\w*"
)
_NO_REFUSAL = re.compile(r"\b(links?|urls?|token|hash|key|page|score|rate|rating|risk)\b")
COUNTS = re.compile(r"count|number|\bbounces$|\btotal\b|\bcomplaints$")
OCCASION = re.compile(
    r"( |deleted|cleaned|unsubscribed|bounced|removed|out)(at|on|date|time|timestamp)$|\b(reason\w*|"
    r"campaign\w*|title|id|by|comments?|type|source|datum|fecha|data|am|le|op|el|date|time|grund|motif|"
    r"reden|motivo)\b"
)
"""Columns that tell when, why or by what mailing somebody left. Whatever is written there says that they did."""
_REQUEST = re.compile(
    r"\bopt(ed)? ?in\b|\bconsent\w*|\bagree\w*|\baccept\w*|\bsubscribed\b|^subscribe\b|\bsubscribe (me|"
    r"to)\b|\breceiv(e|es|ing)\b|news ?letters?|\bmailing list|\be ?mail list\b|\bkeep (me|us|him|her|"
    r"them) |\bsend me\b|\badd me\b|\bsign (me )?up (for|to)\b|\bsign me up\b|\b(stay|keep) in touch\b|"
    r"\b(keep|stay|kept) informed\b|\bfuture (events?|talks?|sessions?|meetings?|webinars?)\b|\btell me about\b|"
    r"\bupdates$|\bmail ok(ay)?\b|^(the |our )?(monthly|weekly) (e ?mails?|mails?|invites?|invitations?)$|"
    r"\b(wants?|wishes|gets) (the |our |my |\w+ly )*(e ?mails?|mails?|invit\w+|updates|reminders?|news)\b|"
    r"\b(notify|contact|e ?mail|mail|invite) me\b|\bbe (contacted|e ?mailed|invited|added)\b|\b(may|can|"
    r"could|should|shall) (we|i|the \w+) (\w+ )?(contact|e ?mail|mail|send|write|invite|add)\b|\b(ok|okay|"
    r"happy|willing) (to|for us to) (contact|e ?mail|mail|write|be|receive|hear|get)\b|"
    r"\b(interested in (receiv|hear)\w*|hear (about(?! us$)|from|more))\b|\bpermissions?\b|\b(gdpr|dsgvo|rgpd)\b|"
    r"\bmarketing\b|\be ?mails? (ok|okay|allowed|permitted|permission|preferences?|updates|wanted|please|"
    r"notifications?|enabled|active)\b|\bconfirmed\b|\bverified\b|\bvalidated\b|\bdouble opt|\bdoi\b|"
    r"\b(would you like|do you want|want|like|wish|love) .*" + _MAIL + r"|einwillig\w*|zustimm\w*|zugestimmt|"
    r"\b(mails?|werbung|kontakt\w*|einladung\w*) (erlaubt|erwunscht|gewunscht|ok)\b|\bdarf (kontaktiert|angeschrieben)|"
    r"\b(mochte|will|per) .*(einladung|mail)\w*|einladung\w* per|\bmag (gemaild|benaderd|gecontacteerd)|"
    r"op de hoogte|uitnodiging\w* ontvangen|lettre d information|einverst\w*|abonniert|\bangemeldet|\bbestatigt|"
    r"rundbrief|consentement|"
    r"\baccord\b|j accepte|\baccepte\b|\babonnee?\b|\binscrite?\b|\bconfirmee?\b|infolettre|recevoir|"
    r"toestemming|akkoord|ingeschreven|geabonneerd|\baangemeld|\bbevestigd|nieuwsbrief|ontvangen|erhalten|"
    r"consentimiento|\bacept[oa]\b|autoriz\w*|suscrit[oa]|boletin|recibir|\bconfirmad[oa]|consenso|"
    r"accett\w*|acconsent\w*|\biscritt[oa]|\bconfermat[oa]|ricevere|consentimento|aceit[oa]|\binscrit[oa]|"
    r"receber|^(updates|news|mailings?|invitations?|reminders?)$"
)
_NO_REQUEST = re.compile(
    r"\b(ip|urls?|links?|source|method|text|version|wording|page|location|country|browser|by$|"
    r"(collected|given|obtained|recorded|taken) by|channel|"
    r"token|hash|id|ref|reference|user agent|device|campaign|count|name|fee|amount|price|code|updated|"
    r"changed|modified|sent|opened|clicked)\b"
)
_MOMENT = re.compile(
    r"\b(at|on|date|time|timestamp|datum|fecha|data|am|le|op)$|^(date|time|datum|fecha|data)\b|(ed|in)(at|on)$"
)
_DATED_REQUEST = re.compile(r"confirm|consent|agree|verif|accept|gdpr|bestatigt|bevestigd|conferm")
CONFIRMATION = re.compile(r"confirm|verif|validat|\bdouble opt|\bdoi\b|bestatigt|bevestigd|conferm")
SUBSCRIPTION = re.compile(
    r"\bsubscribed\b|\breceiving\b|\bactive\b|\benabled\b|^aktiv|^acti[fv]|abonniert|\babonnee?$|"
    r"\binscrit[eoa]?$|suscrit|\biscritt|ingeschreven|geabonneerd|^(angemeldet|aangemeld)$"
)
SWITCH = re.compile(r"(is )?(active|enabled|aktiv|actif|actief|activo|attivo|ativo)")
_EVENT = re.compile(
    r"\b(attend\w*|approval|approve|regist\w+|rsvp|orders?|tickets?|bookings?|check(ed)? ?in|participa\w*|"
    r"invitations?|invitees?|invite|responses?|event|guest|teilnahme|teilnehmer\w*|inscription|deelname|"
    r"asistencia)\b.*\b(status|state|statut|estado|stato)\b|^(attended|attendance|rsvp|approved|came|showed up|"
    r"(no|did|did not) (show|attend)|teilgenommen|presente|asistio|void status|"
    r"checked in|attendee|attending|(is )?cancell?ed|anwesend|aanwezig|present)$|\b(join|leave|arrival|"
    r"departure) time\b|\btime (joined|left|in session|in meeting)\b|\b(first|last) (join|leave|"
    r"leaving)\b|\bduration\b|\battentiveness\b"
)
_STATUS = re.compile(
    r"\b(status|standing|statut|estado|stato|zustand)\b|\bstatus$|\b(subscriber|contact|member|recipient|"
    r"e ?mail|subscription) (type|state|kind)\b|^subscription$|^state$|^type$|(abo|abonnements?|abonnee|empfanger|"
    r"newsletter|kontakt|mail)s?status$"
)
_NO_STATUS = re.compile(
    r"\b(marital|civil|family|employ\w*|job|work|payment|billing|invoice|visa|health|vaccin\w*|lead|deal|"
    r"customer|student|professional|nurs\w+|band|immuni[sz]ation|practice|clinic|midwi\w+|training|trainee|course|"
    r"contract|"
    r"dbs|pin|civile|station|clinical|"
    r"immigration|donor|donation|shipping|licen[cs]e|sync|date|"
    r"time|at|on|updated|changed|since|smoking|disability|message|url|id|code)\b"
)


_OTHER_OBJECT = re.compile(
    r"\b(students?|patients?|trainees?|placements?|roles?|offer|letter|manuscripts?|papers?|articles?|level|training|"
    r"trained|course|treatment|surgery|work|hours|pay|salary|shifts?|rota|leave|allerg\w*|nurses?|midwives|diagnosis|"
    r"drains?|parking|access|toilets?|register|supervisors?|providers?|wards?|ceiling|topics|scenes|instruments?|"
    r"handed|"
    r"school|university|hospital|licen[cs]e|identity|insurance|visa|handl(ing|ed)|nights|lift|pension|working time|"
    r"vaccin\w*|jab|filter|password|"
    r"stitches|days|smoking|class|symptoms|events attended|confirmed (attendance|place|speaker)|(attendance|"
    r"place) confirmed|are you|registered|manager|editor|"
    r"writer|author|director|officer|executive|assistant|specialist|experience|skills?|department|agency|"
    r"certificate)\b|"
    r"\b(agreed|accepted) (start )?date\b|\bcontract\b|\bagreement (no|number|nr|id)\b|\bfiles\b|"
    r"\bpermissions? to (?!be |contact|e ?mail|mail|send|write|receive|add|invite|keep|message|market|use|share|hold|"
    r"store)|"
    r"\baccept\w*ance of\b|\bagree\w* that\b"
)
"""Other things that people accept, agree to, confirm or block. A name with such a word says nothing about mail."""
_WANTS_TO_HEAR = re.compile(
    r"\bcontact|\blist\b|\b(keep|kept|be|stay) informed\b|in touch|\breceive\b|\bbe added\b|\badd me\b|\bhear (from|"
    r"about|more)|\bnotif|"
    r"\bsend me\b"
)
_OPEN_QUESTION = re.compile(
    r"^(how|where|when|why|who|wie|wo|woher|comment|ou|hoe|waar|como|donde|come|dove)\b(?! (often|oft|vaak|souvent))|"
    r"^(what|which|was|welche\w*|quel\w*|wat|welke|que|cual\w*|quale|quali|che)\b(?!.*\b(receiv|e ?mail|news|updates))"
)
"""A question that cannot be answered by yes or no."""
_WAY_OF_CONTACT = re.compile(
    r"^how (may|can|should|shall|would|do) .*\b(contact|reach|notify|inform|update|write|hear from us)\b|"
    r"^(wie durfen|wie sollen|wie mochten) .*(kontaktieren|erreichen|informieren)|"
    r"^comment (pouvons|souhaitez|voulez) .*contact|"
    r"^hoe (mogen|kunnen) .*(bereiken|benaderen|contact)"
)
"""A question for the ways in which people may be written to. Mail may be none of them."""
_ABOUT_MAIL_BY_NAME = re.compile(
    r"subscri|contact|kontakt|list|consent|marketing|\bopt|recipient|empfanger|abonn|\babo|mail|news|nieuws|suscri|"
    r"iscri|confirm|reader|permission"
)


_MAY_ASK = re.compile(
    r"^(e ?)?mails?$|\binvit(e|es|ations?)$|\bon (the |our )?list$|verteiler|mailinglijst|liste de diffusion|"
    r"lista de (correo|distribucion)|lista di distribuzione|\bin kontakt\b|\bdurfen wir\b|\beinladung(en)?$|"
    r"\beinladen\b|"
    r"\brecoit\b|\betre invite|pouvons nous|\binforme$|informad[oa]$|\bmogen wij\b|uitnodiging|\bpodemos\b|"
    r"\bsea? invitad[oa]|\bser invitad[oa]|possiamo|\bessere invitat|\bstill (interested|wants?)\b|\bok(ay)? (to|if|"
    r"for)\b|"
    r"\bkeep (you|me|us)\b|\bput me\b|\bgive (my )?permission|\bcontact (ok(ay)?|again|allowed)$|"
    r"^(may|can|allows?|future|ok(ay)? to) contact\b|^contactable$|\ballows? (e ?mails?|mails?|contact)|"
    r"\b(promo\w*|bulk) (e ?mails?|mails?)$|^(e ?mail )?communications?$|^comms$|^announcements?$|\binfomails?$|"
    r"^werbung$|"
    r"^(yes|ja|oui|si|sim|nl|abo|abonnement|suscripcion|iscrizione|notifications?)$|\b(e ?mail|mail) subscription$"
)
"""Names that ask for a yes to mail if their cells say yes and no, and are something else if not."""


_NO_COLUMN = frozenset({"no", "nein", "non", "nee", "nao"})
"""The name of a column that is ticked for a no, beside one that is ticked for a yes; or one of numbers."""


def may_ask(name: str) -> bool:
    """Return whether a header, in the form of `plain`, asks for a yes if its cells are answers."""
    return _MAY_ASK.search(name) is not None


_BARE_STATUS = frozenset({"status", "standing", "statut", "zustand"})
"""A status of nothing in particular is one of the list itself: it is understood, or asked about."""


def may_mean_anything(name: str) -> bool:
    """Return whether a header, in the form of `plain`, is about mail only if its cells are, such as “status”."""
    if (
        SWITCH.fullmatch(name)
        or name
        in {
            "contact type",
            "contact kind",
            "email type",
            "e mail type",
            "email kind",
            "type",
            "marketing",
            "updates",
            "agreement",
        }
        or may_ask(name)
        or name in _NO_COLUMN
    ):
        return True
    if name in _BARE_STATUS:
        return False
    return _STATUS.search(name) is not None and not _ABOUT_MAIL_BY_NAME.search(name)


def is_short(name: str) -> bool:
    """Return whether a header in the form of `plain` is a name, and no question of a form."""
    return len(name.split()) <= _SHORT_NAME_WORDS


def is_moment(name: str) -> bool:
    """Return whether a header in the form of `plain` names a date or a time."""
    return is_short(name) and _MOMENT.search(name) is not None


def kind_of(header: str) -> ColumnKind:
    """Return what a column says about mail, by its name."""
    name = plain(header)
    return next((kind for kind, fits in _RULES if fits(name)), ColumnKind.MENTION)


def _is_about_mail(name: str) -> bool:
    return re.search(_MAIL, name) is not None


def _is_about_something_else(name: str) -> bool:
    about_mail = _is_about_mail(name) and not (_OTHER_CHANNEL.search(name) and not _BY_MAIL.search(name))
    return _SOMETHING_ELSE.search(name) is not None and not about_mail


def _is_about_another_object(name: str) -> bool:
    job = re.search(
        r"\b(manager|editor|writer|author|director|officer|executive|specialist|experience|skills?|team|lead)$", name
    )
    found = _OTHER_OBJECT.search(name) and not _is_about_mail(name) and not _WANTS_TO_HEAR.search(name)
    return bool(found or (job and is_short(name)))


def _is_about_an_event(name: str) -> bool:
    return _EVENT.search(name) is not None and not (_is_about_mail(name) and _CONSENT.search(name))


def _notes_a_refusal(name: str) -> bool:
    """Return whether a name is that of a refusal. A question to agree may say how to unsubscribe."""
    named = _REFUSAL.search(name) and not _NO_REFUSAL.search(name)
    return bool(named) and (is_short(name) or not _REQUEST.search(name))


def _is_beside_a_request(name: str) -> bool:
    """Return whether a name is that of a fact about an opt-in, such as its time, and not of the opt-in."""
    beside = _NO_REQUEST.search(name) or (is_moment(name) and not _DATED_REQUEST.search(name))
    return is_short(name) and bool(beside)


_RULES: tuple[tuple[ColumnKind, Callable[[str], object]], ...] = (
    (ColumnKind.MENTION, _PAYMENT.search),
    (ColumnKind.OTHER, lambda name: _is_about_something_else(name) and (_CONSENT.search(name) or _STATUS.search(name))),
    (ColumnKind.MENTION, _is_about_something_else),
    (ColumnKind.REFUSAL, _NEGATED.search),
    (ColumnKind.REQUEST, _WAY_OF_CONTACT.search),
    (ColumnKind.MENTION, _OPEN_QUESTION.search),
    (ColumnKind.MENTION, _is_about_another_object),
    (ColumnKind.EVENT, _is_about_an_event),
    (ColumnKind.REFUSAL, _notes_a_refusal),
    (ColumnKind.MENTION, lambda name: is_short(name) and _STATUS.search(name) and _NO_STATUS.search(name)),
    (ColumnKind.STATUS, lambda name: is_short(name) and _STATUS.search(name)),
    (ColumnKind.MENTION, _is_beside_a_request),
    (ColumnKind.REQUEST, _REQUEST.search),
    (ColumnKind.REQUEST, SWITCH.fullmatch),
    (ColumnKind.REQUEST, may_ask),
    (ColumnKind.REFUSAL, _NO_COLUMN.__contains__),
)
"""The kind of a column, by the first rule that fits its name in the form of `plain`."""
