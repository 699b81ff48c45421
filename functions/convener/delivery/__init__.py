"""Ledger states, chunks, sending."""
