"""The short words of the ledger, in words for operators. Standard library only."""

from __future__ import annotations

from convener.delivery.states import DeliveryState, RecipientState

STATE_WORDS = {
    DeliveryState.PENDING: "waiting",
    DeliveryState.SENDING: "on its way",
    DeliveryState.UNKNOWN: "unknown",
    DeliveryState.RETRY: "to be tried again",
    DeliveryState.SKIPPED: "skipped",
    DeliveryState.ACCEPTED: "accepted",
    DeliveryState.FAILED: "failed",
    DeliveryState.DELIVERED: "delivered",
    DeliveryState.BOUNCED: "bounced",
    DeliveryState.COMPLAINED: "complained",
}

REASON_WORDS = {
    # why a mail was skipped
    "too-late": "it was too late for this kind of mail",
    "gone": "no longer on the list",
    "not-wanted": "does not want this kind of mail",
    "left": "had left by then",
    "bounced": "an earlier mail to the address bounced",
    "complained": "complained about an earlier mail",
    "erased": "asked to be erased",
    "moved": "moved to another address",
    "pending": "had not confirmed",  # commit 16a802e wrote it
    "paused": "asked for a pause",
    "joined-later": "joined after the campaign was opened: the welcome mail brings what is current",
    "stopped": "the campaign was stopped",
    "stopped-operator": "an operator stopped the campaign",
    "stopped-complaints": "the campaign stopped itself: too many complaints",
    "stopped-bounces": "the campaign stopped itself: too many bounces",
    # why it failed
    "unmailable": "no mail can be addressed to this domain",
    "refused": "SES refuses this mail or address",
    "rejected": "SES found something harmful in the mail",
    "not-rendered": "SES could not fill in the mail",
    # why the result is unknown
    "answer-lost": "the answer of SES was lost",
    "lease-over": "the sender stopped before it could record the answer",
    "resend": "an operator asked to send it again",
    "not-resent": "to be sent again, but it was too late or the reader had left",
    # why it is tried again
    "given-back": "given back before it was handed over",
    "slot-lapsed": "its slot had passed before it could be sent",
    "throttled": "SES asked to send more slowly",
    "unavailable": "SES could not be reached, or did not take it at that time",
    "quotausedup": "the daily quota was used up",
    "sendingpaused": "SES did not let the account send",
    # remarks
    "delayed": "delivery was delayed",
    "mailbox-full": "the mailbox was full",
    "not-spam": "the reader said that it is not spam",
    "soft-bounce": "a temporary bounce",
    "unclear-bounce": "it bounced, and SES can't say why",
    "earlier": "SES took an earlier attempt as well",
}
"""The words of an entry's note. A word that is not listed is shown as it is."""


def reason_words(entry: RecipientState) -> str:
    """Return the entry's reason and remarks in words. Empty where the note is empty."""
    # While SENDING, the note begins with the claim's id, which is of no use to an operator.
    words = sorted(entry.remarks) if entry.state is DeliveryState.SENDING else entry.note.split("+")
    return "; ".join(REASON_WORDS.get(word, word) for word in words if word)
