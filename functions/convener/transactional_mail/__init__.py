"""Letters to one person: to confirm, to welcome, to open a door for half an hour."""
