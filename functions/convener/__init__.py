"""Convener: calls a community together."""
