"""What runs on a person's machine."""
