"""What the ledger's short words mean, for people. Standard library only."""

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
    "paused": "asked for a pause",
    "joined-later": "joined after it was opened: the welcome brings what is current",
    "stopped": "the campaign was stopped",
    "stopped-operator": "an operator stopped the campaign",
    "stopped-complaints": "the campaign stopped itself: too many complaints",
    "stopped-bounces": "the campaign stopped itself: too many bounces",
    # why it failed
    "unmailable": "no mail can be addressed to this domain",
    "refused": "SES refuses this mail or address",
    "rejected": "SES found something harmful in the mail",
    "not-rendered": "SES could not fill in the mail",
    # why nobody knows
    "answer-lost": "the answer of SES was lost",
    "lease-over": "the sender broke off before it could write down the answer",
    "resend": "an operator asked to send it again",
    "not-resent": "asked to be sent again, but it was too late or the reader had left",
    # why it is tried again
    "given-back": "given back before it was handed over",
    "slot-lapsed": "its moment to leave had passed",
    "throttled": "SES asked to send more slowly",
    "unavailable": "SES could not be reached, or would not take it then",
    "quotausedup": "the daily quota was used up",
    "sendingpaused": "SES let nothing leave",
    # remarks
    "delayed": "delivery was delayed",
    "mailbox-full": "the mailbox was full",
    "not-spam": "the reader said that it is no spam",
    "soft-bounce": "it bounced for the moment",
    "unclear-bounce": "it bounced, SES can't say why",
    "earlier": "an earlier attempt arrived at SES too",
}
"""Each word of an entry's note; a word that is not here is shown as it is."""


def reason_words(entry: RecipientState) -> str:
    """Why an entry is as it is, and what else is known; empty where that goes without saying."""
    # The note of what is on its way names its claim, which tells a person nothing.
    words = sorted(entry.remarks) if entry.state is DeliveryState.SENDING else entry.note.split("+")
    return "; ".join(REASON_WORDS.get(word, word) for word in words if word)
