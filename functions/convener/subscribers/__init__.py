"""Who gets the mails: addresses, consent, links, import."""
