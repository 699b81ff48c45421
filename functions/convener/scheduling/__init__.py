"""Scheduling: which mailings are due, opening their campaigns, and the tick. Stands above editions and delivery."""
