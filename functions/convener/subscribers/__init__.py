"""Subscribers: addresses, identity, status, consent, preferences, confirmation, one-time links, moving and erasing."""
