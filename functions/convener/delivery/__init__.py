"""Delivery: who gets which campaign, how far each mail has come, and everything that sends, records and controls it."""
