"""The fault suite: the shipped handlers in virtual time, where everything that can fail does. See `__main__`."""
