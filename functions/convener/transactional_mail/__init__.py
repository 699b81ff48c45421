"""Mails to one person, which a page asks for: confirmations, welcomes and one-time links."""
